// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/storage/connection.h"
#include "engine/storage/dialect.h"
#include "tests/engine/storage/storagesupport.h"

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

namespace {

/// A journal as no program would write it: events of every kind in any order, with odd, missing and wild details.
class RandomJournal
{
public:
    RandomJournal(quint32 seed, const QString& runId) : m_random(seed), m_maker(runId) {}

    RunEvent next(bool first)
    {
        if (first && m_random.bounded(10) != 0) {
            return m_maker.created();
        }
        const auto& table = EnumNames<EventType>::table;
        const EventType type = table[pick(static_cast<int>(std::size(table)))].first;
        const int decision = pick(12);
        switch (type) {
        case EventType::RunCreated:
            return m_maker.created(u"user%1"_s.arg(pick(3)));
        case EventType::LlmRequest:
            return m_maker.request(decision, 1 + pick(3));
        case EventType::LlmResponse:
            return m_maker.response(decision, pick(1000), pick(100), QByteArray::number(pick(50)).repeated(40),
                                    1 + pick(3));
        case EventType::CostLine: {
            CostLine line = tokenLine(decision, Meter::Output, pick(100'000), u"1.2345678901"_s, m_maker.nowMs());
            if (pick(4) == 0) {
                line.cost.reset();
                line.unitPrice.reset();
                line.state = CostState::Unknown;
            } else if (pick(4) == 0) {
                line.meter = Meter::ToolCall;
                line.toolCallId = call();
            }
            return m_maker.costLine(line);
        }
        case EventType::Decision: {
            QStringList calls;
            for (int i = pick(4); i > 0; --i) {
                calls << call();
            }
            return m_maker.decision(decision, calls);
        }
        case EventType::ToolRequest:
            return m_maker.toolRequest(decision, call());
        case EventType::ToolResult:
            return m_maker.toolResult(decision, call(), pick(2) == 0);
        case EventType::RunFinished:
            return m_maker.finished(pick(2) == 0 ? RunStatus::Complete : RunStatus::Stopped);
        default:
            break;
        }
        QJsonObject details{{u"decision"_s, decision},   {u"callId"_s, call()},           {u"frame"_s, pick(4)},
                            {u"parentFrame"_s, pick(4)}, {u"parentDecision"_s, pick(12)}, {u"depth"_s, pick(3)},
                            {u"phase"_s, u"POLICY"_s},   {u"point"_s, u"BEFORE_TOOL"_s},  {u"verdict"_s, u"reject"_s},
                            {u"reservation"_s, pick(5)}, {u"amount"_s, u"0.01"_s},        {u"status"_s, u"complete"_s}};
        const QStringList keys = details.keys();
        for (const QString& key : keys) {
            if (pick(3) == 0) {
                details.remove(key);
            }
        }
        return m_maker.make(type, details);
    }
    int pick(int bound) { return m_random.bounded(bound); }

private:
    QString call() { return u"c%1"_s.arg(pick(5)); }
    QRandomGenerator m_random;
    EventMaker m_maker;
};

} // namespace

/// The tables always say what the journal says, and a rebuild finds and mends it if they do not.
class TestProjections : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_database = openDatabase(path(), m_clock);
    }
    void cleanup() { m_database.reset(); }

    void agreeWithAnyJournal();
    void areFoundDamagedAndMended_data();
    void areFoundDamagedAndMended();
    void tellOfGapsAndUnreadableEvents();
    void tellOfDamagedBodies();
    void tellOfRunsWithoutEvents();
    void catchUpWhenTheyAreBehind();
    void refuseToGoOnWhenTheListIsAhead();

private:
    QString path() const { return m_folder->filePath(u"lathe.db"_s); }
    void change(const QString& sql)
    {
        const auto connection = need(Connection::open(sqliteDialect(), path(), Connection::Mode::Write, 2000));
        need(connection->executeText(u"PRAGMA foreign_keys = OFF"_s));
        QVERIFY2(need(connection->executeText(sql)) > 0, qPrintable(sql));
    }
    void writeRun(int number)
    {
        EventMaker maker(runName(number));
        need(m_database->append({maker.created(), maker.request(1), maker.response(1, 10, 5, "reply of the model"),
                                 maker.costLine(tokenLine(1, Meter::Input, 10, u"2"_s, maker.nowMs())),
                                 maker.decision(1, {u"c1"_s}), maker.toolRequest(1, u"c1"_s),
                                 maker.toolResult(1, u"c1"_s), maker.finished()},
                                Durability::Normal));
    }

    FakeClock m_clock;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Database> m_database;
};

