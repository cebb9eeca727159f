// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/trace/aguiimport.h"

#include "engine/core/jsonreader.h"
#include "engine/trace/otlpspan.h"

#include <QJsonDocument>
#include <QUuid>

#include <limits>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr qint64 kMaxTimeMs = 253'402'300'799'999; // the year 9999
constexpr int kMaxSubagents = 10'000;
constexpr qint64 kMaxCount = 1'000'000'000'000'000;

class AguiReader
{
public:
    AguiReader(QStringList& notes, qint64 nowMs) : m_notes(notes), m_timeMs(nowMs) {}

    Result<void> take(const QString& place, const QJsonObject& json)
    {
        JsonReader event(json, place);
        const QString type = event.requiredString("type"_L1);
        m_timeMs = event.integer("timestamp"_L1, m_timeMs, 0, kMaxTimeMs);
        if (m_runs.isEmpty() && type != "RUN_STARTED"_L1 && event.issues().isEmpty()) {
            return fail(ErrorCode::InvalidInput, u"%1: %2 comes before RUN_STARTED"_s.arg(place, type));
        }
        takeRun(type, event);
        takeText(type, event);
        takeCall(type, event);
        takeSubagent(type, event);
        if (type == "CUSTOM"_L1) {
            takeCustom(event);
        }
        return event.finish();
    }

    QList<RecordedRun> runs()
    {
        endRun();
        return std::move(m_runs);
    }

private:
    /// What is known of a frame while its events come.
    struct Frame
    {
        int open = -1;         ///< its decision that goes on
        bool answered = false; ///< a result came: what follows is another decision
        bool declared = false; ///< by Lathe: decisions are told, not found
        QString reasoning;     ///< of the decision to come
    };

    RecordedRun& run() { return m_runs.last(); }
    Frame& frame(int id) { return m_frames[id]; }

    int frameOf(JsonReader& event)
    {
        const QString agent = event.string("subagentRunId"_L1);
        if (agent.isEmpty()) {
            return 1;
        }
        const auto known = m_agents.constFind(agent);
        if (known == m_agents.cend()) {
            event.addIssueAt("subagentRunId"_L1, u"names a subagent that was not started: %1"_s.arg(agent));
            return 1;
        }
        return *known;
    }

    RecordedDecision& decisionOf(int id)
    {
        Frame& at = frame(id);
        if (at.open < 0 || (at.answered && !at.declared)) {
            RecordedDecision decision;
            decision.frame = id;
            decision.startMs = m_timeMs;
            decision.reasoning = std::exchange(at.reasoning, {});
            at.open = static_cast<int>(run().decisions.size());
            at.answered = false;
            run().decisions.append(decision);
        }
        return run().decisions[at.open];
    }

    void takeRun(const QString& type, JsonReader& event)
    {
        if (type == "RUN_STARTED"_L1) {
            beginRun(event);
        } else if (type == "RUN_FINISHED"_L1) {
            JsonReader outcome = event.child("outcome"_L1);
            const QString kind = outcome.string("type"_L1, u"success"_s);
            run().status = kind == "success"_L1     ? RunStatus::Complete
                           : kind == "cancelled"_L1 ? RunStatus::Stopped
                                                    : RunStatus::Interrupted;
            m_ended = true;
            const QJsonValue result = event.value("result"_L1);
            run().result = result.isString() ? result.toString() : result.toObject().value("result"_L1).toString();
            takeUsage(event);
        } else if (type == "RUN_ERROR"_L1) {
            const QString code = event.string("code"_L1, u"ERROR"_s);
            const QString message = event.requiredString("message"_L1);
            run().status = code == "POLICY_VIOLATION"_L1 ? RunStatus::PolicyViolation
                           : code == "INTERRUPTED"_L1    ? RunStatus::Interrupted
                                                         : RunStatus::Error;
            if (run().status != RunStatus::Interrupted) {
                run().error = ResponseError{code, message, {}};
            }
            m_ended = true;
            takeUsage(event);
        }
        if (!m_runs.isEmpty()) {
            run().endMs = std::max(run().endMs, m_timeMs);
        }
    }

