// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/e2e/lathectl.h"

#include "engine/core/money.h"

#include <QFile>

#include <cstdlib>
#include <fcntl.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace lathe::test {

Lathectl::Lathectl()
{
    m_environment = QProcessEnvironment::systemEnvironment();
    m_environment.insert(u"LATHE_DB"_s, path(u"lathe.db"_s));
    m_environment.insert(u"LATHECTL"_s, QStringLiteral(LATHECTL));
    for (const QString& name : {u"HOME"_s, u"XDG_CONFIG_HOME"_s, u"XDG_DATA_HOME"_s}) {
        m_environment.insert(name, m_folder.path());
    }
    for (const QString& name : {u"OPENAI_API_KEY"_s, u"DBUS_SESSION_BUS_ADDRESS"_s, u"XDG_RUNTIME_DIR"_s}) {
        m_environment.remove(name);
    }
}

QString Lathectl::write(const QString& name, const QByteArray& bytes) const
{
    QFile file(path(name));
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size()) {
        qFatal("cannot write the test's file");
    }
    return file.fileName();
}

QByteArray Lathectl::read(const QString& name) const
{
    QFile file(path(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

std::unique_ptr<QProcess> Lathectl::start(const QStringList& arguments, const Terminal *terminal) const
{
    auto process = std::make_unique<QProcess>();
    if (terminal) {
        process->setChildProcessModifier([terminal] { terminal->become(); });
    }
    process->setProcessEnvironment(m_environment);
    process->setWorkingDirectory(m_folder.path());
    const QStringList command = m_wrapper + QStringList{QStringLiteral(LATHECTL)} + arguments;
    process->start(command.first(), command.mid(1));
    return process;
}

Ran Lathectl::finish(QProcess& process)
{
    Ran ran;
    process.closeWriteChannel();
    const bool ended = process.state() == QProcess::NotRunning || process.waitForFinished(120'000);
    if (!ended) {
        process.kill();
        process.waitForFinished();
    }
    ran.out = process.readAllStandardOutput();
    ran.err = process.readAllStandardError();
    if (ended) {
        ran.status = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -2;
    }
    return ran;
}

Ran Lathectl::run(const QStringList& arguments, const QByteArray& input) const
{
    const auto process = start(arguments);
    process->write(input);
    return finish(*process);
}

Ran Lathectl::shell(const QString& script) const
{
    QProcess process;
    process.setProcessEnvironment(m_environment);
    process.setWorkingDirectory(m_folder.path());
    process.start(u"/bin/sh"_s, {u"-c"_s, script});
    return finish(process);
}

QJsonArray Lathectl::runs(const QStringList& more) const
{
    const Ran ran = run(QStringList{u"runs"_s, u"list"_s, u"--json"_s} + more);
    if (ran.status != 0) {
        qWarning("%s", ran.told().constData());
    }
    return ran.json().array();
}

QJsonObject Lathectl::newest() const
{
    return runs({u"--limit"_s, u"1"_s}).first().toObject();
}

QStringList Lathectl::results() const
{
    return {u"--response"_s, path(u"response.json"_s), u"--billing"_s, path(u"bill.csv"_s)};
}

QJsonObject Lathectl::response() const
{
    return QJsonDocument::fromJson(read(u"response.json"_s)).object();
}

QString Lathectl::billed() const
{
    const QList<QStringList> rows = readCsv(read(u"bill.csv"_s));
    if (rows.isEmpty()) {
        return u"no table"_s;
    }
    const qsizetype column = rows.first().indexOf(u"cost"_s);
    Money sum;
    for (const QStringList& row : rows.mid(1)) {
        const QString& cost = row.at(column);
        sum = cost.isEmpty() ? sum : *sum.plus(*Money::fromDecimal(cost)); // an unknown cost is none
    }
    return sum.toDecimal();
}

Terminal::Terminal() : m_person(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC))
{
    if (m_person >= 0 && ::grantpt(m_person) == 0 && ::unlockpt(m_person) == 0) {
        m_program = ::open(::ptsname(m_person), O_RDWR | O_NOCTTY | O_CLOEXEC);
    }
}

Terminal::~Terminal()
{
    ::close(m_program);
    ::close(m_person);
}

void Terminal::become() const
{
    ::dup2(m_program, STDIN_FILENO);
    ::dup2(m_program, STDERR_FILENO);
}

void Terminal::type(const QByteArray& line) const
{
    const QByteArray bytes = line + '\n';
    [[maybe_unused]] const ssize_t written = ::write(m_person, bytes.constData(), static_cast<size_t>(bytes.size()));
}

QList<QStringList> readCsv(const QByteArray& csv)
{
    QList<QStringList> rows;
    QStringList row;
    QString cell;
    bool quoted = false;
    const QString text = QString::fromUtf8(csv);
    for (qsizetype i = 0; i < text.size(); ++i) {
        const QChar c = text.at(i);
        if (quoted) {
            if (c != u'"') {
                cell += c;
            } else if (i + 1 < text.size() && text.at(i + 1) == u'"') {
                cell += text.at(++i);
            } else {
                quoted = false;
            }
        } else if (c == u'"' && cell.isEmpty()) {
            quoted = true;
        } else if (c == u',') {
            row.append(std::exchange(cell, QString()));
        } else if (c == u'\r' && i + 1 < text.size() && text.at(i + 1) == u'\n') {
            row.append(std::exchange(cell, QString()));
            rows.append(std::exchange(row, QStringList()));
            ++i;
        } else if (c == u'\r' || c == u'\n' || c == u'"') {
            return {}; // only CRLF ends a row, and only whole cells are quoted
        } else {
            cell += c;
        }
    }
    return quoted || !row.isEmpty() || !cell.isEmpty() ? QList<QStringList>() : rows;
}

} // namespace lathe::test
