// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/storage/connection.h"

#include "engine/storage/dialect.h"

#include <QSqlDriver>

#include <atomic>

namespace lathe {

Rows::Rows(const Dialect& dialect, QString path, QSqlQuery *query, std::unique_ptr<QSqlQuery> owned)
    : m_dialect(dialect), m_path(std::move(path)), m_query(query), m_owned(std::move(owned))
{}

Rows::Rows(Rows&& other) noexcept
    : m_dialect(other.m_dialect),
      m_path(std::move(other.m_path)),
      m_query(other.m_query),
      m_owned(std::move(other.m_owned))
{
    other.m_query = nullptr;
}

Rows::~Rows()
{
    if (m_query != nullptr) {
        // An unfinished SELECT would hold its snapshot, and with it the WAL, for as long as it is kept prepared.
        m_query->finish();
    }
}

bool Rows::next()
{
    return m_query->next();
}

Result<std::optional<Money>> Rows::money(int column) const
{
    if (m_query->isNull(column) || m_query->isNull(column + 1)) {
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
    const QSqlError error = m_query->lastError();
    if (error.isValid()) {
        return fail(m_dialect.error(error, m_path, m_query->lastQuery()));
    }
    m_query->finish();
    return {};
}

Connection::Connection(const Dialect& dialect, QString path, QString name)
    : m_dialect(dialect),
      m_path(std::move(path)),
      m_name(std::move(name)),
      m_database(QSqlDatabase::addDatabase(dialect.driver(), m_name))
{}

Result<std::unique_ptr<Connection>> Connection::open(const Dialect& dialect, const QString& path, Mode mode,
                                                     int busyTimeoutMs)
{
    static std::atomic<qint64> counter = 0;
    const QString name = QStringLiteral("lathe-%1").arg(++counter);
    std::unique_ptr<Connection> connection(new Connection(dialect, path, name));
    if (!connection->m_database.isValid()) {
        return fail(ErrorCode::Unavailable,
                    QStringLiteral("The database driver %1 is not installed").arg(dialect.driver()),
                    QSqlDatabase::drivers().join(QLatin1String(", ")));
    }
    dialect.prepareOpen(connection->m_database, path, mode, busyTimeoutMs);
    if (!connection->m_database.open()) {
        return fail(dialect.error(connection->m_database.lastError(), path, QStringLiteral("open")));
    }
    const auto ready = dialect.setUp(*connection, mode);
    if (!ready) {
        return fail(ready.error());
    }
    return connection;
}

Connection::~Connection()
{
    m_prepared.clear();
    m_database.close();
    m_database = QSqlDatabase();
    QSqlDatabase::removeDatabase(m_name);
}

Result<std::unique_ptr<QSqlQuery>> Connection::fresh(const QString& sql)
{
    auto query = std::make_unique<QSqlQuery>(m_database);
    query->setForwardOnly(true);
    if (!query->prepare(sql)) {
        return fail(m_dialect.error(query->lastError(), m_path, sql));
    }
    return query;
}

Result<QSqlQuery *> Connection::prepared(Sql sql)
{
    const auto found = m_prepared.find(sql.text);
    if (found != m_prepared.end()) {
        return found->second.get();
    }
    auto query = fresh(QString::fromUtf8(sql.text));
    if (!query) {
        return fail(query.error());
    }
    return m_prepared.emplace(sql.text, std::move(*query)).first->second.get();
}

Result<void> Connection::start(QSqlQuery& query, const QVariantList& values)
{
    int position = 0;
    for (const QVariant& value : values) {
        // The driver binds null strings and byte arrays as SQL's NULL; in values of ours they just mean empty.
        if (value.typeId() == QMetaType::QString && value.toString().isNull()) {
            query.bindValue(position, QStringLiteral(""));
        } else if (value.typeId() == QMetaType::QByteArray && value.toByteArray().isNull()) {
            query.bindValue(position, QByteArray(""));
        } else {
            query.bindValue(position, value);
        }
        ++position;
    }
    if (!query.exec()) {
        const Error error = m_dialect.error(query.lastError(), m_path, query.lastQuery());
        query.finish();
        return fail(error);
    }
    return {};
}

Result<qint64> Connection::execute(Sql sql, const QVariantList& values)
{
    const auto query = prepared(sql);
    if (!query) {
        return fail(query.error());
    }
    const auto done = start(**query, values);
    if (!done) {
        return fail(done.error());
    }
    const qint64 changed = (*query)->numRowsAffected();
    m_lastInsertId = (*query)->lastInsertId().toLongLong();
    (*query)->finish();
    return changed;
}

Result<Rows> Connection::query(Sql sql, const QVariantList& values)
{
    const auto query = prepared(sql);
    if (!query) {
        return fail(query.error());
    }
    const auto done = start(**query, values);
    if (!done) {
        return fail(done.error());
    }
    return Rows(m_dialect, m_path, *query, nullptr);
}

Result<qint64> Connection::executeText(const QString& sql, const QVariantList& values)
{
    const auto query = fresh(sql);
    if (!query) {
        return fail(query.error());
    }
    const auto done = start(**query, values);
    if (!done) {
        return fail(done.error());
    }
    return (*query)->numRowsAffected();
}

Result<Rows> Connection::queryText(const QString& sql, const QVariantList& values)
{
    auto query = fresh(sql);
    if (!query) {
        return fail(query.error());
    }
    const auto done = start(**query, values);
    if (!done) {
        return fail(done.error());
    }
    QSqlQuery *running = query->get();
    return Rows(m_dialect, m_path, running, std::move(*query));
}

Result<std::optional<qint64>> Connection::integer(Sql sql, const QVariantList& values)
{
    auto rows = query(sql, values);
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

Result<void> appendMoney(QVariantList& values, const std::optional<Money>& money)
{
    if (!money) {
        values << QVariant() << QVariant();
        return {};
    }
    if (!money->fitsColumns()) {
        return fail(ErrorCode::Overflow,
                    QStringLiteral("The amount %1 USD is too large to be stored").arg(money->toDecimal()));
    }
    values << money->micro() << money->remainder();
    return {};
}

} // namespace lathe
