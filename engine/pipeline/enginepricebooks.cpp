// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/billing/pricebookimport.h"
#include "engine/pipeline/engine.h"

#include <QCoroFuture>
#include <QFile>

using namespace Qt::StringLiterals;

// Which prices there are, which are in use, and which a run began with.

namespace lathe {

namespace {

const QString kFlatId = u"lathe/flat"_s;
const QString kBuiltinId = u"providers"_s;
constexpr auto kChosen = "priceBook"_L1; // the setting: a version; absent: the flat book

Result<PriceBook> builtinPrices()
{
    QFile file(u":/lathe/pricebooks/providers.json"_s);
    if (!file.open(QIODevice::ReadOnly)) {
        return fail(ErrorCode::Internal, u"the price book of the providers is missing from the program"_s);
    }
    const auto document = parseJsonObject(file.readAll());
    if (!document) {
        return fail(document.error());
    }
    return PriceBook::fromJson(kBuiltinId, *document);
}

Result<PriceBook> parsed(const StoredPriceBook& stored)
{
    return stored.version.startsWith("flat/"_L1) ? PriceBook::flatOfVersion(stored.version)
                                                 : PriceBook::fromJson(stored.id, stored.document);
}

StoredPriceBook storable(const PriceBook& book, qint64 nowMs)
{
    return {book.id(), book.version(), nowMs, book.document()};
}

PriceBookInfo infoOf(const PriceBook& book, const QString& inUse)
{
    PriceBookInfo info;
    info.id = book.id();
    info.version = book.version();
    info.inUse = book.version() == inUse;
    info.models = static_cast<int>(book.models().size());
    for (const PricedModel& model : book.models()) {
        info.asOf = std::max(info.asOf, model.asOf);
        if (!info.sources.contains(model.source)) {
            info.sources.append(model.source);
        }
    }
    info.document = book.document();
    return info;
}

/// "My prices.json" -> "my-prices".
QString idFor(const QString& name)
{
    QString id;
    for (const QChar c : name.toLower()) {
        const bool plain = (c >= u'a' && c <= u'z') || (c >= u'0' && c <= u'9') || c == u'.' || c == u'_' || c == u'-';
        id.append(plain ? c : QChar(u'-'));
    }
    return id.left(64);
}

} // namespace

QCoro::Task<Result<PriceBook>> Engine::priceBookOfVersion(QString version)
{
    const auto known = m_books.constFind(version);
    if (known != m_books.constEnd()) {
        co_return known.value();
    }
    if (version.startsWith("flat/"_L1)) {
        co_return PriceBook::flatOfVersion(version);
    }
    const Result<std::optional<StoredPriceBook>> stored = co_await m_database->priceBook(version);
    if (!stored) {
        co_return fail(stored.error());
    }
    Result<PriceBook> book = *stored ? parsed(**stored) : builtinPrices();
    if (book && book->version() != version) {
        co_return fail(ErrorCode::NotFound, u"there is no price book %1"_s.arg(version));
    }
    if (book) {
        m_books.insert(version, *book);
    }
    co_return book;
}

QCoro::Task<Result<PriceBook>> Engine::priceBook()
{
    const Result<QJsonObject> stored = co_await m_database->settings();
    if (!stored) {
        co_return fail(stored.error());
    }
    const QString chosen = stored->value(kChosen).toString();
    if (!chosen.isEmpty()) {
        const Result<PriceBook> book = co_await priceBookOfVersion(chosen);
        co_return book;
    }
    const QJsonObject flat = stored->value("flatPrices"_L1).toObject();
    if (flat.isEmpty()) {
        co_return PriceBook::flat();
    }
    const Result<PriceBook> book =
        PriceBook::flatWith(flat.value("perMillionTokens"_L1).toString(), flat.value("perToolCall"_L1).toString());
    co_return book;
}

QCoro::Task<Result<void>> Engine::keepPriceBook(PriceBook book)
{
    if (m_keptBooks.contains(book.version())) {
        co_return Result<void>();
    }
    StoredPriceBook entry = storable(book, m_clock.nowMs());
    const Result<void> kept = co_await m_database->savePriceBook(std::move(entry));
    if (kept) {
        m_keptBooks.insert(book.version());
        m_books.insert(book.version(), book);
    }
    co_return kept;
}

QCoro::Task<Result<QList<PriceBook>>> Engine::allPriceBooks()
{
    const Result<QList<StoredPriceBook>> stored = co_await m_database->priceBooks();
    if (!stored) {
        co_return fail(stored.error());
    }
    QList<PriceBook> books{PriceBook::flat()};
    const Result<PriceBook> builtin = builtinPrices();
    if (!builtin) {
        co_return fail(builtin.error());
    }
    books.append(*builtin);
    for (const StoredPriceBook& entry : *stored) {
        if (entry.version == books.at(0).version() || entry.version == builtin->version()) {
            continue;
        }
        const Result<PriceBook> book = parsed(entry);
        if (!book) {
            co_return fail(book.error());
        }
        books.append(*book);
    }
    co_return books;
}

QCoro::Task<Result<PriceBook>> Engine::findPriceBook(QString name)
{
    const Result<QList<PriceBook>> books = co_await allPriceBooks();
    if (!books) {
        co_return fail(books.error());
    }
    if (name == "flat"_L1) {
        co_return PriceBook::flat();
    }
    const PriceBook *found = nullptr;
    for (const PriceBook& book : *books) { // in the order they came: the last of a name is its newest
        if (book.version() == name) {
            co_return book;
        }
        if (book.id() == name || book.version().endsWith(u'@' + name)) {
            found = &book;
        }
    }
    if (found == nullptr) {
        co_return fail(ErrorCode::NotFound,
                       u"there is no price book %1; \"prices list\" shows those there are"_s.arg(name));
    }
    co_return *found;
}

QCoro::Task<Result<QList<PriceBookInfo>>> Engine::priceBooks()
{
    const Result<QList<PriceBook>> books = co_await allPriceBooks();
    if (!books) {
        co_return fail(books.error());
    }
    const Result<PriceBook> used = co_await priceBook();
    if (!used) {
        co_return fail(used.error());
    }
    QList<PriceBookInfo> infos;
    for (const PriceBook& book : *books) {
        infos.append(infoOf(book, used->version()));
        infos.last().builtin = infos.size() <= 2;
    }
    const bool listed = std::any_of(infos.cbegin(), infos.cend(), [](const PriceBookInfo& info) { return info.inUse; });
    if (!listed) {
        infos.append(infoOf(*used, used->version())); // flat prices of the settings that no run used yet
    }
    co_return infos;
}

QCoro::Task<Result<PriceImport>> Engine::importPriceBook(QString name, QByteArray file, PriceImport::Mode mode)
{
    const QDate today = m_clock.nowUtc().date();
    const Result<ImportedPrices> imported = importPrices(file, today);
    if (!imported) {
        co_return fail(imported.error());
    }
    const QString id = idFor(name);
    if (id.isEmpty() || id == kBuiltinId || id == "flat"_L1) {
        if (mode != PriceImport::Mode::Check) {
            co_return fail(ErrorCode::InvalidInput, u"a price book cannot be called \"%1\""_s.arg(id));
        }
    }
    const Result<PriceBook> book = PriceBook::fromJson(id, imported->document);
    if (!book) {
        co_return fail(book.error());
    }
    PriceImport result;
    result.version = book->version();
    result.format = imported->format;
    result.models = static_cast<int>(book->models().size());
    result.notes = imported->notes;
    for (const PriceFinding& finding : checkPrices(*book, today)) {
        (finding.serious ? result.doubts : result.notes).append(finding.text);
    }
    const bool ask = mode == PriceImport::Mode::StoreUnlessDoubtful && !result.doubts.isEmpty();
    if (mode == PriceImport::Mode::Check || ask) {
        co_return result;
    }
    const Result<void> kept = co_await keepPriceBook(*book);
    if (!kept) {
        co_return fail(kept.error());
    }
    result.stored = true;
    co_return result;
}

QCoro::Task<Result<PriceBookInfo>> Engine::usePriceBook(QString name)
{
    const Result<PriceBook> book = co_await findPriceBook(name);
    if (!book) {
        co_return fail(book.error());
    }
    const bool flat = book->version() == PriceBook::flat().version();
    if (!flat) {
        const Result<void> kept = co_await keepPriceBook(*book);
        if (!kept) {
            co_return fail(kept.error());
        }
    }
    const QJsonValue chosen = flat ? QJsonValue(QJsonValue::Undefined) : QJsonValue(book->version());
    const Result<void> saved = co_await m_database->setSetting(QString(kChosen), chosen);
    if (!saved) {
        co_return fail(saved.error());
    }
    co_return infoOf(*book, book->version());
}

QCoro::Task<Result<PriceBookInfo>> Engine::priceBookInfo(QString name)
{
    const Result<PriceBook> used = co_await priceBook();
    if (!used) {
        co_return fail(used.error());
    }
    if (name.isEmpty()) {
        co_return infoOf(*used, used->version());
    }
    const Result<PriceBook> book = co_await findPriceBook(name);
    if (!book) {
        co_return fail(book.error());
    }
    co_return infoOf(*book, used->version());
}

} // namespace lathe