    void beginRun(JsonReader& event)
    {
        endRun();
        m_frames.clear();
        m_agents.clear();
        m_calls.clear();
        m_arguments.clear();
        m_texts.clear();
        m_pending.clear();
        m_openers.clear();
        m_byIndex.clear();
        m_toldUsage = false;
        m_ended = false;
        RecordedRun fresh;
        fresh.conversation = event.requiredString("threadId"_L1);
        const QString id = event.requiredString("runId"_L1);
        const QUuid uuid = QUuid::fromString(id);
        fresh.id = (uuid.isNull() ? QUuid::createUuidV5(QUuid(), u"%1/%2"_s.arg(fresh.conversation, id)) : uuid)
                       .toString(QUuid::WithoutBraces);
        JsonReader metadata = event.child("metadata"_L1);
        fresh.userId = metadata.string("userId"_L1);
        fresh.name = metadata.string("name"_L1);
        fresh.provider = metadata.string("provider"_L1);
        fresh.model = metadata.string("model"_L1);
        for (const QJsonValue message : event.object("input"_L1).value("messages"_L1).toArray()) {
            if (message.toObject().value("role"_L1) == "user"_L1) {
                fresh.prompt = message.toObject().value("content"_L1).toString(fresh.prompt);
            }
        }
        fresh.startMs = m_timeMs;
        fresh.status = RunStatus::Interrupted; // until it ends
        fresh.frames.append(RecordedFrame());
        m_runs.append(fresh);
    }

    void endRun()
    {
        if (m_runs.isEmpty()) {
            return;
        }
        for (const QString& id : m_arguments.keys()) {
            readArguments(id); // of calls that were cut off
        }
        for (const int of : m_attempts.keys()) {
            keepPending(of, 0); // of a decision that never came
        }
        m_attempts.clear();
        RecordedRun& ended = run();
        RecordedFrame& first = ended.frames.first();
        first.task = ended.prompt;
        first.startMs = ended.startMs;
        first.endMs = ended.endMs;
        first.answer = first.answer.isEmpty() ? ended.result : first.answer;
        ended.result = ended.result.isEmpty() && ended.status == RunStatus::Complete ? first.answer : ended.result;
        first.status = ended.status == RunStatus::Complete      ? u"complete"_s
                       : ended.status == RunStatus::Stopped     ? u"stopped"_s
                       : ended.status == RunStatus::Interrupted ? QString()
                                                                : u"error"_s;
        if (!m_ended) {
            m_notes.append(u"run %1 has no end; it is taken as interrupted"_s.arg(ended.id));
        }
    }

    /// Of the run as a whole.
    void takeUsage(JsonReader& event)
    {
        const QList<JsonReader> usages = event.children("usage"_L1);
        if (m_toldUsage) {
            return; // of every attempt already
        }
        for (JsonReader entry : usages) {
            RecordedAttempt attempt;
            attempt.provider = entry.string("provider"_L1);
            attempt.model = entry.string("model"_L1);
            attempt.startMs = run().startMs;
            attempt.endMs = m_timeMs;
            const auto count = [&entry](QLatin1StringView key) { return entry.integer(key, 0, 0, kMaxCount); };
            const qint64 input = count("inputTokens"_L1);
            Usage& usage = attempt.usage;
            usage.source = UsageSource::Reported;
            usage.cacheRead = count("cachedInputTokens"_L1);
            usage.cacheWrite = count("cacheWriteInputTokens"_L1);
            const qint64 cached = usage.cacheRead + usage.cacheWrite;
            usage.input = input >= cached ? input - cached : input; // less: cached tokens stand beside it
            usage.output = count("outputTokens"_L1);
            usage.reasoning = std::min(usage.output, count("reasoningTokens"_L1));
            const qint64 total = count("totalTokens"_L1);
            usage.anyToken = total > 0 && input == 0 && usage.output == 0 ? total : 0;
            run().provider = run().provider.isEmpty() ? attempt.provider : run().provider;
            run().model = run().model.isEmpty() ? attempt.model : run().model;
            RecordedDecision& last = run().decisions.isEmpty() ? decisionOf(1) : run().decisions.last();
            last.attempts.append(attempt);
        }
    }

