// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/llm/llmprotocol.h"

namespace lathe {

/// Google's Gemini API: POST {base}/models/{model}:generateContent, or :streamGenerateContent?alt=sse. The key goes
/// into x-goog-api-key, never into the address.
class GeminiProtocol final : public LlmProtocol
{
public:
    GeminiProtocol(QUrl base, const LlmSettings& settings);

    [[nodiscard]] QString defaultModel() const override { return m_model; }
    [[nodiscard]] bool needsKey() const override;
    [[nodiscard]] bool takes(QStringView mediaType) const override;
    [[nodiscard]] HttpHeaders headers(const QByteArray& key) const override;
    [[nodiscard]] QUrl requestUrl(const LlmRequest& request) const override;
    /// System texts go into the head; the results of one turn into one content, for their number has to be that of the
    /// calls; thought signatures back to the part they came with. A response schema is not sent beside tools: models
    /// before Gemini 3 refuse the two together.
    [[nodiscard]] EncodedRequest encode(const LlmRequest& request) const override;
    [[nodiscard]] std::unique_ptr<ReplyReader> reader(LlmClient::DeltaSink onDelta) const override;
    [[nodiscard]] ProviderError readError(int status, const QByteArray& body) const override;
    [[nodiscard]] QUrl modelsUrl() const override;
    [[nodiscard]] std::optional<QList<ModelInfo>> readModels(const QJsonObject& document) const override;

private:
    QUrl m_base;
    QString m_model;
    mutable EncodedTools m_tools;
};

} // namespace lathe
