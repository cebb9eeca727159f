// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/storage/rebuild.h"

#include "engine/storage/bodyrepository.h"
#include "engine/storage/dialect.h"
#include "engine/storage/journalrepository.h"
#include "engine/storage/projectionwriter.h"

#include <QSet>

namespace lathe {

namespace {

constexpr qsizetype kMostDifferences = 1000;

constexpr Sql kNextEvent{"SELECT id, run FROM agent_audit_logs WHERE id >= ? ORDER BY id LIMIT 1"};
constexpr Sql kProgress{"SELECT last_seq, owner FROM agent_execution_metadata WHERE id = ?"};
constexpr Sql kRunRows{"SELECT id, run_id FROM agent_execution_metadata m WHERE NOT EXISTS "
                       "(SELECT 1 FROM agent_pruned_runs p WHERE p.run_id = m.run_id) ORDER BY id"};
constexpr Sql kReferences{"SELECT count(*) FROM agent_body_references r JOIN agent_bodies b ON b.id = r.body "
                          "WHERE r.run = ? AND b.sha256 = ?"};
constexpr Sql kBody{"SELECT id FROM agent_bodies WHERE sha256 = ?"};
constexpr Sql kDropRun{"DELETE FROM agent_execution_metadata WHERE id = ?"};

QString shown(const SqlValue& value)
{
    if (value.isNull()) {
        return QStringLiteral("null");
    }
    return QLatin1Char('"') + value.text().left(80) + QLatin1Char('"');
}

bool same(const SqlValue& a, const SqlValue& b)
{
    if (a.isNull() || b.isNull()) {
        return a.isNull() == b.isNull();
    }
    // Numbers and texts come back as they went in; text also tells 1 from "1 ".
    return a.text() == b.text();
}

class Rebuilder
{
public:
    Rebuilder(Connection& connection, const OwnerLock& owners, bool write)
        : m_connection(connection), m_owners(owners), m_write(write)
    {}

    Result<RebuildReport> report()
    {
        auto integrity = m_connection.dialect().integrity(m_connection);
        if (!integrity) {
            return fail(integrity.error());
        }
        m_report.integrity = *integrity;
        BodyRepository bodies(m_connection);
        const auto damaged = bodies.damaged();
        if (!damaged) {
            return fail(damaged.error());
        }
        m_report.integrity += *damaged;
        qint64 key = 0;
        for (;;) {
            qint64 id = 0;
            {
                auto rows = m_connection.query(kNextEvent, {key});
                if (!rows) {
                    return fail(rows.error());
                }
                if (rows->next()) {
                    id = rows->integer(0) / JournalReader::kSeqRange;
                    m_runs.insert(id, rows->text(1));
                }
                const auto done = rows->finish();
                if (!done) {
                    return fail(done.error());
                }
            }
            if (id == 0) {
                break;
            }
            const auto checked = checkAsOfNow(id);
            if (!checked) {
                return fail(checked.error());
            }
            key = JournalReader::key(id + 1, 0);
        }
        const auto orphans = checkOrphans();
        if (!orphans) {
            return fail(orphans.error());
        }
        return m_report;
    }

private:
    /// What is only looked at is looked at in one snapshot: others may be writing.
    Result<void> checkAsOfNow(qint64 id)
    {
        if (m_write) {
            return checkRun(id);
        }
        const auto begun = m_connection.execute(Sql{"BEGIN"});
        if (!begun) {
            return fail(begun.error());
        }
        const auto checked = checkRun(id);
        const auto ended = m_connection.execute(Sql{"ROLLBACK"});
        if (!ended) {
            return fail(ended.error());
        }
        return checked;
    }

    /// The last event whose projections are to be compared. Looking, that is as far as they say they go: a run may be
    /// at work, and who reads catches up first. Mending goes to the end, but for what another process is writing.
    Result<qint64> lastDue(qint64 id)
    {
        auto rows = m_connection.query(kProgress, {id});
        if (!rows) {
            return fail(rows.error());
        }
        qint64 last = JournalReader::kSeqRange;
        if (rows->next()) {
            const qint64 owner = rows->integer(1);
            const bool isOthers = owner != m_owners.id() && m_owners.isAlive(owner);
            last = !m_write || isOthers ? rows->integer(0) : last;
        }
        const auto done = rows->finish();
        if (!done) {
            return fail(done.error());
        }
        return last;
    }

    Result<void> checkRun(qint64 id)
    {
        const auto due = lastDue(id);
        if (!due) {
            return fail(due.error());
        }
        ++m_report.runs;
        ProjectedRun run;
        run.id = id;
        run.runId = m_runs.value(id);
        QSet<QByteArray> references;
        qint64 lastSeq = 0;
        const auto read =
            JournalReader(m_connection).forEach(id, [this, &run, &references, &lastSeq, &due](const RunEvent& event) {
                ++m_report.events;
                if (event.seq != lastSeq + 1) {
                    m_report.gaps
                        << QStringLiteral("run %1: event %2 follows %3").arg(event.runId).arg(event.seq).arg(lastSeq);
                }
                lastSeq = event.seq;
                const BodyNames names = event.details.bodies();
                references.unite(QSet<QByteArray>(names.begin(), names.end()));
                if (event.seq <= *due) {
                    run.projector.apply(event);
                    run.lastSeq = event.seq;
                }
            });
        if (!read) {
            m_report.integrity << QStringLiteral("run %1: %2").arg(m_runs.value(id), read.error().message);
            return {};
        }
        bool differs = false;
        for (const ProjectionTable& table : projectionTables()) {
            const auto compared = compare(table, run, differs);
            if (!compared) {
                return fail(compared.error());
            }
        }
        const auto missing = missingReferences(run, references);
        if (!missing) {
            return fail(missing.error());
        }
        if (!m_write || (!differs && missing->isEmpty())) {
            return {};
        }
        return mend(run, *missing);
    }