    void takeText(const QString& type, JsonReader& event)
    {
        if (type == "TEXT_MESSAGE_START"_L1) {
            startText(event.requiredString("messageId"_L1), event.string("role"_L1, u"assistant"_s), frameOf(event));
        } else if (type == "TEXT_MESSAGE_CONTENT"_L1) {
            addText(event, event.requiredString("messageId"_L1));
        } else if (type == "TEXT_MESSAGE_CHUNK"_L1) {
            const QString id = event.string("messageId"_L1, m_lastText);
            if (!m_texts.contains(id)) {
                startText(id, event.string("role"_L1, u"assistant"_s), frameOf(event));
            }
            addText(event, id);
        } else if (type == "REASONING_MESSAGE_CONTENT"_L1 || type == "REASONING_MESSAGE_CHUNK"_L1 ||
                   type == "THINKING_TEXT_MESSAGE_CONTENT"_L1) {
            frame(frameOf(event)).reasoning += event.string("delta"_L1);
        }
    }

    void startText(const QString& id, const QString& role, int of)
    {
        m_lastText = id;
        m_texts.insert(id, role == "assistant"_L1 ? of : 0);
        if (role == "assistant"_L1 && !frame(of).declared) {
            // Words after a finished answer begin another turn; words and calls of one turn belong together.
            Frame& at = frame(of);
            at.answered = at.answered || (at.open >= 0 && !run().decisions.at(at.open).answer.isEmpty());
            decisionOf(of);
        }
        if (role == "assistant"_L1) {
            run().frames[of - 1].answer.clear(); // the last words of a frame are its answer
        }
    }

    void addText(JsonReader& event, const QString& id)
    {
        const auto known = m_texts.constFind(id);
        if (known == m_texts.cend()) {
            event.addIssueAt("messageId"_L1, u"names a message that was not started: %1"_s.arg(id));
            return;
        }
        if (*known == 0) {
            return; // of a user or the system
        }
        const QString delta = event.string("delta"_L1);
        run().frames[*known - 1].answer += delta;
        if (!frame(*known).declared) {
            decisionOf(*known).answer += delta;
        }
    }

    void takeCall(const QString& type, JsonReader& event)
    {
        if (type == "TOOL_CALL_START"_L1) {
            startCall(event, event.requiredString("toolCallId"_L1), event.requiredString("toolCallName"_L1));
        } else if (type == "TOOL_CALL_ARGS"_L1) {
            addArguments(event, event.requiredString("toolCallId"_L1));
        } else if (type == "TOOL_CALL_CHUNK"_L1) {
            const QString id = event.string("toolCallId"_L1, m_lastCall);
            if (!m_calls.contains(id)) {
                startCall(event, id, event.requiredString("toolCallName"_L1));
            }
            addArguments(event, id);
        } else if (type == "TOOL_CALL_END"_L1) {
            readArguments(event.requiredString("toolCallId"_L1));
        } else if (type == "TOOL_CALL_RESULT"_L1) {
            takeResult(event);
        }
    }

    RecordedCall *callAt(const QString& id)
    {
        const auto known = m_calls.constFind(id);
        return known == m_calls.cend() ? nullptr : &run().decisions[known->first].calls[known->second];
    }

