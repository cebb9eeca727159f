// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/clock.h"
#include "engine/llm/llmprotocol.h"

namespace lathe {

/// A provider reached over HTTP, whatever its protocol. One HTTP request a call. The key goes into a header when a
/// request is sent and nowhere else; if the server echoes it, it is masked in messages and in recorded bytes.
class HttpLlmClient final : public LlmClient
{
public:
    /// http and clock outlive the client.
    HttpLlmClient(ProviderInfo info, std::unique_ptr<LlmProtocol> protocol, LlmSettings settings, HttpTransport& http,
                  Clock& clock);

    [[nodiscard]] QString provider() const override { return m_info.name; }
    [[nodiscard]] QString defaultModel() const override { return m_protocol->defaultModel(); }
    [[nodiscard]] bool isRemote() const override { return true; }
    [[nodiscard]] bool takes(QStringView mediaType) const override { return m_protocol->takes(mediaType); }
    [[nodiscard]] QString endpoint() const override;
    [[nodiscard]] EncodedRequest encode(const LlmRequest& request) const override;
    QCoro::Task<LlmOutcome> call(LlmRequest request, DeltaSink onDelta, std::stop_token stop) override;
    /// Of a reply exactly what call() gave. Of a failure its kind and what the body alone tells: how the connection
    /// ended, status and headers are not in it, nor the estimate of the input.
    [[nodiscard]] LlmOutcome decode(const QByteArray& rawReply, bool streamed) const override;
    QCoro::Task<Result<QList<ModelInfo>>> models(std::stop_token stop) override;

private:
    [[nodiscard]] HttpRequest requestTo(const QUrl& url, const QByteArray& key) const;
    [[nodiscard]] Result<QByteArray> key() const;
    void hideKey(LlmOutcome *outcome, const ReplyReader& reader, const QByteArray& key) const;
    [[nodiscard]] LlmOutcome outcomeOf(const HttpResult& result, ReplyReader& reader, const LlmRequest& request) const;
    [[nodiscard]] LlmOutcome outcomeOfError(const HttpResponse& response, const LlmRequest& request) const;

    ProviderInfo m_info;
    std::unique_ptr<LlmProtocol> m_protocol;
    LlmSettings m_settings;
    HttpTransport& m_http;
    Clock& m_clock;
};

} // namespace lathe
