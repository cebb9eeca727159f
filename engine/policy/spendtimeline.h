// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/budget.h"

#include <QHash>
#include <QSet>

namespace lathe {

/// What was spent up to any time, as recorded but for runs that are gone through again: of those counts what they spend
/// the second time. Sums over recorded amounts cost a search each, however many there are. Not thread safe.
class SpendTimeline
{
public:
    SpendTimeline() = default;
    /// recorded: in the order of time.
    explicit SpendTimeline(QList<SpendEntry> recorded);

    /// What was recorded of this run counts no longer; spend() says what does.
    void replace(const QString& runId);
    void spend(Money amount, qint64 atMs);
    /// Spent at or after fromMs and not after untilMs.
    [[nodiscard]] Money between(qint64 fromMs, qint64 untilMs) const;
    [[nodiscard]] bool knows(const QString& runId) const { return m_ofRun.contains(runId); }

private:
    QList<SpendEntry> m_recorded;
    QList<Money> m_sums; ///< of the first n recorded amounts; one more than there are
    QHash<QString, QList<qsizetype>> m_ofRun;
    QList<SpendEntry> m_again; ///< in the order of time; what is taken away is negative
};

} // namespace lathe
