// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/agent/toolcaller.h"

#include "engine/agent/llmprompts.h"
#include "engine/billing/ledger.h"
#include "engine/core/canonicaljson.h"
#include "engine/domain/runeventdetails.h"

#include <QCoroFuture>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

ToolCaller::Answer refusal(const QString& code, const QString& message)
{
    ToolCaller::Answer answer;
    answer.errorCode = code;
    ToolResult result;
    result.ok = false;
    result.errorCode = code;
    result.message = message;
    answer.text = result.textForModel();
    return answer;
}

/// Files of a result, each with a reference to its content.
QList<Fields> journalFiles(RunEvent& event, const QList<Attachment>& files)
{
    QList<Fields> list;
    for (const Attachment& file : files) {
        Body body = makeBody(file.content);
        Fields entry{{"name"_L1, file.name},
                     {"mediaType"_L1, file.mediaType},
                     {"size"_L1, static_cast<qint64>(file.content.size())}};
        entry.add("contentRef"_L1, FieldValue::body(body.sha256));
        event.bodies.append(std::move(body));
        list.append(entry);
    }
    return list;
}

} // namespace

ToolCaller::ToolCaller(AgentServices services, AgentRun& run) : m_services(services), m_run(run) {}

std::optional<QString> ToolCaller::argumentIssues(const ToolCallRequest& call) const
{
    if (!call.parsed) {
        return u"the arguments are not a JSON object"_s;
    }
    if (call.name == kLlmCallName) {
        const QString prompt = call.parsed->value("prompt"_L1).toString();
        return prompt.trimmed().isEmpty() ? std::optional(u"$.prompt must be a text that is not blank"_s)
                                          : std::nullopt;
    }
    const Result<void> valid = m_services.dispatcher.validate(call.name, *call.parsed);
    if (valid) {
        return std::nullopt;
    }
    return valid.error().detail.isEmpty() ? valid.error().message : valid.error().detail;
}

std::optional<Money> ToolCaller::fee(const QString& tool) const
{
    const std::optional<ToolRate> rate = m_run.prices.toolRate(tool);
    if (!rate) {
        return std::nullopt;
    }
    const Result<Money> price = rate->price.times(1);
    return price ? std::optional(*price) : std::nullopt;
}

void ToolCaller::announce(const Call& call)
{
    RunEvent event = m_run.journal.make(EventType::ToolRequest);
    Fields details{{"decision"_L1, call.decision}, {"callId"_L1, call.request.id}, {"tool"_L1, call.request.name}};
    if (call.request.parsed) {
        putObject(event, details, "arguments"_L1, *call.request.parsed);
    } else {
        putText(event, details, "arguments"_L1, call.request.arguments);
    }
    if (const Tool *tool = m_services.registry.find(call.request.name)) {
        details.add("sideEffect"_L1, toName(tool->spec().sideEffect));
        details.add("timeoutMs"_L1, static_cast<qint64>(tool->spec().timeout.count()));
    }
    event.details = details;
    m_run.journal.add(std::move(event));
}

