// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/billing/billexport.h"
#include "engine/billing/reprice.h"
#include "engine/core/canonicaljson.h"
#include "engine/pipeline/billview.h"
#include "engine/pipeline/engine.h"

#include <QBuffer>
#include <QCoroFuture>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QSaveFile>

#include <cstdio>

using namespace Qt::StringLiterals;

// Bills and their files: lines come in pages, so a bill over a million of them needs no more memory than one over ten.

namespace lathe {

namespace {

// Lines of a page; others who read wait no longer than one takes.
constexpr qint64 kPage = 5000;
constexpr qint64 kSumsPage = 20'000;

bool isRepriced(const BillQuery& query)
{
    return !query.priceBook.isEmpty() || !query.asModel.isEmpty() || query.coldCache;
}

LedgerFilter filterOf(const BillQuery& query)
{
    LedgerFilter filter;
    filter.runId = query.runId;
    filter.userId = query.userId;
    filter.fromMs = query.fromMs;
    filter.toMs = query.toMs;
    filter.imported = query.imported;
    return filter;
}

BillFormat formatOf(BillFile::Format format)
{
    switch (format) {
    case BillFile::Format::Breakdown:
        return BillFormat::Breakdown;
    case BillFile::Format::Focus14:
        return BillFormat::Focus14;
    case BillFile::Format::Focus12:
        return BillFormat::Focus12;
    case BillFile::Format::Pivot:
        return BillFormat::Pivot;
    case BillFile::Format::Json:
        break; // is made of the whole bill
    }
    return BillFormat::Breakdown;
}

BillFileOptions optionsOf(const BillQuery& query, const BillFile& file)
{
    BillFileOptions options;
    options.format = formatOf(file.format);
    options.profile = file.spreadsheet ? CsvProfile::Spreadsheet : CsvProfile::Machine;
    options.accounting = file.merge ? FocusAccounting::Merge : FocusAccounting::Chargeback;
    options.dimensions = query.groupBy;
    return options;
}

bool isStandardOutput(const QString& path)
{
    return path.isEmpty() || path == "-"_L1;
}

/// A device is written to; a file is never put in its place.
bool isDevice(const QString& path)
{
    return QFileInfo::exists(path) && !QFileInfo(path).isFile();
}

Error atPlace(Error error, const QString& path)
{
    if (error.code == ErrorCode::File) {
        error.message = u"%1: %2"_s.arg(isStandardOutput(path) ? u"standard output"_s : path, error.message);
    }
    return error;
}

Result<std::unique_ptr<QFileDevice>> openFor(const QString& path)
{
    if (!isStandardOutput(path) && isDevice(path)) {
        auto device = std::make_unique<QFile>(path);
        if (!device->open(QIODevice::WriteOnly | QIODevice::Unbuffered)) {
            return fail(ErrorCode::File, u"%1 cannot be written: %2"_s.arg(path, device->errorString()));
        }
        return std::unique_ptr<QFileDevice>(std::move(device));
    }
    if (isStandardOutput(path)) {
        auto out = std::make_unique<QFile>();
        if (!out->open(fileno(stdout), QIODevice::WriteOnly | QIODevice::Unbuffered)) {
            return fail(ErrorCode::File, u"standard output cannot be written: %1"_s.arg(out->errorString()));
        }
        return std::unique_ptr<QFileDevice>(std::move(out));
    }
    auto file = std::make_unique<QSaveFile>(path);
    if (!file->open(QIODevice::WriteOnly)) {
        return fail(ErrorCode::File, u"%1 cannot be written: %2"_s.arg(path, file->errorString()));
    }
    return std::unique_ptr<QFileDevice>(std::move(file));
}

Result<void> commit(QFileDevice& device)
{
    if (auto *file = qobject_cast<QSaveFile *>(&device); file != nullptr && !file->commit()) {
        return fail(ErrorCode::File, u"%1 cannot be written: %2"_s.arg(file->fileName(), file->errorString()));
    }
    return {};
}

Result<void> writeWhole(const QString& path, const QByteArray& bytes)
{
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit()) {
        return fail(ErrorCode::File, u"%1 cannot be written: %2"_s.arg(path, file.errorString()));
    }
    return {};
}

QJsonObject filtersOf(const BillQuery& query)
{
    QJsonObject filters;
    const auto add = [&filters](QLatin1StringView key, const QString& text) {
        if (!text.isEmpty()) {
            filters.insert(key, text);
        }
    };
    add("run"_L1, query.runId);
    add("user"_L1, query.userId);
    add("from"_L1, query.fromMs == 0 ? QString() : toIsoUtc(query.fromMs));
    add("to"_L1, query.toMs == 0 ? QString() : toIsoUtc(query.toMs));
    add("pricesOfModel"_L1, query.asModel);
    add("status"_L1, query.status ? QString(toName(*query.status)) : QString());
    for (const auto& [group, key] : query.only) {
        add(toName(group), key);
    }
    QStringList groups;
    for (const BillGroup group : query.groupBy) {
        groups.append(toName(group));
    }
    if (!groups.isEmpty()) {
        filters.insert("groupBy"_L1, QJsonArray::fromStringList(groups));
    }
    return filters;
}

/// Says of a file what it is a bill of, and puts that beside it.
Result<void> writeSummary(QJsonObject& summary, const BillQuery& query, const BillFile& file, const QString& version)
{
    summary.insert("application"_L1, QStringLiteral("lathe " LATHE_VERSION));
    summary.insert("filters"_L1, filtersOf(query));
    if (!version.isEmpty()) {
        summary.insert("pricesOf"_L1, version); // same tokens, other prices
    }
    if (isStandardOutput(file.path) || isDevice(file.path)) {
        return {};
    }
    summary.insert("file"_L1, QFileInfo(file.path).fileName());
    return writeWhole(summaryPathFor(file.path), QJsonDocument(summary).toJson());
}

} // namespace

