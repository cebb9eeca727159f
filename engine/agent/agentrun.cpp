// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/agent/agentrun.h"

namespace lathe {

Result<Money> journalCostLines(RunJournal& journal, const QList<CostLine>& lines)
{
    Money spent;
    for (const CostLine& line : lines) {
        const bool isNew = journal.add(EventType::CostLine, toJson(line));
        if (isNew && line.cost) {
            const Result<Money> sum = spent.plus(*line.cost);
            if (!sum) {
                return fail(sum.error());
            }
            spent = *sum;
        }
    }
    return spent;
}

} // namespace lathe
