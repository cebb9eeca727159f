// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/mcpstdio.h"

#include "engine/core/awaited.h"

#include <QFileInfo>
#include <QStandardPaths>

#include <csignal>
#include <sys/prctl.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr qsizetype kMaxLogLine = 4096;

/// The program as a path; empty if it is nowhere on the path the server will have.
QString findProgram(const QString& program, const QProcessEnvironment& environment)
{
    if (program.contains(u'/')) {
        return QFileInfo(program).isExecutable() ? program : QString();
    }
    return QStandardPaths::findExecutable(program, environment.value(u"PATH"_s).split(u':', Qt::SkipEmptyParts));
}

} // namespace

QProcessEnvironment basicEnvironment()
{
    const QProcessEnvironment all = QProcessEnvironment::systemEnvironment();
    QProcessEnvironment basic;
    for (const auto name : {"HOME"_L1, "LOGNAME"_L1, "PATH"_L1, "SHELL"_L1, "TERM"_L1, "USER"_L1}) {
        if (all.contains(name)) {
            basic.insert(name, all.value(name));
        }
    }
    return basic;
}

McpStdio::McpStdio(McpCommand command, McpSecrets secrets, Clock& clock, McpEvents events)
    : m_command(std::move(command)), m_secrets(std::move(secrets)), m_clock(clock), m_events(std::move(events))
{}

McpStdio::~McpStdio()
{
    if (m_process) {
        m_process->disconnect();
        signalGroup(SIGKILL);
    }
}

QCoro::Task<Result<void>> McpStdio::open()
{
    QProcessEnvironment environment = basicEnvironment();
    environment.insert(m_command.environment);
    const QString program = findProgram(m_command.program, environment);
    if (program.isEmpty()) {
        co_return fail(ErrorCode::Unavailable,
                       u"the program %1 was not found: install it, or correct \"command\""_s.arg(m_command.program));
    }
    if (!m_command.folder.isEmpty() && !QFileInfo(m_command.folder).isDir()) {
        co_return fail(ErrorCode::Unavailable, u"the folder %1 (\"cwd\") does not exist"_s.arg(m_command.folder));
    }
    m_process = std::make_unique<QProcess>();
    QProcess *process = m_process.get();
    process->setProgram(program);
    process->setArguments(m_command.arguments);
    process->setProcessEnvironment(environment);
    if (!m_command.folder.isEmpty()) {
        process->setWorkingDirectory(m_command.folder);
    }
    process->setChildProcessModifier([] {
        ::setpgid(0, 0);                    // Ctrl+C in a terminal is for Lathe, which then ends its servers
        ::prctl(PR_SET_PDEATHSIG, SIGTERM); // if Lathe dies
    });
    Awaited<bool> started;
    QObject context;
    QObject::connect(process, &QProcess::started, &context, [&started] { started.set(true); });
    QObject::connect(process, &QProcess::errorOccurred, &context, [&started](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart) {
            started.set(false);
        }
    });
    QObject::connect(process, &QProcess::readyReadStandardOutput, process, [this] { readMessages(); });
    QObject::connect(process, &QProcess::readyReadStandardError, process, [this] { readLog(); });
    QObject::connect(process, &QProcess::finished, process, [this] { onFinished(); });
    process->start();
    const bool runs = co_await started.value();
    if (!runs) {
        co_return fail(ErrorCode::Unavailable, u"%1 cannot be started: %2"_s.arg(program, process->errorString()));
    }
    m_group = process->processId();
    co_return Result<void>();
}

void McpStdio::request(const McpMessage& message, const HttpHeaders&)
{
    if (!m_process || m_process->state() != QProcess::Running) {
        McpFailure failure;
        failure.message = howItEnded();
        m_events.onFailed(message.id.toInteger(), failure);
        return;
    }
    m_process->write(toJsonLine(message) + '\n');
}

QCoro::Task<> McpStdio::tell(McpMessage message)
{
    if (m_process && m_process->state() == QProcess::Running) {
        m_process->write(toJsonLine(message) + '\n');
    }
    co_return;
}

void McpStdio::abandon(qint64) {}

void McpStdio::established(const McpPeer&) {}

void McpStdio::listen() {}

void McpStdio::readMessages()
{
    const QByteArray bytes = m_process->readAllStandardOutput();
    QByteArrayView rest(bytes);
    while (!rest.isEmpty()) {
        const qsizetype end = rest.indexOf('\n');
        const QByteArrayView piece = end < 0 ? rest : rest.first(end);
        if (!m_skipping && m_line.size() + piece.size() > kMaxMessageBytes) {
            m_events.onLog(u"a line of over %1 MiB was dropped"_s.arg(kMaxMessageBytes / (1024 * 1024)));
            m_line.clear();
            m_skipping = true;
        }
        if (!m_skipping) {
            m_line += piece;
        }
        if (end < 0) {
            return;
        }
        rest = rest.sliced(end + 1);
        const QByteArray line = std::exchange(m_line, {}).trimmed();
        if (std::exchange(m_skipping, false) || line.isEmpty()) {
            continue;
        }
        const Result<QList<McpMessage>> messages = readMcpMessages(m_secrets.mask(line));
        if (!messages) {
            // Servers that print greetings on standard output are common, and do no harm.
            m_events.onLog(u"standard output: %1"_s.arg(messages.error().message));
            continue;
        }
        for (const McpMessage& message : *messages) {
            m_events.onMessage(message);
        }
    }
}

void McpStdio::readLog()
{
    m_logLine += m_process->readAllStandardError();
    for (;;) {
        const qsizetype end = m_logLine.indexOf('\n');
        if (end < 0 && m_logLine.size() < kMaxLogLine) {
            return;
        }
        const QString line = QString::fromUtf8(m_secrets.mask(m_logLine.left(end < 0 ? kMaxLogLine : end))).trimmed();
        m_logLine.remove(0, end < 0 ? kMaxLogLine : end + 1);
        if (!line.isEmpty()) {
            m_lastWords = line.left(300);
            m_events.onLog(line.left(kMaxLogLine));
        }
    }
}

QString McpStdio::howItEnded() const
{
    if (!m_process || m_process->state() != QProcess::NotRunning) {
        return u"its process does not run"_s;
    }
    QString how = m_process->exitStatus() == QProcess::CrashExit
                      ? u"its process was ended by a signal"_s
                      : u"its process ended with status %1"_s.arg(m_process->exitCode());
    if (!m_lastWords.isEmpty()) {
        how += u"; its last words were: "_s + m_lastWords;
    }
    return how;
}

void McpStdio::onFinished()
{
    readMessages();
    m_logLine += '\n';
    readLog();
    signalGroup(SIGKILL); // what it may have left behind
    m_group = 0;
    m_ended.request_stop();
    if (!m_closing) {
        m_events.onClosed(howItEnded());
    }
}

void McpStdio::signalGroup(int signal) const
{
    if (m_group > 0) {
        ::kill(static_cast<pid_t>(-m_group), signal);
    }
}

QCoro::Task<> McpStdio::close()
{
    m_closing = true;
    const std::stop_token ended = m_ended.get_token();
    if (!m_process || m_group == 0) {
        co_return;
    }
    m_process->closeWriteChannel();
    bool passed = co_await m_clock.sleepFor(kPatience, ended);
    if (!passed) {
        co_return;
    }
    signalGroup(SIGTERM);
    passed = co_await m_clock.sleepFor(kPatience, ended);
    if (!passed) {
        co_return;
    }
    signalGroup(SIGKILL);
    passed = co_await m_clock.sleepFor(kPatience, ended);
    Q_UNUSED(passed)
}

} // namespace lathe
