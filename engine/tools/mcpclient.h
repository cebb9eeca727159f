// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/async.h"
#include "engine/core/clock.h"
#include "engine/core/taskscope.h"
#include "engine/tools/mcptransport.h"

#include <QHash>

#include <functional>
#include <memory>

namespace lathe {

struct McpClientSettings
{
    enum class Speech
    {
        Auto, ///< ask for the modern era, else the legacy one
        Legacy,
        Modern
    };
    QString name; ///< of the server, for messages
    Speech speech = Speech::Auto;
    std::chrono::milliseconds timeout{60'000};   ///< of a request; progress begins it anew
    std::chrono::milliseconds probeTime{10'000}; ///< that a process may take to answer the first question
};

/// What a client tells its owner, on its thread.
struct McpClientHooks
{
    std::function<std::unique_ptr<McpTransport>(McpEvents events)> makeTransport;
    std::function<void()> onChanged; ///< state or tools
    std::function<void(const QString& line)> onLog;
    /// Asks the user; a stop request means that the answer is not wanted any more. Absent: everything is declined.
    std::function<QCoro::Task<McpElicitationAnswer>(McpElicitation asked, std::stop_token stop)> ask;
};

struct McpProgress
{
    double done = 0;
    double total = 0; ///< 0: not known
    QString message;
};

/// A client of one server: connects when it is needed, lists its tools and calls them. One thread with an event loop.
/// Await close() before it dies.
class McpClient
{
public:
    static constexpr int kMaxPages = 100;
    static constexpr int kMaxTools = 1'000;
    static constexpr int kMaxInputRounds = 10;
    /// A list that changes several times in a row is read once.
    static constexpr std::chrono::milliseconds kListDelay{300};

    McpClient(McpClientSettings settings, McpClientHooks hooks, Clock& clock);
    ~McpClient();

    /// Connects and lists the tools unless that is done; those who call meanwhile wait for the same attempt.
    QCoro::Task<Result<void>> connect();
    /// Calls a tool, and connects first if need be. A request that may have arrived is never sent again.
    QCoro::Task<tl::expected<McpToolReply, McpFailure>> callTool(McpToolInfo tool, QJsonObject arguments,
                                                                 std::function<void(McpProgress)> onProgress,
                                                                 std::stop_token stop);
    /// Ends the connection; connect() makes another.
    QCoro::Task<> close();

    [[nodiscard]] McpServerState state() const { return m_state; }
    [[nodiscard]] const QString& error() const { return m_error; }
    [[nodiscard]] const McpPeer& peer() const { return m_peer; }
    [[nodiscard]] const QList<McpToolInfo>& tools() const { return m_tools; }
    [[nodiscard]] const QStringList& issues() const { return m_issues; }

private:
    struct Pending;
    struct Options
    {
        std::chrono::milliseconds timeout{0}; ///< 0: none
        bool mayCancel = true;
        HttpHeaders headers;
        std::function<void(McpProgress)> onProgress;
    };

    QCoro::Task<> attempt();
    QCoro::Task<Result<void>> negotiate();
    QCoro::Task<Result<void>> openTransport();
    QCoro::Task<> dropTransport();
    /// True: the server is of the modern era; false: of the legacy one, as far as one can tell.
    QCoro::Task<Result<bool>> discover();
    QCoro::Task<Result<void>> initialize();
    QCoro::Task<Result<void>> listTools();
    QCoro::Task<> listAgain();
    QCoro::Task<> subscribe();
    QCoro::Task<McpReply> request(QString method, QJsonObject params, Options options, std::stop_token stop);
    QCoro::Task<> watch(std::shared_ptr<Pending> pending, std::chrono::milliseconds timeout);
    QCoro::Task<tl::expected<McpToolReply, McpFailure>> callOnce(McpToolInfo tool, QJsonObject arguments,
                                                                 std::function<void(McpProgress)> onProgress,
                                                                 std::stop_token stop);
    QCoro::Task<QJsonObject> answerInputs(McpInputRequired asked, std::stop_token stop);
    QCoro::Task<QJsonObject> elicit(QJsonObject params, std::stop_token stop);
    QCoro::Task<> answer(McpMessage message);
    QCoro::Task<> send(McpMessage message);
    void receive(const McpMessage& message);
    void notified(const McpMessage& message);
    void lost(const QString& why);
    void failPending(const McpFailure& failure);
    void setState(McpServerState state, const QString& error = {});
    void log(const QString& line) const;

    McpClientSettings m_settings;
    McpClientHooks m_hooks;
    Clock& m_clock;
    std::shared_ptr<McpTransport> m_transport; ///< shared with the one who closes it
    McpServerState m_state = McpServerState::Idle;
    QString m_error;
    McpPeer m_peer;
    QList<McpToolInfo> m_tools;
    QStringList m_issues;
    qint64 m_nextId = 0;
    QHash<qint64, std::shared_ptr<Pending>> m_pending;
    std::shared_ptr<OneShot<bool>> m_attempt; ///< the one that goes on
    bool m_listPending = false;
    bool m_closing = false;
    int m_eliciting = 0;           ///< questions open with the user: no call runs out of time meanwhile
    std::stop_source m_connection; ///< what goes on as long as the connection
    QHash<QByteArray, std::shared_ptr<std::stop_source>> m_questions; ///< of the server, by id
    TaskScope m_tasks;
};

} // namespace lathe