    void startCall(JsonReader& event, const QString& id, const QString& tool)
    {
        const int of = frameOf(event);
        RecordedDecision& decision = decisionOf(of);
        const int place = frame(of).open;
        qsizetype at = 0;
        while (at < decision.calls.size() && !(decision.calls.at(at).id == id && decision.calls.at(at).startMs == 0)) {
            ++at;
        }
        if (at == decision.calls.size()) {
            decision.calls.append(RecordedCall());
        }
        RecordedCall& call = decision.calls[at];
        call.id = id;
        call.tool = tool;
        call.finished = false;
        call.startMs = std::max<qint64>(m_timeMs, 1);
        m_lastCall = id;
        m_calls.insert(id, {place, at});
        m_arguments.remove(id);
    }

    void addArguments(JsonReader& event, const QString& id)
    {
        if (callAt(id) == nullptr) {
            event.addIssueAt("toolCallId"_L1, u"names a call that was not started: %1"_s.arg(id));
            return;
        }
        m_arguments[id] += event.string("delta"_L1);
    }

    /// They come in pieces and are read when they are whole.
    void readArguments(const QString& id)
    {
        const QString text = m_arguments.take(id);
        RecordedCall *call = text.isEmpty() ? nullptr : callAt(id);
        if (call == nullptr) {
            return;
        }
        const QJsonDocument whole = QJsonDocument::fromJson(text.toUtf8());
        call->arguments = whole.isObject() ? whole.object() : QJsonObject{{u"input"_s, text}};
    }

    void takeResult(JsonReader& event)
    {
        const QString id = event.requiredString("toolCallId"_L1);
        const QJsonValue content = event.value("content"_L1);
        const int of = frameOf(event);
        frame(of).answered = true;
        readArguments(id);
        RecordedCall *call = callAt(id);
        if (call == nullptr) {
            m_notes.append(u"%1: a result of a call that was not started"_s.arg(event.path()));
            return;
        }
        call->result = content.toString();
        for (const QJsonValue part : content.toArray()) {
            call->result += part.toObject().value("text"_L1).toString();
        }
        JsonReader metadata = event.child("metadata"_L1);
        if (!metadata.boolean("ok"_L1, true)) {
            call->errorCode = metadata.string("errorCode"_L1, u"ERROR"_s);
        }
        call->cost = moneyOf(metadata.value("costUsd"_L1));
        call->finished = true;
        call->endMs = m_timeMs;
    }

    void takeSubagent(const QString& type, JsonReader& event)
    {
        if (type == "SUBAGENT_STARTED"_L1) {
            startSubagent(event);
        } else if (type == "SUBAGENT_FINISHED"_L1 || type == "SUBAGENT_ERROR"_L1) {
            const int of = m_agents.value(event.requiredString("subagentRunId"_L1), 0);
            if (of == 0) {
                event.addIssueAt("subagentRunId"_L1, u"names a subagent that was not started"_s);
                return;
            }
            JsonReader outcome = event.child("outcome"_L1);
            RecordedFrame& ended = run().frames[of - 1];
            ended.status = type == "SUBAGENT_ERROR"_L1                   ? u"error"_s
                           : outcome.string("type"_L1) == "suspended"_L1 ? QString()
                                                                         : u"complete"_s;
            JsonReader metadata = event.child("metadata"_L1);
            ended.status = metadata.string("status"_L1, ended.status); // Lathe tells more of it
            ended.endMs = m_timeMs;
            endOpener(of);
        }
    }

