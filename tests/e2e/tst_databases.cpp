// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/e2e/lathectl.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>
#include <QTest>

#include <sqlite3.h>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

namespace {

/// Another program's hold of a database file.
class Sqlite
{
public:
    explicit Sqlite(const QString& path)
    {
        m_open = sqlite3_open(QFile::encodeName(path).constData(), &m_database) == SQLITE_OK;
    }
    ~Sqlite() { sqlite3_close(m_database); }
    Sqlite(const Sqlite&) = delete;
    Sqlite& operator=(const Sqlite&) = delete;

    [[nodiscard]] bool execute(const char *sql)
    {
        return m_open && sqlite3_exec(m_database, sql, nullptr, nullptr, nullptr) == SQLITE_OK;
    }

private:
    sqlite3 *m_database = nullptr;
    bool m_open = false;
};

} // namespace

/// lathectl on databases and disks that fail it: exit status 5, a message that names the file and what is wrong with
/// it, and nothing lost.
class TestDatabases : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void refusesWhatItCannotUse_data();
    void refusesWhatItCannotUse();
    void looksAtWhatItMayNotWrite();
    void saysThatTheDiskIsFullAndGoesOnLater();
    void saysThatAnotherProgramHoldsIt();
    void comparesWithTheJournal();
    void worksWithoutASandbox();

private:
    /// Runs under bubblewrap; skips the test where that does not work.
    [[nodiscard]] bool useBubblewrap(const QStringList& arguments);
    /// A database with one finished run; its id.
    [[nodiscard]] QString fill();
    [[nodiscard]] QString database() const { return m_lathe->path(u"d/lathe.db"_s); }

    std::unique_ptr<Lathectl> m_lathe;
};

void TestDatabases::init()
{
    m_lathe = std::make_unique<Lathectl>();
    m_lathe->environment().insert(u"LATHE_DB"_s, database());
}

bool TestDatabases::useBubblewrap(const QStringList& arguments)
{
    const QString bwrap = QStandardPaths::findExecutable(u"bwrap"_s);
    m_lathe->setWrapper(QStringList{bwrap, u"--dev-bind"_s, u"/"_s, u"/"_s} + arguments + QStringList{u"--"_s});
    return !bwrap.isEmpty() && QProcess::execute(bwrap, {u"--dev-bind"_s, u"/"_s, u"/"_s, u"true"_s}) == 0;
}

QString TestDatabases::fill()
{
    const Ran ran = m_lathe->run({u"run"_s, u"--prompt"_s, u"What is a frame?"_s, u"--quiet"_s});
    return ran.status == 0 ? m_lathe->newest().value("run"_L1).toString() : QString();
}

void TestDatabases::refusesWhatItCannotUse_data()
{
    QTest::addColumn<QString>("damage");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("header") << u"header"_s << "not a database"_ba;
    QTest::newRow("middle") << u"middle"_s << "damaged"_ba;
    QTest::newRow("cut off") << u"cut"_s << "damaged"_ba;
    QTest::newRow("garbage") << u"garbage"_s << "not a database"_ba;
    QTest::newRow("newer") << u"newer"_s << "newer Lathe (schema 999"_ba;
    QTest::newRow("of another program") << u"stranger"_s << "another program"_ba;
    QTest::newRow("folder") << u"folder"_s << "not a file"_ba;
}

void TestDatabases::refusesWhatItCannotUse()
{
    QFETCH(QString, damage);
    QFETCH(QByteArray, says);
    const QString id = fill();
    QVERIFY(!id.isEmpty());
    QByteArray bytes = m_lathe->read(u"d/lathe.db"_s);
    const QString bad = m_lathe->path(u"bad.db"_s);
    if (damage == "header"_L1) {
        bytes.replace(0, 16, "sixteen bad byte");
    } else if (damage == "middle"_L1) {
        // From the third page on: what is in there is known, and rubbish.
        bytes.replace(8192, bytes.size() - 8192, QByteArray(bytes.size() - 8192, '\x5a'));
    } else if (damage == "cut"_L1) {
        bytes.truncate(bytes.size() / 3);
    } else if (damage == "garbage"_L1) {
        bytes = QByteArray(8192, 'x');
    } else if (damage == "folder"_L1) {
        QVERIFY(QDir().mkpath(bad));
    }
    if (damage == "stranger"_L1) {
        QVERIFY(Sqlite(bad).execute("CREATE TABLE x (a)"));
    } else if (damage != "folder"_L1) {
        static_cast<void>(m_lathe->write(u"bad.db"_s, bytes));
    }
    if (damage == "newer"_L1) {
        QVERIFY(Sqlite(bad).execute("PRAGMA user_version = 999"));
    }
    const QByteArray before = m_lathe->read(u"bad.db"_s);
    for (const QStringList& command :
         {QStringList{u"runs"_s, u"list"_s}, QStringList{u"runs"_s, u"show"_s, id}, QStringList{u"bill"_s},
          QStringList{u"doctor"_s}, QStringList{u"run"_s, u"--prompt"_s, u"What is a frame?"_s, u"--quiet"_s}}) {
        const Ran ran = m_lathe->run(command + QStringList{u"--db"_s, bad});
        QVERIFY2(ran.status == 5, ran.told().constData());
        QVERIFY2(ran.err.contains(says) && ran.err.contains("bad.db"), ran.told().constData());
        QCOMPARE(ran.out, QByteArray());
        QVERIFY(m_lathe->read(u"bad.db"_s) == before); // byte for byte
    }
}

