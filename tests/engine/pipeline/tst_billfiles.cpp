// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/pipeline/enginefacade.h"
#include "tests/engine/storage/storagesupport.h"
#include "tests/support/await.h"

#include <QDir>
#include <QFile>
#include <QScopeGuard>

#include <array>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

namespace {

constexpr int kRuns = 4;
constexpr int kLinesOfARun = 3000; // so that the ledger is read in several pages

} // namespace

Q_DECLARE_METATYPE(lathe::LedgerFilter)

/// Long ledgers as files: whole or not there, with progress, and cancelled.
class TestBillFiles : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        fill();
        reopen();
    }
    void cleanupTestCase() { m_facade.reset(); }

    void holdEveryLineOnce()
    {
        BillFile all = file(u"all.csv"_s);
        const auto summary = await(m_facade->exportBill({}, all));
        QVERIFY2(summary, summary ? "" : qPrintable(summary.error().message));
        QCOMPARE(summary->value("lines"_L1).toInteger(), kRuns * kLinesOfARun);
        QCOMPARE(summary->value("total"_L1).toString(), m_total.toDecimal());
        QCOMPARE(all.progress->lines.load(), kRuns * kLinesOfARun);
        QCOMPARE(all.progress->total.load(), kRuns * kLinesOfARun);
        QFile written(all.path);
        QVERIFY(written.open(QIODevice::ReadOnly));
        // Ordered by time over all runs; each line of a run has a quantity of its own.
        QSet<QByteArray> seen;
        QByteArray before;
        (void)written.readLine();
        while (!written.atEnd()) {
            const QList<QByteArray> cells = written.readLine().split(',');
            QVERIFY(cells.at(3) >= before);
            before = cells.at(3);
            seen.insert(cells.at(0) + cells.at(19));
        }
        QCOMPARE(seen.size(), kRuns * kLinesOfARun);
        m_size = written.size();
    }

    void areTheSameAgain()
    {
        BillQuery query;
        query.groupBy = {BillGroup::Decision, BillGroup::Hour};
        for (const BillFile::Format format : {BillFile::Format::Breakdown, BillFile::Format::Focus14,
                                              BillFile::Format::Pivot, BillFile::Format::Json}) {
            BillFile first = file(u"first.csv"_s);
            first.format = format;
            const auto before = await(m_facade->exportBill(query, first));
            QVERIFY(before);
            QLocale::setDefault(QLocale(u"ar_EG"_s));
            qputenv("TZ", "Pacific/Kiritimati");
            const auto back = qScopeGuard([] {
                QLocale::setDefault(QLocale::c());
                qputenv("TZ", "UTC");
            });
            reopen();
            BillFile again = file(u"again.csv"_s);
            again.format = format;
            const auto after = await(m_facade->exportBill(query, again));
            QVERIFY(after);
            QCOMPARE(after->value("sha256"_L1), before->value("sha256"_L1));
            QCOMPARE(after->value("total"_L1).toString(), m_total.toDecimal());
        }
    }

    void areAsTheyWereAfterCancelling()
    {
        BillFile kept = file(u"kept.csv"_s);
        QFile old(kept.path);
        QVERIFY(old.open(QIODevice::WriteOnly));
        old.write("what was there");
        old.close();
        kept.progress->cancelled = true;
        const auto summary = await(m_facade->exportBill({}, kept));
        QVERIFY(!summary);
        QCOMPARE(summary.error().code, ErrorCode::Cancelled);
        QVERIFY(old.open(QIODevice::ReadOnly));
        QCOMPARE(old.readAll(), QByteArray("what was there"));
        QCOMPARE(QDir(m_folder.path()).entryList({u"kept*"_s}), QStringList{u"kept.csv"_s}); // and nothing half done
    }

    void stopOnTheWay()
    {
        // A pipe that is not read holds the writer up, so that it is surely on its way.
        BillFile pipe = file(u"pipe"_s);
        const QByteArray name = QFile::encodeName(pipe.path);
        QCOMPARE(mkfifo(name.constData(), 0600), 0);
        const int end = open(name.constData(), O_RDONLY | O_NONBLOCK);
        QVERIFY(end >= 0);
        const auto close = qScopeGuard([end] { ::close(end); });
        const auto summary = m_facade->exportBill({}, pipe);
        std::array<char, 4096> bytes{};
        QTRY_VERIFY(read(end, bytes.data(), 1) == 1);
        QVERIFY(!summary.isFinished());
        pipe.progress->cancelled = true;
        qint64 size = 1;
        QTRY_VERIFY([&] {
            for (qint64 got = 1; got > 0; size += got) {
                got = std::max<qint64>(0, read(end, bytes.data(), bytes.size()));
            }
            return summary.isFinished();
        }());
        QCOMPARE(summary.result().error().code, ErrorCode::Cancelled);
        QVERIFY(size < m_size / 2); // one page of three
    }

    void pagesHoldEveryLineOnce_data()
    {
        LedgerFilter filter;
        filter.limit = 701;
        QTest::addColumn<LedgerFilter>("filter");
        QTest::addColumn<int>("lines");
        QTest::newRow("by time") << filter << kRuns * kLinesOfARun;
        filter.sumsOnly = true;
        QTest::newRow("by run") << filter << kRuns * kLinesOfARun;
        filter.userId = u"ada"_s;
        QTest::newRow("of a user by run") << filter << kRuns * kLinesOfARun;
        filter.sumsOnly = false;
        QTest::newRow("of a user by time") << filter << kRuns * kLinesOfARun;
        filter.runId = runName(2);
        QTest::newRow("of a run") << filter << kLinesOfARun;
        filter = {};
        filter.limit = 701;
        filter.sumsOnly = true;
        filter.fromMs = kStartMs + 1;
        filter.toMs = kStartMs * 2;
        QTest::newRow("of a period") << filter << kRuns * kLinesOfARun;
    }
    void pagesHoldEveryLineOnce()
    {
        QFETCH(LedgerFilter, filter);
        QFETCH(const int, lines);
        FakeClock clock;
        const auto database = openDatabase(m_folder.filePath(u"lathe.db"_s), clock);
        QSet<std::pair<QString, qint64>> seen;
        qint64 visited = 0;
        do {
            const LedgerPage page = need(database->visitLedger(filter, [&seen](const BillRow& row) {
                seen.insert({row.line.runId, row.number});
                return Result<void>();
            }));
            visited += page.lines;
            filter.after = page.next;
        } while (filter.after);
        QCOMPARE(visited, lines);
        QCOMPARE(seen.size(), lines);
        QCOMPARE(need(database->ledgerSize(filter)), lines);
    }

    void agreeWithEveryWayToReadTheLedger()
    {
        // A single run, a user, a period: each comes in another order from another index.
        BillQuery query;
        query.groupBy = {BillGroup::Model};
        QCOMPARE(await(m_facade->bill(query))->total.cost, m_total);
        query.userId = u"ada"_s;
        QCOMPARE(await(m_facade->bill(query))->total.cost, m_total);
        query.userId = u"nobody"_s;
        QCOMPARE(await(m_facade->bill(query))->total.lines, 0);
        MoneySum parts;
        query.userId.clear();
        for (int run = 1; run <= kRuns; ++run) {
            query.runId = runName(run);
            const auto bill = await(m_facade->bill(query));
            QCOMPARE(bill->total.lines, kLinesOfARun);
            QCOMPARE(bill->total.calls, kLinesOfARun / 2);
            parts.add(bill->total.cost);
            BillFile one = file(u"one.csv"_s);
            QCOMPARE(await(m_facade->exportBill(query, one))->value("total"_L1).toString(),
                     bill->total.cost.toDecimal());
        }
        QCOMPARE(*parts.total(), m_total);
        query.runId.clear();
        query.fromMs = kStartMs + 10'000;
        const auto after = await(m_facade->bill(query));
        query.toMs = std::exchange(query.fromMs, 0);
        const auto before = await(m_facade->bill(query));
        QVERIFY(after->total.lines > 0 && before->total.lines > 0);
        QCOMPARE(*after->total.cost.plus(before->total.cost), m_total);
    }

