// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/agent/recursiveagentrunner.h"

#include "engine/agent/jsondecision.h"
#include "engine/agent/llmprompts.h"
#include "engine/agent/resultcut.h"
#include "engine/agent/stopsites.h"
#include "engine/core/canonicaljson.h"
#include "engine/domain/runeventdetails.h"
#include "engine/llm/tokencounter.h"

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

// Per message a chat format adds about this many tokens, and this many once for the reply.
constexpr qint64 kTokensPerMessage = 4;
constexpr qint64 kTokensPerReply = 3;
// The same tool with the same arguments is refused at this count within one frame.
constexpr int kSameCallLimit = 3;

QByteArray callKey(const ToolCallRequest& call)
{
    return call.name.toUtf8() + '\0' +
           (call.parsed ? canonicalJson(QJsonValue(*call.parsed)) : call.arguments.toUtf8());
}

} // namespace

RecursiveAgentRunner::RecursiveAgentRunner(AgentServices services, AgentRun& run)
    : m_services(services),
      m_run(run),
      m_models(services, run),
      m_tools(services, run),
      m_stopper(run, services.clock),
      m_policy(services, run, m_models, m_tools, m_stopper)
{}

QCoro::Task<AgentEnd> RecursiveAgentRunner::run(Transcript transcript)
{
    Frame root;
    root.id = ++m_run.frames;
    root.depth = m_run.job.currentDepth;
    root.task = m_run.job.prompt;
    root.transcript = std::move(transcript);
    const AgentEnd end = co_await runFrame(std::move(root));
    co_return end;
}

QCoro::Task<AgentEnd> RecursiveAgentRunner::runFrame(Frame frame)
{
    RunEvent entered = m_run.journal.make(EventType::FrameEntered);
    Fields details{{"frame"_L1, frame.id},
                   {"parentFrame"_L1, frame.parent},
                   {"depth"_L1, frame.depth},
                   {"parentDecision"_L1, frame.parentDecision},
                   {"callId"_L1, frame.callId}};
    putText(entered, details, "task"_L1, frame.task);
    entered.details = details;
    m_run.journal.add(std::move(entered));

    if (!m_run.nativeTools) {
        ChatMessage system = frame.transcript.messages().first();
        system.content += toolSection(m_run.prompts, declarations(frame.depth));
        frame.transcript.replace(0, system);
    }
    AgentEnd end;
    while (true) {
        const Step step = co_await decideAndAct(&frame);
        if (step) {
            end = *step;
            break;
        }
    }
    if (end.kind != AgentEnd::Kind::Suspended && end.kind != AgentEnd::Kind::JournalFailed) {
        RunEvent left = m_run.journal.make(EventType::FrameLeft);
        const QString status = end.kind == AgentEnd::Kind::Answer    ? u"complete"_s
                               : end.kind == AgentEnd::Kind::Stopped ? u"stopped"_s
                                                                     : u"error"_s;
        Fields leaving{{"frame"_L1, frame.id}, {"status"_L1, status}};
        if (end.kind == AgentEnd::Kind::Answer) {
            putText(left, leaving, "answer"_L1, end.answer);
        }
        left.details = leaving;
        m_run.journal.add(std::move(left));
    }
    co_return end;
}

