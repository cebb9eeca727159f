// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/core/clock.h"
#include "engine/pipeline/enginefacade.h"
#include "engine/storage/database.h"
#include "tests/support/await.h"
#include "ui/keystore.h"
#include "ui/models/billmodel.h"
#include "ui/session.h"
#include "ui/views/billview.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTimer>

using namespace Qt::StringLiterals;
using namespace lathe;

namespace {

constexpr int kLines = 100'000;
constexpr int kLinesOfARun = 1000;
constexpr qint64 kStallMs = 3000; // the worst is half a second, on a machine that does nothing else

CostLine lineOf(int number)
{
    CostLine line;
    line.decision = number / 3 % 1000 + 1;
    line.provider = u"openai"_s;
    line.modelRequested = u"mock-%1"_s.arg(number % 7);
    line.meter = number % 3 == 2 ? Meter::ToolCall : number % 3 == 1 ? Meter::Output : Meter::Input;
    line.quantity = line.meter == Meter::ToolCall ? 1 : 100 + number % 900;
    line.tool = line.meter == Meter::ToolCall ? u"lookup"_s : QString();
    line.attempt = line.meter == Meter::ToolCall ? 0 : 1;
    line.unitPrice = UnitPrice::fromDecimal(u"2.5"_s, perOf(line.meter)).value_or(UnitPrice());
    line.cost = line.unitPrice->times(line.quantity).value_or(Money());
    line.state = CostState::Computed;
    line.priceBookVersion = u"flat/1"_s;
    line.status = u"ok"_s;
    return line;
}

bool fill(const QString& path)
{
    SystemClock clock;
    DatabaseSettings settings;
    settings.path = path;
    const auto database = Database::open(settings, clock);
    if (!database) {
        return false;
    }
    QFuture<Result<void>> last;
    for (int at = 0; at < kLines; at += kLinesOfARun) {
        QList<RunEvent> events;
        const auto add = [&events, at](EventType type, Fields details) {
            RunEvent event;
            event.runId = u"%1-0000-4000-8000-000000000000"_s.arg(at, 8, 10, QLatin1Char('0'));
            event.seq = events.size() + 1;
            event.timeMs = 1'790'000'000'000 + at * 100LL + event.seq;
            event.phase = Phase::Execution;
            event.type = type;
            event.details = std::move(details);
            events.append(std::move(event));
        };
        add(EventType::RunCreated,
            {{"job"_L1, QJsonObject{{u"userId"_s, u"ada"_s}, {u"name"_s, u"large"_s}, {u"prompt"_s, u"p"_s}}},
             {"provider"_L1, "openai"_L1},
             {"model"_L1, "mock-1"_L1}});
        for (int i = at; i < at + kLinesOfARun; ++i) {
            add(EventType::CostLine, toFields(lineOf(i)));
        }
        add(EventType::RunFinished, {{"status"_L1, toName(RunStatus::Complete)}});
        last = (*database)->append(events, Durability::Normal);
    }
    last.waitForFinished();
    return last.result().has_value();
}

} // namespace

/// A bill over a hundred thousand lines, while the window lives on.
class TestLargeBill : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QSettings::setDefaultFormat(QSettings::IniFormat);
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.path());
        const QString path = m_folder.filePath(u"large.db"_s);
        QVERIFY(fill(path));
        m_keys = std::make_unique<KeyStore>(false);
        EngineSettings settings;
        settings.database = path;
        settings.installBuiltinKnowledge = false;
        m_facade = std::make_unique<EngineFacade>(settings);
        QVERIFY(test::await(m_facade->open()));
        m_session = std::make_unique<Session>(*m_facade, *m_keys, path);
        m_view = std::make_unique<BillView>(*m_session);
        m_view->resize(1200, 800);
        m_view->show();
        QTRY_COMPARE_WITH_TIMEOUT(m_view->result().total.lines, kLines, 60'000);
    }
    void cleanupTestCase()
    {
        m_view.reset();
        m_session.reset();
        m_facade.reset();
    }

    void regroupsWithoutStalling_data()
    {
        QTest::addColumn<BillGroup>("first");
        QTest::addColumn<int>("second");
        QTest::addColumn<int>("rows");
        QTest::newRow("model and day") << BillGroup::Model << static_cast<int>(BillGroup::Day) << 0;
        QTest::newRow("tool") << BillGroup::Tool << -1 << 2;
        QTest::newRow("decisions of all runs") << BillGroup::Decision << -1 << 33'400;
        QTest::newRow("decision and model") << BillGroup::Decision << static_cast<int>(BillGroup::Model) << 0;
        QTest::newRow("phase") << BillGroup::Phase << -1 << 5;
    }
    void regroupsWithoutStalling()
    {
        QFETCH(BillGroup, first);
        QFETCH(int, second);
        QFETCH(int, rows);
        const auto other = second < 0 ? std::nullopt : std::optional(static_cast<BillGroup>(second));
        QList<BillGroup> groups{first};
        if (other) {
            groups << *other;
        }
        qint64 longest = 0;
        QElapsedTimer since;
        since.start();
        QTimer tick;
        tick.setInterval(5);
        connect(&tick, &QTimer::timeout, &tick, [&] { longest = std::max(longest, since.restart()); });
        tick.start();
        m_view->setGrouping(first, other);
        QTRY_COMPARE_WITH_TIMEOUT(m_view->model()->groups(), groups, 60'000);
        longest = std::max(longest, since.restart());
        if (rows > 0) {
            QCOMPARE(m_view->model()->rowCount(), rows);
        }
        QVERIFY(m_view->result().sumsAgree);
        m_view->model()->sort(0, Qt::DescendingOrder);
        longest = std::max(longest, since.restart());
        m_view->model()->sort(1, Qt::AscendingOrder);
        longest = std::max(longest, since.restart());
        QVERIFY2(longest < kStallMs, qPrintable(u"the window stood still for %1 ms"_s.arg(longest)));
        qInfo("stood still for at most %lld ms", static_cast<long long>(longest));
    }

private:
    QTemporaryDir m_folder;
    std::unique_ptr<KeyStore> m_keys;
    std::unique_ptr<EngineFacade> m_facade;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<BillView> m_view;
};

QTEST_MAIN(TestLargeBill)
#include "tst_largebill.moc"