QCoro::Task<Result<PriceBook>> Engine::otherPrices(QString name)
{
    if (name.isEmpty()) {
        const Result<PriceBook> used = co_await priceBook();
        co_return used;
    }
    const Result<PriceBook> found = co_await findPriceBook(name);
    co_return found;
}

QCoro::Task<Result<QString>> Engine::visitBill(BillQuery query, BillVisitor visit)
{
    BillReading reading;
    reading.row = std::move(visit);
    const Result<QString> version = co_await readBill(std::move(query), std::move(reading));
    co_return version;
}

QCoro::Task<Result<QString>> Engine::readBill(BillQuery query, BillReading reading)
{
    std::shared_ptr<Repricer> repricer;
    QString version;
    if (isRepriced(query)) {
        const Result<PriceBook> book = co_await otherPrices(query.priceBook);
        if (!book) {
            co_return fail(book.error());
        }
        version = book->version();
        repricer = std::make_shared<Repricer>(*book, query.asModel, query.coldCache);
    }
    const LedgerVisitor visitRow = [query, visit = reading.row, repricer](const BillRow& row) -> Result<void> {
        if ((query.status && row.runStatus != *query.status) || !passes(query, row)) {
            return {};
        }
        return repricer ? visitAll(repricer->add(row), visit) : visit(row);
    };
    const std::stop_token stop = m_tasks.stopToken();
    LedgerFilter filter = filterOf(query);
    filter.sumsOnly = reading.sumsOnly && !repricer;
    filter.limit = filter.sumsOnly ? kSumsPage : kPage;
    QFuture<Result<LedgerPage>> next = m_database->visitLedger(filter, visitRow);
    do {
        const Result<LedgerPage> page = co_await next;
        if (!page) {
            co_return fail(page.error());
        }
        if (stop.stop_requested()) {
            co_return fail(ErrorCode::Cancelled, u"the bill was not finished"_s);
        }
        if (reading.turnPage) {
            reading.turnPage();
        }
        filter.after = page->next;
        if (filter.after) {
            next = m_database->visitLedger(filter, visitRow);
        }
        const Result<void> written = reading.writePage ? reading.writePage() : Result<void>();
        if (!written) {
            co_return fail(written.error());
        }
    } while (filter.after);
    if (repricer) {
        const Result<void> visited = visitAll(repricer->finish(), reading.row);
        if (!visited) {
            co_return fail(visited.error());
        }
    }
    co_return version;
}

QCoro::Task<Result<BillResult>> Engine::bill(BillQuery query)
{
    const auto sums = std::make_shared<BillSums>(query.groupBy);
    BillReading reading;
    reading.sumsOnly = true;
    reading.row = [sums](const BillRow& row) {
        sums->add(row);
        return Result<void>();
    };
    const Result<QString> version = co_await readBill(query, std::move(reading));
    if (!version) {
        co_return fail(version.error());
    }
    Result<BillResult> result = sums->finish();
    if (result) {
        result->priceBook = *version;
    }
    co_return result;
}