QCoro::Task<RecursiveAgentRunner::Step> RecursiveAgentRunner::decideAndAct(Frame *frame)
{
    if (m_run.decisions >= m_run.job.maxSteps) {
        co_return failed(u"STEP_LIMIT_EXCEEDED"_s,
                         u"the run made its %1 decisions without a final answer"_s.arg(m_run.job.maxSteps));
    }
    const int decision = ++m_run.decisions;
    Prepared prepared = co_await prepare(frame, decision);
    if (prepared.end) {
        co_return *prepared.end;
    }
    LlmRequest request = prepared.request;
    ModelCaller::End called = co_await m_models.call(std::move(request), prepared.turn, prepared.reservation);
    while (called.interrupted && !called.error) {
        // Interrupted by the user: the same decision is asked again when the run goes on.
        Prepared again = co_await prepare(frame, decision);
        if (again.end) {
            co_return *again.end;
        }
        LlmRequest repeated = again.request;
        called = co_await m_models.call(std::move(repeated), again.turn, again.reservation);
        prepared = again;
    }
    if (called.overBudget) {
        co_return violation(*called.overBudget, decision);
    }
    if (called.error) {
        co_return failed(*called.error, called.journalFailed);
    }
    if (m_run.gate.isShuttingDown() && called.failure) {
        AgentEnd end;
        end.kind = AgentEnd::Kind::Suspended;
        co_return end;
    }
    if (m_run.gate.stopRequested() && called.failure) {
        AgentEnd end;
        end.kind = AgentEnd::Kind::Stopped;
        end.error = {"STOPPED"_L1, u"stopped by the user"_s, {}};
        co_return end;
    }
    if (called.failure) {
        const LlmFailure& failure = *called.failure;
        co_return failed(toName(failure.kind), failure.message,
                         QJsonObject{{"httpStatus"_L1, failure.httpStatus},
                                     {"providerCode"_L1, failure.providerCode},
                                     {"decision"_L1, decision}});
    }

    frame->lastDecision = decision;
    frame->lastMessages = frame->transcript.messages().size();
    AgentDecision agentDecision = *called.decision;
    if (!agentDecision.malformed.isEmpty() && frame->lastWasRepair) {
        giveUpRepair(agentDecision);
    }
    journalDecision(*frame, decision, agentDecision);
    if (agentDecision.failure) {
        co_return failed(toName(agentDecision.failure->kind), agentDecision.failure->message,
                         QJsonObject{{"decision"_L1, decision}});
    }

    Stopper::Site site = afterDecideSite({decision, frame->id, frame->depth}, agentDecision);
    const Stopper::Outcome outcome = co_await m_stopper.pass(std::move(site));
    if (outcome.end) {
        co_return *outcome.end;
    }
    if (outcome.edited.contains("decision"_L1)) {
        const Result<AgentDecision> edited = decisionFromJson(outcome.edited.value("decision"_L1).toObject());
        if (!edited) {
            co_return failed(edited.error(), false);
        }
        // What the provider thought stays: it wants it back with any call that follows it.
        const ProviderState state = agentDecision.state;
        agentDecision = *edited;
        agentDecision.state = state;
    }
    const Step acted = co_await act(frame, decision, std::move(agentDecision));
    co_return acted;
}

QCoro::Task<RecursiveAgentRunner::Prepared> RecursiveAgentRunner::prepare(Frame *frame, int decision)
{
    Prepared prepared;
    prepared.request.model = m_run.model;
    prepared.request.parameters = parametersFor(*frame, decision);
    prepared.request.contextTokens = m_run.job.contextWindowLimit;
    prepared.request.stream = m_run.stream;
    if (m_run.nativeTools) {
        prepared.request.tools = declarations(frame->depth);
    }
    prepared.request.transcript = frame->transcript;
    prepared.turn.decision = decision;
    prepared.turn.frame = frame->id;
    prepared.turn.depth = frame->depth;
    prepared.turn.base = frame->lastDecision;
    prepared.turn.keep = frame->lastMessages;
    prepared.end = co_await admit(frame, &prepared);
    if (prepared.end) {
        co_return prepared;
    }

    qsizetype userMessage = frame->transcript.messages().size() - 1;
    const auto isPrompt = [](const ChatMessage& message) {
        return message.role == ChatRole::User && message.toolCallId.isEmpty();
    };
    while (userMessage > 0 && !isPrompt(frame->transcript.messages().at(userMessage))) {
        --userMessage;
    }
    Stopper::Site site =
        beforeDecideSite({decision, frame->id, frame->depth}, frame->transcript.messages().at(userMessage).content,
                         m_run.model, m_run.job.parameters, prepared.reservation.amount);
    const Stopper::Outcome outcome = co_await m_stopper.pass(std::move(site));
    if (outcome.end) {
        m_models.release(prepared.reservation, decision);
        prepared.reservation = {};
        prepared.end = outcome.end;
        co_return prepared;
    }
    if (outcome.edited.isEmpty()) {
        co_return prepared;
    }
    if (outcome.edited.contains("prompt"_L1)) {
        ChatMessage message = frame->transcript.messages().at(userMessage);
        message.content = outcome.edited.value("prompt"_L1).toString();
        frame->transcript.replace(userMessage, message);
        frame->estimatedTokens = 0;
        frame->estimatedMessages = 0;
        prepared.turn.keep = qMin(prepared.turn.keep, userMessage);
        prepared.request.transcript = frame->transcript;
    }
    if (outcome.edited.contains("model"_L1)) {
        m_run.model = outcome.edited.value("model"_L1).toString();
        prepared.request.model = m_run.model;
    }
    if (outcome.edited.contains("parameters"_L1)) {
        m_run.job.parameters = withEdits(m_run.job.parameters, outcome.edited.value("parameters"_L1).toObject());
        prepared.request.parameters = parametersFor(*frame, decision);
    }
    // Edited: the whole policy is checked again and the reservation made anew.
    m_models.release(prepared.reservation, decision);
    prepared.end = co_await admit(frame, &prepared);
    co_return prepared;
}

