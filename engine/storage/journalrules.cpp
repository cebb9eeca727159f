// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/storage/journalrules.h"

#include "engine/storage/journalreader.h"
#include "engine/storage/projectionrows.h"

using namespace Qt::StringLiterals;

namespace lathe {

Result<void> follows(const QList<RunEvent>& events, qint64 lastSeq)
{
    const QString runId = events.first().runId;
    qint64 expected = lastSeq;
    for (const RunEvent& event : events) {
        ++expected;
        const bool ofRun = !runId.isEmpty() && event.runId == runId;
        if (ofRun && event.seq >= 1 && event.seq <= lastSeq) {
            return fail(ErrorCode::Conflict,
                        QStringLiteral("The journal of run %1 has gone on without this process").arg(runId),
                        QStringLiteral("event %1 is there already, event %2 is next").arg(event.seq).arg(expected));
        }
        if (!ofRun || event.seq != expected || event.seq >= JournalReader::kSeqRange) {
            return fail(ErrorCode::Internal,
                        QStringLiteral("The journal of run %1 cannot go on with event %2 of run %3: event %4 is next")
                            .arg(runId)
                            .arg(event.seq)
                            .arg(event.runId)
                            .arg(expected));
        }
    }
    return {};
}

bool isMilestone(const RunEvent& event)
{
    switch (event.type) {
    case EventType::RunCreated:
    case EventType::RunResumed:
    case EventType::StoppedAt:
    case EventType::Continued:
    case EventType::RunFinished:
        return true;
    default:
        return false;
    }
}

Result<void> checkAmount(const RunEvent& event)
{
    if (event.type != EventType::CostLine) {
        return {};
    }
    const auto cost = Money::fromDecimal(event.details.text("cost"_L1));
    return cost ? fitsColumns(*cost) : Result<void>();
}

} // namespace lathe