void TestDatabases::looksAtWhatItMayNotWrite()
{
    const QString id = fill();
    QVERIFY(!id.isEmpty());
    const QString folder = QFileInfo(database()).absolutePath();
    if (!useBubblewrap({u"--ro-bind"_s, folder, folder})) {
        QSKIP("bubblewrap does not work here");
    }
    const QStringList reading{u"runs list"_s,
                              u"runs list --json"_s,
                              u"runs show %1"_s,
                              u"bill"_s,
                              u"bill --format csv"_s,
                              u"export %1"_s,
                              u"export --format response %1"_s,
                              u"kb list"_s,
                              u"kb search frame"_s,
                              u"policy list"_s,
                              u"tools list"_s,
                              u"models"_s,
                              u"doctor"_s};
    for (const QString& command : reading) {
        const Ran ran = m_lathe->run((command.contains(u'%') ? command.arg(id) : command).split(u' '));
        QVERIFY2(ran.status == 0 && !ran.out.isEmpty(), qPrintable(command + QString::fromUtf8(ran.told())));
    }
    const QStringList writing{u"run --prompt x --quiet"_s, u"runs delete %1"_s, u"policy set bob tier=pro"_s,
                              u"kb drop 1"_s};
    for (const QString& command : writing) {
        const Ran ran = m_lathe->run((command.contains(u'%') ? command.arg(id) : command).split(u' '));
        QVERIFY2(ran.status == 5, qPrintable(command + QString::fromUtf8(ran.told())));
        QVERIFY2(ran.err.contains("read-only") && ran.err.contains("lathe.db"), ran.told().constData());
    }
    // Where there is none, none can be made.
    const Ran none = m_lathe->run({u"runs"_s, u"list"_s, u"--db"_s, folder + u"/new.db"_s});
    QVERIFY2(none.status == 5 && none.err.contains("new.db"), none.told().constData());
}

void TestDatabases::saysThatTheDiskIsFullAndGoesOnLater()
{
    const QString folder = QFileInfo(database()).absolutePath();
    QVERIFY(QDir().mkpath(folder));
    if (!useBubblewrap({})) {
        QSKIP("bubblewrap does not work here");
    }
    // The disk lives as long as the one shell inside: it fills it up, looks, makes room and goes on.
    const QString script = uR"(
        head -c 300000 /dev/zero > d/filler
        "$LATHECTL" policy set me tier=enterprise >/dev/null
        i=0; status=0
        while [ $i -lt 100 ] && [ $status = 0 ]; do
            i=$((i+1)); head -c 60000 /dev/urandom > noise
            "$LATHECTL" run --user me --prompt "What is a frame? $i" --attach noise --quiet >/dev/null 2>said; status=$?
        done
        echo "status $status"; cat said
        "$LATHECTL" doctor; echo "doctor $?"
        rm d/filler
        id=$(sed -n 's/.*lathectl resume //p' said)
        # The run that met the end of the disk goes on, or begins if it could not even do that.
        if [ -n "$id" ]; then "$LATHECTL" resume "$id" --quiet >/dev/null
        else "$LATHECTL" run --user me --prompt "What is a frame?" --quiet >/dev/null; fi
        echo "resumed $?"
        "$LATHECTL" doctor >/dev/null; echo "doctor again $?"
        "$LATHECTL" runs list --json > list
    )"_s;
    QProcess process;
    process.setProcessEnvironment(m_lathe->environment());
    process.setWorkingDirectory(m_lathe->path(u"."_s));
    process.start(QStandardPaths::findExecutable(u"bwrap"_s),
                  {u"--dev-bind"_s, u"/"_s, u"/"_s, u"--size"_s, u"1700000"_s, u"--tmpfs"_s, folder, u"/bin/sh"_s,
                   u"-c"_s, script});
    const Ran ran = Lathectl::finish(process);
    QVERIFY2(ran.out.contains("status 5"), ran.told().constData());
    QVERIFY2(ran.out.contains("disk is full") && ran.out.contains("lathe.db"), ran.told().constData());
    QVERIFY2(ran.out.contains("doctor 0"), ran.told().constData()); // what was stored is whole
    QVERIFY2(ran.out.contains("resumed 0") && ran.out.contains("doctor again 0"), ran.told().constData());
    const QJsonArray runs = QJsonDocument::fromJson(m_lathe->read(u"list"_s)).array();
    QVERIFY(runs.size() > 3);
    for (const QJsonValue& run : runs) {
        QCOMPARE(run.toObject().value("status"_L1).toString(), u"COMPLETE"_s);
    }
}

