// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/result.h"
#include "engine/domain/enums.h"
#include "engine/domain/job.h"

#include <QCoroTask>
#include <QJsonArray>
#include <QJsonObject>
#include <QString>

#include <chrono>
#include <stop_token>

namespace lathe {

struct ToolSpec
{
    QString name;            ///< [A-Za-z0-9_-]{1,64}
    QString description;     ///< for the model: what it does and when to use it
    QJsonObject inputSchema; ///< JSON Schema (2020-12) of the arguments
    SideEffect sideEffect = SideEffect::Pure;
    std::chrono::milliseconds timeout{30'000};
};

struct ToolAvailability
{
    bool available = true;
    QString reason;                                       ///< "not configured: ..." with what to set
    QString errorCode = QStringLiteral("NOT_CONFIGURED"); ///< of the result if it is called all the same
};

/// What a tool is run with, beside its arguments.
struct ToolInvocation
{
    QString runId;
    QString callId;
    QJsonObject arguments;         ///< validated
    QList<Attachment> attachments; ///< of the job
    QString idempotencyKey;
};

struct ToolResult
{
    bool ok = true;
    QString errorCode;    ///< upper snake case: TIMEOUT, SANDBOX_UNAVAILABLE, NOT_CONFIGURED ... if not ok
    QString message;      ///< what went wrong, for the model and the user
    QJsonObject value;    ///< the tool's own result, also when it failed part way
    bool pending = false; ///< PARALLEL_PENDING: the work goes on elsewhere
    qint64 durationMs = 0;
    QList<Attachment> files; ///< pictures, sound and the like, which are no text

    /// The text the model sees: compact JSON of value (with "pending":true while the work goes on), or
    /// {"error":{"code","message"},...value}. Of files it sees name, type and size.
    [[nodiscard]] QString textForModel() const;
    bool operator==(const ToolResult&) const = default;
};

/// Files by name, media type, size in bytes and SHA-256, without their content.
[[nodiscard]] QJsonArray fileList(const QList<Attachment>& files);

/// A failed result; code in upper snake case, message in one sentence.
[[nodiscard]] ToolResult toolError(const QString& code, const QString& message, const QJsonObject& value = {});

class Tool
{
public:
    virtual ~Tool() = default;
    [[nodiscard]] virtual const ToolSpec& spec() const = 0;
    [[nodiscard]] virtual ToolAvailability availability() const = 0;
    /// Runs once. A stop request, which may come from any thread, ends it soon (CANCELLED). Never throws.
    virtual QCoro::Task<ToolResult> run(ToolInvocation invocation, std::stop_token stop) = 0;
};

} // namespace lathe
