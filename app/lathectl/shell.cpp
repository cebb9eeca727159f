// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lathectl/shell.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>
#include <QSocketNotifier>
#include <QStandardPaths>

#include <csignal>
#include <cstdio>
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
    }
}

Shell::~Shell() = default;

void Shell::interrupt()
{
    m_interrupted = true;
    if (m_loop) {
        m_loop->quit();
    }
}

Result<Configuration> Shell::readConfiguration() const
{
    Configuration configuration;
    QString path = m_options.config;
    if (path.isEmpty()) {
        path = QStandardPaths::locate(QStandardPaths::AppConfigLocation, u"lathectl.json"_s);
        if (path.isEmpty()) {
            return configuration;
        }
    }
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        return fail(ErrorCode::File, u"configuration %1 cannot be read: %2"_s.arg(path, file.errorString()));
    }
    const Result<QJsonObject> json = parseJsonObject(file.readAll());
    if (!json) {
        return fail(ErrorCode::InvalidInput, u"configuration %1: %2"_s.arg(path, json.error().message));
    }
    JsonReader reader(*json);
    configuration.database = reader.string("database"_L1);
    configuration.user = reader.string("user"_L1);
    configuration.provider.provider = reader.string("provider"_L1);
    configuration.provider.model = reader.string("model"_L1);
    configuration.provider.baseUrl = reader.string("baseUrl"_L1);
    configuration.provider.apiKeyVariable = reader.string("apiKeyEnv"_L1);
    reader.refuseUnknown();
    const Result<void> finished = reader.finish();
    if (!finished) {
        return fail(ErrorCode::InvalidInput, u"configuration %1: %2"_s.arg(path, finished.error().message),
                    finished.error().detail);
    }
    return configuration;
}

int Shell::open(bool fullDurability)
{
    const Result<Configuration> configuration = readConfiguration();
    if (!configuration) {
        report(configuration.error());
        return configuration.error().code == ErrorCode::File ? ExitDatabase : ExitUsage;
    }
    m_configuration = *configuration;
    EngineSettings settings;
    settings.fullDurability = fullDurability;
    settings.database = m_options.database;
    if (settings.database.isEmpty()) {
        settings.database = qEnvironmentVariable("LATHE_DB");
    }
    if (settings.database.isEmpty()) {
        settings.database = m_configuration.database;
    }
    if (settings.database.isEmpty()) {
        settings.database = QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + u"/lathe.db"_s;
    }
    if (settings.database.startsWith(u"postgresql:"_s)) {
        return usage(u"PostgreSQL databases are not supported by this version; name a SQLite file with --db"_s);
    }
    settings.apiKey = [](const QString& provider, const QString& variable) {
        QString name = variable;
        if (name.isEmpty()) {
            name = provider.toUpper() + u"_API_KEY"_s;
        }
        return qEnvironmentVariable(name.toLocal8Bit().constData());
    };
    m_facade = std::make_unique<EngineFacade>(std::move(settings));
    return ask(m_facade->open()) ? static_cast<int>(ExitComplete) : m_status;
}

QString Shell::defaultUser() const
{
    if (!m_configuration.user.isEmpty()) {
        return m_configuration.user;
    }
    const QString user = qEnvironmentVariable("USER", qEnvironmentVariable("LOGNAME"));
    return user.isEmpty() ? u"local"_s : user;
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

int Shell::report(const Error& error) const
{
    QString text = u"lathectl: "_s + error.message;
    if (!error.detail.isEmpty() && error.detail != error.message) {
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

int Shell::usage(const QString& message)
{
    say(u"lathectl: "_s + message);
    return ExitUsage;
}

void Shell::say(const QString& message)
{
    const QByteArray bytes = message.toUtf8() + '\n';
    std::fwrite(bytes.constData(), 1, static_cast<std::size_t>(bytes.size()), stderr);
    std::fflush(stderr);
}

void Shell::print(const QString& text)
{
    const QByteArray bytes = text.toUtf8() + '\n';
    std::fwrite(bytes.constData(), 1, static_cast<std::size_t>(bytes.size()), stdout);
    std::fflush(stdout);
}

bool Shell::write(const QString& path, const QByteArray& bytes)
{
    if (path.isEmpty() || path == "-"_L1) {
        const std::size_t size = static_cast<std::size_t>(bytes.size());
        const bool whole = std::fwrite(bytes.constData(), 1, size, stdout) == size && std::fflush(stdout) == 0;
        if (!whole) {
            say(u"lathectl: standard output cannot be written"_s);
        }
        return whole;
    }
    // All or nothing: an old file stays as it was until the new one is complete.
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit()) {
        say(u"lathectl: %1 cannot be written: %2"_s.arg(path, file.errorString()));
        return false;
    }
    return true;
}

QString tableText(const QStringList& header, const QList<QStringList>& rows, const QList<int>& right)
{
    QList<qsizetype> widths;
    for (const QString& title : header) {
        widths.append(title.size());
    }
    for (const QStringList& row : rows) {
        for (qsizetype i = 0; i < row.size() && i < widths.size(); ++i) {
            widths[i] = qMax(widths.at(i), row.at(i).size());
        }
    }
    const auto lineOf = [&widths, &right](const QStringList& cells) {
        QString line;
        for (qsizetype i = 0; i < cells.size(); ++i) {
            const bool last = i + 1 == cells.size();
            const QString& cell = cells.at(i);
            if (right.contains(static_cast<int>(i))) {
                line += cell.rightJustified(widths.at(i));
            } else {
                line += last ? cell : cell.leftJustified(widths.at(i));
            }
            line += last ? QString() : u"  "_s;
        }
        return line;
    };
    QStringList lines{lineOf(header)};
    for (const QStringList& row : rows) {
        lines.append(lineOf(row));
    }
    return lines.join(u'\n');
}

QString moneyText(Money amount)
{
    const QString text = amount.toDecimal();
    return text.startsWith(u'-') ? u"-$"_s + text.mid(1) : u"$"_s + text;
}

QString moneyText(const CostGroup& group)
{
    if (group.unknownLines == 0) {
        return moneyText(group.cost);
    }
    if (group.unknownLines == group.lines) {
        return u"unknown"_s;
    }
    return u"%1+ (%2 of %3 priced)"_s.arg(moneyText(group.cost), QString::number(group.lines - group.unknownLines),
                                          QString::number(group.lines));
}

} // namespace lathe::ctl
