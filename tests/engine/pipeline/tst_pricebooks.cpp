// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/core/canonicaljson.h"
#include "engine/pipeline/enginefacade.h"
#include "tests/support/await.h"
#include "tests/support/fakellmserver.h"

#include <QFile>
#include <QJsonDocument>
#include <QTemporaryDir>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

namespace {

QByteArray bookText(const QByteArray& input, const QByteArray& version = "1")
{
    return R"({"format":"lathe.pricebook/1","version":")" + version +
           R"(","currency":"USD","meters":{},"sources":{},"defaults":{"rates":[{"prices":{"tool_call":"0.02"}}]},
              "models":[{"id":"openai/mock-1","provider":"openai","model":"mock-1","source":"s","as_of":"2026-11-01",
              "rates":[{"prices":{"input":")" +
           input + R"(","output":"20"}}]}]})";
}

} // namespace

/// Which prices a run gets, that it keeps them, and that asking for others changes nothing.
class TestPriceBooks : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        reopen();
    }
    void cleanup()
    {
        m_facade.reset();
        m_folder.reset();
    }

    void flatPricesAreUsedUntilAnotherBookIs()
    {
        auto books = await(m_facade->priceBooks());
        QVERIFY(books);
        QCOMPARE(books->size(), 2);
        QVERIFY(books->at(0).inUse && books->at(0).version == "flat/1"_L1);
        QVERIFY(books->at(1).id == "providers"_L1 && books->at(1).models > 40 && !books->at(1).inUse);
        QVERIFY(await(m_facade->usePriceBook(u"providers"_s)));
        books = await(m_facade->priceBooks());
        QCOMPARE(books->size(), 2);
        QVERIFY(!books->at(0).inUse && books->at(1).inUse);
        QCOMPARE(await(m_facade->priceBookInfo({}))->id, u"providers"_s);
        QVERIFY(await(m_facade->usePriceBook(u"flat"_s)));
        QCOMPARE(await(m_facade->priceBookInfo({}))->version, u"flat/1"_s);
        QCOMPARE(await(m_facade->usePriceBook(u"nowhere"_s)).error().code, ErrorCode::NotFound);
    }

    void aVersionNeverChanges()
    {
        using Mode = PriceImport::Mode;
        const auto checked = await(m_facade->importPriceBook(u"My Prices"_s, bookText("3"), Mode::Check));
        QVERIFY(checked && !checked->stored);
        QCOMPARE(await(m_facade->priceBooks())->size(), 2);
        const auto first = await(m_facade->importPriceBook(u"My Prices"_s, bookText("3"), Mode::StoreUnlessDoubtful));
        QVERIFY2(first, first ? "" : qPrintable(first.error().message));
        QCOMPARE(first->version, u"my-prices@1"_s);
        QVERIFY(await(m_facade->importPriceBook(u"My Prices"_s, bookText("3"), Mode::Store))); // the same again
        reopen();
        QCOMPARE(await(m_facade->importPriceBook(u"My Prices"_s, bookText("4"), Mode::Store)).error().code,
                 ErrorCode::Conflict);
        QVERIFY(await(m_facade->importPriceBook(u"My Prices"_s, bookText("4", "2"), Mode::Store)));
        QCOMPARE(await(m_facade->priceBookInfo(u"my-prices"_s))->version, u"my-prices@2"_s); // the newest of its name
        QCOMPARE(await(m_facade->priceBookInfo(u"my-prices@1"_s))->version, u"my-prices@1"_s);
        QVERIFY(!await(m_facade->importPriceBook(u"providers"_s, bookText("3"), Mode::Store)));
        // Input at $90, output at $20: looks wrong, and is taken only if that is meant.
        const auto doubtful = await(m_facade->importPriceBook(u"odd"_s, bookText("90"), Mode::StoreUnlessDoubtful));
        QVERIFY(doubtful && !doubtful->stored);
        QCOMPARE(doubtful->doubts.size(), 1);
        QVERIFY(await(m_facade->importPriceBook(u"odd"_s, bookText("90"), Mode::Store))->stored);
    }

    void aRunKeepsThePricesItBeganWith()
    {
        importMine();
        QVERIFY(await(m_facade->usePriceBook(u"mine"_s)));
        FakeLlmServer server;
        server.enqueueCompletion(toolCompletion(u"retrieve_context"_s, u"{\"query\":\"frame\"}"_s));
        server.enqueue(FakeReply::stall());
        server.enqueueCompletion(textCompletion(u"after all"_s));
        const auto run = await(m_facade->start(job(), options(server)));
        QVERIFY2(run, run ? "" : qPrintable(run.error().message));
        QVERIFY(server.waitForRequests(2));
        reopen();
        QVERIFY(await(m_facade->usePriceBook(u"flat"_s)));
        QVERIFY(await(m_facade->resume(*run, {})));
        const auto end = await(m_facade->finished(*run));
        QCOMPARE(end->status, RunStatus::Complete);
        QCOMPARE(end->response->billing.priceBook, u"mine@1"_s);
        const auto record = await(m_facade->record(*run));
        QVERIFY(record->lines.size() >= 5);
        for (const CostLine& line : record->lines) {
            QCOMPARE(line.priceBookVersion, u"mine@1"_s);
            QVERIFY(!line.cost ||
                    line.rateId.startsWith(line.meter == Meter::ToolCall ? u"mine#"_s : u"openai/mock-1#"_s));
        }
        QVERIFY(await(m_facade->doctor(false))->healthy());
    }

    void aModelThatIsNotInTheBookHasNoCost()
    {
        QVERIFY(await(m_facade->usePriceBook(u"providers"_s)));
        const RunEnd end = runToEnd({});
        QCOMPARE(end.status, RunStatus::Complete);
        QVERIFY(!end.response->billing.complete);
        QVERIFY(end.response->billing.unknownLines > 0);
        const auto record = await(m_facade->record(end.runId));
        for (const CostLine& line : record->lines) {
            QVERIFY(line.meter == Meter::ToolCall || (line.state == CostState::Unknown && line.quantity > 0));
        }
    }

    void otherPricesChangeNothingThatIsStored()
    {
        importMine();
        FakeLlmServer server;
        server.enqueueCompletion(toolCompletion(u"retrieve_context"_s, u"{\"query\":\"frame\"}"_s));
        server.enqueueCompletion(textCompletion(u"done"_s));
        const RunEnd end = runToEnd(options(server));
        QCOMPARE(end.status, RunStatus::Complete);
        BillQuery query;
        query.groupBy = {BillGroup::Decision, BillGroup::Model, BillGroup::Hour};
        const auto before = await(m_facade->bill(query));
        QCOMPARE(before->total.cost, end.response->totalCost);
        QVERIFY(before->priceBook.isEmpty());
        query.priceBook = u"mine"_s;
        const auto whatIf = await(m_facade->bill(query));
        QVERIFY(whatIf);
        QCOMPARE(whatIf->priceBook, u"mine@1"_s);
        QCOMPARE(whatIf->total.tokens, before->total.tokens);
        QVERIFY(whatIf->sumsAgree);
        Money expected = *Money::fromDecimal(u"0.02"); // one tool call
        const auto recorded = await(m_facade->record(end.runId));
        for (const CostLine& line : recorded->lines) {
            if (line.meter != Meter::ToolCall) {
                const auto price = UnitPrice::fromDecimal(line.meter == Meter::Output ? u"20" : u"3", 1'000'000);
                expected = *expected.plus(*price->times(line.quantity));
            }
        }
        QCOMPARE(whatIf->total.cost, expected);
        query.asModel = u"openai/gpt-4o"_s;
        query.priceBook = u"providers"_s;
        QVERIFY(await(m_facade->bill(query))->total.unknownLines == 0);
        query.asModel = u"openai/none"_s;
        QVERIFY(await(m_facade->bill(query))->total.unknownLines > 0);
        query.priceBook.clear();
        query.asModel.clear();
        QCOMPARE(await(m_facade->bill(query))->total, before->total);
        QCOMPARE(await(m_facade->record(end.runId))->summary.totalCost, end.response->totalCost);
    }

    void filesSayWhatTheResponseSays()
    {
        FakeLlmServer server;
        server.enqueueCompletion(textCompletion(u"done"_s));
        const RunEnd end = runToEnd(options(server));
        BillQuery query;
        query.runId = end.runId;
        using Format = BillFile::Format;
        for (const Format format : {Format::Breakdown, Format::Focus14, Format::Focus12, Format::Pivot}) {
            BillFile file;
            file.format = format;
            file.path = m_folder->filePath(u"bill %1.csv"_s.arg(static_cast<int>(format)));
            const auto summary = await(m_facade->exportBill(query, file));
            QVERIFY2(summary, summary ? "" : qPrintable(summary.error().message));
            QCOMPARE(summary->value("total"_L1).toString(), end.response->totalCost.toDecimal());
            QFile written(file.path);
            QVERIFY(written.open(QIODevice::ReadOnly));
            const QByteArray bytes = written.readAll();
            QCOMPARE(summary->value("sha256"_L1).toString(), QString::fromLatin1(sha256Hex(bytes)));
            QVERIFY(bytes.endsWith("\r\n"));
            QFile beside(QString(file.path).replace(u".csv"_s, u".summary.json"_s));
            QVERIFY(beside.open(QIODevice::ReadOnly));
            QCOMPARE(QJsonDocument::fromJson(beside.readAll()).object(), *summary);
            QCOMPARE(summary->value("filters"_L1).toObject().value("run"_L1).toString(), end.runId);
        }
        // A file that cannot be written is an error, and nothing is left behind.
        BillFile nowhere;
        nowhere.path = m_folder->filePath(u"no/such/folder/bill.csv"_s);
        QCOMPARE(await(m_facade->exportBill(query, nowhere)).error().code, ErrorCode::File);
        query.priceBook = u"no such book"_s;
        BillFile failing;
        failing.path = m_folder->filePath(u"failing.csv"_s);
        QVERIFY(!await(m_facade->exportBill(query, failing)));
        QVERIFY(!QFile::exists(failing.path));
    }

    void costsNothingWhereNothingRan()
    {
        const RunEnd end = runToEnd({});
        const auto record = await(m_facade->record(end.runId));
        for (const PhaseRecord& phase : record->phases) {
            QVERIFY(phase.phase == Phase::Execution || phase.cost.isZero());
        }
        AguiRunJob poor = job();
        poor.userId = u"poor"_s;
        poor.budget = *Money::fromDecimal(u"0.00000001");
        const auto run = await(m_facade->start(poor, {}));
        const auto refused = await(m_facade->finished(*run));
        QCOMPARE(refused->status, RunStatus::PolicyViolation);
        QCOMPARE(refused->response->totalCost, Money());
        QVERIFY(await(m_facade->record(*run))->billing);
    }

private:
    void reopen()
    {
        m_facade.reset();
        EngineSettings settings;
        settings.database = m_folder->filePath(u"lathe.db"_s);
        m_facade = std::make_unique<EngineFacade>(settings);
        QVERIFY(await(m_facade->open()));
    }
    void importMine() { QVERIFY(await(m_facade->importPriceBook(u"mine"_s, bookText("3"), PriceImport::Mode::Store))); }
    [[nodiscard]] static AguiRunJob job()
    {
        AguiRunJob job;
        job.userId = u"alice"_s;
        job.prompt = u"What is a frame?"_s;
        return job;
    }
    [[nodiscard]] static RunOptions options(const FakeLlmServer& server)
    {
        RunOptions options;
        options.provider = {u"openai"_s, server.baseUrl(), u"mock-1"_s, {}};
        return options;
    }
    [[nodiscard]] RunEnd runToEnd(const RunOptions& options)
    {
        const auto run = await(m_facade->start(job(), options));
        return run ? await(m_facade->finished(*run)).value_or(RunEnd()) : RunEnd();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<EngineFacade> m_facade;
};

QTEST_GUILESS_MAIN(TestPriceBooks)
#include "tst_pricebooks.moc"
