// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/storage/migrator.h"

#include "engine/storage/dialect.h"
#include "tests/engine/storage/storagesupport.h"

#include <QDir>
#include <QFile>

#include <thread>
#include <vector>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

/// Each outcome of opening a database of this, an older, a newer or no version.
class TestMigrator : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void readsTheStepsOfTheProduct();
    void refusesStepsOutOfOrder();
    void createsADatabase();
    void leavesACurrentDatabaseAlone();
    void migratesAfterABackup();
    void givesEveryBackupItsOwnName();
    void staysAtTheOldVersionWhenAStepFails();
    void doesNotMigrateWithoutABackup();
    void refusesANewerDatabaseUntouched();
    void refusesADatabaseOfAnotherProgram();
    void refusesWhatIsNoDatabase();
    void makesTheFolderAndKeepsTheFilePrivate();
    void letsManyOpenANewDatabaseAtOnce();

private:
    QString path() const { return m_folder->filePath(u"lathe.db"_s); }
    QByteArray bytes() const
    {
        QFile file(path());
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    std::unique_ptr<Connection> connect() const
    {
        return need(Connection::open(sqliteDialect(), path(), Connection::Mode::Write, 2000));
    }
    static QList<MigrationStep> steps()
    {
        return {{1, {u"CREATE TABLE agent_a (x BIGINT)"_s, u"INSERT INTO agent_a VALUES (7)"_s}},
                {2, {u"ALTER TABLE agent_a ADD COLUMN y BIGINT"_s, u"UPDATE agent_a SET y = x + 1"_s}}};
    }
    static qint64 number(Connection& connection, const QString& sql)
    {
        auto rows = need(connection.queryText(sql));
        return rows.next() ? rows.integer(0) : -1;
    }
    Result<std::unique_ptr<Database>> open()
    {
        DatabaseSettings settings;
        settings.path = path();
        return Database::open(settings, m_clock);
    }
    FakeClock m_clock;
    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestMigrator::readsTheStepsOfTheProduct()
{
    const auto read = need(loadMigrations(sqliteDialect().migrations()));
    QCOMPARE(read.first().version, 1);
    QCOMPARE(read.last().version, read.size());
    QStringList tables;
    for (const QString& statement : read.first().statements) {
        QVERIFY2(!statement.contains(u"--;;"_s), qPrintable(statement));
        const qsizetype at = statement.indexOf(u"CREATE TABLE "_s);
        if (at >= 0) {
            tables << statement.mid(at + 13).section(u' ', 0, 0);
        }
    }
    for (const QString& name : {u"agent_user_policies"_s, u"agent_result_cache"_s, u"agent_audit_logs"_s,
                                u"agent_execution_metadata"_s, u"agent_decisions"_s, u"agent_tool_executions"_s,
                                u"agent_cost_lines"_s, u"agent_rate_events"_s, u"agent_price_books"_s}) {
        QVERIFY2(tables.contains(name), qPrintable(name));
    }
}

void TestMigrator::refusesStepsOutOfOrder()
{
    const auto write = [this](const QString& name, const QByteArray& text) {
        QFile file(m_folder->filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
    };
    QCOMPARE(loadMigrations(m_folder->path()).error().code, ErrorCode::Internal);
    write(u"0001_a.sql"_s, "CREATE TABLE a (x BIGINT)\n--;;\n-- only words\n--;;\nCREATE TABLE b (x BIGINT)\n");
    QCOMPARE(need(loadMigrations(m_folder->path())).first().statements.size(), 2);
    write(u"0003_c.sql"_s, "CREATE TABLE c (x BIGINT)");
    QVERIFY(loadMigrations(m_folder->path()).error().message.contains(u"0003_c.sql"_s));
    write(u"0002_b.sql"_s, "-- nothing\n");
    QVERIFY(loadMigrations(m_folder->path()).error().message.contains(u"0002_b.sql"_s));
}

void TestMigrator::createsADatabase()
{
    const auto connection = connect();
    const auto outcome = need(migrate(*connection, steps(), 0));
    QCOMPARE(outcome.kind, MigrationOutcome::Kind::Created);
    QCOMPARE(outcome.from, 0);
    QCOMPARE(outcome.to, 2);
    QVERIFY(outcome.backup.isEmpty());
    QCOMPARE(number(*connection, u"SELECT y FROM agent_a"_s), 8);
    QCOMPARE(need(sqliteDialect().schemaVersion(*connection)), 2);
}

void TestMigrator::leavesACurrentDatabaseAlone()
{
    need(migrate(*connect(), steps(), 0));
    const QByteArray before = bytes();
    const auto outcome = need(migrate(*connect(), steps(), 0));
    QCOMPARE(outcome.kind, MigrationOutcome::Kind::Current);
    QCOMPARE(bytes(), before);
    QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files).size(), 1);
}

