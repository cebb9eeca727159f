// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/jsonreader.h"
#include "engine/core/money.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <optional>

namespace lathe {

/// A file given to the run: it lies in the working folder of code_executor under its own name.
struct Attachment
{
    QString name; ///< a plain file name, no path
    QString mediaType;
    QByteArray content;

    bool operator==(const Attachment&) const = default;
};

/// What the model is asked with, beside the messages.
struct ModelParameters
{
    std::optional<double> temperature; ///< 0 to 2
    std::optional<qint64> seed;
    qint64 maxOutputTokens = 4096; ///< 1 to 1,000,000 for each decision

    bool operator==(const ModelParameters&) const = default;
};

/// What a user asks for. Times, ids and where it runs are not part of it.
struct AguiRunJob
{
    QString userId;        ///< 1 to 255 characters
    QString prompt;        ///< not blank
    QString correlationId; ///< UUID; made if absent
    QString name;          ///< shown in lists and reports; may be empty
    QString provider;      ///< empty: the configured default
    QString model;         ///< empty: the provider's default
    ModelParameters parameters;
    int maxDepth = 5; ///< 1 to 100; depth of frames
    int currentDepth = 0;
    int maxSteps = 50;                ///< decisions in the whole run, 1 to 10,000
    qint64 contextWindowLimit = 8000; ///< tokens
    QJsonArray previousContext;       ///< messages {role, content} of an earlier conversation
    QJsonArray toolResults;           ///< results known beforehand {tool, arguments, result}
    QJsonObject metadata;
    std::optional<QStringList> tools; ///< absent: every tool the policy allows; empty: none
    std::optional<Money> budget;      ///< USD for the whole run
    QList<Attachment> attachments;

    bool operator==(const AguiRunJob&) const = default;
};

/// Reads a job and collects every issue (unknown and ill-typed fields, ranges, blank prompt) in one pass.
/// JSON: {"userId","prompt",...,"budget":"0.20","attachments":[{"name","mediaType","text"|"base64"}],
/// "parameters":{"temperature","seed","maxOutputTokens"}}.
struct JobReading
{
    AguiRunJob job;
    QList<JsonIssue> issues;
};
[[nodiscard]] JobReading readJob(const QJsonObject& json);
/// Checks the values of a job however it was made; the paths are those of its JSON form.
[[nodiscard]] QList<JsonIssue> validate(const AguiRunJob& job);
[[nodiscard]] QJsonObject toJson(const AguiRunJob& job);

/// SHA-256 (64 hex digits) over the canonical JSON of what decides the answer: user, prompt, provider, model and its
/// parameters, tools, limits, previous context, tool results, attachments, metadata; never correlationId, name or
/// currentDepth. tools: the effective list. Same intent, same signature, on every machine.
[[nodiscard]] QString intentSignature(const AguiRunJob& job);

} // namespace lathe