    void startSubagent(JsonReader& event)
    {
        const QString agent = event.requiredString("subagentRunId"_L1);
        const QString above = event.string("parentSubagentRunId"_L1);
        const int parent = above.isEmpty() ? 1 : m_agents.value(above, 0);
        if (parent == 0 || m_agents.contains(agent) || m_agents.size() >= kMaxSubagents) {
            event.addIssueAt("subagentRunId"_L1, parent == 0 ? u"has a parent that was not started"_s
                                                             : u"was started before, or there are too many"_s);
            return;
        }
        RecordedFrame fresh;
        fresh.id = static_cast<int>(run().frames.size()) + 1;
        fresh.parent = parent;
        fresh.task = event.string("description"_L1, event.string("name"_L1));
        fresh.status.clear();
        fresh.startMs = m_timeMs;
        m_agents.insert(agent, fresh.id);
        const QString callId = event.string("parentToolCallId"_L1);
        RecordedDecision& decision = decisionOf(parent);
        qsizetype at = 0;
        while (at < decision.calls.size() && decision.calls.at(at).id != callId) {
            ++at;
        }
        if (at == decision.calls.size()) {
            RecordedCall call;
            call.id = callId.isEmpty() ? agent : callId;
            decision.calls.append(call);
        }
        RecordedCall& call = decision.calls[at];
        call.tool = call.tool.isEmpty() ? u"llm_call"_s : call.tool;
        if (call.arguments.isEmpty()) {
            call.arguments = {{u"prompt"_s, fresh.task}};
        }
        call.sideEffect = SideEffect::Pure;
        call.startMs = call.startMs == 0 ? std::max<qint64>(m_timeMs, 1) : call.startMs;
        call.childFrame = fresh.id;
        call.finished = false;
        m_openers.insert(fresh.id, {frame(parent).open, at});
        run().frames.append(fresh);
    }

    /// The call that opened a frame ends with it, unless its result is told.
    void endOpener(int of)
    {
        const auto opener = m_openers.constFind(of);
        if (opener == m_openers.cend()) {
            return;
        }
        const RecordedFrame& ended = run().frames.at(of - 1);
        RecordedCall& call = run().decisions[opener->first].calls[opener->second];
        call.result = ended.answer;
        call.errorCode = ended.status == "error"_L1 ? u"ERROR"_s : QString();
        call.finished = ended.status == "complete"_L1 || ended.status == "error"_L1;
        call.endMs = m_timeMs;
        frame(ended.parent).answered = true;
    }

    void takeCustom(JsonReader& event)
    {
        const QString name = event.requiredString("name"_L1);
        if (!event.value("value"_L1).isObject()) {
            return; // somebody else's
        }
        JsonReader value = event.child("value"_L1);
        const int of = frameOf(event);
        if (name == "attempt"_L1 && value.has("decision"_L1) && value.has("outcome"_L1)) {
            takeAttempt(value, of);
        } else if (name == "retry"_L1 && !m_attempts.value(of).isEmpty()) {
            m_attempts[of].last().retryAfterMs = value.integer("delayMs"_L1, 0, 0, kMaxCount);
        } else if (name == "decision"_L1 && value.has("index"_L1) && value.has("kind"_L1)) {
            takeDecision(value, of);
        }
    }

    void takeAttempt(JsonReader& value, int of)
    {
        m_toldUsage = true;
        RecordedAttempt attempt;
        attempt.provider = value.string("provider"_L1);
        attempt.model = value.string("model"_L1);
        attempt.modelBilled = value.string("modelBilled"_L1);
        attempt.outcome = value.requiredString("outcome"_L1);
        attempt.errorKind = value.string("errorKind"_L1);
        attempt.errorMessage = value.string("message"_L1);
        attempt.httpStatus = static_cast<int>(value.integer("httpStatus"_L1, 0, 0, 999));
        attempt.firstByteMs = value.integer("firstByteMs"_L1, 0, 0, kMaxCount);
        attempt.endMs = m_timeMs;
        attempt.startMs = std::max<qint64>(0, m_timeMs - value.integer("durationMs"_L1, 0, 0, kMaxCount));
        if (value.has("usage"_L1)) {
            const Result<Usage> usage = usageFromJson(value.object("usage"_L1));
            if (!usage) {
                value.addIssueAt("usage"_L1, usage.error().message);
            }
            attempt.usage = usage.value_or(Usage());
        }
        attempt.cost = moneyOf(value.value("costUsd"_L1));
        m_attempts[of].append(attempt);
        const int number = static_cast<int>(value.integer("decision"_L1, 0, 0, std::numeric_limits<int>::max()));
        // Attempts of a decision that never came stand on one of their own.
        if (number != m_pending.value(of, number)) {
            keepPending(of, 1);
        }
        m_pending.insert(of, number);
    }

