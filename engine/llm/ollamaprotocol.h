// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/llm/llmprotocol.h"

namespace lathe {

/// Ollama's own API: POST {base}/chat with base ".../api". Its server loads models with a small context and cuts longer
/// prompts in silence: each request says how much context it needs (num_ctx), and that nothing may be cut.
class OllamaProtocol final : public LlmProtocol
{
public:
    OllamaProtocol(QUrl base, const LlmSettings& settings);

    [[nodiscard]] QString defaultModel() const override { return m_model; }
    [[nodiscard]] bool needsKey() const override;
    [[nodiscard]] bool takes(QStringView mediaType) const override;
    [[nodiscard]] HttpHeaders headers(const QByteArray& key) const override;
    [[nodiscard]] QUrl requestUrl(const LlmRequest& request) const override;
    [[nodiscard]] QByteArray accepts(bool stream) const override;
    /// A response schema is not sent beside tools: it would bind the words of calls as well. There is no tool choice;
    /// None sends no tools.
    [[nodiscard]] EncodedRequest encode(const LlmRequest& request) const override;
    [[nodiscard]] std::unique_ptr<ReplyReader> reader(LlmClient::DeltaSink onDelta) const override;
    [[nodiscard]] ProviderError readError(int status, const QByteArray& body) const override;
    /// GET {base}/tags: the models that are on that computer.
    [[nodiscard]] QUrl modelsUrl() const override;
    [[nodiscard]] std::optional<QList<ModelInfo>> readModels(const QJsonObject& document) const override;

private:
    QUrl m_base;
    QString m_model;
    mutable EncodedTools m_tools;
};

} // namespace lathe
