// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/agent/stopper.h"

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

AgentEnd journalFailure(const Error& error)
{
    AgentEnd end;
    end.kind = AgentEnd::Kind::JournalFailed;
    end.error = {u"JOURNAL_FAILED"_s, error.message, error.detail};
    return end;
}

AgentEnd stoppedByUser()
{
    AgentEnd end;
    end.kind = AgentEnd::Kind::Stopped;
    end.error = {"STOPPED"_L1, u"stopped by the user"_s, {}};
    return end;
}

QLatin1StringView commandName(StepCommand command)
{
    switch (command) {
    case StepCommand::Continue:
        return "continue"_L1;
    case StepCommand::Pause:
        return "pause"_L1;
    case StepCommand::Interrupt:
        return "interrupt"_L1;
    case StepCommand::StepOver:
        return "step_over"_L1;
    case StepCommand::StepInto:
        return "step_into"_L1;
    case StepCommand::StepOut:
        return "step_out"_L1;
    case StepCommand::Stop:
        return "stop"_L1;
    }
    return {};
}

} // namespace

QCoro::Task<Stopper::Outcome> Stopper::pass(Site site)
{
    Outcome outcome;
    site.place.afterError = std::exchange(m_run.afterError, false);

    // What was said here before, when the run is walked through again.
    const QList<QJsonObject> edits = m_run.recording.edits(site.place.point, site.decision, site.callId);
    for (const QJsonObject& edit : edits) {
        outcome.edited.insert(edit.value("field"_L1).toString(), edit.value("after"_L1));
        m_run.journal.add(EventType::Edit, edit);
    }
    if (site.mayReject) {
        const std::optional<QJsonObject> verdict = m_run.recording.verdict(site.decision, site.callId);
        if (verdict && verdict->value("verdict"_L1).toString() == toName(Verdict::Reject)) {
            outcome.rejection = verdict->value("reason"_L1).toString();
        }
    }

    bool stoppedBefore = m_run.recording.stoppedAt(site.place.point, site.decision, site.callId);
    if (stoppedBefore) {
        // The entry is there; making it again only ticks it off. A second visit (after a loop back) is a new stop.
        const Fields identity{{"point"_L1, toName(site.place.point)},
                              {"decision"_L1, site.decision},
                              {"frame"_L1, site.place.frame},
                              {"toolCallId"_L1, site.callId}};
        stoppedBefore = !m_run.journal.add(EventType::StoppedAt, identity);
    }
    if (m_run.gate.isShuttingDown()) {
        AgentEnd end;
        end.kind = AgentEnd::Kind::Suspended;
        outcome.end = end;
        co_return outcome;
    }
    if (m_run.gate.stopRequested()) {
        outcome.end = stoppedByUser();
        co_return outcome;
    }
    if (stoppedBefore || m_run.journal.isCatchingUp() || outcome.rejection) {
        co_return outcome;
    }
    std::optional<QString> reason = m_run.gate.reasonToStop(site.place);
    if (!reason) {
        reason = site.mustStop;
    }
    if (!reason) {
        co_return outcome;
    }
    const QString why = *reason;
    outcome = co_await stand(std::move(site), std::move(outcome), why);
    co_return outcome;
}

QCoro::Task<Stopper::Outcome> Stopper::stand(Site site, Outcome outcome, QString reason)
{
    for (auto it = outcome.edited.constBegin(); it != outcome.edited.constEnd(); ++it) {
        site.editable.insert(it.key(), it.value());
    }
    Fields details{{"point"_L1, toName(site.place.point)},
                   {"decision"_L1, site.decision},
                   {"frame"_L1, site.place.frame},
                   {"depth"_L1, site.place.depth},
                   {"toolCallId"_L1, site.callId},
                   {"tool"_L1, site.place.tool},
                   {"reason"_L1, reason},
                   {"editable"_L1, site.editable}};
    if (site.nextCost) {
        details.add("nextCost"_L1, site.nextCost->toDecimal());
    }
    m_run.journal.add(EventType::StoppedAt, details);
    // The run stands before anybody can hear of it, so that nothing said at once is lost.
    m_run.gate.stand(site.place);
    const Result<void> durable = co_await m_run.journal.flush();
    if (!durable) {
        outcome.end = journalFailure(durable.error());
        co_return outcome;
    }
    if (!m_run.gate.isInteractive()) {
        AgentEnd end;
        end.kind = AgentEnd::Kind::Suspended;
        end.suspendedAt = toName(site.place.point);
        outcome.end = end;
        co_return outcome;
    }
    while (true) {
        const GateMessage message = co_await m_run.gate.listen();
        if (message.kind == GateMessage::Kind::Edit) {
            Result<void> answer;
            const Result<QJsonObject> accepted = site.validate(message.edit.values);
            if (accepted) {
                journalEdits(site, site.editable, *accepted, message.edit.reason);
                answer = co_await m_run.journal.flush();
                for (auto it = accepted->constBegin(); it != accepted->constEnd(); ++it) {
                    site.editable.insert(it.key(), it.value());
                    outcome.edited.insert(it.key(), it.value());
                }
            } else {
                answer = fail(accepted.error());
            }
            if (message.answer) {
                message.answer->set(answer);
            }
            continue;
        }
        if (message.kind == GateMessage::Kind::Reject) {
            Result<void> answer = fail(ErrorCode::Conflict, u"only a tool call that has not run can be rejected"_s);
            if (site.mayReject) {
                m_run.journal.add(EventType::Verdict, {{"decision"_L1, site.decision},
                                                       {"callId"_L1, site.callId},
                                                       {"verdict"_L1, toName(Verdict::Reject)},
                                                       {"author"_L1, toName(Author::Human)},
                                                       {"reason"_L1, message.rejection}});
                answer = co_await m_run.journal.flush();
                outcome.rejection = message.rejection;
            }
            if (message.answer) {
                message.answer->set(answer);
            }
            if (outcome.rejection) {
                m_run.gate.goOn(StepCommand::StepInto);
                m_run.journal.add(EventType::Continued, {{"command"_L1, u"reject"_s}});
                co_return outcome;
            }
            continue;
        }
        if (m_run.gate.isShuttingDown()) {
            AgentEnd end;
            end.kind = AgentEnd::Kind::Suspended;
            outcome.end = end;
            co_return outcome;
        }
        if (message.command == StepCommand::Pause || message.command == StepCommand::Interrupt) {
            continue;
        }
        m_run.journal.add(EventType::Continued, {{"command"_L1, commandName(message.command)}});
        if (message.command == StepCommand::Stop) {
            outcome.end = stoppedByUser();
        }
        co_return outcome;
    }
}

void Stopper::journalEdits(const Site& site, const QJsonObject& before, const QJsonObject& values,
                           const QString& reason)
{
    for (auto it = values.constBegin(); it != values.constEnd(); ++it) {
        Fields details{{"stopPoint"_L1, toName(site.place.point)},
                       {"decision"_L1, site.decision},
                       {"callId"_L1, site.callId},
                       {"field"_L1, it.key()},
                       {"after"_L1, QJsonValue(it.value())},
                       {"author"_L1, toName(Author::Human)},
                       {"reason"_L1, reason}};
        const QJsonValue old = before.value(it.key());
        details.add("before"_L1, old.isUndefined() ? QJsonValue() : old);
        m_run.journal.add(EventType::Edit, details);
    }
}

} // namespace lathe
