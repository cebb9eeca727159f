// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/enumnames.h"
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
    bool inPrompt = true; ///< whether a model that takes such files (images, PDF) is shown it

    bool operator==(const Attachment&) const = default;
};

/// How long a model that can thinks before it answers.
enum class ReasoningEffort
{
    Low,
    Medium,
    High
};
/// Whether a model may, must or must not call tools.
enum class ToolChoice
{
    Auto,
    None,
    Required
};

// clang-format off
template <> struct EnumNames<ReasoningEffort> { static constexpr std::pair<ReasoningEffort, QLatin1StringView> table[] = {
    {ReasoningEffort::Low, QLatin1StringView("low")}, {ReasoningEffort::Medium, QLatin1StringView("medium")},
    {ReasoningEffort::High, QLatin1StringView("high")}}; };
template <> struct EnumNames<ToolChoice> { static constexpr std::pair<ToolChoice, QLatin1StringView> table[] = {
    {ToolChoice::Auto, QLatin1StringView("auto")}, {ToolChoice::None, QLatin1StringView("none")},
    {ToolChoice::Required, QLatin1StringView("required")}}; };
// clang-format on

/// What the model is asked with, beside the messages.
struct ModelParameters
{
    std::optional<double> temperature; ///< 0 to 2
    std::optional<qint64> seed;
    qint64 maxOutputTokens = 4096;             ///< 1 to 1,000,000 for each decision
    std::optional<ReasoningEffort> reasoning;  ///< absent: as the provider does by itself
    ToolChoice toolChoice = ToolChoice::Auto;  ///< Required holds for the first decision of the run only
    std::optional<QJsonObject> responseSchema; ///< JSON Schema of the run's answer, which is JSON then
    std::optional<bool> nativeTools; ///< false: decisions are asked for as JSON; absent: as provider and model can

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
/// JSON: {"userId","prompt",...,"budget":"0.20","attachments":[{"name","mediaType","text"|"base64","inPrompt"}],
/// "parameters":{"temperature","seed","maxOutputTokens","reasoning","toolChoice","responseSchema"}}.
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
