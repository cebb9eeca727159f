// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/pipeline/facadequeries.h"
#include "ui/models/valuetable.h"

namespace lathe {

/// A place in a run where the policy of a dry run would have said something else; or a run where it would not.
struct SimulationRow
{
    RunSummary run;
    std::optional<SimulatedFinding> finding;
    bool wouldGoOn = false;
    std::optional<Money> saved; ///< of the whole run, at its last finding
    qint64 savedUnknownLines = 0;

    bool operator==(const SimulationRow&) const = default;
};

/// What a dry run says, in the order in which the runs began.
class SimulationModel : public ValueTable<SimulationRow>
{
    Q_OBJECT

public:
    enum Column
    {
        Run,
        Started,
        Recorded,
        Then,
        Where,
        Why,
        Saved,
        ColumnCount
    };

    using ValueTable::ValueTable;

    /// unchanged: runs that would have been the same are shown, too.
    void setSimulation(const PolicySimulation& simulation, bool unchanged);

protected:
    [[nodiscard]] int columns() const override { return ColumnCount; }
    [[nodiscard]] QVariant cell(const SimulationRow& row, int column, int role) const override;
    [[nodiscard]] QVariant header(int column, int role) const override;
    [[nodiscard]] bool isNumber(int column) const override { return column == Saved; }
};

/// "Tool calls: 4, at most 3"
[[nodiscard]] QString reasonText(const SimulatedFinding& finding);

struct SimulationTotals
{
    qint64 runs = 0;
    qint64 stopped = 0;
    qint64 refusedTools = 0;
    qint64 asked = 0;
    qint64 wouldGoOn = 0;
    Money saved;
    qint64 savedUnknownLines = 0;

    [[nodiscard]] bool changes() const { return stopped + refusedTools + asked + wouldGoOn > 0; }
    bool operator==(const SimulationTotals&) const = default;
};
[[nodiscard]] SimulationTotals totalsOf(const PolicySimulation& simulation);

} // namespace lathe
