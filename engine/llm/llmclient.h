// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/result.h"
#include "engine/llm/llmtypes.h"

#include <QCoroTask>

#include <functional>
#include <stop_token>

namespace lathe {

struct ModelInfo
{
    QString id;
    QString description;
    std::optional<qint64> contextWindow; ///< tokens
    std::optional<bool> tools;           ///< whether it can call tools natively; absent: the list does not say
};

/// One provider. Lives on the engine thread.
class LlmClient
{
public:
    using DeltaSink = std::function<void(const LlmDelta&)>;

    virtual ~LlmClient() = default;
    /// builtin, openai, scripted ...
    [[nodiscard]] virtual QString provider() const = 0;
    /// Empty if the user must name one.
    [[nodiscard]] virtual QString defaultModel() const = 0;
    /// Whether a call leaves this process, so that a lost one may still be billed.
    [[nodiscard]] virtual bool isRemote() const = 0;
    /// Whether an attachment of this media type can stand in a prompt (images, PDF). Text needs no such thing.
    [[nodiscard]] virtual bool takes(QStringView mediaType) const
    {
        Q_UNUSED(mediaType)
        return false;
    }
    /// The address calls go to, without secrets; empty if they stay in this process.
    [[nodiscard]] virtual QString endpoint() const { return {}; }
    /// What would be sent; deterministic, without keys.
    [[nodiscard]] virtual EncodedRequest encode(const LlmRequest& request) const = 0;
    /// One attempt, never repeated by itself. A stop request ends it as Cancelled.
    virtual QCoro::Task<LlmOutcome> call(LlmRequest request, DeltaSink onDelta, std::stop_token stop) = 0;
    /// Rebuilds the reply from recorded bytes (resume, replay, rebuild); no network.
    [[nodiscard]] virtual LlmOutcome decode(const QByteArray& rawReply, bool streamed) const = 0;
    virtual QCoro::Task<Result<QList<ModelInfo>>> models(std::stop_token stop) = 0;
};

} // namespace lathe
