// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/storage/connection.h"
#include "engine/storage/dialect.h"
#include "engine/storage/journalrepository.h"
#include "tests/engine/storage/storagesupport.h"

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

/// Appending, reading and deleting runs.
class TestJournal : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_database = openDatabase(path(), m_clock);
    }
    void cleanup() { m_database.reset(); }

    void givesBackWhatWasAppended();
    void writesTheProjectionsWithTheEvents();
    void refusesGapsAndForeignEvents_data();
    void refusesGapsAndForeignEvents();
    void goesOnAfterRefusing();
    void goesOnWithARunFromAnotherTime();
    void pagesEventsByNumberTypeAndText();
    void keepsTextOfEveryKind();
    void storesABodyOnce();
    void namesAMissingBody();
    void showsARunOfADeadOwnerAsInterrupted();
    void listsRunsNewestFirst();
    void findsRunsByTextUserStateAndTime();
    void findsARunByThePrefixOfItsId();
    void deletesARunButNotSharedBodies();
    void refusesToDeleteARunAtWork();
    void keepsTheLedgerExactly();
    void letsTwoDatabasesWriteOneFile();
    void noticesThatAnotherProcessWroteTheRun();
    void leavesARunToTheProcessThatIsAtWorkOnIt();
    void goesOnWhenAnotherProcessCaughtUpWithTheRun_data();
    void goesOnWhenAnotherProcessCaughtUpWithTheRun();
    void holdsTenThousandEvents();
    void finishesQueuedWorkWhenClosing();

private:
    QString path() const { return m_folder->filePath(u"data/lathe.db"_s); }
    void runToEnd(EventMaker& maker, const QByteArray& reply = "reply"_ba)
    {
        need(m_database->append({maker.created(), maker.request(1)}, Durability::Normal));
        need(m_database->append({maker.response(1, 10, 5, reply), maker.decision(1, {}), maker.finished()},
                                Durability::Full));
    }

    FakeClock m_clock;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Database> m_database;
};

void TestJournal::givesBackWhatWasAppended()
{
    EventMaker maker(runName(1));
    QList<RunEvent> events{maker.created(), maker.request(1), maker.response(1, 3, 4, "{\"a\":1}"), maker.finished()};
    events << maker.make(EventType::ContextBuilt, {{u"x"_s, qint64(9007199254740993)}}, std::nullopt);
    need(m_database->append(events, Durability::Normal));
    const auto read = need(m_database->events(runName(1), {}));
    QCOMPARE(read.size(), events.size());
    for (qsizetype i = 0; i < events.size(); ++i) {
        RunEvent expected = events.at(i);
        expected.bodies.clear();
        QVERIFY2(read.at(i) == expected, qPrintable(QString::number(i)));
    }
    QCOMPARE(need(m_database->body(events.at(2).details.value(u"replyRef"_s).toString())), "{\"a\":1}"_ba);
}

void TestJournal::writesTheProjectionsWithTheEvents()
{
    EventMaker maker(runName(1));
    need(m_database->append({maker.created()}, Durability::Normal));
    need(m_database->append({maker.request(1)}, Durability::Normal));
    need(m_database->append({maker.response(1, 100, 20, "hello"),
                             maker.costLine(tokenLine(1, Meter::Input, 100, u"2"_s, maker.nowMs())),
                             maker.costLine(tokenLine(1, Meter::Output, 20, u"2.5"_s, maker.nowMs())),
                             maker.decision(1, {u"c1"_s, u"c2"_s})},
                            Durability::Full));
    auto run = need(m_database->run(runName(1)));
    QCOMPARE(run.status, RunStatus::Running);
    QCOMPARE(run.userId, u"ada"_s);
    QCOMPARE(run.tier, UserTier::Pro);
    QCOMPARE(run.decisions, 1);
    QCOMPARE(run.tokensUsed, 120);
    QCOMPARE(run.totalCost.toDecimal(), u"0.00025"_s);
    QCOMPARE(run.promptStart, u"add 2 and 2"_s);

    need(m_database->append({maker.toolRequest(1, u"c1"_s), maker.toolResult(1, u"c1"_s), maker.toolRequest(1, u"c2"_s),
                             maker.toolResult(1, u"c2"_s, false), maker.finished()},
                            Durability::Full));
    run = need(m_database->run(runName(1)));
    QCOMPARE(run.status, RunStatus::Complete);
    QCOMPARE(run.toolCalls, 2);
    QCOMPARE(run.completedAtMs, maker.nowMs());
    QCOMPARE(run.updatedAtMs, maker.nowMs());

    const auto report = need(m_database->rebuild(false));
    QCOMPARE(report.differences, QStringList());
    QCOMPARE(report.gaps, QStringList());
    QCOMPARE(report.integrity, QStringList());
    QCOMPARE(report.runs, 1);
    QCOMPARE(report.events, 11);
}

