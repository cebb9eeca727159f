// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/agent/runjournal.h"
#include "tests/support/await.h"
#include "tests/support/fakeagent.h"

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

class TestRunJournal : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void numbersWithoutGapsAndGathersBatches();
    void tellsOfEntriesOnlyWhenTheyAreDurable();
    void writesNothingMoreAfterAFailure();
    void writesNoRecordedEntryTwice();
};

void TestRunJournal::numbersWithoutGapsAndGathersBatches()
{
    MemoryJournal sink;
    FakeClock clock;
    RunJournal journal(sink, clock, u"r"_s);
    QVERIFY(await(journal.flush()));
    QCOMPARE(sink.batches, 0); // nothing to write is no transaction
    journal.setPhase(Phase::Policy);
    journal.add(EventType::PhaseEntered, {{"phase"_L1, u"POLICY"_s}});
    journal.add(EventType::PolicyCheck, {{"where"_L1, u"run"_s}});
    QVERIFY(await(journal.flush(Durability::Full)));
    journal.setPhase(std::nullopt);
    journal.add(EventType::RunFinished);
    QVERIFY(await(journal.flush()));
    QCOMPARE(sink.batches, 2);
    QCOMPARE(sink.durabilities, (QList{Durability::Full, Durability::Normal}));
    for (qsizetype i = 0; i < sink.stored.size(); ++i) {
        QCOMPARE(sink.stored.at(i).seq, i + 1);
        QCOMPARE(sink.stored.at(i).runId, u"r"_s);
        QCOMPARE(sink.stored.at(i).timeMs, clock.nowMs());
    }
    QCOMPARE(sink.stored.at(1).phase, Phase::Policy);
    QVERIFY(!sink.stored.at(2).phase);
}

void TestRunJournal::tellsOfEntriesOnlyWhenTheyAreDurable()
{
    MemoryJournal sink;
    FakeClock clock;
    RunJournal journal(sink, clock, u"r"_s);
    int told = 0;
    journal.setDurableHook([&](const QList<RunEvent>& events) {
        told += static_cast<int>(events.size());
        QCOMPARE(sink.stored.size(), told);
    });
    journal.add(EventType::RunCreated);
    QCOMPARE(told, 0);
    QVERIFY(await(journal.flush()));
    QCOMPARE(told, 1);
}

void TestRunJournal::writesNothingMoreAfterAFailure()
{
    MemoryJournal sink;
    sink.failAfter = 1;
    FakeClock clock;
    RunJournal journal(sink, clock, u"r"_s);
    journal.add(EventType::RunCreated);
    QVERIFY(await(journal.flush()));
    journal.add(EventType::PhaseEntered);
    QVERIFY(!await(journal.flush()));
    sink.failAfter = -1;
    journal.add(EventType::PhaseLeft);
    const auto again = await(journal.flush());
    QVERIFY(!again); // a gap would follow
    QCOMPARE(again.error().message, u"disk full"_s);
    QCOMPARE(sink.stored.size(), 1);
}

void TestRunJournal::writesNoRecordedEntryTwice()
{
    MemoryJournal sink;
    FakeClock clock;
    {
        RunJournal journal(sink, clock, u"r"_s);
        journal.add(EventType::RunCreated);
        journal.add(EventType::PolicyCheck, {{"where"_L1, u"llm"_s}, {"decision"_L1, 1}});
        journal.add(EventType::PolicyCheck, {{"where"_L1, u"llm"_s}, {"decision"_L1, 2}});
        QVERIFY(await(journal.flush()));
    }
    RunJournal second(sink, clock, u"r"_s, sink.stored);
    QVERIFY(second.isCatchingUp());
    QVERIFY(second.add(EventType::RunResumed)); // new, and not owed to the recording
    QVERIFY(!second.add(EventType::RunCreated));
    QVERIFY(
        !second.add(EventType::PolicyCheck, {{"where"_L1, u"llm"_s}, {"decision"_L1, 1}, {"checks"_L1, u"other"_s}}));
    QVERIFY(second.isCatchingUp());
    QVERIFY(!second.add(EventType::PolicyCheck, {{"where"_L1, u"llm"_s}, {"decision"_L1, 2}}));
    QVERIFY(!second.isCatchingUp());
    QVERIFY(second.add(EventType::PolicyCheck, {{"where"_L1, u"llm"_s}, {"decision"_L1, 2}}));
    QVERIFY(await(second.flush()));
    QCOMPARE(sink.stored.size(), 5);
    QCOMPARE(sink.stored.last().seq, 5);
}

QTEST_GUILESS_MAIN(TestRunJournal)
#include "tst_runjournal.moc"
