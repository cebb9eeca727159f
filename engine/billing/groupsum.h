// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/billcounts.h"
#include "engine/domain/costline.h"
#include "engine/domain/response.h"

#include <QSet>

namespace lathe {

/// What the model is called that a line is billed for.
[[nodiscard]] inline const QString& billedModel(const CostLine& line)
{
    return line.modelBilled.isEmpty() ? line.modelRequested : line.modelBilled;
}

/// Adds up lines that belong together. Sums are made at the end, so that their order cannot matter.
class GroupSum
{
public:
    /// run: a number that tells its run from others.
    void add(const CostLine& line, int run = 0)
    {
        ++m_group.lines;
        m_counts.meters[static_cast<size_t>(line.meter)] += line.quantity;
        if (line.cost) {
            m_sum.add(*line.cost);
        } else {
            ++m_group.unknownLines;
        }
        if (line.meter == Meter::ToolCall) {
            m_group.calls += line.quantity;
            return;
        }
        if (isTokenMeter(line.meter)) {
            m_group.tokens += line.quantity;
        }
        // The lines of one attempt are one call. They mostly stand together.
        const Attempt attempt{run, line.decision, line.attempt};
        if (attempt == m_last) {
            return;
        }
        m_last = attempt;
        const qsizetype before = m_attempts.size();
        m_attempts.insert(attempt);
        if (m_attempts.size() > before) {
            ++m_group.calls;
            m_counts.retries += line.attempt > 1 ? 1 : 0;
        }
    }

    [[nodiscard]] const BillCounts& counts() const { return m_counts; }
    [[nodiscard]] Result<CostGroup> finish(const QString& key) const
    {
        const auto sum = m_sum.total();
        if (!sum) {
            return fail(sum.error());
        }
        CostGroup group = m_group;
        group.key = key;
        group.cost = *sum;
        return group;
    }

private:
    struct Attempt
    {
        int run = -1;
        int decision = 0;
        int number = 0;

        bool operator==(const Attempt&) const = default;
        friend size_t qHash(const Attempt& attempt, size_t seed)
        {
            return qHashMulti(seed, attempt.run, attempt.decision, attempt.number);
        }
    };

    CostGroup m_group;
    BillCounts m_counts;
    MoneySum m_sum;
    Attempt m_last;
    QSet<Attempt> m_attempts;
};

} // namespace lathe
