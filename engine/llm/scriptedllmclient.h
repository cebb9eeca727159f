// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/clock.h"
#include "engine/llm/llmclient.h"
#include "engine/llm/llmscript.h"

namespace lathe {

/// Answers from a script (llmscript.h), with delays and errors to order: for tests and demonstrations. The model is the
/// path of the script. Keeps no state: the transcript and the number of the attempt decide the answer.
class ScriptedLlmClient final : public LlmClient
{
public:
    /// path names the script in messages and is the default model.
    ScriptedLlmClient(LlmScript script, QString path, Clock& clock);

    [[nodiscard]] QString provider() const override { return QStringLiteral("scripted"); }
    [[nodiscard]] QString defaultModel() const override { return m_path; }
    [[nodiscard]] bool isRemote() const override { return false; }
    /// In the form of chat/completions, so that what is shown and stored reads as with a real model.
    [[nodiscard]] EncodedRequest encode(const LlmRequest& request) const override;
    /// rawReply is a JSON document that decode() reads: {"reply": {...}} or {"failure": {...}}.
    QCoro::Task<LlmOutcome> call(LlmRequest request, DeltaSink onDelta, std::stop_token stop) override;
    [[nodiscard]] LlmOutcome decode(const QByteArray& rawReply, bool streamed) const override;
    QCoro::Task<Result<QList<ModelInfo>>> models(std::stop_token stop) override;

private:
    [[nodiscard]] LlmOutcome answer(const ScriptStep& step, const LlmRequest& request) const;

    LlmScript m_script;
    QString m_path;
    Clock& m_clock;
};

} // namespace lathe
