// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/llm/openaiprotocol.h"

namespace lathe {

/// OpenAI's Responses API: POST {base}/responses. Nothing is kept at the provider (store: false): each request holds
/// the whole conversation, and reasoning comes back as its encrypted content. Accounts, errors and models are those of
/// chat/completions.
class OpenAiResponsesProtocol final : public OpenAiProtocol
{
public:
    OpenAiResponsesProtocol(QUrl base, const LlmSettings& settings);

    [[nodiscard]] bool takes(QStringView mediaType) const override;
    [[nodiscard]] QUrl requestUrl(const LlmRequest& request) const override;
    /// There is no seed here.
    [[nodiscard]] EncodedRequest encode(const LlmRequest& request) const override;
    [[nodiscard]] std::unique_ptr<ReplyReader> reader(LlmClient::DeltaSink onDelta) const override;

private:
    mutable EncodedTools m_tools;
};

} // namespace lathe