void TestJournal::refusesGapsAndForeignEvents_data()
{
    QTest::addColumn<QList<qint64>>("numbers");
    QTest::addColumn<QString>("secondRun");
    QTest::newRow("first event is not 1") << QList<qint64>{2} << QString();
    QTest::newRow("starts at 0") << QList<qint64>{0, 1} << QString();
    QTest::newRow("gap within a batch") << QList<qint64>{1, 3} << QString();
    QTest::newRow("number twice") << QList<qint64>{1, 1} << QString();
    QTest::newRow("two runs in a batch") << QList<qint64>{1, 2} << runName(2);
}

void TestJournal::refusesGapsAndForeignEvents()
{
    QFETCH(QList<qint64>, numbers);
    QFETCH(QString, secondRun);
    EventMaker maker(runName(1));
    QList<RunEvent> events;
    for (const qint64 number : numbers) {
        events << maker.response(1, 1, 1, "unseen " + QByteArray::number(number));
        events.last().seq = number;
    }
    if (!secondRun.isEmpty()) {
        events.last().runId = secondRun;
    }
    const auto refused = settled(m_database->append(events, Durability::Normal));
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Internal);
    QVERIFY2(refused.error().message.contains(runName(1)), qPrintable(refused.error().message));
    // Nothing of the batch is there, bodies included.
    QCOMPARE(need(m_database->runs({})).size(), 0);
    const auto body = settled(m_database->body(events.first().details.value(u"replyRef"_s).toString()));
    QCOMPARE(body.error().code, ErrorCode::NotFound);
}

void TestJournal::goesOnAfterRefusing()
{
    EventMaker maker(runName(1));
    need(m_database->append({maker.created(), maker.request(1)}, Durability::Normal));
    RunEvent late = maker.response(1, 5, 5, "late");
    RunEvent next = late;
    late.seq = 7;
    const auto refused = settled(m_database->append({late}, Durability::Normal));
    QCOMPARE(refused.error().code, ErrorCode::Internal);
    need(m_database->append({next}, Durability::Normal));
    const auto repeated = settled(m_database->append({next}, Durability::Normal));
    QCOMPARE(repeated.error().code, ErrorCode::Conflict);
    QCOMPARE(need(m_database->run(runName(1))).tokensUsed, 10);
    QCOMPARE(need(m_database->rebuild(false)).differences, QStringList());
    need(m_database->append({}, Durability::Full));
}

void TestJournal::goesOnWithARunFromAnotherTime()
{
    EventMaker maker(runName(1));
    need(m_database->append(
        {maker.created(), maker.request(1), maker.costLine(tokenLine(1, Meter::Input, 7, u"2"_s, maker.nowMs()))},
        Durability::Normal));
    m_database.reset();
    m_database = openDatabase(path(), m_clock);
    need(m_database->append({maker.make(EventType::RunResumed, {{u"fromSeq"_s, 3}}), maker.response(1, 7, 3, "r"),
                             maker.costLine(tokenLine(1, Meter::Output, 3, u"2"_s, maker.nowMs()))},
                            Durability::Full));
    QCOMPARE(need(m_database->run(runName(1))).totalCost.toDecimal(), u"0.00002"_s);
    QCOMPARE(need(m_database->run(runName(1))).status, RunStatus::Running);
    QCOMPARE(need(m_database->rebuild(false)).differences, QStringList());
}

