// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/llm/llmprotocol.h"
#include "engine/llm/openaiwire.h"

namespace lathe {

/// Any server that speaks OpenAI's chat/completions under a base URL: OpenAI, Azure (with api-version its deployments,
/// else v1), OpenRouter, Ollama, vLLM,
/// llama.cpp, LM Studio ...
class OpenAiProtocol : public LlmProtocol
{
public:
    OpenAiProtocol(QUrl base, const LlmSettings& settings);

    /// Empty if the settings name none and the server is not OpenAI's own.
    [[nodiscard]] QString defaultModel() const override;
    [[nodiscard]] bool needsKey() const override;
    [[nodiscard]] bool takes(QStringView mediaType) const override;
    [[nodiscard]] HttpHeaders headers(const QByteArray& key) const override;
    [[nodiscard]] QUrl requestUrl(const LlmRequest& request) const override;
    [[nodiscard]] EncodedRequest encode(const LlmRequest& request) const override;
    [[nodiscard]] std::unique_ptr<ReplyReader> reader(LlmClient::DeltaSink onDelta) const override;
    [[nodiscard]] ProviderError readError(int status, const QByteArray& body) const override;
    [[nodiscard]] QUrl modelsUrl() const override;
    [[nodiscard]] std::optional<QList<ModelInfo>> readModels(const QJsonObject& document) const override;

protected:
    [[nodiscard]] const QUrl& base() const { return m_base; }
    /// With Azure's api-version, if one is set.
    [[nodiscard]] QUrl versioned(QUrl url) const;

private:
    QUrl m_base;
    QString m_model;
    QString m_apiVersion;
    OpenAiDialect m_dialect;
    mutable EncodedTools m_tools{&encodeOpenAiTools};
};

} // namespace lathe
