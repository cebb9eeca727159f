// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/clock.h"
#include "engine/domain/journal.h"
#include "engine/domain/runrecord.h"

#include <QCoroTask>
#include <QHash>
#include <QStringList>

#include <functional>
#include <optional>

namespace lathe {

/// The journal of one run as the run writes it: numbers the entries, gathers those of one step into one transaction
/// and keeps the run's record up to date. When a run is resumed it starts with what was recorded: the run walks
/// through its recorded part again, and an entry that is there already is not written twice.
/// One thread (the engine's).
class RunJournal
{
public:
    using DurableHook = std::function<void(const QList<RunEvent>&)>;

    RunJournal(Journal& sink, const Clock& clock, QString runId, QList<RunEvent> recorded = {});

    [[nodiscard]] const QString& runId() const { return m_runId; }
    void setPhase(std::optional<Phase> phase) { m_phase = phase; }
    /// Told of entries after they are durable.
    void setDurableHook(DurableHook hook) { m_hook = std::move(hook); }

    /// An entry to fill (details, bodies) and hand to add().
    [[nodiscard]] RunEvent make(EventType type, Fields details = {}) const;
    /// Takes the entry into the current batch. False: it was recorded earlier and is not written again.
    bool add(RunEvent event);
    bool add(EventType type, Fields details = {}) { return add(make(type, std::move(details))); }
    /// The recorded entries of one attempt (its outcome, wait and cost lines) need not be made again.
    void tickOffAttempt(int decision, int attempt);
    /// Makes everything added so far durable. After a failure nothing more is written: the run must end.
    QCoro::Task<Result<void>> flush(Durability durability = Durability::Normal);

    /// The run so far, entries not yet flushed included.
    [[nodiscard]] const RunRecord& record() const { return m_projector.record(); }
    /// Recorded entries that the run has not walked through yet.
    [[nodiscard]] bool isCatchingUp() const { return m_pendingRecorded > 0; }
    /// What of the recording was not walked through, for diagnosis.
    [[nodiscard]] QStringList notYetWalked() const;

    /// What makes an entry the same on a second walk: its type and where it belongs, never times or amounts.
    [[nodiscard]] static QString identity(const RunEvent& event);

private:
    Journal& m_sink;
    const Clock& m_clock;
    QString m_runId;
    std::optional<Phase> m_phase;
    DurableHook m_hook;
    QList<RunEvent> m_batch;
    QHash<QString, int> m_recorded;
    int m_pendingRecorded = 0;
    qint64 m_lastSeq = 0;
    std::optional<Error> m_failure;
    RunProjector m_projector;
};

} // namespace lathe
