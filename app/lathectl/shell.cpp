// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lathectl/shell.h"

#include "app/lathectl/apikeys.h"
#include "app/lathectl/elicitationdialog.h"

#include <QCoreApplication>
#include <QSocketNotifier>
#include <QStandardPaths>

#include <csignal>
#include <iostream>
#include <sys/socket.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace lathe::ctl {

namespace {

int g_signalSockets[2] = {-1, -1};

void onSignal(int)
{
    const char byte = 1;
    // Only async-signal-safe calls here; the event loop reads the other end.
    [[maybe_unused]] const ssize_t written = ::write(g_signalSockets[0], &byte, 1);
}

} // namespace

Shell::Shell(CommonOptions options) : m_options(std::move(options))
{
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, g_signalSockets) == 0) {
        auto *notifier = new QSocketNotifier(g_signalSockets[1], QSocketNotifier::Read, qApp);
        QObject::connect(notifier, &QSocketNotifier::activated, qApp, [this] {
            char byte = 0;
            [[maybe_unused]] const ssize_t got = ::read(g_signalSockets[1], &byte, 1);
            interrupt();
        });
        struct sigaction action = {};
        action.sa_handler = onSignal;
        action.sa_flags = static_cast<int>(SA_RESETHAND); // a second signal ends the program at once
        sigaction(SIGINT, &action, nullptr);
        sigaction(SIGTERM, &action, nullptr);
        struct sigaction present = {};
        sigaction(SIGHUP, nullptr, &present);
        if (present.sa_handler != SIG_IGN) { // nohup wants it to be left alone
            sigaction(SIGHUP, &action, nullptr);
        }
    }
    // A reader who leaves (| head) must not end a run that is being paid for; what is lost is told by the exit status.
    std::signal(SIGPIPE, SIG_IGN);
}

Shell::~Shell() = default;

void Shell::interrupt()
{
    m_interrupted = true;
    if (m_loop) {
        m_loop->quit();
    }
}

int Shell::open()
{
    const Result<Configuration> configuration = readConfiguration(m_options.config);
    if (!configuration) {
        return report(configuration.error());
    }
    m_configuration = *configuration;
    EngineSettings settings;
    settings.fullDurability = m_options.fullDurability;
    const QString usual = QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + u"/lathe.db"_s;
    for (const QString& path :
         {m_options.database, qEnvironmentVariable("LATHE_DB"), m_configuration.database, usual}) {
        if (settings.database.isEmpty()) {
            settings.database = path;
        }
    }
    if (settings.database.startsWith(u"postgresql:"_s)) {
        return usage(u"PostgreSQL databases are not supported by this version; name a SQLite file with --db"_s);
    }
    settings.promptsFolder = promptsFolder();
    settings.apiKey = apiKeyReader(processEnvironment(), platformKeychain());
    settings.mcpFile = EngineFacade::defaultMcpFile();
    m_facade = std::make_unique<EngineFacade>(std::move(settings));
    if (::isatty(STDIN_FILENO) != 0 && ::isatty(STDERR_FILENO) != 0) { // else there is nobody to ask
        QObject::connect(m_facade.get(), &EngineFacade::elicited, m_facade.get(), [this](const McpElicitation& asked) {
            m_facade->answerElicitation(asked.id, askAtTerminal(asked, std::cin, std::cerr));
        });
    }
    return ask(m_facade->open()) ? static_cast<int>(ExitComplete) : m_status;
}

QString Shell::promptsFolder()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) + u"/lathe/prompts"_s;
}

int Shell::reopen()
{
    close();
    m_interrupted = false;
    m_status = ExitComplete;
    return open();
}

bool Shell::ask(QFuture<Result<void>> future)
{
    if (!wait(future)) {
        m_status = ExitInterrupted;
        return false;
    }
    const Result<void> result = future.result();
    if (!result) {
        m_status = report(result.error());
        return false;
    }
    return true;
}

int report(const Error& error)
{
    QString text = u"lathectl: "_s + error.message;
    if (!error.message.contains(error.detail)) {
        text += u"\n  "_s + QString(error.detail).replace(u'\n', u"\n  "_s);
    }
    say(text);
    switch (error.code) {
    case ErrorCode::InvalidInput:
    case ErrorCode::NotFound:
    case ErrorCode::Conflict:
        return ExitUsage;
    case ErrorCode::Database:
    case ErrorCode::DatabaseNewer:
    case ErrorCode::File:
        return ExitDatabase;
    case ErrorCode::Unavailable:
    case ErrorCode::Network:
    case ErrorCode::Tls:
    case ErrorCode::TimedOut:
        return ExitRunError;
    case ErrorCode::Cancelled:
        return ExitInterrupted;
    case ErrorCode::Internal:
    case ErrorCode::Overflow:
        break;
    }
    return ExitInternal;
}

int usage(const QString& message)
{
    say(u"lathectl: "_s + message);
    return ExitUsage;
}

} // namespace lathe::ctl
