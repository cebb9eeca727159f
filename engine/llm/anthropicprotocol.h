// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/llm/llmprotocol.h"

namespace lathe {

/// Anthropic's Messages API: POST {base}/messages. Two versions of it: 2023-06-01 (the usual one, which compatible
/// servers speak as well) with the key in x-api-key, and 2026-10-21 with a Bearer token and without temperature.
class AnthropicProtocol final : public LlmProtocol
{
public:
    AnthropicProtocol(QUrl base, const LlmSettings& settings);

    [[nodiscard]] QString defaultModel() const override { return m_model; }
    [[nodiscard]] bool needsKey() const override;
    [[nodiscard]] bool takes(QStringView mediaType) const override;
    [[nodiscard]] HttpHeaders headers(const QByteArray& key) const override;
    [[nodiscard]] QUrl requestUrl(const LlmRequest& request) const override;
    /// System texts go into the head; the results of one turn into one user message. Thinking comes back unchanged
    /// with the message it belongs to.
    [[nodiscard]] EncodedRequest encode(const LlmRequest& request) const override;
    [[nodiscard]] std::unique_ptr<ReplyReader> reader(LlmClient::DeltaSink onDelta) const override;
    [[nodiscard]] ProviderError readError(int status, const QByteArray& body) const override;
    [[nodiscard]] QUrl modelsUrl() const override;
    [[nodiscard]] std::optional<QList<ModelInfo>> readModels(const QJsonObject& document) const override;

private:
    QUrl m_base;
    QString m_model;
    QString m_version;
    mutable EncodedTools m_tools;
};

} // namespace lathe
