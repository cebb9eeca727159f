// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/llm/llmregistry.h"
#include "engine/llm/openaistream.h"
#include "engine/llm/openaiwire.h"

namespace lathe {

/// Any server that speaks OpenAI's chat/completions under a base URL: OpenAI, Azure (v1), OpenRouter, Ollama, vLLM,
/// llama.cpp, LM Studio ... One HTTP request a call. The key goes into a header when a request is sent and nowhere
/// else; if the server echoes it, it is masked in messages and in recorded bytes.
class OpenAiClient final : public LlmClient
{
public:
    /// settings.baseUrl must have passed checkBaseUrl(); http and clock outlive the client.
    OpenAiClient(LlmSettings settings, HttpClient& http, Clock& clock);

    [[nodiscard]] QString provider() const override { return QStringLiteral("openai"); }
    /// Empty if the settings name none and the server is not OpenAI's own.
    [[nodiscard]] QString defaultModel() const override;
    [[nodiscard]] bool isRemote() const override { return true; }
    [[nodiscard]] EncodedRequest encode(const LlmRequest& request) const override;
    QCoro::Task<LlmOutcome> call(LlmRequest request, DeltaSink onDelta, std::stop_token stop) override;
    /// Of a reply exactly what call() gave. Of a failure its kind and what the body alone tells: how the connection
    /// ended, status and headers are not in it, nor the estimate of the input.
    [[nodiscard]] LlmOutcome decode(const QByteArray& rawReply, bool streamed) const override;
    /// GET {base}/models.
    QCoro::Task<Result<QList<ModelInfo>>> models(std::stop_token stop) override;

private:
    [[nodiscard]] HttpRequest requestTo(const QString& path, const QByteArray& key) const;
    [[nodiscard]] const QByteArray& toolsJson(const QList<ToolDeclaration>& tools) const;
    [[nodiscard]] Result<QByteArray> key() const;
    [[nodiscard]] LlmOutcome outcomeOf(const HttpResult& result, OpenAiStream& stream, const LlmRequest& request) const;
    [[nodiscard]] LlmOutcome outcomeOfError(const HttpResponse& response, const LlmRequest& request) const;

    LlmSettings m_settings;
    HttpClient& m_http;
    Clock& m_clock;
    QUrl m_base;
    // The tools of a run are one shared list: encoded once. The copy keeps it from being changed in place.
    mutable QList<ToolDeclaration> m_tools;
    mutable QByteArray m_toolsJson;
};

/// The base URL without a last slash: http or https with a host, no user info, query or fragment; else InvalidInput.
[[nodiscard]] Result<QUrl> checkBaseUrl(const QString& text);

} // namespace lathe
