// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/money.h"
#include "engine/core/result.h"
#include "engine/storage/sqlvalue.h"

#include <initializer_list>
#include <memory>
#include <optional>
#include <unordered_map>

struct sqlite3;

namespace lathe {

class Dialect;
class Statement;

/// The text of a statement that is written once in a source file: its address names the prepared statement.
struct Sql
{
    const char *text;
};

/// The rows of a running query, forward only. Lives shorter than its connection; ends the query when it goes.
class Rows
{
public:
    explicit Rows(std::shared_ptr<Statement> statement);
    Rows(Rows&& other) noexcept = default;
    Rows& operator=(Rows&&) = delete;
    Rows(const Rows&) = delete;
    Rows& operator=(const Rows&) = delete;
    ~Rows();

    /// Moves to the next row; false at the end and on failure, which finish() tells apart.
    [[nodiscard]] bool next();
    [[nodiscard]] SqlValue value(int column) const;
    [[nodiscard]] qint64 integer(int column) const;
    [[nodiscard]] int number(int column) const { return static_cast<int>(integer(column)); }
    [[nodiscard]] double real(int column) const;
    [[nodiscard]] QString text(int column) const;
    /// The bytes of a text (UTF-8) or of a blob.
    [[nodiscard]] QByteArray bytes(int column) const;
    /// The same without a copy: good until the next call that moves or ends the query.
    [[nodiscard]] QByteArrayView view(int column) const;
    [[nodiscard]] bool isNull(int column) const;
    /// The money in columns column and column + 1; absent if they are null.
    [[nodiscard]] Result<std::optional<Money>> money(int column) const;
    /// Ends the query; an Error if reading stopped for another reason than the end.
    [[nodiscard]] Result<void> finish();

private:
    std::shared_ptr<Statement> m_statement;
};

/// One connection and its prepared statements, on SQLite's own interface: Qt SQL costs several times as much for each
/// row. Belongs to the thread that made it and never leaves it.
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
    [[nodiscard]] Result<qint64> execute(Sql sql, std::initializer_list<SqlValue> values = {});
    [[nodiscard]] Result<qint64> execute(Sql sql, const SqlValues& values);
    [[nodiscard]] Result<Rows> query(Sql sql, std::initializer_list<SqlValue> values = {});
    [[nodiscard]] Result<Rows> query(Sql sql, const SqlValues& values);
    /// The same for text made at run time, prepared for this call alone.
    [[nodiscard]] Result<qint64> executeText(const QString& sql, const SqlValues& values = {});
    [[nodiscard]] Result<Rows> queryText(const QString& sql, const SqlValues& values = {});
    /// The first column of the first row; absent if there is none.
    [[nodiscard]] Result<std::optional<qint64>> integer(Sql sql, std::initializer_list<SqlValue> values = {});
    [[nodiscard]] Result<std::optional<qint64>> integer(Sql sql, const SqlValues& values);
    [[nodiscard]] qint64 lastInsertId() const;

    [[nodiscard]] const Dialect& dialect() const { return m_dialect; }
    [[nodiscard]] const QString& path() const { return m_path; }

private:
    using StatementPtr = std::shared_ptr<Statement>;

    Connection(const Dialect& dialect, QString path);
    [[nodiscard]] Result<void> openFile(Mode mode, int busyTimeoutMs);
    [[nodiscard]] Result<StatementPtr> prepare(QByteArrayView sql, bool kept);
    [[nodiscard]] Result<StatementPtr> prepared(Sql sql);
    [[nodiscard]] Result<qint64> run(Result<StatementPtr> statement, const SqlValue *values, qsizetype count);
    [[nodiscard]] Result<Rows> begin(Result<StatementPtr> statement, const SqlValue *values, qsizetype count);
    [[nodiscard]] static Result<std::optional<qint64>> firstInteger(Result<Rows> rows);

    const Dialect& m_dialect;
    QString m_path;
    sqlite3 *m_database = nullptr;
    std::unordered_map<const char *, StatementPtr> m_prepared;
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

/// Error Overflow if an amount is out of the range of its two columns.
[[nodiscard]] Result<void> fitsColumns(Money money);
/// The two columns of an amount; an Error if it is out of their range.
[[nodiscard]] Result<void> appendMoney(SqlValues& values, const std::optional<Money>& money);

} // namespace lathe
