// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QProcessEnvironment>
#include <QString>
#include <QStringList>
#include <QTemporaryDir>

#include <memory>

namespace lathe::test {

class Terminal;

/// What a call of lathectl left behind.
struct Ran
{
    int status = -1; ///< -1: did not end in time, -2: ended by a signal
    QByteArray out;
    QByteArray err;
    [[nodiscard]] QJsonDocument json() const { return QJsonDocument::fromJson(out); }
    /// For QVERIFY2: everything it said.
    [[nodiscard]] QByteArray told() const { return QByteArray::number(status) + '\n' + out + err; }
};

/// lathectl as a script uses it, with a folder, a database and an environment of its own.
class Lathectl
{
public:
    Lathectl();

    [[nodiscard]] QString path(const QString& name) const { return m_folder.filePath(name); }
    /// Makes a file; its path.
    [[nodiscard]] QString write(const QString& name, const QByteArray& bytes) const;
    [[nodiscard]] QByteArray read(const QString& name) const;
    [[nodiscard]] QProcessEnvironment& environment() { return m_environment; }
    /// What stands before the program: a shell that limits it, bubblewrap that takes the disk away.
    void setWrapper(const QStringList& wrapper) { m_wrapper = wrapper; }

    /// terminal: what it is started at instead of pipes; outlives the process.
    [[nodiscard]] std::unique_ptr<QProcess> start(const QStringList& arguments,
                                                  const Terminal *terminal = nullptr) const;
    /// Waits for its end; standard input is empty unless input says otherwise.
    [[nodiscard]] Ran run(const QStringList& arguments, const QByteArray& input = {}) const;
    /// The same through sh -c, where "$LATHECTL" is the program.
    [[nodiscard]] Ran shell(const QString& script) const;
    /// Waits for the end of what start() gave.
    [[nodiscard]] static Ran finish(QProcess& process);

    /// The newest run as `runs list --json` gives it.
    [[nodiscard]] QJsonObject newest() const;
    [[nodiscard]] QJsonArray runs(const QStringList& more = {}) const;
    /// The file of --response.
    [[nodiscard]] QJsonObject response() const;
    /// The sum over the rows of the file of --billing, exactly.
    [[nodiscard]] QString billed() const;
    /// --response and --billing into files that response() and billed() read.
    [[nodiscard]] QStringList results() const;

private:
    QTemporaryDir m_folder;
    QProcessEnvironment m_environment;
    QStringList m_wrapper;
};

/// A pair of pseudo-terminal ends: what a person would sit at.
class Terminal
{
public:
    Terminal();
    ~Terminal();
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;

    [[nodiscard]] bool works() const { return m_person >= 0 && m_program >= 0; }
    /// The program's standard input and error, for QProcess::setChildProcessModifier.
    void become() const;
    /// What the person types, a line.
    void type(const QByteArray& line) const;

private:
    int m_person = -1;
    int m_program = -1;
};

/// A table as RFC 4180 has it: rows of cells, quotes taken off. Empty if the text is not one.
[[nodiscard]] QList<QStringList> readCsv(const QByteArray& csv);

} // namespace lathe::test
