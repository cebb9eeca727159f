// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/clock.h"
#include "engine/tools/mcpsecrets.h"
#include "engine/tools/mcptransport.h"

#include <QProcess>

#include <memory>

namespace lathe {

/// How a server is started. There is no shell: arguments reach the program as they are.
struct McpCommand
{
    QString program; ///< a path, or a name to be found on the PATH of its environment
    QStringList arguments;
    QProcessEnvironment environment; ///< beside the few variables every server gets
    QString folder;                  ///< to run in; empty: that of this process
};

/// HOME, LOGNAME, PATH, SHELL, TERM and USER of this process, and nothing else of it.
[[nodiscard]] QProcessEnvironment basicEnvironment();

/// A server that is a child process: one message a line on its standard input and output, log on standard error. It is
/// the leader of a process group of its own, so that a launcher's children end with it.
class McpStdio final : public McpTransport
{
public:
    /// For each step of the way out: end of input, then SIGTERM, then SIGKILL.
    static constexpr std::chrono::milliseconds kPatience{2'000};

    McpStdio(McpCommand command, McpSecrets secrets, Clock& clock, McpEvents events);
    ~McpStdio() override;

    [[nodiscard]] bool isProcess() const override { return true; }
    QCoro::Task<Result<void>> open() override;
    void request(const McpMessage& message, const HttpHeaders& headers) override;
    QCoro::Task<> tell(McpMessage message) override;
    void abandon(qint64 id) override;
    void established(const McpPeer& peer) override;
    void listen() override;
    QCoro::Task<> close() override;

private:
    void readMessages();
    void readLog();
    void onFinished();
    void signalGroup(int signal) const;
    [[nodiscard]] QString howItEnded() const;

    McpCommand m_command;
    McpSecrets m_secrets;
    Clock& m_clock;
    McpEvents m_events;
    std::unique_ptr<QProcess> m_process;
    qint64 m_group = 0; ///< process group; 0: not running
    std::stop_source m_ended;
    QByteArray m_line;       ///< of standard output, unfinished
    bool m_skipping = false; ///< the rest of a line that was too long
    QByteArray m_logLine;
    QString m_lastWords; ///< of standard error, for the message when it dies
    bool m_closing = false;
};

} // namespace lathe
