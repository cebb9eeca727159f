// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/storage/connection.h"

#include "engine/storage/dialect.h"
#include "engine/storage/statement.h"

#include <QFile>
#include <QFileInfo>
#include <QUrl>

#include <algorithm>
#include <sqlite3.h>

namespace lathe {

Rows::Rows(std::shared_ptr<Statement> statement) : m_statement(std::move(statement)) {}

Rows::~Rows()
{
    if (m_statement) {
        (void)m_statement->finish();
    }
}

bool Rows::next()
{
    return m_statement->next();
}

SqlValue Rows::value(int column) const
{
    switch (sqlite3_column_type(m_statement->handle(), column)) {
    case SQLITE_NULL:
        return {};
    case SQLITE_INTEGER:
        return integer(column);
    case SQLITE_BLOB:
        return bytes(column);
    default:
        return text(column);
    }
}

// The value's own functions: those of the column look for its memory's failures each time, at the price of the reading.
qint64 Rows::integer(int column) const
{
    return sqlite3_value_int64(sqlite3_column_value(m_statement->handle(), column));
}

double Rows::real(int column) const
{
    return sqlite3_column_double(m_statement->handle(), column);
}

QString Rows::text(int column) const
{
    return QString::fromUtf8(view(column));
}

QByteArray Rows::bytes(int column) const
{
    return view(column).toByteArray();
}

QByteArrayView Rows::view(int column) const
{
    sqlite3_value *value = sqlite3_column_value(m_statement->handle(), column);
    // The blob first: asking for the size before would give that of another encoding.
    const void *data = sqlite3_value_blob(value);
    const int size = sqlite3_value_bytes(value);
    return {static_cast<const char *>(data), size};
}

bool Rows::isNull(int column) const
{
    return sqlite3_column_type(m_statement->handle(), column) == SQLITE_NULL;
}

Result<std::optional<Money>> Rows::money(int column) const
{
    if (isNull(column) || isNull(column + 1)) {
        return std::optional<Money>();
    }
    const auto amount = Money::fromColumns(integer(column), integer(column + 1));
    if (!amount) {
        return fail(amount.error());
    }
    return std::optional<Money>(*amount);
}

Result<void> Rows::finish()
{
    return m_statement->finish();
}

Connection::Connection(const Dialect& dialect, QString path) : m_dialect(dialect), m_path(std::move(path)) {}

Result<std::unique_ptr<Connection>> Connection::open(const Dialect& dialect, const QString& path, Mode mode,
                                                     int busyTimeoutMs)
{
    std::unique_ptr<Connection> connection(new Connection(dialect, path));
    const auto opened = connection->openFile(mode, busyTimeoutMs);
    if (!opened) {
        return fail(opened.error());
    }
    const auto ready = dialect.setUp(*connection, mode);
    if (!ready) {
        return fail(ready.error());
    }
    return connection;
}

Result<void> Connection::openFile(Mode mode, int busyTimeoutMs)
{
    QByteArray name = QFile::encodeName(m_path);
    int flags = SQLITE_OPEN_NOMUTEX;
    flags |= mode == Mode::Write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
    if (mode == Mode::Inspect) {
        // Otherwise even a reader makes a log and its index beside the file, and leaves them there.
        flags |= SQLITE_OPEN_URI;
        name = QUrl::fromLocalFile(QFileInfo(m_path).absoluteFilePath()).toEncoded() + "?immutable=1";
    }
    const int code = sqlite3_open_v2(name.constData(), &m_database, flags, nullptr);
    if (code != SQLITE_OK) {
        const char *text = m_database != nullptr ? sqlite3_errmsg(m_database) : sqlite3_errstr(code);
        return fail(m_dialect.error(code, QString::fromUtf8(text), m_path, QStringLiteral("open")));
    }
    sqlite3_extended_result_codes(m_database, 1);
    sqlite3_busy_timeout(m_database, busyTimeoutMs);
    return {};
}

Connection::~Connection()
{
    m_prepared.clear();
    sqlite3_close_v2(m_database);
}

Result<Connection::StatementPtr> Connection::prepare(QByteArrayView sql, bool kept)
{
    sqlite3_stmt *made = nullptr;
    const char *rest = nullptr;
    const int code = sqlite3_prepare_v3(m_database, sql.data(), static_cast<int>(sql.size()),
                                        kept ? SQLITE_PREPARE_PERSISTENT : 0, &made, &rest);
    const QString text = QString::fromUtf8(sql);
    if (code != SQLITE_OK || made == nullptr) {
        return fail(m_dialect.error(code, QString::fromUtf8(sqlite3_errmsg(m_database)), m_path, text));
    }
    auto statement = std::make_shared<Statement>(m_dialect, m_path, m_database, made);
    const QByteArrayView after(rest, sql.data() + sql.size() - rest);
    if (!after.trimmed().isEmpty()) {
        return fail(ErrorCode::Internal, QStringLiteral("Only one statement can be run at a time"), text);
    }
    return statement;
}

Result<Connection::StatementPtr> Connection::prepared(Sql sql)
{
    const auto found = m_prepared.find(sql.text);
    if (found != m_prepared.end()) {
        return found->second;
    }
    auto statement = prepare(sql.text, true);
    if (statement) {
        m_prepared.emplace(sql.text, *statement);
    }
    return statement;
}

Result<qint64> Connection::run(Result<StatementPtr> statement, const SqlValue *values, qsizetype count)
{
    if (!statement) {
        return fail(statement.error());
    }
    const auto started = (*statement)->start(values, count);
    if (!started) {
        return fail(started.error());
    }
    while ((*statement)->next()) {
    }
    const auto done = (*statement)->finish();
    if (!done) {
        return fail(done.error());
    }
    return sqlite3_changes(m_database);
}

Result<Rows> Connection::begin(Result<StatementPtr> statement, const SqlValue *values, qsizetype count)
{
    if (!statement) {
        return fail(statement.error());
    }
    const auto started = (*statement)->start(values, count);
    if (!started) {
        return fail(started.error());
    }
    return Rows(std::move(*statement));
}

Result<qint64> Connection::execute(Sql sql, std::initializer_list<SqlValue> values)
{
    return run(prepared(sql), values.begin(), static_cast<qsizetype>(values.size()));
}

Result<qint64> Connection::execute(Sql sql, const SqlValues& values)
{
    return run(prepared(sql), values.constData(), values.size());
}

Result<Rows> Connection::query(Sql sql, std::initializer_list<SqlValue> values)
{
    return begin(prepared(sql), values.begin(), static_cast<qsizetype>(values.size()));
}

Result<Rows> Connection::query(Sql sql, const SqlValues& values)
{
    return begin(prepared(sql), values.constData(), values.size());
}

Result<qint64> Connection::executeText(const QString& sql, const SqlValues& values)
{
    return run(prepare(sql.toUtf8(), false), values.constData(), values.size());
}

Result<Rows> Connection::queryText(const QString& sql, const SqlValues& values)
{
    return begin(prepare(sql.toUtf8(), false), values.constData(), values.size());
}

Result<std::optional<qint64>> Connection::integer(Sql sql, std::initializer_list<SqlValue> values)
{
    return firstInteger(query(sql, values));
}

Result<std::optional<qint64>> Connection::integer(Sql sql, const SqlValues& values)
{
    return firstInteger(query(sql, values));
}

Result<std::optional<qint64>> Connection::firstInteger(Result<Rows> rows)
{
    if (!rows) {
        return fail(rows.error());
    }
    std::optional<qint64> value;
    if (rows->next() && !rows->isNull(0)) {
        value = rows->integer(0);
    }
    const auto done = rows->finish();
    if (!done) {
        return fail(done.error());
    }
    return value;
}

qint64 Connection::lastInsertId() const
{
    return sqlite3_last_insert_rowid(m_database);
}

Result<std::unique_ptr<Transaction>> Transaction::begin(Connection& connection)
{
    const auto begun = connection.execute(connection.dialect().beginWriting());
    if (!begun) {
        return fail(begun.error());
    }
    return std::unique_ptr<Transaction>(new Transaction(connection));
}

Transaction::~Transaction()
{
    if (m_open) {
        // After a full disk or an I/O error the engine may have rolled back by itself: this then fails and is meant to.
        (void)m_connection.execute(Sql{"ROLLBACK"});
    }
}

Result<void> Transaction::commit()
{
    const auto done = m_connection.execute(Sql{"COMMIT"});
    if (!done) {
        return fail(done.error());
    }
    m_open = false;
    return {};
}

Result<void> fitsColumns(Money money)
{
    if (!money.fitsColumns()) {
        return fail(ErrorCode::Overflow,
                    QStringLiteral("The amount %1 USD is too large to be stored").arg(money.toDecimal()));
    }
    return {};
}

Result<void> appendMoney(SqlValues& values, const std::optional<Money>& money)
{
    if (!money) {
        values << SqlValue() << SqlValue();
        return {};
    }
    const auto fits = fitsColumns(*money);
    if (fits) {
        values << money->micro() << money->remainder();
    }
    return fits;
}

} // namespace lathe