QCoro::Task<Result<QByteArray>> Engine::breakdownCsv(BillQuery query, bool spreadsheet)
{
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    BillFile file;
    file.spreadsheet = spreadsheet;
    const auto writer = std::make_shared<BillWriter>(buffer, optionsOf(query, file));
    BillVisitor add = [writer](const BillRow& row) {
        writer->add(row);
        return Result<void>();
    };
    const Result<QString> visited = co_await visitBill(query, std::move(add));
    if (!visited) {
        co_return fail(visited.error());
    }
    const Result<void> finished = writer->finish();
    if (!finished) {
        co_return fail(finished.error());
    }
    co_return buffer.data();
}

QCoro::Task<Result<QJsonObject>> Engine::exportJson(BillQuery query, BillFile file)
{
    Result<std::unique_ptr<QFileDevice>> device = openFor(file.path);
    if (!device) {
        co_return fail(device.error());
    }
    const Result<BillResult> bill = co_await this->bill(query);
    if (!bill) {
        co_return fail(bill.error());
    }
    if (file.progress && file.progress->cancelled) {
        co_return fail(ErrorCode::Cancelled, u"the export was cancelled"_s);
    }
    const QByteArray bytes = QJsonDocument(toJson(*bill, query.groupBy)).toJson();
    if ((*device)->write(bytes) != bytes.size()) {
        Error error{ErrorCode::File, u"the bill cannot be written: %1"_s.arg((*device)->errorString()), {}};
        co_return fail(atPlace(std::move(error), file.path));
    }
    const Result<void> committed = commit(**device);
    if (!committed) {
        co_return fail(committed.error());
    }
    QJsonObject summary{{u"format"_s, u"json"_s},
                        {u"rows"_s, bill->rows.size()},
                        {u"lines"_s, bill->total.lines},
                        {u"unknownLines"_s, bill->total.unknownLines},
                        {u"complete"_s, bill->total.unknownLines == 0},
                        {u"currency"_s, u"USD"_s},
                        {u"total"_s, bill->total.cost.toDecimal()},
                        {u"sha256"_s, QString::fromLatin1(sha256Hex(bytes))}};
    const Result<void> written = writeSummary(summary, query, file, bill->priceBook);
    if (!written) {
        co_return fail(written.error());
    }
    co_return summary;
}

QCoro::Task<Result<QJsonObject>> Engine::exportBill(BillQuery query, BillFile file)
{
    if (file.format == BillFile::Format::Json) {
        Result<QJsonObject> summary = co_await exportJson(std::move(query), std::move(file));
        co_return summary;
    }
    Result<std::unique_ptr<QFileDevice>> device = openFor(file.path);
    if (!device) {
        co_return fail(device.error());
    }
    const auto writer = std::make_shared<BillWriter>(**device, optionsOf(query, file));
    BillReading reading;
    const auto goOn = [progress = file.progress]() -> Result<void> {
        if (progress && progress->cancelled) {
            return fail(ErrorCode::Cancelled, u"the export was cancelled"_s);
        }
        return {};
    };
    reading.row = [writer, goOn, progress = file.progress](const BillRow& row) {
        const Result<void> going = goOn();
        if (going) {
            writer->add(row);
            if (progress) {
                ++progress->lines;
            }
        }
        return going;
    };
    reading.turnPage = [writer] { writer->turnPage(); };
    reading.writePage = [writer, goOn] {
        const Result<void> going = goOn();
        return going ? writer->writePage() : going;
    };
    if (file.progress) {
        LedgerFilter all = filterOf(query);
        const Result<qint64> lines = co_await m_database->ledgerSize(std::move(all));
        file.progress->total = lines.value_or(0);
    }
    const Result<QString> version = co_await readBill(query, std::move(reading));
    if (!version) {
        co_return fail(atPlace(version.error(), file.path)); // what was written so far goes with the device
    }
    const Result<void> finished = writer->finish();
    if (!finished) {
        co_return fail(atPlace(finished.error(), file.path));
    }
    const Result<void> committed = commit(**device);
    if (!committed) {
        co_return fail(committed.error());
    }
    Result<QJsonObject> summary = writer->summary();
    if (!summary) {
        co_return fail(summary.error());
    }
    const Result<void> told = writeSummary(*summary, query, file, *version);
    if (!told) {
        co_return fail(told.error());
    }
    co_return summary;
}

} // namespace lathe