QCoro::Task<std::optional<AgentEnd>> RecursiveAgentRunner::admit(Frame *frame, Prepared *prepared)
{
    prepared->turn.estimatedTokens = estimate(frame, prepared->request);
    prepared->turn.inputTokens = m_policy.countedTokens(prepared->turn.estimatedTokens, prepared->request.model);
    const PolicyGate::Admission admission =
        co_await m_policy.modelCall(prepared->turn, frame->transcript.characters(), prepared->request.model,
                                    prepared->request.parameters.maxOutputTokens);
    prepared->reservation = admission.reservation;
    if (admission.error) {
        co_return failed(*admission.error, false);
    }
    if (admission.failure) {
        co_return violation(*admission.failure, prepared->turn.decision);
    }
    co_return admission.end;
}

ModelParameters RecursiveAgentRunner::parametersFor(const Frame& frame, int decision) const
{
    ModelParameters parameters = m_run.job.parameters;
    if (parameters.toolChoice == ToolChoice::Required && decision > 1) {
        parameters.toolChoice = ToolChoice::Auto; // else there would never be an answer
    }
    if (frame.depth > m_run.job.currentDepth) {
        parameters.responseSchema.reset(); // it is that of the run's answer, not of its parts
    }
    return parameters;
}

qint64 RecursiveAgentRunner::estimate(Frame *frame, const LlmRequest& request) const
{
    const QList<ChatMessage>& messages = frame->transcript.messages();
    for (; frame->estimatedMessages < messages.size(); ++frame->estimatedMessages) {
        const ChatMessage& message = messages.at(frame->estimatedMessages);
        frame->estimatedTokens += kTokensPerMessage + estimateTokens(message.content);
        for (const ToolCallRequest& call : message.toolCalls) {
            frame->estimatedTokens += estimateTokens(call.name) + estimateTokens(call.arguments);
        }
        for (const Attachment& attachment : message.attachments) {
            frame->estimatedTokens += estimateAttachmentTokens(attachment.mediaType, attachment.content.size());
        }
    }
    qint64 tools = 0;
    for (const ToolDeclaration& tool : request.tools) {
        tools += tool.name.size() + tool.description.size();
    }
    // Never below the contract's estimate: a budget that stops must not count too little.
    return qMax(frame->estimatedTokens + kTokensPerReply, estimateTokensByLength(frame->transcript.characters())) +
           estimateTokensByLength(tools) + 100 * request.tools.size();
}

