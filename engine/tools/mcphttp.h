// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/taskscope.h"
#include "engine/net/httpclient.h"
#include "engine/net/ssereader.h"
#include "engine/tools/mcpsecrets.h"
#include "engine/tools/mcptransport.h"

#include <QHash>

#include <memory>
#include <set>

namespace lathe {

struct McpAddress
{
    QUrl url;            ///< http or https; where the user says, so also on this machine
    HttpHeaders headers; ///< of the user, such as Authorization
};

/// A server reached by Streamable HTTP: every message is a POST, whose answer is JSON or a stream of events. In the
/// legacy era there is a session, a stream for what the server says by itself, and streams that broke are taken up
/// again where they ended.
class McpHttp final : public McpTransport
{
public:
    /// How often a broken stream is taken up again without anything new coming of it.
    static constexpr int kMaxResumes = 2;

    McpHttp(McpAddress address, McpSecrets secrets, Clock& clock, McpEvents events);
    ~McpHttp() override;

    [[nodiscard]] bool isProcess() const override { return false; }
    QCoro::Task<Result<void>> open() override;
    void request(const McpMessage& message, const HttpHeaders& headers) override;
    QCoro::Task<> tell(McpMessage message) override;
    void abandon(qint64 id) override;
    void established(const McpPeer& peer) override;
    void listen() override;
    QCoro::Task<> close() override;

    [[nodiscard]] bool hasSession() const { return !m_session.isEmpty(); }

private:
    struct Stream;

    QCoro::Task<> ask(McpMessage message, HttpHeaders headers, std::shared_ptr<Stream> stream);
    /// Sends once and hands over the messages that come.
    QCoro::Task<HttpResult> exchange(HttpRequest request, std::shared_ptr<Stream> stream);
    /// Takes a stream up again until its request is answered; false: it is not to be had.
    QCoro::Task<bool> resume(std::shared_ptr<Stream> stream);
    /// The stream of what the server says by itself.
    QCoro::Task<> follow(std::shared_ptr<Stream> stream);
    [[nodiscard]] HttpRequest makeRequest(const QByteArray& method, const QByteArray& body) const;
    void take(Stream& stream, const QByteArray& text);
    [[nodiscard]] McpFailure failureOf(const HttpResponse& response, const Stream& stream) const;
    [[nodiscard]] QString said(const HttpResponse& response) const;

    McpAddress m_address;
    McpSecrets m_secrets;
    Clock& m_clock;
    McpEvents m_events;
    HttpClient m_client;
    QByteArray m_session;
    QByteArray m_version; ///< agreed on, of the legacy era
    bool m_legacy = true;
    bool m_closing = false;
    QHash<qint64, std::shared_ptr<Stream>> m_asked; ///< requests without an answer yet
    std::set<std::shared_ptr<Stream>> m_open;       ///< on the wire now
    std::shared_ptr<Stream> m_listening;
    TaskScope m_tasks;
};

} // namespace lathe