    Result<void> compare(const ProjectionTable& table, const ProjectedRun& run, bool& differs)
    {
        const auto expected = expectedRows(table, run);
        if (!expected) {
            return fail(expected.error());
        }
        const QStringList columns = QString::fromLatin1(table.columns).split(QLatin1String(", "));
        const QString& runId = run.runId;
        auto rows = m_connection.queryText(
            QStringLiteral("SELECT %1 FROM %2 WHERE run_id = ? ORDER BY %3")
                .arg(QLatin1String(table.columns), QLatin1String(table.name), QLatin1String(table.key)),
            {runId});
        if (!rows) {
            return fail(rows.error());
        }
        qsizetype number = 0;
        while (rows->next()) {
            const SqlValues *row = number < expected->size() ? &expected->at(number) : nullptr;
            ++number;
            if (row == nullptr) {
                note(runId, table, number, QStringLiteral("the journal knows of no such row"), differs);
                continue;
            }
            for (int column = 0; column < columns.size(); ++column) {
                const SqlValue stored = rows->value(column);
                if (!same(stored, row->at(column))) {
                    note(runId, table, number,
                         QStringLiteral("%1 is %2, the journal says %3")
                             .arg(columns.at(column), shown(stored), shown(row->at(column))),
                         differs);
                }
            }
        }
        const auto done = rows->finish();
        if (!done) {
            return fail(done.error());
        }
        for (; number < expected->size(); ++number) {
            note(runId, table, number + 1, QStringLiteral("is missing"), differs);
        }
        return {};
    }

    void note(const QString& runId, const ProjectionTable& table, qsizetype row, const QString& what, bool& differs)
    {
        differs = true;
        if (m_report.differences.size() < kMostDifferences) {
            m_report.differences
                << QStringLiteral("run %1: %2 row %3: %4").arg(runId, QLatin1String(table.name)).arg(row).arg(what);
        }
    }

    Result<QList<QByteArray>> missingReferences(const ProjectedRun& run, const QSet<QByteArray>& references)
    {
        QList<QByteArray> missing;
        for (const QByteArray& reference : references) {
            const QByteArray key = QByteArray::fromHex(reference);
            const auto body = m_connection.integer(kBody, {key});
            if (!body) {
                return fail(body.error());
            }
            if (!body->has_value()) {
                continue;
            }
            const auto count = m_connection.integer(kReferences, {run.id, key});
            if (!count) {
                return fail(count.error());
            }
            if (count->value_or(0) == 0) {
                missing << reference;
                m_report.differences << QStringLiteral("run %1: agent_body_references: %2 is missing")
                                            .arg(run.runId, QString::fromLatin1(reference));
            }
        }
        return missing;
    }

    Result<void> mend(ProjectedRun& run, const QList<QByteArray>& references)
    {
        auto transaction = Transaction::begin(m_connection);
        if (!transaction) {
            return fail(transaction.error());
        }
        ProjectionWriter writer(m_connection);
        const auto replaced = writer.replace(run);
        if (!replaced) {
            return fail(replaced.error());
        }
        BodyRepository bodies(m_connection);
        for (const QByteArray& reference : references) {
            const auto noted = bodies.refer(run.id, reference);
            if (!noted) {
                return fail(noted.error());
            }
        }
        return (*transaction)->commit();
    }

    /// Rows of runs that have no events, though nobody pruned them.
    Result<void> checkOrphans()
    {
        QList<qint64> orphans;
        auto rows = m_connection.query(kRunRows);
        if (!rows) {
            return fail(rows.error());
        }
        while (rows->next()) {
            if (!m_runs.contains(rows->integer(0))) {
                orphans << rows->integer(0);
                m_report.differences << QStringLiteral("run %1: the journal has no events of it").arg(rows->text(1));
            }
        }
        const auto done = rows->finish();
        if (!done) {
            return fail(done.error());
        }
        for (qsizetype i = 0; m_write && i < orphans.size(); ++i) {
            const auto dropped = m_connection.execute(kDropRun, {orphans.at(i)});
            if (!dropped) {
                return fail(dropped.error());
            }
        }
        return {};
    }

    Connection& m_connection;
    const OwnerLock& m_owners;
    bool m_write;
    RebuildReport m_report;
    QHash<qint64, QString> m_runs;
};

} // namespace

Result<RebuildReport> rebuildProjections(Connection& connection, const OwnerLock& owners, bool write)
{
    return Rebuilder(connection, owners, write).report();
}

} // namespace lathe