void TestProjections::agreeWithAnyJournal()
{
    for (quint32 seed = 1; seed <= 40; ++seed) {
        RandomJournal journal(seed, runName(static_cast<int>(seed)));
        QRandomGenerator sizes(seed);
        bool first = true;
        for (int batch = 0; batch < 25; ++batch) {
            QList<RunEvent> events;
            for (int i = sizes.bounded(1, 8); i > 0; --i) {
                events << journal.next(first);
                first = false;
            }
            need(m_database->append(events, Durability::Normal));
            if (sizes.bounded(20) == 0) {
                // What is kept in memory must be no more than a copy.
                m_database.reset();
                m_database = openDatabase(path(), m_clock);
            }
        }
    }
    const auto report = need(m_database->rebuild(false));
    QCOMPARE(report.runs, 40);
    QVERIFY2(report.differences.isEmpty(), qPrintable(report.differences.mid(0, 5).join(u'\n')));
    QVERIFY(report.gaps.isEmpty());
    QVERIFY2(report.integrity.isEmpty(), qPrintable(report.integrity.join(u'\n')));
}

void TestProjections::areFoundDamagedAndMended_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QString>("found");
    const QString run = runName(1);
    QTest::newRow("status")
        << u"UPDATE agent_execution_metadata SET status = 'RUNNING'"_s
        << u"agent_execution_metadata row 1: status is \"RUNNING\", the journal says \"COMPLETE\""_s;
    QTest::newRow("total") << u"UPDATE agent_execution_metadata SET cost_micro = cost_micro + 1"_s
                           << u"cost_micro is \"21\", the journal says \"20\""_s;
    QTest::newRow("decision missing") << u"DELETE FROM agent_decisions"_s << u"agent_decisions row 1: is missing"_s;
    QTest::newRow("decision too many")
        << u"INSERT INTO agent_decisions SELECT run_id, 9, frame, depth, parent_decision, action, status, summary, "
           "attempts, tokens, model_cost_micro, model_cost_rem, tool_cost_micro, tool_cost_rem, unknown_cost_lines, "
           "revisions, started_at, ended_at FROM agent_decisions"_s
        << u"agent_decisions row 2: the journal knows of no such row"_s;
    QTest::newRow("action null") << u"UPDATE agent_decisions SET action = NULL"_s
                                 << u"action is null, the journal says \"TOOL_CALL\""_s;
    QTest::newRow("tool") << u"UPDATE agent_tool_executions SET status = 'error'"_s
                          << u"agent_tool_executions row 1: status is \"error\""_s;
    QTest::newRow("cost") << u"UPDATE agent_cost_lines SET cost_rem = cost_rem + 1"_s
                          << u"agent_cost_lines row 1: cost_rem is \"1\", the journal says \"0\""_s;
    QTest::newRow("cost unknown") << u"UPDATE agent_cost_lines SET cost_micro = NULL, cost_rem = NULL"_s
                                  << u"cost_micro is null"_s;
    QTest::newRow("reference") << u"DELETE FROM agent_body_references"_s << u"agent_body_references"_s;
    QTest::newRow("whole run") << u"DELETE FROM agent_execution_metadata"_s
                               << u"agent_execution_metadata row 1: is missing"_s;
}

void TestProjections::areFoundDamagedAndMended()
{
    QFETCH(QString, sql);
    QFETCH(QString, found);
    writeRun(1);
    change(sql);
    const auto report = need(m_database->rebuild(false));
    QVERIFY2(report.differences.join(u'\n').contains(found), qPrintable(report.differences.join(u'\n')));
    QVERIFY(report.differences.first().startsWith(u"run "_s + runName(1)));
    // Looking changes nothing; writing mends.
    QCOMPARE(need(m_database->rebuild(true)).differences, report.differences);
    const auto after = need(m_database->rebuild(false));
    QCOMPARE(after.differences, QStringList());
    QCOMPARE(after.integrity, QStringList());
    QCOMPARE(need(m_database->run(runName(1))).status, RunStatus::Complete);
    QCOMPARE(need(m_database->run(runName(1))).totalCost.toDecimal(), u"0.00002"_s);
    QCOMPARE(need(m_database->ledger({})).size(), 1);
}

