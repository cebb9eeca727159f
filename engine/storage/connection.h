// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/money.h"
#include "engine/core/result.h"

#include <QHash>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QVariant>

#include <memory>
#include <optional>
#include <unordered_map>

namespace lathe {

class Dialect;

/// The text of a statement that is written once in a source file: its address names the prepared statement.
struct Sql
{
    const char *text;
};

/// The rows of a running query, forward only. Lives shorter than its connection; ends the query when it goes.
class Rows
{
public:
    Rows(const Dialect& dialect, QString path, QSqlQuery *query, std::unique_ptr<QSqlQuery> owned);
    Rows(Rows&& other) noexcept;
    Rows& operator=(Rows&&) = delete;
    ~Rows();

    /// Moves to the next row; false at the end and on failure, which finish() tells apart.
    [[nodiscard]] bool next();
    [[nodiscard]] QVariant value(int column) const { return m_query->value(column); }
    [[nodiscard]] qint64 integer(int column) const { return m_query->value(column).toLongLong(); }
    [[nodiscard]] int number(int column) const { return m_query->value(column).toInt(); }
    [[nodiscard]] QString text(int column) const { return m_query->value(column).toString(); }
    [[nodiscard]] QByteArray bytes(int column) const { return m_query->value(column).toByteArray(); }
    [[nodiscard]] bool isNull(int column) const { return m_query->isNull(column); }
    /// The money in columns column and column + 1; absent if they are null.
    [[nodiscard]] Result<std::optional<Money>> money(int column) const;
    /// Ends the query; an Error if reading stopped for another reason than the end.
    [[nodiscard]] Result<void> finish();

private:
    const Dialect& m_dialect;
    QString m_path;
    QSqlQuery *m_query;
    std::unique_ptr<QSqlQuery> m_owned;
};

/// One connection and its prepared statements. Belongs to the thread that made it and never leaves it.
/// Null strings and byte arrays are bound as empty ones; use QVariant() for SQL's NULL.
class Connection
{
public:
    enum class Mode
    {
        Write,
        Read,
        Inspect ///< reading a file that nobody has open, without making anything beside it
    };
    /// Opens without touching the schema. With Mode::Read the file must exist and its content is never written.
    [[nodiscard]] static Result<std::unique_ptr<Connection>> open(const Dialect& dialect, const QString& path,
                                                                  Mode mode, int busyTimeoutMs);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Runs a statement that is kept prepared; gives the number of rows it changed.
    [[nodiscard]] Result<qint64> execute(Sql sql, const QVariantList& values = {});
    [[nodiscard]] Result<Rows> query(Sql sql, const QVariantList& values = {});
    /// The same for text made at run time, prepared for this call alone.
    [[nodiscard]] Result<qint64> executeText(const QString& sql, const QVariantList& values = {});
    [[nodiscard]] Result<Rows> queryText(const QString& sql, const QVariantList& values = {});
    /// The first column of the first row; absent if there is none.
    [[nodiscard]] Result<std::optional<qint64>> integer(Sql sql, const QVariantList& values = {});
    [[nodiscard]] qint64 lastInsertId() const { return m_lastInsertId; }

    [[nodiscard]] const Dialect& dialect() const { return m_dialect; }
    [[nodiscard]] const QString& path() const { return m_path; }
    [[nodiscard]] QSqlDatabase& handle() { return m_database; }

private:
    Connection(const Dialect& dialect, QString path, QString name);
    [[nodiscard]] Result<QSqlQuery *> prepared(Sql sql);
    [[nodiscard]] Result<void> start(QSqlQuery& query, const QVariantList& values);
    [[nodiscard]] Result<std::unique_ptr<QSqlQuery>> fresh(const QString& sql);

    const Dialect& m_dialect;
    QString m_path;
    QString m_name;
    QSqlDatabase m_database;
    std::unordered_map<const char *, std::unique_ptr<QSqlQuery>> m_prepared;
    qint64 m_lastInsertId = 0;
};

/// A writing transaction: takes the write lock at once, rolls back unless committed.
class Transaction
{
public:
    [[nodiscard]] static Result<std::unique_ptr<Transaction>> begin(Connection& connection);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    [[nodiscard]] Result<void> commit();

private:
    explicit Transaction(Connection& connection) : m_connection(connection) {}
    Connection& m_connection;
    bool m_open = true;
};

/// The two columns of an amount; an Error if it is out of their range.
[[nodiscard]] Result<void> appendMoney(QVariantList& values, const std::optional<Money>& money);

} // namespace lathe