private:
    static constexpr qint64 kStartMs = 1'790'000'000'000;

    [[nodiscard]] BillFile file(const QString& name) const
    {
        BillFile file;
        file.path = m_folder.filePath(name);
        file.progress = std::make_shared<BillProgress>();
        return file;
    }
    void reopen()
    {
        m_facade.reset();
        EngineSettings settings;
        settings.database = m_folder.filePath(u"lathe.db"_s);
        settings.installBuiltinKnowledge = false;
        m_facade = std::make_unique<EngineFacade>(settings);
        QVERIFY(await(m_facade->open()));
    }
    void fill()
    {
        FakeClock clock;
        const auto database = openDatabase(m_folder.filePath(u"lathe.db"_s), clock);
        MoneySum total;
        for (int run = 1; run <= kRuns; ++run) {
            EventMaker maker(runName(run), kStartMs + run);
            QList<RunEvent> events{maker.created()};
            for (int i = 0; i < kLinesOfARun; ++i) {
                const CostLine line = tokenLine(1 + i / 2, i % 2 == 0 ? Meter::Input : Meter::Output, 100 + i,
                                                u"0.003625"_s, maker.nowMs());
                total.add(*line.cost);
                events << maker.costLine(line);
            }
            events << maker.finished();
            need(database->append(events, Durability::Normal));
        }
        m_total = need(total.total());
    }

    QTemporaryDir m_folder;
    std::unique_ptr<EngineFacade> m_facade;
    Money m_total;
    qint64 m_size = 0; ///< of the whole ledger as a file
};

QTEST_GUILESS_MAIN(TestBillFiles)
#include "tst_billfiles.moc"