void TestProjections::tellOfGapsAndUnreadableEvents()
{
    writeRun(1);
    writeRun(2);
    writeRun(3);
    change(u"DELETE FROM agent_audit_logs WHERE run = '%1' AND seq = 4"_s.arg(runName(1)));
    change(u"UPDATE agent_audit_logs SET event = 'NEVER_HEARD_OF' WHERE run = '%1' AND seq = 4"_s.arg(runName(2)));
    change(u"UPDATE agent_audit_logs SET details = '{\"x\":' WHERE run = '%1' AND seq = 5"_s.arg(runName(3)));
    const auto report = need(m_database->rebuild(false));
    QCOMPARE(report.gaps, QStringList{u"run %1: event 5 follows 3"_s.arg(runName(1))});
    QCOMPARE(report.integrity.size(), 2);
    QVERIFY(report.integrity.first().contains(u"NEVER_HEARD_OF"_s));
    QVERIFY(report.integrity.last().contains(u"Event 5 of run "_s + runName(3)));
    const auto events = settled(m_database->events(runName(2), {}));
    QCOMPARE(events.error().code, ErrorCode::Database);
}

void TestProjections::tellOfDamagedBodies()
{
    writeRun(1);
    change(u"UPDATE agent_bodies SET content = 'Reply of the model'"_s);
    auto report = need(m_database->rebuild(false));
    QCOMPARE(report.integrity.size(), 1);
    QVERIFY2(report.integrity.first().contains(u"do not have this hash"_s), qPrintable(report.integrity.first()));
    change(u"UPDATE agent_bodies SET content = 'cut'"_s);
    const QString name = QString::fromLatin1(makeBody("reply of the model").sha256);
    QCOMPARE(settled(m_database->body(name)).error().code, ErrorCode::Database);
    QVERIFY(settled(m_database->body(name)).error().message.contains(name));
    change(u"UPDATE agent_bodies SET encoding = 'zstd'"_s);
    QCOMPARE(settled(m_database->body(name)).error().code, ErrorCode::Database);
    report = need(m_database->rebuild(false));
    QCOMPARE(report.integrity.size(), 1);
}

void TestProjections::tellOfRunsWithoutEvents()
{
    writeRun(1);
    writeRun(2);
    change(u"DELETE FROM agent_audit_logs WHERE run = '%1'"_s.arg(runName(1)));
    const auto report = need(m_database->rebuild(true));
    QCOMPARE(report.differences, QStringList{u"run %1: the journal has no events of it"_s.arg(runName(1))});
    QCOMPARE(need(m_database->rebuild(false)).differences, QStringList());
    QCOMPARE(need(m_database->runs({})).size(), 1);
}

void TestProjections::catchUpWhenTheyAreBehind()
{
    EventMaker maker(runName(1));
    need(m_database->append({maker.created(), maker.request(1), maker.response(1, 2, 3, "r")}, Durability::Normal));
    need(m_database->append({maker.decision(1, {u"c1"_s}), maker.toolRequest(1, u"c1"_s)}, Durability::Normal));
    // As a process leaves them that dies after the first batch was projected.
    m_database.reset();
    const auto fallBack = [this] {
        change(u"UPDATE agent_execution_metadata SET last_seq = 3, tool_calls = 0"_s);
        change(u"DELETE FROM agent_tool_executions"_s);
    };
    fallBack();
    m_database = openDatabase(path(), m_clock);
    QCOMPARE(need(m_database->run(runName(1))).toolCalls, 1);
    QCOMPARE(need(m_database->run(runName(1))).status, RunStatus::Interrupted);
    QCOMPARE(need(m_database->rebuild(false)).differences, QStringList());
    m_database.reset();
    fallBack();
    m_database = openDatabase(path(), m_clock);
    need(m_database->append({maker.toolResult(1, u"c1"_s)}, Durability::Normal));
    QCOMPARE(need(m_database->rebuild(false)).differences, QStringList());
    QCOMPARE(need(m_database->run(runName(1))).status, RunStatus::Running);
}

void TestProjections::refuseToGoOnWhenTheListIsAhead()
{
    EventMaker maker(runName(1));
    need(m_database->append({maker.created(), maker.request(1)}, Durability::Normal));
    m_database.reset();
    change(u"UPDATE agent_execution_metadata SET last_seq = 5"_s);
    m_database = openDatabase(path(), m_clock);
    const RunEvent next = maker.response(1, 1, 1, "r");
    const auto refused = settled(m_database->append({next}, Durability::Normal));
    QCOMPARE(refused.error().code, ErrorCode::Database);
    QVERIFY(refused.error().message.contains(u"rebuild"_s));
    need(m_database->rebuild(true));
    need(m_database->append({next}, Durability::Normal));
}

QTEST_GUILESS_MAIN(TestProjections)
#include "tst_projections.moc"