void TestMigrator::migratesAfterABackup()
{
    const auto connection = connect();
    need(migrate(*connection, steps().mid(0, 1), 0));
    need(connection->executeText(u"INSERT INTO agent_a VALUES (20)"_s));
    const auto outcome = need(migrate(*connection, steps(), 1'790'000'000'000));
    QCOMPARE(outcome.kind, MigrationOutcome::Kind::Migrated);
    QCOMPARE(outcome.from, 1);
    QCOMPARE(number(*connection, u"SELECT sum(y) FROM agent_a"_s), 29);
    QCOMPARE(outcome.backup, QString(path() + u".backup-v1-20260921T141320Z"_s));
    const auto backup = need(Connection::open(sqliteDialect(), outcome.backup, Connection::Mode::Read, 1000));
    QCOMPARE(need(sqliteDialect().schemaVersion(*backup)), 1);
    QCOMPARE(number(*backup, u"SELECT sum(x) FROM agent_a"_s), 27);
    QVERIFY(!backup->executeText(u"SELECT y FROM agent_a"_s));
}

void TestMigrator::givesEveryBackupItsOwnName()
{
    QFile taken(path() + u".backup-v1-19700101T000000Z"_s);
    QVERIFY(taken.open(QIODevice::WriteOnly));
    const auto connection = connect();
    need(migrate(*connection, steps().mid(0, 1), 0));
    const auto outcome = need(migrate(*connection, steps(), 0));
    QCOMPARE(outcome.backup, QString(path() + u".backup-v1-19700101T000000Z-2"_s));
    QCOMPARE(taken.size(), 0);
}

void TestMigrator::staysAtTheOldVersionWhenAStepFails()
{
    const auto connection = connect();
    need(migrate(*connection, steps().mid(0, 1), 0));
    auto broken = steps();
    broken[1].statements << u"INSERT INTO agent_missing VALUES (1)"_s;
    const auto outcome = migrate(*connection, broken, 0);
    QVERIFY(!outcome);
    QCOMPARE(outcome.error().code, ErrorCode::Database);
    QVERIFY(outcome.error().message.contains(path()));
    QVERIFY(outcome.error().message.contains(u"stays at 1"_s));
    QVERIFY(outcome.error().detail.contains(u"agent_missing"_s));
    QCOMPARE(need(sqliteDialect().schemaVersion(*connection)), 1);
    QVERIFY(!connection->executeText(u"SELECT y FROM agent_a"_s));
    // With the step mended it works.
    QCOMPARE(need(migrate(*connection, steps(), 1000)).kind, MigrationOutcome::Kind::Migrated);
}

