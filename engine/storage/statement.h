// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/result.h"
#include "engine/storage/sqlvalue.h"

#include <QVarLengthArray>

struct sqlite3;
struct sqlite3_stmt;

namespace lathe {

class Dialect;

/// A prepared statement of SQLite and the values that are bound to it.
class Statement
{
public:
    /// Takes the statement over.
    Statement(const Dialect& dialect, const QString& path, sqlite3 *database, sqlite3_stmt *statement);
    ~Statement();
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    /// Binds as many values as there are places and takes the first step.
    [[nodiscard]] Result<void> start(const SqlValue *values, qsizetype count);
    /// To the next row; false at the end and on failure. The first row is there after start().
    bool next();
    /// Ends it and lets go of snapshot and values; what went wrong, if something did.
    Result<void> finish();
    [[nodiscard]] sqlite3_stmt *handle() const { return m_statement; }

private:
    struct Bind;
    void step();
    void note(int code);

    const Dialect& m_dialect;
    QString m_path;
    sqlite3 *m_database;
    sqlite3_stmt *m_statement;
    QVarLengthArray<QByteArray, 24> m_held; ///< texts and bytes that SQLite reads in place
    int m_state = 0;                        ///< the result code of the last step
    bool m_ahead = false;                   ///< start() took a step that next() has not told of
    bool m_active = false;
    std::optional<Error> m_failure;
};

} // namespace lathe