void TestJournal::pagesEventsByNumberTypeAndText()
{
    EventMaker maker(runName(1));
    QList<RunEvent> events{maker.created()};
    for (int i = 1; i <= 50; ++i) {
        events << maker.make(EventType::ContextBuilt, {{u"note"_s, u"100% of \"%1\"_"_s.arg(i)}});
        events << maker.make(EventType::PolicyCheck, {{u"where"_s, u"llm"_s}});
    }
    need(m_database->append(events, Durability::Normal));
    EventQuery query;
    query.limit = 40;
    QCOMPARE(need(m_database->events(runName(1), query)).last().seq, 40);
    query.afterSeq = 90;
    const auto rest = need(m_database->events(runName(1), query));
    QCOMPARE(rest.size(), 11);
    QCOMPARE(rest.first().seq, 91);
    query = {};
    query.types = {EventType::PolicyCheck, EventType::RunCreated};
    QCOMPARE(need(m_database->events(runName(1), query)).size(), 51);
    query = {};
    query.text = u"100% of \"3"_s;
    QCOMPARE(need(m_database->events(runName(1), query)).size(), 11);
    query.text = u"100_ of"_s; // no wildcard
    QCOMPARE(need(m_database->events(runName(1), query)).size(), 0);
    const auto unknown = settled(m_database->events(runName(2), {}));
    QCOMPARE(unknown.error().code, ErrorCode::NotFound);
}

void TestJournal::keepsTextOfEveryKind()
{
    const QString text = u"nul \0 tab \t quote ' \" emoji \U0001F980 umlaut \u00e4 \u202e"_s;
    EventMaker maker(runName(1));
    need(m_database->append(
        {maker.created(u"O'Brien; DROP TABLE x"_s, text), maker.make(EventType::ContextBuilt, {{u"text"_s, text}})},
        Durability::Normal));
    QCOMPARE(need(m_database->events(runName(1), {})).last().details.value(u"text"_s).toString(), text);
    QCOMPARE(need(m_database->run(runName(1))).promptStart, text);
    QCOMPARE(need(m_database->run(runName(1))).userId, u"O'Brien; DROP TABLE x"_s);
}

