// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/runrecord.h"
#include "engine/storage/connection.h"

#include <map>

namespace lathe {

/// A run as projected, with what the tables need beside the record.
struct ProjectedRun
{
    QString runId;
    qint64 id = 0;      ///< agent_execution_metadata.id; 0: it has no row yet
    qint64 lastSeq = 0; ///< of the last event that the projector knows
    RunProjector projector;
    qsizetype linesWritten = 0;
    int decisionWritten = 0; ///< whose rows are below, as the tables hold them; 0: nobody's
    SqlValues decisionRow;
    QList<SqlValues> callRows;
};

/// Which decisions' rows a batch of events may have changed.
class TouchedRows
{
public:
    void note(const RunEvent& event);
    void noteAll(const RunRecord& record);
    /// Whether what is told once, when a run begins, was told (again).
    [[nodiscard]] bool beginning() const { return m_beginning; }
    /// By number; true: its list of tool calls was made anew and may be shorter.
    [[nodiscard]] const std::map<int, bool>& decisions() const { return m_decisions; }

private:
    std::map<int, bool> m_decisions;
    bool m_beginning = false;
};

/// Writes what a RunRecord says into the projection tables (agent_execution_metadata, agent_decisions,
/// agent_tool_executions, agent_cost_lines). The journal and rebuilding both use the same rows, so that what was
/// written step by step can be compared with what the journal says. Needs an open transaction.
class ProjectionWriter
{
public:
    explicit ProjectionWriter(Connection& connection) : m_connection(connection) {}

    /// Makes the row of a new run and gives its id.
    [[nodiscard]] Result<qint64> insertRun(const ProjectedRun& run, qint64 owner);
    [[nodiscard]] Result<void> updateRun(const ProjectedRun& run, const TouchedRows& touched);
    /// Decisions, their tool calls and new cost lines.
    [[nodiscard]] Result<void> writeTouched(ProjectedRun& run, const TouchedRows& touched);
    /// Everything of a run anew, in place of what is there or is missing.
    [[nodiscard]] Result<void> replace(ProjectedRun& run);

private:
    [[nodiscard]] Result<void> writeDecision(ProjectedRun& run, const DecisionRecord& decision, bool callsAnew);
    [[nodiscard]] Result<void> writeToolCalls(ProjectedRun& run, const DecisionRecord& decision, bool callsAnew);

    Connection& m_connection;
};

/// One projection table as comparison and replacement see it.
struct ProjectionTable
{
    const char *name;
    const char *columns; ///< in the order of the rows below
    const char *key;     ///< what to sort by
};
[[nodiscard]] const QList<ProjectionTable>& projectionTables();
/// The rows that table should hold for a run, in order of its key.
[[nodiscard]] Result<QList<SqlValues>> expectedRows(const ProjectionTable& table, const ProjectedRun& run);

/// The decision of that number; null if there is none.
[[nodiscard]] const DecisionRecord *findDecision(const RunRecord& record, int number);

} // namespace lathe
