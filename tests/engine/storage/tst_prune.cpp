// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/engine/storage/storagesupport.h"

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kDay = 86'400'000;
constexpr qint64 kNow = 1'790'000'000'000;

} // namespace

/// Journals that were kept for their time.
class TestPrune : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_clock = std::make_unique<FakeClock>(kNow);
        m_database = openDatabase(m_folder->filePath(u"lathe.db"_s), *m_clock);
    }
    void cleanup() { m_database.reset(); }

    void keepsEachTierForItsTime_data();
    void keepsEachTierForItsTime();
    void onlyTellsBeforeItIsToldTo();
    void keepsTheSummaryAndTheCostLines();
    void leavesWhatIsNotFinishedAlone();
    void takesTheTierOfNow();
    void isNoFaultToTheDoctor();

private:
    void run(const QString& id, const QString& user, bool finished = true)
    {
        EventMaker events(id, m_clock->nowMs());
        QList<RunEvent> batch{
            events.created(user), events.request(1), events.response(1, 100, 20, "reply of " + id.toUtf8()),
            events.costLine(tokenLine(1, Meter::Input, 100, u"2"_s, m_clock->nowMs())), events.decision(1, {})};
        if (finished) {
            batch.append(events.finished());
        }
        need(m_database->append(batch, Durability::Normal));
    }
    void setTier(const QString& user, const QString& tier)
    {
        PolicyEdit edit;
        edit.subject = user;
        edit.changes = {{u"tier"_s, tier}};
        need(m_database->policyStore().changeUserPolicy(edit));
    }
    bool hasJournal(const QString& id) { return !need(m_database->events(id, {})).isEmpty(); }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<FakeClock> m_clock;
    std::unique_ptr<Database> m_database;
};

void TestPrune::keepsEachTierForItsTime_data()
{
    QTest::addColumn<QString>("tier");
    QTest::addColumn<int>("days");
    QTest::newRow("free") << u"free"_s << 7;
    QTest::newRow("pro") << u"pro"_s << 30;
    QTest::newRow("enterprise") << u"enterprise"_s << 90;
}

void TestPrune::keepsEachTierForItsTime()
{
    QFETCH(QString, tier);
    QFETCH(int, days);
    setTier(u"ada"_s, tier);
    run(runName(1), u"ada"_s);
    m_clock->advance(std::chrono::milliseconds(days * kDay - 1'000));
    QCOMPARE(need(m_database->prune(true)).runs(), 0);
    QVERIFY(hasJournal(runName(1)));
    m_clock->advance(std::chrono::milliseconds(2'000));
    QCOMPARE(need(m_database->prune(true)).runs(), 1);
    QVERIFY(!hasJournal(runName(1)));
    QCOMPARE(need(m_database->prune(true)).runs(), 0); // once
}

void TestPrune::onlyTellsBeforeItIsToldTo()
{
    run(runName(1), u"ada"_s);
    run(runName(2), u"ada"_s);
    m_clock->advance(std::chrono::milliseconds(100 * kDay));
    const PruneReport report = need(m_database->prune(false));
    QCOMPARE(report.tiers.size(), 3);
    QCOMPARE(report.runs(), 2);
    qint64 entries = 0;
    qint64 bytes = 0;
    for (const PruneReport::Tier& tier : report.tiers) {
        entries += tier.entries;
        bytes += tier.bytes;
    }
    QCOMPARE(entries, 12);
    QVERIFY(bytes > 100);
    QVERIFY(hasJournal(runName(1)) && hasJournal(runName(2)));
    QCOMPARE(need(m_database->prunedAt(runName(1))), std::optional<qint64>());
}

void TestPrune::keepsTheSummaryAndTheCostLines()
{
    run(runName(1), u"ada"_s);
    const RunSummary before = need(m_database->run(runName(1)));
    const auto lines = need(m_database->ledger({}));
    QVERIFY(!lines.isEmpty());
    const QString reply = QString::fromLatin1(makeBody("reply of " + runName(1).toUtf8()).sha256);
    QVERIFY(settled(m_database->body(reply)));
    m_clock->advance(std::chrono::milliseconds(100 * kDay));
    need(m_database->prune(true));
    QCOMPARE(need(m_database->run(runName(1))), before);
    const auto after = need(m_database->ledger({}));
    QCOMPARE(after.size(), lines.size());
    QCOMPARE(after.first().line, lines.first().line);
    QVERIFY(!settled(m_database->body(reply))); // nobody refers to it any more
    QCOMPARE(need(m_database->prunedAt(runName(1))), std::optional(m_clock->nowMs()));
    need(m_database->deleteRun(runName(1)));
    QCOMPARE(need(m_database->prunedAt(runName(1))), std::optional<qint64>());
}

void TestPrune::leavesWhatIsNotFinishedAlone()
{
    run(runName(1), u"ada"_s, false);
    m_clock->advance(std::chrono::milliseconds(1'000 * kDay));
    QCOMPARE(need(m_database->prune(true)).runs(), 0);
    QVERIFY(hasJournal(runName(1)));
}

void TestPrune::takesTheTierOfNow()
{
    run(runName(1), u"ada"_s);
    setTier(u"ada"_s, u"enterprise"_s);
    m_clock->advance(std::chrono::milliseconds(89 * kDay));
    QCOMPARE(need(m_database->prune(true)).runs(), 0);
    setTier(u"ada"_s, u"free"_s);
    QCOMPARE(need(m_database->prune(true)).tiers.first().runs, 1);
}

void TestPrune::isNoFaultToTheDoctor()
{
    run(runName(1), u"ada"_s);
    run(runName(2), u"ada"_s);
    m_clock->advance(std::chrono::milliseconds(100 * kDay));
    run(runName(3), u"ada"_s);
    need(m_database->prune(true));
    for (const bool write : {false, true}) {
        const RebuildReport report = need(m_database->rebuild(write));
        QVERIFY2(report.differences.isEmpty(), qPrintable(report.differences.join(u'\n')));
        QVERIFY(report.gaps.isEmpty());
        QVERIFY(report.integrity.isEmpty());
        QCOMPARE(report.runs, 1);
    }
    QCOMPARE(need(m_database->runs({})).size(), 3);
    QCOMPARE(need(m_database->ledger({})).size(), 3);
}

QTEST_GUILESS_MAIN(TestPrune)
#include "tst_prune.moc"
