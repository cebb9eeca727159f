// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/agent/agentrun.h"

#include <QCoroTask>

#include <functional>

namespace lathe {

/// Carries a run through one stop point: applies what a recording says happened there, asks the gate whether to stop,
/// journals the stop, and takes edits (validated, each a revision in the journal) until the run goes on.
class Stopper
{
public:
    Stopper(AgentRun& run, Clock& clock) : m_run(run), m_clock(clock) {}

    struct Site
    {
        StepGate::Place place;
        int decision = 0;
        QString callId;
        QJsonObject editable; ///< what may be changed, with the present values
        std::optional<Money> nextCost;
        std::optional<QString> mustStop; ///< a reason to stop whatever the gate says (approval)
        bool mayReject = false;          ///< a tool call that has not run: verdicts are taken
        bool asksApproval = false;       ///< going on approves the call
        bool malformed = false;          ///< the arguments do not fit: not to be approved as they are
        /// Checks new values (a subset of the keys of editable, or "result" at BEFORE_TOOL); gives what will be used.
        std::function<Result<QJsonObject>(const QJsonObject& values)> validate;
    };
    struct Outcome
    {
        std::optional<AgentEnd> end;                ///< the run ends here
        QJsonObject edited;                         ///< the values that were changed
        std::optional<QString> rejection;           ///< the tool is not run; the model sees this
        bool decided = false;                       ///< a person's verdict is in the journal
        std::optional<QJsonObject> recordedVerdict; ///< what was decided before the run was resumed
    };
    QCoro::Task<Outcome> pass(Site site);

private:
    [[nodiscard]] Result<void> canDecide(const Site& site, const Outcome& outcome, const ToolVerdict& said) const;
    /// Journals a verdict and takes it over into the outcome.
    void takeVerdict(const Site& site, Outcome *outcome, ToolVerdict said, Author author = Author::Human);
    QCoro::Task<Outcome> stand(Site site, Outcome outcome, QString reason);
    void journalEdits(const Site& site, const QJsonObject& before, const QJsonObject& values, const QString& reason);

    /// Denies the call at which the run stands, unless stop is requested before its time is over.
    QCoro::Task<void> denyInTime(std::stop_token stop);

    AgentRun& m_run;
    Clock& m_clock;
};

} // namespace lathe