void TestDatabases::saysThatAnotherProgramHoldsIt()
{
    QVERIFY(!fill().isEmpty());
    Sqlite stranger(database());
    QVERIFY(stranger.execute("BEGIN EXCLUSIVE"));
    const Ran ran = m_lathe->run({u"run"_s, u"--prompt"_s, u"x"_s, u"--quiet"_s});
    QVERIFY2(ran.status == 5, ran.told().constData());
    QVERIFY2(ran.err.contains("in use by another program"), ran.told().constData());
    QCOMPARE(m_lathe->runs().size(), 1); // reading goes on
    QVERIFY(stranger.execute("COMMIT"));
    QCOMPARE(m_lathe->run({u"run"_s, u"--prompt"_s, u"x"_s, u"--quiet"_s}).status, 0);
}

void TestDatabases::comparesWithTheJournal()
{
    const QString id = fill();
    QVERIFY(!id.isEmpty());
    QVERIFY(Sqlite(database()).execute("UPDATE agent_cost_lines SET cost_micro = cost_micro + 1"));
    const Ran found = m_lathe->run({u"doctor"_s});
    QVERIFY2(found.status == 5, found.told().constData());
    QVERIFY2(found.out.contains("differences") && found.out.contains("agent_cost_lines"), found.told().constData());
    const Ran mended = m_lathe->run({u"doctor"_s, u"--rebuild"_s});
    QVERIFY2(mended.status == 0, mended.told().constData());
    QVERIFY2(mended.out.contains("replaced from the journal"), mended.told().constData());
    QCOMPARE(m_lathe->run({u"doctor"_s}).status, 0);
    QVERIFY(Sqlite(database()).execute("DELETE FROM agent_audit_logs WHERE seq = 3"));
    const Ran gap = m_lathe->run({u"doctor"_s, u"--rebuild"_s});
    QVERIFY2(gap.status == 5 && gap.out.contains("gaps"), gap.told().constData());
}

void TestDatabases::worksWithoutASandbox()
{
    QStringList hidden;
    for (const QString& folder : {u"/usr/local/bin"_s, u"/usr/bin"_s}) {
        const QString path = folder + u"/bwrap"_s;
        if (QFile::exists(path)) {
            hidden += {u"--ro-bind"_s, u"/dev/null"_s, path};
        }
    }
    if (!useBubblewrap(hidden)) {
        QSKIP("bubblewrap does not work here");
    }
    const Ran call =
        m_lathe->run({u"tools"_s, u"call"_s, u"code_executor"_s, u"{\"language\":\"python\",\"code\":\"print(1)\"}"_s});
    QVERIFY2(call.status == 4, call.told().constData());
    QVERIFY2(call.err.contains("bubblewrap"), call.told().constData());
    const Ran check = m_lathe->run({u"tools"_s, u"check"_s});
    QVERIFY2(check.status == 0 && check.out.contains("code_executor: "), check.told().constData());
    QVERIFY2(check.out.contains("bubblewrap"), check.told().constData());
    const Ran doctor = m_lathe->run({u"doctor"_s});
    QVERIFY2(doctor.status == 0 && doctor.out.contains("bubblewrap"), doctor.told().constData());
    // A run that wants it says so in its answer, and ends as a run does.
    const Ran ran = m_lathe->run({u"run"_s, u"--prompt"_s, u"Run:\n```python\nprint(6*7)\n```"_s});
    QVERIFY2(ran.status == 0 || ran.status == 4, ran.told().constData());
    QVERIFY2(ran.told().contains("bubblewrap"), ran.told().constData());
    QVERIFY2(!ran.out.contains("42"), ran.told().constData()); // never without a sandbox
}

QTEST_GUILESS_MAIN(TestDatabases)
#include "tst_databases.moc"
