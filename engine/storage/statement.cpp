// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/storage/statement.h"

#include "engine/storage/dialect.h"

#include <sqlite3.h>

namespace lathe {

/// Values are bound where they lie; what has to be made UTF-8 first is held as long as the statement runs.
struct Statement::Bind
{
    Statement& self;
    int place;

    int text(const QByteArray& utf8) const
    {
        self.m_held.append(utf8);
        return sqlite3_bind_text64(self.m_statement, place, utf8.constData(), static_cast<sqlite3_uint64>(utf8.size()),
                                   SQLITE_STATIC, SQLITE_UTF8);
    }
    int operator()(std::monostate) const { return sqlite3_bind_null(self.m_statement, place); }
    int operator()(qint64 number) const { return sqlite3_bind_int64(self.m_statement, place, number); }
    int operator()(QLatin1StringView name) const
    {
        // A null pointer would be SQL's NULL.
        return sqlite3_bind_text(self.m_statement, place, name.isEmpty() ? "" : name.data(),
                                 static_cast<int>(name.size()), SQLITE_STATIC);
    }
    int operator()(const QString& string) const { return text(string.toUtf8()); }
    int operator()(const Utf8Text& utf8) const { return text(utf8.bytes); }
    int operator()(const QByteArray& bytes) const
    {
        self.m_held.append(bytes);
        return sqlite3_bind_blob64(self.m_statement, place, bytes.isNull() ? "" : bytes.constData(),
                                   static_cast<sqlite3_uint64>(bytes.size()), SQLITE_STATIC);
    }
};

Statement::Statement(const Dialect& dialect, const QString& path, sqlite3 *database, sqlite3_stmt *statement)
    : m_dialect(dialect), m_path(path), m_database(database), m_statement(statement)
{}

Statement::~Statement()
{
    sqlite3_finalize(m_statement);
}

Result<void> Statement::start(const SqlValue *values, qsizetype count)
{
    if (m_active) {
        (void)finish();
    }
    if (sqlite3_bind_parameter_count(m_statement) != count) {
        return fail(ErrorCode::Internal, QStringLiteral("A statement was given %1 values").arg(count),
                    QString::fromUtf8(sqlite3_sql(m_statement)));
    }
    m_active = true;
    m_failure.reset();
    for (qsizetype i = 0; i < count; ++i) {
        const int bound = std::visit(Bind{*this, static_cast<int>(i) + 1}, values[i].value());
        if (bound != SQLITE_OK) {
            note(bound);
            return finish();
        }
    }
    step();
    m_ahead = true;
    return m_failure ? finish() : Result<void>();
}

void Statement::step()
{
    m_state = sqlite3_step(m_statement);
    if (m_state != SQLITE_ROW && m_state != SQLITE_DONE) {
        note(sqlite3_extended_errcode(m_database));
    }
}

void Statement::note(int code)
{
    m_failure = m_dialect.error(code, QString::fromUtf8(sqlite3_errmsg(m_database)), m_path,
                                QString::fromUtf8(sqlite3_sql(m_statement)));
}

bool Statement::next()
{
    if (!m_active) {
        return false;
    }
    if (!std::exchange(m_ahead, false) && m_state == SQLITE_ROW) {
        step();
    }
    return m_state == SQLITE_ROW;
}

Result<void> Statement::finish()
{
    if (m_active) {
        m_active = false;
        // An unfinished SELECT would hold its snapshot, and with it the WAL, for as long as it is kept prepared.
        sqlite3_reset(m_statement);
        m_held.clear();
    }
    if (m_failure) {
        return fail(*std::exchange(m_failure, std::nullopt));
    }
    return {};
}

} // namespace lathe