QCoro::Task<RecursiveAgentRunner::Step> RecursiveAgentRunner::act(Frame *frame, int decision,
                                                                  AgentDecision agentDecision)
{
    if (!agentDecision.malformed.isEmpty()) {
        frame->lastWasRepair = true;
        frame->transcript.append(jsonDecisionMessage(agentDecision));
        frame->transcript.append(repairMessage(m_run.prompts, agentDecision.malformed));
        co_return Step();
    }
    frame->lastWasRepair = false;
    if (agentDecision.calls.isEmpty()) {
        AgentEnd end;
        end.answer = agentDecision.finalAnswer;
        co_return end;
    }
    if (const std::optional<AgentEnd> loop = guardAgainstLoop(frame, agentDecision)) {
        co_return loop;
    }
    // First every call is checked, stopped at and announced; then they run, those of tools side by side.
    Acts acts = co_await announce(frame, decision, &agentDecision);
    if (acts.end) {
        co_return acts.end;
    }
    frame->transcript.append(m_run.nativeTools ? assistantMessage(agentDecision) : jsonDecisionMessage(agentDecision));
    const Result<void> announced = co_await m_run.journal.flush(Durability::Full); // with the reply, which was paid
    if (!announced) {
        co_return failed(announced.error(), true);
    }
    co_await perform(frame, decision, &acts);
    if (acts.end) {
        co_return acts.end;
    }
    const Step observed = co_await observe(frame, decision, &acts);
    co_return observed;
}

QCoro::Task<RecursiveAgentRunner::Acts> RecursiveAgentRunner::announce(Frame *frame, int decision,
                                                                       AgentDecision *agentDecision)
{
    Acts acts;
    for (ToolCallRequest& request : agentDecision->calls) {
        ++frame->sameCalls[callKey(request)];
        ToolCaller::Call call;
        call.decision = decision;
        call.decisionKind = agentDecision->action;
        const bool isFrame = request.name == kLlmCallName;
        if (!isFrame && m_services.registry.find(request.name) != nullptr) {
            const PolicyGate::Admission admission = co_await m_policy.toolCall(decision, request);
            if (admission.failure) {
                acts.end = violation(*admission.failure, decision);
                co_return acts;
            }
            call.reservation = admission.reservation;
        }
        call.argumentError = m_tools.argumentIssues(request);
        call.request = request;

        Stopper::Site site = beforeToolSite({decision, frame->id, frame->depth}, call, m_tools, m_policy);
        const PolicyGate::Ruling ruling = isFrame ? PolicyGate::Ruling() : m_policy.rule(request);
        if (ruling.verdict == RuleVerdict::Ask && m_run.gate.isInteractive()) {
            site.mustStop = ruling.reason;
            site.asksApproval = true;
        }
        const Stopper::Outcome outcome = co_await m_stopper.pass(std::move(site));
        if (outcome.end) {
            acts.end = outcome.end;
            co_return acts;
        }
        if (outcome.edited.contains("arguments"_L1)) {
            request.parsed = outcome.edited.value("arguments"_L1).toObject();
            request.arguments = QString::fromUtf8(compactJson(*request.parsed));
            call.request = request;
            call.argumentError.reset();
        }
        if (outcome.edited.contains("result"_L1)) {
            call.handWritten = resultText(outcome.edited.value("result"_L1));
        }
        call.rejection = isFrame ? outcome.rejection : m_policy.conclude(call, outcome);
        m_tools.announce(call);
        acts.calls.append(call);
    }
    co_return acts;
}

QCoro::Task<void> RecursiveAgentRunner::perform(Frame *frame, int decision, Acts *acts)
{
    const auto opensFrame = [](const ToolCaller::Call& call) {
        return call.request.name == kLlmCallName && !call.rejection && !call.handWritten && !call.argumentError;
    };
    std::vector<QCoro::Task<ToolCaller::Answer>> running;
    for (const ToolCaller::Call& call : acts->calls) {
        if (!opensFrame(call)) {
            running.push_back(m_tools.execute(call));
        }
    }
    std::size_t next = 0;
    std::optional<AgentEnd> broken; // told when nothing runs any more
    for (const ToolCaller::Call& call : acts->calls) {
        ToolCaller::Answer answer;
        int childFrame = 0;
        if (!opensFrame(call)) {
            answer = co_await running[next];
            ++next;
        } else if (!acts->end) {
            const AgentEnd childEnd = co_await runChild(frame, decision, call, &childFrame);
            if (childEnd.kind == AgentEnd::Kind::Answer) {
                answer.ok = true;
                answer.text = childEnd.answer;
            } else {
                acts->end = childEnd;
            }
        }
        acts->answers.append(answer);
        // Results are journalled in the order of the calls, whichever came first; also when a child frame ended the
        // run.
        const bool unfinished = acts->end && call.request.name == kLlmCallName && !answer.ok;
        if (unfinished || broken) {
            continue;
        }
        const Result<void> concluded = m_tools.conclude(call, answer, childFrame);
        if (!concluded) {
            broken = failed(concluded.error(), false);
        } else if (acts->answers.size() < acts->calls.size()) {
            // What has been done is not done again if the program dies while the others are at it.
            const Result<void> kept = co_await m_run.journal.flush();
            if (!kept) {
                broken = failed(kept.error(), true);
            }
        }
    }
    if (broken) {
        acts->end = broken;
    }
}

