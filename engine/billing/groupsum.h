// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/billcounts.h"
#include "engine/domain/costline.h"
#include "engine/domain/response.h"

#include <QHash>
#include <QSet>

#include <utility>
#include <vector>

namespace lathe {

/// What the model is called that a line is billed for.
[[nodiscard]] inline const QString& billedModel(const CostLine& line)
{
    return line.modelBilled.isEmpty() ? line.modelRequested : line.modelBilled;
}

/// Which attempts were there already: of each run one byte a decision, with one bit an attempt. Lines come run by run
/// and decisions are counted from 1, so that nearly always the byte is where the last one was.
class Attempts
{
public:
    /// False if it was there.
    bool addNew(int run, int decision, int attempt)
    {
        if (decision < 0 || decision > kDecisions || attempt < 0 || attempt >= 8) {
            const qsizetype before = m_odd.size();
            m_odd.insert({run, {decision, attempt}});
            return m_odd.size() > before;
        }
        if (m_runs.empty() || run != m_run) {
            m_run = run;
            m_at = m_places.value(run, m_runs.size());
            if (m_at == m_runs.size()) {
                m_places.insert(run, m_at);
                m_runs.push_back({decision, {}});
            }
        }
        Run& seen = m_runs[m_at];
        if (decision < seen.first) {
            seen.decisions.insert(seen.decisions.begin(), static_cast<size_t>(seen.first - decision), 0);
            seen.first = decision;
        }
        const auto at = static_cast<size_t>(decision - seen.first);
        if (at >= seen.decisions.size()) {
            seen.decisions.resize(at + 1);
        }
        const unsigned bit = 1U << static_cast<unsigned>(attempt);
        const bool isNew = (seen.decisions[at] & bit) == 0;
        seen.decisions[at] = static_cast<quint8>(seen.decisions[at] | bit);
        return isNew;
    }

private:
    static constexpr int kDecisions = 1'000'000; ///< of a run, at most; others, and odd attempts, are kept one by one
    struct Run
    {
        int first = 0; ///< decision
        std::vector<quint8> decisions;
    };
    std::vector<Run> m_runs;
    QHash<int, size_t> m_places; ///< in m_runs
    int m_run = 0;
    size_t m_at = 0;
    QSet<std::pair<int, std::pair<int, int>>> m_odd;
};

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
        // The lines of one attempt are one call.
        if (m_attempts.addNew(run, line.decision, line.attempt)) {
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
    CostGroup m_group;
    BillCounts m_counts;
    MoneySum m_sum;
    Attempts m_attempts;
};

} // namespace lathe
