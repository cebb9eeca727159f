// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/storage/migrator.h"

#include "engine/storage/dialect.h"

#include <QDateTime>
#include <QDir>
#include <QFile>

namespace lathe {

namespace {

bool isComment(const QString& statement)
{
    const QStringList lines = statement.split(QLatin1Char('\n'));
    return std::all_of(lines.begin(), lines.end(), [](const QString& line) {
        const QString text = line.trimmed();
        return text.isEmpty() || text.startsWith(QLatin1String("--"));
    });
}

QStringList splitStatements(const QString& text)
{
    QStringList statements;
    QStringList current;
    const auto close = [&statements, &current] {
        const QString statement = current.join(QLatin1Char('\n')).trimmed();
        if (!isComment(statement)) {
            statements << statement;
        }
        current.clear();
    };
    const QStringList lines = text.split(QLatin1Char('\n'));
    for (const QString& line : lines) {
        if (line.trimmed() == QLatin1String("--;;")) {
            close();
        } else {
            current << line;
        }
    }
    close();
    return statements;
}

/// A free name beside the database; two backups within a second get different ones.
QString backupName(const QString& path, qint64 version, qint64 nowMs)
{
    const QString stamp =
        QDateTime::fromMSecsSinceEpoch(nowMs, Qt::UTC).toString(QStringLiteral("yyyyMMdd'T'HHmmss'Z'"));
    const QString base = QStringLiteral("%1.backup-v%2-%3").arg(path).arg(version).arg(stamp);
    QString name = base;
    for (int number = 2; QFile::exists(name); ++number) {
        name = QStringLiteral("%1-%2").arg(base).arg(number);
    }
    return name;
}

} // namespace

Result<QList<MigrationStep>> loadMigrations(const QString& folder)
{
    QList<MigrationStep> steps;
    const QStringList names = QDir(folder).entryList({QStringLiteral("*.sql")}, QDir::Files, QDir::Name);
    for (const QString& name : names) {
        QFile file(folder + QLatin1Char('/') + name);
        if (!file.open(QIODevice::ReadOnly)) {
            return fail(ErrorCode::Internal, QStringLiteral("The migration %1 cannot be read").arg(name),
                        file.errorString());
        }
        MigrationStep step;
        step.version = name.section(QLatin1Char('_'), 0, 0).toLongLong();
        step.statements = splitStatements(QString::fromUtf8(file.readAll()));
        if (step.version != steps.size() + 1 || step.statements.isEmpty()) {
            return fail(ErrorCode::Internal, QStringLiteral("The migration %1 is out of order or empty").arg(name));
        }
        steps << step;
    }
    if (steps.isEmpty()) {
        return fail(ErrorCode::Internal, QStringLiteral("There are no migrations in %1").arg(folder));
    }
    return steps;
}

Result<qint64> checkVersion(Connection& connection, qint64 newest)
{
    const auto ours = connection.dialect().isOurs(connection);
    if (!ours) {
        return fail(ours.error());
    }
    if (!*ours) {
        return fail(ErrorCode::Database,
                    QStringLiteral("The file %1 is a database of another program; it was left as it is")
                        .arg(connection.path()));
    }
    const auto version = connection.dialect().schemaVersion(connection);
    if (!version) {
        return fail(version.error());
    }
    if (*version > newest) {
        return fail(ErrorCode::DatabaseNewer,
                    QStringLiteral("The database %1 was written by a newer Lathe (schema %2, this program knows %3); "
                                   "it was left as it is")
                        .arg(connection.path())
                        .arg(*version)
                        .arg(newest));
    }
    return *version;
}

Result<MigrationOutcome> migrate(Connection& connection, const QList<MigrationStep>& steps, qint64 nowMs)
{
    const qint64 newest = steps.size();
    const Dialect& dialect = connection.dialect();
    const auto before = checkVersion(connection, newest);
    if (!before) {
        return fail(before.error());
    }
    MigrationOutcome outcome{.kind = MigrationOutcome::Kind::Current, .from = *before, .to = newest, .backup = {}};
    if (*before == newest) {
        return outcome;
    }
    if (*before > 0) {
        outcome.backup = backupName(connection.path(), *before, nowMs);
        const auto copied = dialect.backUp(connection, outcome.backup);
        if (!copied) {
            return fail(copied.error().code,
                        QStringLiteral("The database %1 was not migrated because no backup could be made: %2")
                            .arg(connection.path(), copied.error().message),
                        copied.error().detail);
        }
    }
    auto transaction = Transaction::begin(connection);
    if (!transaction) {
        return fail(transaction.error());
    }
    // Looked at again under the write lock: another process may have been faster.
    const auto current = checkVersion(connection, newest);
    if (!current) {
        return fail(current.error());
    }
    for (const MigrationStep& step : steps) {
        if (step.version <= *current) {
            continue;
        }
        for (const QString& statement : step.statements) {
            const auto done = connection.executeText(statement);
            if (!done) {
                return fail(done.error().code,
                            QStringLiteral("The database %1 could not be brought to schema %2 and stays at %3: %4")
                                .arg(connection.path())
                                .arg(step.version)
                                .arg(*current)
                                .arg(done.error().message),
                            done.error().detail);
            }
        }
    }
    if (*current < newest) {
        const auto stamped = dialect.setSchemaVersion(connection, newest);
        if (!stamped) {
            return fail(stamped.error());
        }
        outcome.kind = *current == 0 ? MigrationOutcome::Kind::Created : MigrationOutcome::Kind::Migrated;
    }
    outcome.from = *current;
    const auto committed = (*transaction)->commit();
    if (!committed) {
        return fail(committed.error());
    }
    return outcome;
}

} // namespace lathe