    /// Puts the attempts that wait, but for the last ones, on a decision.
    void keepPending(int of, int but)
    {
        QList<RecordedAttempt>& waiting = m_attempts[of];
        RecordedDecision decision;
        decision.frame = of;
        while (waiting.size() > but) {
            decision.attempts.append(waiting.takeFirst());
        }
        if (!decision.attempts.isEmpty()) {
            decision.startMs = decision.attempts.first().startMs;
            decision.status = AgentStatus::Error;
            run().decisions.append(decision);
        }
    }

    void takeDecision(JsonReader& value, int of)
    {
        Frame& at = frame(of);
        at.declared = true;
        RecordedDecision decision;
        decision.frame = of;
        decision.attempts = m_attempts.take(of);
        m_pending.remove(of);
        decision.startMs = decision.attempts.isEmpty() ? m_timeMs : decision.attempts.first().startMs;
        decision.action = fromName<AgentActionType>(value.string("kind"_L1));
        decision.status = fromName<AgentStatus>(value.string("status"_L1));
        decision.answer = value.string("answer"_L1);
        decision.reasoning = std::exchange(at.reasoning, {});
        for (JsonReader& entry : value.children("calls"_L1)) {
            RecordedCall call;
            call.id = entry.string("toolCallId"_L1);
            call.tool = entry.string("tool"_L1);
            call.finished = false;
            decision.calls.append(call);
        }
        const int index = static_cast<int>(value.integer("index"_L1, 0, 0, std::numeric_limits<int>::max()));
        const auto edited = m_byIndex.constFind(index);
        if (edited != m_byIndex.cend() && decision.attempts.isEmpty()) {
            // An edit: the decision is told again.
            decision.attempts = run().decisions.at(*edited).attempts;
            run().decisions[*edited] = decision;
            at.open = *edited;
            return;
        }
        at.open = static_cast<int>(run().decisions.size());
        m_byIndex.insert(index, at.open);
        run().decisions.append(decision);
    }

    QStringList& m_notes;
    qint64 m_timeMs;
    QList<RecordedRun> m_runs;
    QHash<int, Frame> m_frames;
    QHash<QString, int> m_agents;                      ///< frames by subagentRunId
    QHash<QString, int> m_texts;                       ///< frames by message; 0: not the agent's
    QHash<QString, std::pair<int, qsizetype>> m_calls; ///< decision and place by id
    QHash<int, std::pair<int, qsizetype>> m_openers;   ///< of frames
    QHash<QString, QString> m_arguments;               ///< arguments so far, as text
    QHash<int, QList<RecordedAttempt>> m_attempts;     ///< of decisions to come, by frame
    QHash<int, int> m_pending;                         ///< the number of that decision
    QHash<int, int> m_byIndex;                         ///< decisions as Lathe numbered them
    QString m_lastText;
    QString m_lastCall;
    bool m_toldUsage = false;
    bool m_ended = false;
};

} // namespace

Result<TraceFile> readAgui(const QList<std::pair<QString, QJsonObject>>& events, qint64 nowMs)
{
    TraceFile file;
    file.format = u"agui"_s;
    AguiReader reader(file.notes, nowMs);
    for (const auto& [place, event] : events) {
        const Result<void> taken = reader.take(place, event);
        if (!taken) {
            return fail(taken.error());
        }
    }
    file.runs = reader.runs();
    if (file.runs.isEmpty()) {
        return fail(ErrorCode::InvalidInput, u"the file holds no AG-UI events"_s);
    }
    return file;
}

} // namespace lathe