void TestJournal::storesABodyOnce()
{
    EventMaker first(runName(1));
    EventMaker second(runName(2));
    QByteArray large;
    for (int i = 0; i < 20000; ++i) {
        large += "{\"line\":" + QByteArray::number(i) + "}";
    }
    runToEnd(first, large);
    runToEnd(second, large);
    EventMaker third(runName(3));
    runToEnd(third, QByteArray());
    QCOMPARE(need(m_database->body(QString::fromLatin1(makeBody(large).sha256))), large);
    QCOMPARE(need(m_database->body(QString::fromLatin1(makeBody({}).sha256))), QByteArray());
    const auto both = need(
        m_database->bodies({QString::fromLatin1(makeBody({}).sha256), QString::fromLatin1(makeBody(large).sha256)}));
    QCOMPARE(both, (QList<QByteArray>{QByteArray(), large}));
    m_database.reset();
    // 300 KB of text twice, and yet the file is small: stored once and compressed.
    QVERIFY2(QFileInfo(path()).size() < 400'000, qPrintable(QString::number(QFileInfo(path()).size())));
}

void TestJournal::namesAMissingBody()
{
    const QString name(64, u'b');
    const auto missing = settled(m_database->body(name));
    QCOMPARE(missing.error().code, ErrorCode::NotFound);
    QVERIFY(missing.error().message.contains(name));
    QCOMPARE(settled(m_database->bodies({name})).error().code, ErrorCode::NotFound);
    EventMaker maker(runName(1));
    RunEvent bad = maker.created();
    bad.bodies << Body{"nothex", "x"};
    QCOMPARE(settled(m_database->append({bad}, Durability::Normal)).error().code, ErrorCode::Internal);
}

void TestJournal::showsARunOfADeadOwnerAsInterrupted()
{
    EventMaker running(runName(1));
    EventMaker paused(runName(2));
    EventMaker ended(runName(3));
    auto other = openDatabase(path(), m_clock);
    need(other->append({running.created()}, Durability::Normal));
    need(other->append({paused.created(), paused.make(EventType::StoppedAt, {{u"point"_s, u"BEFORE_DECIDE"_s}})},
                       Durability::Normal));
    need(other->append({ended.created(), ended.finished()}, Durability::Normal));
    QCOMPARE(need(m_database->run(runName(1))).status, RunStatus::Running);
    RunQuery query;
    query.status = RunStatus::Interrupted;
    QCOMPARE(need(m_database->runs(query)).size(), 0);
    query.status = RunStatus::Running;
    QCOMPARE(need(m_database->runs(query)).size(), 1);

    other.reset();
    QCOMPARE(need(m_database->run(runName(1))).status, RunStatus::Interrupted);
    QCOMPARE(need(m_database->run(runName(2))).status, RunStatus::Paused);
    QCOMPARE(need(m_database->run(runName(3))).status, RunStatus::Complete);
    QCOMPARE(need(m_database->runs(query)).size(), 0);
    query.status = RunStatus::Interrupted;
    QCOMPARE(need(m_database->runs(query)).size(), 1);
    // Whoever carries it on is its owner.
    need(m_database->append({running.make(EventType::RunResumed)}, Durability::Normal));
    QCOMPARE(need(m_database->run(runName(1))).status, RunStatus::Running);
    QCOMPARE(need(m_database->rebuild(false)).differences, QStringList());
}

void TestJournal::listsRunsNewestFirst()
{
    for (int i = 1; i <= 7; ++i) {
        EventMaker maker(runName(i), 1'790'000'000'000 + i * 1000);
        need(m_database->append({maker.created()}, Durability::Normal));
    }
    RunQuery query;
    query.limit = 3;
    auto page = need(m_database->runs(query));
    QCOMPARE(page.size(), 3);
    QCOMPARE(page.first().runId, runName(7));
    query.beforeMs = page.last().startedAtMs;
    page = need(m_database->runs(query));
    QCOMPARE(page.first().runId, runName(4));
    QCOMPARE(page.last().runId, runName(2));
}

void TestJournal::findsRunsByTextUserStateAndTime()
{
    EventMaker first(runName(1), 1000);
    EventMaker second(runName(2), 2000);
    need(m_database->append({first.created(u"ada"_s, u"count 50% of the sheep"_s)}, Durability::Normal));
    need(m_database->append({second.created(u"bob"_s, u"write a poem"_s), second.finished(RunStatus::Error)},
                            Durability::Normal));
    const auto found = [this](const RunQuery& query) {
        QStringList ids;
        for (const RunSummary& run : need(m_database->runs(query))) {
            ids << run.runId;
        }
        return ids;
    };
    RunQuery query;
    query.text = u"SHEEP"_s;
    QCOMPARE(found(query), QStringList{runName(1)});
    query.text = u"50%"_s;
    QCOMPARE(found(query), QStringList{runName(1)});
    query.text = u"5%0"_s;
    QCOMPARE(found(query), QStringList());
    query.text = u"planner"_s;
    QCOMPARE(found(query).size(), 2);
    query.text = u"00000002-"_s;
    QCOMPARE(found(query), QStringList{runName(2)});
    query = {};
    query.userId = u"bob"_s;
    QCOMPARE(found(query), QStringList{runName(2)});
    query = {};
    query.status = RunStatus::Error;
    QCOMPARE(found(query), QStringList{runName(2)});
    query = {};
    query.fromMs = 1500;
    QCOMPARE(found(query), QStringList{runName(2)});
    query = {};
    query.toMs = 1500;
    QCOMPARE(found(query), QStringList{runName(1)});
}

void TestJournal::findsARunByThePrefixOfItsId()
{
    for (const QString& id : {u"abcd1111-0000"_s, u"abcd2222-0000"_s, u"abcd"_s}) {
        EventMaker maker(id);
        need(m_database->append({maker.created()}, Durability::Normal));
    }
    QCOMPARE(need(m_database->findRun(u"abcd1"_s)), u"abcd1111-0000"_s);
    QCOMPARE(need(m_database->findRun(u" ABCD2 "_s)), u"abcd2222-0000"_s);
    QCOMPARE(need(m_database->findRun(u"abcd"_s)), u"abcd"_s);
    QCOMPARE(settled(m_database->findRun(u"abc"_s)).error().code, ErrorCode::InvalidInput);
    QCOMPARE(settled(m_database->findRun(u"ab%d"_s)).error().code, ErrorCode::NotFound);
    QCOMPARE(settled(m_database->run(u"zzzz"_s)).error().code, ErrorCode::NotFound);
    EventMaker maker(u"abcd1119-0000"_s);
    need(m_database->append({maker.created()}, Durability::Normal));
    const auto ambiguous = settled(m_database->findRun(u"abcd11"_s));
    QCOMPARE(ambiguous.error().code, ErrorCode::InvalidInput);
    QVERIFY(ambiguous.error().detail.contains(u"abcd1119-0000"_s));
}

void TestJournal::deletesARunButNotSharedBodies()
{
    EventMaker first(runName(1));
    EventMaker second(runName(2));
    EventMaker third(runName(3));
    runToEnd(first, "shared");
    runToEnd(second, "only second");
    need(m_database->append({third.created()}, Durability::Normal));
    // Refers to a body without bringing it, as a fork does.
    const QString shared = QString::fromLatin1(makeBody("shared").sha256);
    need(m_database->append(
        {third.make(EventType::LlmRequest, {{u"decision"_s, 1}, {u"appended"_s, QJsonArray{shared}}}),
         third.finished()},
        Durability::Normal));
    need(m_database->deleteRun(runName(1)));
    QCOMPARE(need(m_database->body(shared)), "shared"_ba);
    QCOMPARE(settled(m_database->run(runName(1))).error().code, ErrorCode::NotFound);
    QCOMPARE(settled(m_database->events(runName(1), {})).error().code, ErrorCode::NotFound);
    QCOMPARE(settled(m_database->deleteRun(runName(1))).error().code, ErrorCode::NotFound);
    need(m_database->deleteRun(runName(3)));
    QCOMPARE(settled(m_database->body(shared)).error().code, ErrorCode::NotFound);
    QCOMPARE(need(m_database->body(QString::fromLatin1(makeBody("only second").sha256))), "only second"_ba);
    QCOMPARE(need(m_database->rebuild(false)).differences, QStringList());
    QCOMPARE(need(m_database->rebuild(false)).runs, 1);
    // The id of a deleted run can be used again from the start.
    EventMaker again(runName(1));
    runToEnd(again);
}

void TestJournal::refusesToDeleteARunAtWork()
{
    EventMaker maker(runName(1));
    need(m_database->append({maker.created()}, Durability::Normal));
    QCOMPARE(settled(m_database->deleteRun(runName(1))).error().code, ErrorCode::Conflict);
    auto other = openDatabase(path(), m_clock);
    QCOMPARE(settled(other->deleteRun(runName(1))).error().code, ErrorCode::Conflict);
    need(
        m_database->append({maker.make(EventType::StoppedAt, {{u"point"_s, u"BEFORE_DECIDE"_s}})}, Durability::Normal));
    QCOMPARE(settled(other->deleteRun(runName(1))).error().code, ErrorCode::Conflict);
    m_database.reset();
    need(other->deleteRun(runName(1)));
}

void TestJournal::keepsTheLedgerExactly()
{
    EventMaker first(runName(1), 1000);
    EventMaker second(runName(2), 5000);
    CostLine tiny = tokenLine(1, Meter::CacheRead, 1, u"0.000000000001"_s, 0);
    CostLine huge = tokenLine(2, Meter::Output, 1'000'000'000, u"9007.199254740993"_s, 0);
    CostLine unknown = tokenLine(1, Meter::Input, 12, u"1"_s, 0);
    unknown.unitPrice.reset();
    unknown.cost.reset();
    unknown.state = CostState::Unknown;
    CostLine tool;
    tool.decision = 1;
    tool.decisionKind = AgentActionType::ToolCall;
    tool.toolCallId = u"c1"_s;
    tool.tool = u"code_executor"_s;
    tool.meter = Meter::ToolCall;
    tool.quantity = 1;
    tool.unitPrice = need(UnitPrice::fromDecimal(u"0.005", 1));
    tool.cost = need(Money::fromDecimal(u"0.005"));
    tool.state = CostState::Reported;
    tool.serviceTier = u"priority"_s;
    tool.status = u"ok"_s;
    const auto write = [this](EventMaker& maker, QList<CostLine> lines) {
        QList<RunEvent> events{maker.created(maker.runId() == runName(1) ? u"ada"_s : u"bob"_s), maker.request(1)};
        for (CostLine& line : lines) {
            line.runId = maker.runId();
            line.lineAtMs = maker.nowMs();
            events << maker.costLine(line);
        }
        need(m_database->append(events, Durability::Full));
        return lines;
    };
    const auto one = write(first, {tiny, unknown, tool});
    const auto two = write(second, {huge});
    const auto ledger = need(m_database->ledger({}));
    QCOMPARE(ledger.size(), 4);
    for (qsizetype i = 0; i < 3; ++i) {
        QVERIFY2(ledger.at(i).line == one.at(i), qPrintable(QString::number(i)));
        QCOMPARE(ledger.at(i).userId, u"ada"_s);
        QCOMPARE(ledger.at(i).tags, u"{\"team\":\"t1\"}"_s);
    }
    QVERIFY(ledger.at(3).line == two.first());
    QCOMPARE(need(m_database->run(runName(2))).totalCost.toDecimal(), u"9007199.254740993"_s);
    QCOMPARE(ledger.at(0).line.cost->toDecimal(), u"0.000000000000000001"_s);
    QCOMPARE(need(m_database->run(runName(1))).unknownCostLines, 1);

    LedgerFilter filter;
    filter.runId = runName(2);
    QCOMPARE(need(m_database->ledger(filter)).size(), 1);
    filter = {};
    filter.userId = u"ada"_s;
    QCOMPARE(need(m_database->ledger(filter)).size(), 3);
    filter = {};
    filter.fromMs = 5000;
    QCOMPARE(need(m_database->ledger(filter)).size(), 1);
    filter = {};
    filter.toMs = 5000;
    QCOMPARE(need(m_database->ledger(filter)).size(), 3);
    filter.userId = u"ada"_s;
    filter.limit = 1;
    QCOMPARE(need(m_database->ledgerSize(filter)), 3);
    QCOMPARE(need(m_database->ledgerSize({})), 4);
    QCOMPARE(need(m_database->rebuild(false)).differences, QStringList());

    CostLine absurd = tokenLine(3, Meter::Output, 1, u"1"_s, 0);
    absurd.unitPrice.reset();
    absurd.cost = need(Money::fromDecimal(u"99999999999999"));
    absurd.state = CostState::Reported;
    const auto refused = settled(m_database->append({second.costLine(absurd)}, Durability::Full));
    QCOMPARE(refused.error().code, ErrorCode::Overflow);
}

void TestJournal::letsTwoDatabasesWriteOneFile()
{
    auto other = openDatabase(path(), m_clock);
    EventMaker first(runName(1));
    EventMaker second(runName(2));
    QList<QFuture<Result<void>>> pending{m_database->append({first.created()}, Durability::Normal),
                                         other->append({second.created()}, Durability::Normal)};
    for (int i = 1; i <= 200; ++i) {
        pending << m_database->append({first.request(i)}, Durability::Normal);
        pending << other->append({second.request(i)}, Durability::Normal);
    }
    for (auto& future : pending) {
        need(std::move(future));
    }
    // What another process writes at this moment is seen a little later.
    QTRY_COMPARE(need(m_database->run(runName(2))).decisions, 200);
    QTRY_COMPARE(need(other->run(runName(1))).decisions, 200);
    QCOMPARE(need(other->rebuild(false)).differences, QStringList());
}

void TestJournal::noticesThatAnotherProcessWroteTheRun()
{
    m_database.reset();
    const auto mine = need(Connection::open(sqliteDialect(), path(), Connection::Mode::Write, 2000));
    const auto theirs = need(Connection::open(sqliteDialect(), path(), Connection::Mode::Write, 2000));
    const auto owner = need(OwnerLock::acquire(path()));
    JournalRepository writer(*mine, *owner);
    JournalRepository other(*theirs, *owner); // as if the first one had lost its claim
    const auto append = [](JournalRepository& journal, const QList<RunEvent>& events) {
        return journal.append({{events, Durability::Normal}}).first();
    };
    EventMaker maker(runName(1));
    QVERIFY(append(writer, {maker.created(), maker.request(1)}));
    const RunEvent theirEvent = maker.response(1, 4, 4, "theirs");
    const RunEvent myEvent = maker.request(2);
    QVERIFY(append(other, {theirEvent}));
    RunEvent stale = myEvent;
    stale.seq = theirEvent.seq;
    QCOMPARE(append(writer, {stale}).error().code, ErrorCode::Conflict);
    QVERIFY(append(writer, {myEvent}));
    QVERIFY(writer.catchUp());
    // Nor does the other one, which knows less, write its projections over these when it comes to that.
    QVERIFY(other.catchUp());
    m_database = openDatabase(path(), m_clock);
    QCOMPARE(need(m_database->run(runName(1))).tokensUsed, 8);
    QCOMPARE(need(m_database->run(runName(1))).decisions, 2);
    QCOMPARE(need(m_database->rebuild(false)).differences, QStringList());
}

void TestJournal::leavesARunToTheProcessThatIsAtWorkOnIt()
{
    EventMaker maker(runName(1));
    need(m_database->append({maker.created(), maker.request(1)}, Durability::Normal));
    auto other = openDatabase(path(), m_clock);
    // It has read the whole journal, so its number is the next one, and still the run is not its own.
    const RunEvent resumed = maker.make(EventType::RunResumed);
    QCOMPARE(settled(other->append({resumed}, Durability::Normal)).error().code, ErrorCode::Conflict);
    QCOMPARE(need(m_database->events(runName(1), {})).size(), 2);
    need(m_database->append({resumed}, Durability::Normal));
    m_database.reset();
    need(other->append({maker.request(2)}, Durability::Normal)); // whoever is gone holds nothing
    QCOMPARE(need(other->rebuild(false)).differences, QStringList());
}

void TestJournal::goesOnWhenAnotherProcessCaughtUpWithTheRun_data()
{
    QTest::addColumn<bool>("moreFollows"); // after the other one caught up
    QTest::newRow("with all of it") << false;
    QTest::newRow("with a part of it") << true;
}

void TestJournal::goesOnWhenAnotherProcessCaughtUpWithTheRun()
{
    QFETCH(bool, moreFollows);
    m_database.reset();
    const auto mine = need(Connection::open(sqliteDialect(), path(), Connection::Mode::Write, 2000));
    const auto theirs = need(Connection::open(sqliteDialect(), path(), Connection::Mode::Write, 2000));
    const auto owner = need(OwnerLock::acquire(path()));
    const auto otherOwner = need(OwnerLock::acquire(path()));
    JournalRepository writer(*mine, *owner);
    JournalRepository other(*theirs, *otherOwner);
    EventMaker maker(runName(1));
    const auto append = [&writer](const QList<RunEvent>& events) {
        return writer.append({{events, Durability::Normal}}).first();
    };
    const auto line = [&maker](int decision) {
        return maker.costLine(tokenLine(decision, Meter::Input, 1000, u"0.002"_s, maker.nowMs()));
    };
    QVERIFY(append({maker.created(), maker.request(1), line(1)}));
    QVERIFY(append({maker.request(2), line(2)}));
    QVERIFY(writer.isBehind());
    // The other one took the run for abandoned before this one claimed it, and comes to it only now.
    QVERIFY(other.catchUp({runName(1)}));
    if (moreFollows) {
        QVERIFY(append({maker.request(3), line(3)}));
    }
    QVERIFY(writer.catchUp());
    QVERIFY(append({maker.finished(RunStatus::Complete)}));
    QCOMPARE(need(mine->integer(Sql{"SELECT COUNT(*) FROM agent_cost_lines"}, {})).value(), moreFollows ? 3 : 2);
    m_database = openDatabase(path(), m_clock);
    QCOMPARE(need(m_database->rebuild(false)).differences, QStringList());
}

void TestJournal::holdsTenThousandEvents()
{
    EventMaker maker(runName(1));
    need(m_database->append({maker.created()}, Durability::Normal));
    QList<QFuture<Result<void>>> pending;
    for (int decision = 1; decision <= 2000; ++decision) {
        pending << m_database->append({maker.request(decision),
                                       maker.response(decision, 10, 1, "reply " + QByteArray::number(decision)),
                                       maker.costLine(tokenLine(decision, Meter::Input, 10, u"2"_s, maker.nowMs())),
                                       maker.decision(decision, {u"c1"_s}), maker.toolRequest(decision, u"c1"_s)},
                                      Durability::Full);
    }
    for (auto& future : pending) {
        need(std::move(future));
    }
    const auto run = need(m_database->run(runName(1)));
    QCOMPARE(run.decisions, 2000);
    QCOMPARE(run.tokensUsed, 22000);
    QCOMPARE(run.totalCost.toDecimal(), u"0.04"_s);
    EventQuery query;
    query.limit = 0;
    QCOMPARE(need(m_database->events(runName(1), query)).size(), 10001);
    const auto report = need(m_database->rebuild(false));
    QCOMPARE(report.events, 10001);
    QCOMPARE(report.differences, QStringList());
    QCOMPARE(report.gaps, QStringList());
}

void TestJournal::finishesQueuedWorkWhenClosing()
{
    EventMaker maker(runName(1));
    QList<QFuture<Result<void>>> pending{m_database->append({maker.created()}, Durability::Normal)};
    for (int i = 1; i <= 100; ++i) {
        pending << m_database->append({maker.request(i)}, Durability::Full);
    }
    m_database.reset();
    for (auto& future : pending) {
        QVERIFY(future.isFinished());
        need(std::move(future));
    }
    // All of it is in the one file: whoever copies that has everything.
    QVERIFY(!QFile::exists(path() + u"-wal"_s));
    m_database = openDatabase(path(), m_clock);
    QCOMPARE(need(m_database->run(runName(1))).decisions, 100);
}

QTEST_GUILESS_MAIN(TestJournal)
#include "tst_journal.moc"
