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

    // What was said here before, when the run is walked through again. Budgets are asked about anew.
    const bool ofItsMoment = site.place.point == StopPoint::Budget80 || site.place.point == StopPoint::Budget100;
    const QList<QJsonObject> edits =
        ofItsMoment ? QList<QJsonObject>() : m_run.recording.edits(site.place.point, site.decision, site.callId);
    for (const QJsonObject& edit : edits) {
        outcome.edited.insert(edit.value("field"_L1).toString(), edit.value("after"_L1));
        m_run.journal.add(EventType::Edit, edit);
    }
    if (site.mayReject) {
        const std::optional<QJsonObject> verdict = m_run.recording.verdict(site.decision, site.callId);
        const QString name = verdict ? verdict->value("verdict"_L1).toString() : QString();
        if (verdict && name != toName(Verdict::Escalate)) {
            outcome.recordedVerdict = verdict;
            if (name == toName(Verdict::Reject) && !verdict->value("malformed"_L1).toBool()) {
                outcome.rejection = verdict->value("reason"_L1).toString();
            }
        }
    }

    bool stoppedBefore = !ofItsMoment && m_run.recording.stoppedAt(site.place.point, site.decision, site.callId);
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
    const bool undecided = site.asksApproval && !outcome.recordedVerdict;
    if ((stoppedBefore && !undecided) || m_run.journal.isCatchingUp() || outcome.rejection) {
        co_return outcome;
    }
    std::optional<QString> reason = m_run.gate.reasonToStop(site.place);
    if (!reason && !(site.asksApproval && outcome.recordedVerdict)) {
        reason = site.mustStop;
    }
    if (!reason) {
        co_return outcome;
    }
    const QString why = *reason;
    const bool timed = site.asksApproval && m_run.gate.isInteractive() && m_run.approvalTimeout.count() > 0;
    if (!timed) {
        outcome = co_await stand(std::move(site), std::move(outcome), why);
        co_return outcome;
    }
    std::stop_source answered;
    const QCoro::Task<void> alarm = denyInTime(answered.get_token());
    outcome = co_await stand(std::move(site), std::move(outcome), why);
    answered.request_stop();
    co_await alarm;
    co_return outcome;
}

QCoro::Task<void> Stopper::denyInTime(std::stop_token stop)
{
    const std::chrono::milliseconds wait = m_run.approvalTimeout;
    const bool over = co_await m_clock.sleepFor(wait, stop);
    if (!over || !m_run.gate.canSpeak()) {
        co_return;
    }
    GateMessage message;
    message.kind = GateMessage::Kind::Verdict;
    message.author = Author::Automatic;
    message.verdict.verdict = Verdict::Reject;
    message.verdict.message = u"nobody approved this call within %1 s"_s.arg(wait.count() / 1000);
    m_run.gate.say(std::move(message));
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
        if (message.kind != GateMessage::Kind::Command) {
            ToolVerdict said = message.verdict;
            if (message.kind == GateMessage::Kind::Reject) {
                said.verdict = Verdict::Reject;
                said.message = message.rejection;
            }
            Result<void> answer = canDecide(site, outcome, said);
            if (answer) {
                takeVerdict(site, &outcome, said, message.author);
                answer = co_await m_run.journal.flush();
            }
            if (message.answer) {
                message.answer->set(answer);
            }
            if (!outcome.decided && !outcome.end) {
                continue;
            }
            if (!outcome.end) {
                // A rejection by hand is looked at; a verdict lets the run go on.
                m_run.gate.goOn(message.kind == GateMessage::Kind::Reject ? StepCommand::StepInto
                                                                          : StepCommand::Continue);
                m_run.journal.add(EventType::Continued,
                                  {{"command"_L1, outcome.rejection ? "reject"_L1 : "approve"_L1}});
            }
            co_return outcome;
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
        if (site.asksApproval && message.command != StepCommand::Stop && canDecide(site, outcome, ToolVerdict())) {
            takeVerdict(site, &outcome, ToolVerdict()); // whoever lets an asking call go on has approved it
        }
        m_run.journal.add(EventType::Continued, {{"command"_L1, commandName(message.command)}});
        if (message.command == StepCommand::Stop) {
            outcome.end = stoppedByUser();
        }
        co_return outcome;
    }
}

Result<void> Stopper::canDecide(const Site& site, const Outcome& outcome, const ToolVerdict& said) const
{
    if (!site.mayReject) {
        return fail(ErrorCode::Conflict, u"only a tool call that has not run can be approved or rejected"_s);
    }
    const bool approves = said.verdict == Verdict::Approve || said.verdict == Verdict::ApproveEdited;
    if (approves && site.malformed && outcome.edited.isEmpty()) {
        return fail(ErrorCode::Conflict, u"the arguments do not fit the tool: edit them, or reject the call"_s);
    }
    return {};
}

void Stopper::takeVerdict(const Site& site, Outcome *outcome, ToolVerdict said, Author author)
{
    if (said.verdict == Verdict::Approve || said.verdict == Verdict::ApproveEdited) {
        said.verdict = outcome->edited.isEmpty() ? Verdict::Approve : Verdict::ApproveEdited;
    }
    const bool approves = said.verdict != Verdict::Reject;
    if (said.scope == VerdictScope::Run && said.rule.isEmpty()) {
        said.rule = toName(approves ? RuleVerdict::Allow : RuleVerdict::Deny) + u' ' + site.place.tool;
    }
    QJsonObject details{{u"decision"_s, site.decision},
                        {u"callId"_s, site.callId},
                        {u"verdict"_s, toName(said.verdict)},
                        {u"author"_s, toName(author)},
                        {u"scope"_s, toName(said.scope)}};
    if (!said.message.isEmpty()) {
        details.insert("reason"_L1, said.message);
    }
    if (!said.rule.isEmpty()) {
        details.insert("rule"_L1, said.rule);
    }
    m_run.journal.add(EventType::Verdict, details);
    if (said.scope == VerdictScope::Run) {
        if (const Result<ToolRule> rule = parseToolRule(said.rule)) {
            m_run.rules.append(*rule);
        }
    }
    AgentEnd end;
    switch (said.verdict) {
    case Verdict::Approve:
    case Verdict::ApproveEdited:
        break;
    case Verdict::Reject:
        outcome->rejection = said.message;
        break;
    case Verdict::Escalate: // the run stands here until somebody else takes it up
        end.kind = AgentEnd::Kind::Suspended;
        end.suspendedAt = toName(site.place.point);
        outcome->end = end;
        return;
    case Verdict::EndRun:
        end.kind = AgentEnd::Kind::Violation;
        end.error = {toName(ViolationCode::ApprovalDenied),
                     said.message.isEmpty() ? u"the run was ended instead of approving %1"_s.arg(site.place.tool)
                                            : said.message,
                     QJsonObject{{u"decision"_s, site.decision}, {u"tool"_s, site.place.tool}}};
        m_run.journal.add(EventType::PolicyViolation, {{"code"_L1, end.error.code},
                                                       {"message"_L1, end.error.message},
                                                       {"details"_L1, end.error.details},
                                                       {"decision"_L1, site.decision}});
        outcome->end = end;
        return;
    }
    outcome->decided = true;
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
