// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/storage/pricebookrepository.h"

#include "engine/core/canonicaljson.h"
#include "engine/core/jsonreader.h"

namespace lathe {

namespace {

constexpr Sql kInsert{"INSERT INTO agent_price_books (id, version, imported_at, content) VALUES (?, ?, ?, ?) "
                      "ON CONFLICT (id, version) DO NOTHING"};
constexpr Sql kAll{"SELECT id, version, imported_at, content FROM agent_price_books ORDER BY imported_at, id, version"};
constexpr Sql kFind{"SELECT id, version, imported_at, content FROM agent_price_books WHERE version = ?"};

Result<StoredPriceBook> bookAt(const Rows& rows)
{
    StoredPriceBook book;
    book.id = rows.text(0);
    book.version = rows.text(1);
    book.importedAtMs = rows.integer(2);
    const auto document = parseJsonObject(rows.text(3).toUtf8());
    if (!document) {
        return fail(ErrorCode::Database, QStringLiteral("The price book %1 cannot be read").arg(book.version),
                    document.error().message);
    }
    book.document = *document;
    return book;
}

} // namespace

Result<void> PriceBookRepository::save(const StoredPriceBook& book)
{
    const auto done = m_connection.execute(
        kInsert, {book.id, book.version, book.importedAtMs, QString::fromUtf8(canonicalJson(book.document))});
    if (!done) {
        return fail(done.error());
    }
    if (*done > 0) {
        return {};
    }
    const auto present = find(book.version);
    if (!present) {
        return fail(present.error());
    }
    if (!*present || (*present)->document != book.document) {
        return fail(ErrorCode::Conflict, QStringLiteral("The price book %1 is there with other prices, and a version "
                                                        "never changes: give the new one another version")
                                             .arg(book.version));
    }
    return {};
}

Result<QList<StoredPriceBook>> PriceBookRepository::all()
{
    auto rows = m_connection.query(kAll);
    if (!rows) {
        return fail(rows.error());
    }
    QList<StoredPriceBook> books;
    while (rows->next()) {
        auto book = bookAt(*rows);
        if (!book) {
            return fail(book.error());
        }
        books.append(std::move(*book));
    }
    const auto done = rows->finish();
    if (!done) {
        return fail(done.error());
    }
    return books;
}

Result<std::optional<StoredPriceBook>> PriceBookRepository::find(const QString& version)
{
    auto rows = m_connection.query(kFind, {version});
    if (!rows) {
        return fail(rows.error());
    }
    std::optional<StoredPriceBook> found;
    if (rows->next()) {
        auto book = bookAt(*rows);
        if (!book) {
            return fail(book.error());
        }
        found = std::move(*book);
    }
    const auto done = rows->finish();
    if (!done) {
        return fail(done.error());
    }
    return found;
}

} // namespace lathe
