// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/core/compression.h"
#include "engine/storage/databasethread.h"
#include "engine/storage/dialect.h"
#include "tests/engine/storage/storagesupport.h"

#include <QCoreApplication>
#include <QFile>
#include <QProcess>
#include <QStandardPaths>

#include <cstdio>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

namespace {

constexpr auto kTask = "LATHE_STORAGE_TASK";

QByteArray noise(QRandomGenerator& random, qsizetype size)
{
    QByteArray bytes(size, Qt::Uninitialized);
    for (char& byte : bytes) {
        byte = static_cast<char>(random.bounded(256));
    }
    return bytes;
}

void say(const QString& line)
{
    std::fputs(qPrintable(line + u'\n'), stdout);
    std::fflush(stdout);
}

void sayError(const Error& error)
{
    say(u"error %1 %2"_s.arg(static_cast<int>(error.code)).arg(error.message));
}

/// Opens, reads, writes a run and says how it went: run in a sandbox where writing is not possible.
int openTask(const QString& path)
{
    FakeClock clock;
    DatabaseSettings settings;
    settings.path = path;
    const auto database = Database::open(settings, clock);
    if (!database) {
        sayError(database.error());
        return 0;
    }
    const auto runs = settled((*database)->runs({}));
    const auto report = settled((*database)->rebuild(false));
    const auto stored = settled((*database)->settings());
    if (!runs || !report || !stored) {
        sayError(!runs ? runs.error() : !report ? report.error() : stored.error());
        return 0;
    }
    say(u"read %1 runs, %2 events"_s.arg(runs->size()).arg(report->events));
    EventMaker maker(runName(2));
    const auto written = settled((*database)->append({maker.created()}, Durability::Full));
    if (written) {
        say(u"written"_s);
    } else {
        sayError(written.error());
    }
    return 0;
}

/// Writes until the disk is full, then says what is still there.
int fillTask(const QString& path)
{
    FakeClock clock;
    DatabaseSettings settings;
    settings.path = path;
    auto database = Database::open(settings, clock);
    if (!database) {
        sayError(database.error());
        return 1;
    }
    EventMaker maker(runName(1));
    need((*database)->append({maker.created()}, Durability::Full));
    QRandomGenerator random(1);
    qint64 kept = 1;
    for (int i = 1; i < 10'000; ++i) {
        const auto written =
            settled((*database)->append({maker.response(i, 1, 1, noise(random, 20'000))}, Durability::Full));
        if (!written) {
            sayError(written.error());
            break;
        }
        ++kept;
    }
    // Everything that was said to be stored is readable, now and after opening again.
    for (int round = 0; round < 2; ++round) {
        const auto report = settled((*database)->rebuild(false));
        if (!report) {
            sayError(report.error());
            return 1;
        }
        say(u"round %1: kept %2 events %3 problems %4"_s.arg(round)
                .arg(kept)
                .arg(report->events)
                .arg(report->differences.size() + report->gaps.size() + report->integrity.size()));
        database->reset();
        database = Database::open(settings, clock);
        if (!database) {
            sayError(database.error());
            return 1;
        }
    }
    return 0;
}

/// Appends for ever and says the number of every event that was acknowledged.
int appendTask(const QString& path)
{
    FakeClock clock;
    DatabaseSettings settings;
    settings.path = path;
    settings.paidDurability = Durability::Normal;
    const auto database = need(Database::open(settings, clock));
    const auto known = settled(database->run(runName(1)));
    EventMaker maker(runName(1));
    EventQuery all;
    all.limit = 0;
    qint64 last = 0;
    if (known) {
        last = need(database->events(runName(1), all)).last().seq;
    }
    RunEvent event = maker.created();
    for (int i = 1;; ++i) {
        QList<RunEvent> batch;
        for (int n = 0; n < 3; ++n) {
            event.seq = ++last;
            batch << event;
            event = maker.response(i, 1, 1, "reply " + QByteArray::number(last));
        }
        need(database->append(batch, i % 2 == 0 ? Durability::Full : Durability::Normal));
        say(QString::number(last));
    }
}

} // namespace

/// What happens when the disk, the file or the process fails: a clear error, and nothing committed is lost.
class TestFaults : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void readsWhereItCannotWriteAndSaysSo();
    void saysThatTheDiskIsFullAndKeepsWhatItHas();
    void saysThatTheDatabaseIsLocked();
    void switchesDurabilityBackAndForth();
    void keepsGoodBatchesApartFromABadOne();
    void saysThatTheDatabaseIsDamaged();
    void losesNothingWhenKilled();
    void refusesWorkAfterClosing();
    void turnsAnExceptionIntoAnError();
    void reportsWrongStatements();
    void refusesDamagedTexts_data();
    void refusesDamagedTexts();

private:
    QString path() const { return m_folder->filePath(u"lathe.db"_s); }
    Result<std::unique_ptr<Database>> open()
    {
        DatabaseSettings settings;
        settings.path = path();
        settings.busyTimeoutMs = 50;
        return Database::open(settings, m_clock);
    }
    /// Runs a task of this program under bubblewrap; its output, or nothing if there is no working bubblewrap.
    static QString sandboxed(QStringList arguments, const QString& task, const QString& path)
    {
        const QString bwrap = QStandardPaths::findExecutable(u"bwrap"_s);
        QProcess process;
        arguments = QStringList{u"--dev-bind"_s, u"/"_s, u"/"_s} + arguments;
        arguments << QCoreApplication::applicationFilePath() << path;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QString::fromLatin1(kTask), task);
        process.setProcessEnvironment(environment);
        process.start(bwrap, arguments);
        process.waitForFinished(60'000);
        const QString errors = QString::fromUtf8(process.readAllStandardError());
        if (!errors.isEmpty()) {
            qInfo("%s", qPrintable(errors));
        }
        return QString::fromUtf8(process.readAllStandardOutput());
    }
    FakeClock m_clock;
    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestFaults::readsWhereItCannotWriteAndSaysSo()
{
    const QString folder = m_folder->path();
    // First without a file, then with one that was closed, then with one that another process has open.
    const auto task = [this, &folder] { return sandboxed({u"--ro-bind"_s, folder, folder}, u"open"_s, path()); };
    QString said = task();
    if (said.isEmpty()) {
        QSKIP("bubblewrap does not work here");
    }
    QVERIFY2(said.startsWith(u"error %1 "_s.arg(static_cast<int>(ErrorCode::File))), qPrintable(said));
    QVERIFY(said.contains(path()));
    auto database = need(open());
    EventMaker maker(runName(1));
    need(database->append({maker.created()}, Durability::Normal));
    for (int round = 0; round < 2; ++round) {
        said = task();
        const QStringList lines = said.split(u'\n', Qt::SkipEmptyParts);
        QCOMPARE(lines.size(), 2);
        QCOMPARE(lines.at(0), u"read 1 runs, 1 events"_s);
        QVERIFY2(lines.at(1).startsWith(u"error %1 "_s.arg(static_cast<int>(ErrorCode::Database))), qPrintable(said));
        QVERIFY2(said.contains(u"read-only"_s) && said.contains(path()), qPrintable(said));
        database.reset();
    }
    QCOMPARE(need(need(open())->runs({})).size(), 1);
}

void TestFaults::saysThatTheDiskIsFullAndKeepsWhatItHas()
{
    const QString folder = m_folder->path();
    const QString said =
        sandboxed({u"--size"_s, u"3000000"_s, u"--tmpfs"_s, folder}, u"fill"_s, folder + u"/lathe.db"_s);
    if (said.isEmpty()) {
        QSKIP("bubblewrap does not work here");
    }
    const QStringList lines = said.split(u'\n', Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), 3);
    QVERIFY2(lines.first().startsWith(u"error %1 "_s.arg(static_cast<int>(ErrorCode::Database))), qPrintable(said));
    QVERIFY2(lines.first().contains(u"full"_s) && lines.first().contains(folder), qPrintable(said));
    for (const QString& line : lines.mid(1)) {
        const QStringList words = line.split(u' ');
        QCOMPARE(words.at(3), words.at(5));
        QCOMPARE(words.at(7), u"0"_s);
        QVERIFY2(words.at(3).toInt() > 20, qPrintable(said));
    }
}

void TestFaults::saysThatTheDatabaseIsLocked()
{
    const auto database = need(open());
    EventMaker maker(runName(1));
    need(database->append({maker.created()}, Durability::Normal));
    const RunEvent next = maker.request(1);
    {
        const auto other = need(Connection::open(sqliteDialect(), path(), Connection::Mode::Write, 50));
        const auto transaction = need(Transaction::begin(*other));
        const auto refused = settled(database->append({next}, Durability::Normal));
        QCOMPARE(refused.error().code, ErrorCode::Database);
        QVERIFY2(refused.error().message.contains(u"in use"_s), qPrintable(refused.error().message));
        // Reading goes on.
        QCOMPARE(need(database->runs({})).size(), 1);
    }
    need(database->append({next}, Durability::Normal));
    QCOMPARE(need(database->rebuild(false)).differences, QStringList());
}

void TestFaults::switchesDurabilityBackAndForth()
{
    need(open());
    const auto connection = need(Connection::open(sqliteDialect(), path(), Connection::Mode::Write, 50));
    need(sqliteDialect().setUpWriting(*connection));
    for (const Durability durability :
         {Durability::Full, Durability::Normal, Durability::Full, Durability::Full, Durability::Normal}) {
        need(sqliteDialect().setDurability(*connection, durability));
        auto rows = need(connection->queryText(u"PRAGMA synchronous"_s));
        QVERIFY(rows.next());
        QCOMPARE(rows.number(0), durability == Durability::Full ? 2 : 1);
    }
    auto mode = need(connection->queryText(u"PRAGMA journal_mode"_s));
    QVERIFY(mode.next());
    QCOMPARE(mode.text(0), u"wal"_s);
}

void TestFaults::keepsGoodBatchesApartFromABadOne()
{
    const auto database = need(open());
    QList<EventMaker> makers;
    for (int i = 0; i < 6; ++i) {
        makers << EventMaker(runName(i));
    }
    // Held back by another writer, all of these wait together and share one commit, or would.
    QList<QFuture<Result<void>>> pending;
    {
        const auto other = need(Connection::open(sqliteDialect(), path(), Connection::Mode::Write, 50));
        const auto transaction = need(Transaction::begin(*other));
        pending << database->append({makers[0].created()}, Durability::Normal);
        for (int i = 1; i < 6; ++i) {
            RunEvent event = makers[i].response(1, 1, 1, "body " + QByteArray::number(i));
            event.seq = i == 3 ? 5 : 1;
            pending << database->append({event}, i == 4 ? Durability::Full : Durability::Normal);
        }
    }
    for (int i = 1; i < 6; ++i) {
        const auto result = settled(pending[i]);
        QCOMPARE(result.has_value(), i != 3);
    }
    const auto report = need(database->rebuild(false));
    QCOMPARE(report.differences, QStringList());
    QVERIFY(report.runs >= 4);
    const auto body = settled(database->body(QString::fromLatin1(makeBody("body 3").sha256)));
    QCOMPARE(body.error().code, ErrorCode::NotFound);
}

void TestFaults::saysThatTheDatabaseIsDamaged()
{
    {
        const auto database = need(open());
        EventMaker maker(runName(1));
        QList<RunEvent> events{maker.created()};
        for (int i = 1; i < 2000; ++i) {
            events << maker.request(i);
        }
        need(database->append(events, Durability::Full));
    }
    QFile file(path());
    QVERIFY(file.open(QIODevice::ReadWrite));
    QVERIFY(file.size() > 200'000);
    // From the middle on: tables stay known, their pages are rubbish.
    QVERIFY(file.seek(file.size() / 2 / 4096 * 4096));
    file.write(QByteArray(static_cast<qsizetype>(file.size() / 3), '\x5a'));
    file.close();
    const auto database = need(open());
    EventQuery all;
    all.limit = 0;
    const auto events = settled(database->events(runName(1), all));
    QVERIFY(!events);
    QCOMPARE(events.error().code, ErrorCode::Database);
    QVERIFY2(events.error().message.contains(u"damaged"_s) && events.error().message.contains(path()),
             qPrintable(events.error().message));
    const auto report = settled(database->rebuild(false));
    QVERIFY(!report || !report->integrity.isEmpty());
}

void TestFaults::losesNothingWhenKilled()
{
    QRandomGenerator random(3);
    qint64 acknowledged = 0;
    for (int round = 0; round < 12; ++round) {
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QString::fromLatin1(kTask), u"append"_s);
        process.setProcessEnvironment(environment);
        process.start(QCoreApplication::applicationFilePath(), {path()});
        QVERIFY(process.waitForReadyRead(20'000));
        process.waitForFinished(random.bounded(1, 60));
        process.kill(); // SIGKILL
        process.waitForFinished();
        const QStringList lines = QString::fromUtf8(process.readAllStandardOutput()).split(u'\n', Qt::SkipEmptyParts);
        QVERIFY(!lines.isEmpty());
        QVERIFY(lines.last().toLongLong() > acknowledged);
        acknowledged = lines.last().toLongLong();

        const auto database = need(open());
        QCOMPARE(need(database->run(runName(1))).status, RunStatus::Interrupted);
        const auto report = need(database->rebuild(false));
        QVERIFY2(report.events >= acknowledged, qPrintable(u"%1 < %2"_s.arg(report.events).arg(acknowledged)));
        QCOMPARE(report.gaps, QStringList());
        QCOMPARE(report.differences, QStringList());
        QCOMPARE(report.integrity, QStringList());
        QCOMPARE(report.events % 3, 0); // batches are whole
    }
}

void TestFaults::refusesWorkAfterClosing()
{
    need(open());
    const auto thread = need(DatabaseThread::start(
        [this] { return Connection::open(sqliteDialect(), path(), Connection::Mode::Write, 50); }));
    thread->close();
    const auto refused = settled(thread->run<int>([](Connection&) -> Result<int> { return 1; }));
    QCOMPARE(refused.error().code, ErrorCode::Cancelled);
    const auto failing = DatabaseThread::start(
        []() -> Result<std::unique_ptr<Connection>> { return fail(ErrorCode::Database, u"no luck"_s); });
    QCOMPARE(failing.error().message, u"no luck"_s);
}

void TestFaults::turnsAnExceptionIntoAnError()
{
    need(open());
    const auto thread = need(DatabaseThread::start(
        [this] { return Connection::open(sqliteDialect(), path(), Connection::Mode::Read, 50); }));
    const auto failed =
        settled(thread->run<int>([](Connection&) -> Result<int> { throw std::runtime_error("a bug"); }));
    QCOMPARE(failed.error().code, ErrorCode::Internal);
    QCOMPARE(failed.error().detail, u"a bug"_s);
    QCOMPARE(need(thread->run<int>([](Connection&) -> Result<int> { return 3; })), 3);
    // The reading connection really cannot write.
    const auto refused = settled(thread->run<qint64>(
        [](Connection& connection) { return connection.executeText(u"DELETE FROM agent_settings"_s); }));
    QCOMPARE(refused.error().code, ErrorCode::Database);
}

void TestFaults::reportsWrongStatements()
{
    need(open());
    const auto connection = need(Connection::open(sqliteDialect(), path(), Connection::Mode::Write, 50));
    const auto unknown = connection->execute(Sql{"SELECT nothing FROM nowhere"});
    QVERIFY(unknown.error().detail.contains(u"SELECT nothing FROM nowhere"_s));
    QVERIFY(!connection->query(Sql{"SELECT nothing FROM nowhere"}));
    QVERIFY(!connection->queryText(u"SELEC"_s));
    QVERIFY(!connection->integer(Sql{"SELECT x FROM y"}));
    const auto places = connection->execute(Sql{"DELETE FROM agent_settings WHERE name = ?"}, {});
    QVERIFY(!places);
    QVERIFY(places.error().detail.contains(u"DELETE FROM agent_settings"_s));
    const auto keys = connection->executeText(u"INSERT INTO agent_body_references (run, body) VALUES (1, 77)"_s);
    QCOMPARE(keys.error().code, ErrorCode::Internal);
    QCOMPARE(need(connection->integer(Sql{"SELECT max(time) FROM agent_rate_events"})), std::optional<qint64>());
}

void TestFaults::refusesDamagedTexts_data()
{
    const QByteArray text = QByteArray("the quick brown fox ").repeated(50);
    const StoredBytes good = compress(text);
    QTest::addColumn<QString>("encoding");
    QTest::addColumn<qint64>("size");
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<bool>("valid");
    QTest::newRow("good") << good.encoding << good.size << good.content << true;
    QTest::newRow("raw") << u"raw"_s << qint64(3) << "abc"_ba << true;
    QTest::newRow("raw of another size") << u"raw"_s << qint64(4) << "abc"_ba << false;
    QTest::newRow("unknown") << u"lzma"_s << good.size << good.content << false;
    QTest::newRow("size") << good.encoding << good.size + 1 << good.content << false;
    QTest::newRow("negative size") << good.encoding << qint64(-1) << good.content << false;
    QTest::newRow("cut") << good.encoding << good.size << good.content.left(good.content.size() - 4) << false;
    QTest::newRow("empty") << good.encoding << good.size << QByteArray() << false;
}

void TestFaults::refusesDamagedTexts()
{
    QFETCH(QString, encoding);
    QFETCH(qint64, size);
    QFETCH(QByteArray, content);
    QFETCH(bool, valid);
    const auto bytes = decompress(encoding, size, content);
    QCOMPARE(bytes.has_value(), valid);
    if (!valid) {
        QCOMPARE(bytes.error().code, ErrorCode::Database);
    }
}

int main(int argc, char *argv[])
{
    QCoreApplication application(argc, argv);
    const QByteArray task = qgetenv(kTask);
    if (task == "open") {
        return openTask(application.arguments().at(1));
    }
    if (task == "fill") {
        return fillTask(application.arguments().at(1));
    }
    if (task == "append") {
        return appendTask(application.arguments().at(1));
    }
    TestFaults test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_faults.moc"