QCoro::Task<ToolCaller::Answer> ToolCaller::execute(Call call)
{
    const Recording::ToolOutcome recorded = m_run.recording.tool(call.decision, call.request.id);
    if (recorded.finished) {
        Answer answer;
        answer.reused = true;
        answer.ran = recorded.billed; // its line is there already and is only ticked off
        answer.ok = recorded.ok;
        answer.errorCode = recorded.errorCode;
        answer.pending = recorded.pending;
        answer.synthetic = recorded.synthetic;
        answer.durationMs = recorded.durationMs;
        answer.text = recorded.text;
        if (!recorded.textRef.isEmpty()) {
            const Result<QByteArray> text = co_await m_run.recording.body(recorded.textRef);
            if (!text) {
                co_return refusal(u"RECORDING_UNREADABLE"_s, text.error().message);
            }
            answer.text = QString::fromUtf8(*text);
        }
        co_return answer;
    }
    if (call.rejection) {
        co_return refusal(u"APPROVAL_DENIED"_s, *call.rejection);
    }
    if (call.handWritten) {
        Answer answer;
        answer.ok = true;
        answer.synthetic = true;
        answer.text = *call.handWritten;
        co_return answer;
    }
    Tool *tool = m_services.registry.find(call.request.name);
    if (!tool) {
        co_return refusal(u"UNKNOWN_TOOL"_s, u"there is no tool %1; the tools are %2"_s.arg(
                                                 call.request.name, m_services.registry.names().join(u", "_s)));
    }
    if (call.argumentError) {
        co_return refusal(u"INVALID_ARGUMENTS"_s, *call.argumentError);
    }
    if (recorded.started &&
        (recorded.sideEffect == SideEffect::Writes || recorded.sideEffect == SideEffect::Irreversible)) {
        co_return refusal(u"INTERRUPTED"_s,
                          u"the program ended while %1 ran; it may have had its effect and is not run "
                          u"again by itself"_s.arg(call.request.name));
    }
    const ToolAvailability availability = tool->availability();
    if (!availability.available) {
        co_return refusal(u"UNAVAILABLE"_s, availability.reason);
    }
    ToolInvocation invocation;
    invocation.runId = m_run.journal.runId();
    invocation.callId = call.request.id;
    invocation.arguments = call.request.parsed.value_or(QJsonObject());
    invocation.attachments = m_run.job.attachments;
    invocation.idempotencyKey = u"%1/%2/%3"_s.arg(m_run.journal.runId()).arg(call.decision).arg(call.request.id);
    const auto inFlight = m_run.gate.beginCall();
    const std::stop_token stop = inFlight->get_token();
    const ToolResult result = co_await m_services.dispatcher.dispatch(call.request.name, std::move(invocation), stop);
    Answer answer;
    answer.ran = true;
    answer.ok = result.ok;
    answer.errorCode = result.errorCode;
    answer.pending = result.pending;
    answer.text = result.textForModel();
    answer.durationMs = result.durationMs;
    answer.files = result.files;
    answer.interrupted = inFlight->stop_requested();
    co_return answer;
}

Result<void> ToolCaller::conclude(const Call& call, const Answer& answer, int childFrame)
{
    RunEvent event = m_run.journal.make(EventType::ToolResult);
    Fields details{{"decision"_L1, call.decision},
                   {"callId"_L1, call.request.id},
                   {"tool"_L1, call.request.name},
                   {"ok"_L1, answer.ok},
                   {"durationMs"_L1, answer.durationMs}};
    if (!answer.errorCode.isEmpty()) {
        details.add("errorCode"_L1, answer.errorCode);
    }
    if (answer.pending) {
        details.add("pending"_L1, true);
    }
    if (answer.synthetic) {
        details.add("synthetic"_L1, true);
    }
    if (childFrame != 0) {
        details.add("childFrame"_L1, childFrame);
    }
    details.add("bytes"_L1, static_cast<qint64>(answer.text.toUtf8().size()));
    if (!answer.files.isEmpty()) {
        details.add("files"_L1, journalFiles(event, answer.files));
    }
    putText(event, details, "text"_L1, answer.text);
    event.details = details;
    m_run.journal.add(std::move(event));
    if (!answer.ok) {
        m_run.afterError = true;
    }
    if (!answer.ran) {
        m_run.budget.release(call.reservation.id);
        return {};
    }
    CostLine line;
    line.runId = m_run.journal.runId();
    line.phase = Phase::Execution;
    line.decision = call.decision;
    line.decisionKind = call.decisionKind;
    line.toolCallId = call.request.id;
    line.tool = call.request.name;
    line.status = answer.ok ? u"ok"_s : answer.interrupted ? u"interrupted"_s : u"error"_s;
    const Result<CostLine> priced = lineForToolCall(m_run.prices, line);
    if (!priced) {
        return fail(priced.error());
    }
    const Result<Money> spent = journalCostLines(m_run.journal, {*priced});
    if (!spent) {
        return fail(spent.error());
    }
    return m_run.budget.settle(call.reservation.id, *spent);
}

} // namespace lathe