QCoro::Task<AgentEnd> RecursiveAgentRunner::runChild(Frame *frame, int decision, ToolCaller::Call call, int *childFrame)
{
    if (const std::optional<PolicyCheck> tooDeep = m_policy.childFrame(frame->depth + 1)) {
        co_return violation(*tooDeep, decision);
    }
    Frame child;
    child.id = ++m_run.frames;
    *childFrame = child.id;
    child.parent = frame->id;
    child.depth = frame->depth + 1;
    child.parentDecision = decision;
    child.callId = call.request.id;
    child.task = call.request.parsed->value("prompt"_L1).toString();
    child.transcript = childTranscript(m_run.job, m_run.prompts, child.task);
    const AgentEnd end = co_await runFrame(std::move(child));
    co_return end;
}

QCoro::Task<RecursiveAgentRunner::Step> RecursiveAgentRunner::observe(Frame *frame, int decision, const Acts *acts)
{
    // By the job alone, which never changes: a run that is resumed has to build the same requests.
    const qsizetype room = roomForResult(m_run.job.contextWindowLimit, acts->calls.size());
    for (qsizetype i = 0; i < acts->calls.size(); ++i) {
        const ToolCallRequest& call = acts->calls.at(i).request;
        QString text = fittingResult(acts->answers.at(i).text, room);
        Stopper::Site site = afterToolSite({decision, frame->id, frame->depth}, call, text);
        const Stopper::Outcome outcome = co_await m_stopper.pass(std::move(site));
        if (outcome.end) {
            co_return outcome.end;
        }
        if (outcome.edited.contains("result"_L1)) {
            text = resultText(outcome.edited.value("result"_L1));
        }
        if (!m_run.nativeTools) {
            frame->transcript.append(toolResultMessage(m_run.prompts, call, text));
            continue;
        }
        ChatMessage message;
        message.role = ChatRole::Tool;
        message.toolCallId = call.id;
        message.toolName = call.name;
        message.content = text;
        message.toolError = !acts->answers.at(i).ok;
        frame->transcript.append(message);
    }
    co_return Step();
}

std::optional<AgentEnd> RecursiveAgentRunner::guardAgainstLoop(Frame *frame, const AgentDecision& decision) const
{
    QHash<QByteArray, int> counts = frame->sameCalls;
    for (const ToolCallRequest& call : decision.calls) {
        if (++counts[callKey(call)] >= kSameCallLimit) {
            return failed(
                u"LOOP_DETECTED"_s,
                u"%1 was called %2 times with the same arguments in one frame"_s.arg(call.name).arg(kSameCallLimit),
                QJsonObject{{"tool"_L1, call.name}, {"arguments"_L1, call.arguments}});
        }
    }
    return std::nullopt;
}

