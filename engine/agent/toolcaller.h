// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/agent/agentrun.h"

#include <QCoroTask>

namespace lathe {

/// Runs the tool calls of a decision: journals, dispatches, bills, and answers from the recording where there is one.
class ToolCaller
{
public:
    struct Call
    {
        int decision = 0;
        AgentActionType decisionKind = AgentActionType::ToolCall;
        ToolCallRequest request;
        std::optional<QString> rejection;     ///< not run: the model sees this
        std::optional<QString> handWritten;   ///< not run: a human wrote the result (SYNTHETIC)
        std::optional<QString> argumentError; ///< not run: the arguments do not fit the schema
        BudgetGuard::Reservation reservation; ///< of the fee
    };
    struct Answer
    {
        QString text; ///< for the model
        bool ok = false;
        QString errorCode;
        bool pending = false;
        bool reused = false;
        bool synthetic = false;
        bool interrupted = false;
        qint64 durationMs = 0;
        bool ran = false;        ///< a fee is due
        QList<Attachment> files; ///< beside the text
    };

    ToolCaller(AgentServices services, AgentRun& run);
    /// Whether a call could be run: the issues of its arguments, in words, or nothing.
    [[nodiscard]] std::optional<QString> argumentIssues(const ToolCallRequest& call) const;
    [[nodiscard]] std::optional<Money> fee(const QString& tool) const;
    /// Journals the request; nothing has run yet. Call flush() before execute().
    void announce(const Call& call);
    /// Runs it (or finds it in the recording). Never fails: trouble is the answer.
    QCoro::Task<Answer> execute(Call call);
    /// Journals the result and its fee.
    [[nodiscard]] Result<void> conclude(const Call& call, const Answer& answer, int childFrame = 0);

private:
    AgentServices m_services;
    AgentRun& m_run;
};

} // namespace lathe