void TestMigrator::doesNotMigrateWithoutABackup()
{
    const auto connection = connect();
    need(migrate(*connection, steps().mid(0, 1), 0));
    // A folder stands where the backup is to be written inside: nothing can be made there.
    const QString folder = m_folder->path();
    QVERIFY(QDir().rename(folder, folder + u"-gone"_s));
    const auto outcome = migrate(*connection, steps(), 0);
    QVERIFY(QDir().rename(folder + u"-gone"_s, folder));
    QVERIFY(!outcome);
    QVERIFY2(outcome.error().message.contains(u"no backup"_s), qPrintable(outcome.error().message));
    QCOMPARE(need(sqliteDialect().schemaVersion(*connection)), 1);
}

void TestMigrator::refusesANewerDatabaseUntouched()
{
    EventMaker maker(runName(1));
    {
        const auto database = need(open());
        need(database->append({maker.created()}, Durability::Normal));
    }
    need(sqliteDialect().setSchemaVersion(*connect(), 99));
    const QByteArray before = bytes();
    const QStringList files = QDir(m_folder->path()).entryList(QDir::Files);
    const auto refused = open();
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::DatabaseNewer);
    QVERIFY2(refused.error().message.contains(path()) && refused.error().message.contains(u"99"_s),
             qPrintable(refused.error().message));
    QCOMPARE(bytes(), before);
    QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files), files);
    const auto connection = connect();
    QCOMPARE(migrate(*connection, steps(), 0).error().code, ErrorCode::DatabaseNewer);
}

void TestMigrator::refusesADatabaseOfAnotherProgram()
{
    need(connect()->executeText(u"CREATE TABLE bookmarks (url TEXT)"_s));
    const QByteArray before = bytes();
    const auto refused = open();
    QCOMPARE(refused.error().code, ErrorCode::Database);
    QVERIFY2(refused.error().message.contains(u"another program"_s), qPrintable(refused.error().message));
    QCOMPARE(bytes(), before);
}

void TestMigrator::refusesWhatIsNoDatabase()
{
    QFile file(path());
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray("these are my notes\n").repeated(100));
    file.close();
    const QByteArray before = bytes();
    auto refused = open();
    QCOMPARE(refused.error().code, ErrorCode::Database);
    QVERIFY2(refused.error().message.contains(u"is not a database"_s), qPrintable(refused.error().message));
    QCOMPARE(bytes(), before);

    DatabaseSettings settings;
    settings.path = m_folder->path();
    refused = Database::open(settings, m_clock);
    QCOMPARE(refused.error().code, ErrorCode::File);
    QVERIFY(refused.error().message.contains(m_folder->path()));
    settings.path = path() + u"/below/a/file.db"_s;
    refused = Database::open(settings, m_clock);
    QCOMPARE(refused.error().code, ErrorCode::File);
    settings.path = QString();
    QCOMPARE(Database::open(settings, m_clock).error().code, ErrorCode::File);
}

void TestMigrator::makesTheFolderAndKeepsTheFilePrivate()
{
    DatabaseSettings settings;
    settings.path = m_folder->filePath(u"a/b/lathe.db"_s);
    const auto database = need(Database::open(settings, m_clock));
    QCOMPARE(database->path(), settings.path);
    for (const QString& suffix : {QString(), u"-wal"_s, u"-owners"_s}) {
        const auto permissions = QFile::permissions(settings.path + suffix);
        QVERIFY(permissions & QFileDevice::ReadOwner);
        QVERIFY(!(permissions & (QFileDevice::ReadGroup | QFileDevice::ReadOther)));
    }
}

void TestMigrator::letsManyOpenANewDatabaseAtOnce()
{
    std::vector<std::thread> threads;
    QStringList errors(8);
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([this, i, &error = errors[i]] {
            const auto database = open();
            if (!database) {
                error = database.error().message + u" "_s + database.error().detail;
                return;
            }
            EventMaker maker(runName(i));
            need((*database)->append({maker.created()}, Durability::Normal));
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    QCOMPARE(errors, QStringList(8));
    QCOMPARE(need(need(open())->runs({})).size(), 8);
}

QTEST_GUILESS_MAIN(TestMigrator)
#include "tst_migrator.moc"