void RecursiveAgentRunner::journalDecision(const Frame& frame, int decision, const AgentDecision& agentDecision)
{
    RunEvent event = m_run.journal.make(EventType::Decision);
    Fields details{{"decision"_L1, decision},
                   {"frame"_L1, frame.id},
                   {"depth"_L1, frame.depth},
                   {"parentDecision"_L1, frame.parentDecision},
                   {"action"_L1, toName(agentDecision.action)},
                   {"status"_L1, toName(agentDecision.status)}};
    putText(event, details, "reasoning"_L1, agentDecision.reasoning);
    if (agentDecision.action == AgentActionType::LlmCall) {
        putText(event, details, "nextPrompt"_L1,
                agentDecision.malformed.isEmpty() ? agentDecision.nextPrompt
                                                  : repairMessage(m_run.prompts, agentDecision.malformed).content);
    }
    if (!agentDecision.malformed.isEmpty()) {
        details.add("malformed"_L1, agentDecision.malformed);
    } else if (agentDecision.calls.isEmpty()) {
        putText(event, details, "finalAnswer"_L1, agentDecision.finalAnswer);
    } else {
        QList<Fields> calls;
        for (const ToolCallRequest& call : agentDecision.calls) {
            Fields object{{"callId"_L1, call.id}, {"tool"_L1, call.name}};
            if (call.parsed) {
                putObject(event, object, "arguments"_L1, *call.parsed);
            } else {
                putText(event, object, "arguments"_L1, call.arguments);
                object.add("invalid"_L1, true);
            }
            calls.append(object);
        }
        details.add("calls"_L1, calls);
    }
    event.details = details;
    m_run.journal.add(std::move(event));
}

QList<ToolDeclaration> RecursiveAgentRunner::declarations(int depth)
{
    const std::optional<QStringList>& wanted = m_run.job.tools;
    const bool mayRecurse = depth + 1 < m_run.maxDepth() && (!wanted || wanted->contains(kLlmCallName));
    QList<ToolDeclaration>& declared = mayRecurse ? m_declaredToRecurse : m_declared;
    if (!declared.isEmpty()) {
        return declared;
    }
    const QStringList& allowed = m_run.policy.policy().allowedTools;
    for (const Tool *tool : m_services.registry.tools()) {
        const ToolSpec& spec = tool->spec();
        if ((!wanted || wanted->contains(spec.name)) && (allowed.isEmpty() || allowed.contains(spec.name))) {
            declared.append({spec.name, spec.description, spec.inputSchema});
        }
    }
    if (mayRecurse) {
        declared.append(llmCallDeclaration());
    }
    return declared;
}

void RecursiveAgentRunner::giveUpRepair(AgentDecision& decision)
{
    const bool plain = decision.malformed == kNoJson;
    if (!plain) {
        decision.failure.emplace();
        decision.failure->kind = LlmErrorKind::BadRequest;
        decision.failure->message =
            u"the model's reply is no decision, also after it was told so: %1"_s.arg(decision.malformed);
    }
    // Asked twice for JSON, it has said twice what it has to say.
    decision.action = AgentActionType::FinalAnswer;
    decision.status = plain ? AgentStatus::Complete : AgentStatus::Error;
    decision.finalAnswer = decision.text;
    decision.malformed.clear();
}

AgentEnd RecursiveAgentRunner::violation(const PolicyCheck& check, int decision)
{
    AgentEnd end;
    end.kind = AgentEnd::Kind::Violation;
    end.error.code = check.violation ? toName(*check.violation) : QLatin1StringView();
    end.error.message = check.message;
    const QJsonObject details{{"check"_L1, check.check}, {"actual"_L1, check.actual}, {"limit"_L1, check.limit}};
    end.error.details = details;
    m_run.journal.add(EventType::PolicyViolation, {{"code"_L1, end.error.code},
                                                   {"message"_L1, end.error.message},
                                                   {"details"_L1, details},
                                                   {"decision"_L1, decision}});
    return end;
}

AgentEnd RecursiveAgentRunner::failed(const QString& code, const QString& message, const QJsonValue& details)
{
    AgentEnd end;
    end.kind = AgentEnd::Kind::Error;
    end.error = {code, message, details};
    return end;
}

AgentEnd RecursiveAgentRunner::failed(const Error& error, bool journal)
{
    AgentEnd end = failed(journal ? u"JOURNAL_FAILED"_s : u"INTERNAL_ERROR"_s, error.message, error.detail);
    if (journal) {
        end.kind = AgentEnd::Kind::JournalFailed;
    }
    return end;
}

} // namespace lathe
