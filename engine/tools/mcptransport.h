// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/net/httpheaders.h"
#include "engine/tools/mcpprotocol.h"

#include <QCoroTask>

#include <functional>

namespace lathe {

/// What comes from a server, on the thread of the transport.
struct McpEvents
{
    std::function<void(const McpMessage& message)> onMessage;
    /// A request that will get no answer.
    std::function<void(qint64 id, const McpFailure& failure)> onFailed;
    /// The connection is over, and not because of close(); said once.
    std::function<void(const QString& why)> onClosed;
    std::function<void(const QString& line)> onLog;
};

/// Carries messages to one server and back. One thread with an event loop. Await close() before it dies.
class McpTransport
{
public:
    /// Of one message, in either direction.
    static constexpr qsizetype kMaxMessageBytes = 10 * 1024 * 1024;

    McpTransport() = default;
    McpTransport(const McpTransport&) = delete;
    McpTransport& operator=(const McpTransport&) = delete;
    virtual ~McpTransport() = default;

    [[nodiscard]] virtual bool isProcess() const = 0;
    virtual QCoro::Task<Result<void>> open() = 0;
    /// Sends a request; its answer comes by onMessage, or onFailed says why there is none. headers: over HTTP.
    virtual void request(const McpMessage& message, const HttpHeaders& headers) = 0;
    /// Sends a notification or an answer; completes when it is on its way.
    virtual QCoro::Task<> tell(McpMessage message) = 0;
    /// Nobody waits for this request any more.
    virtual void abandon(qint64 id) = 0;
    /// What was agreed on, before the first message after that.
    virtual void established(const McpPeer& peer) = 0;
    /// From now on a legacy server may speak without being asked.
    virtual void listen() = 0;
    virtual QCoro::Task<> close() = 0;
};

} // namespace lathe
