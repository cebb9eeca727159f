// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/trace/otlpimport.h"

#include "engine/trace/chatmessages.h"
#include "engine/trace/otlpspan.h"

#include <QJsonDocument>
#include <QUuid>

#include <algorithm>
#include <tuple>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr int kMaxNestedSpans = 256;

enum class Role
{
    Other,
    Agent,
    Model,
    Tool
};

Role roleOf(const OtlpSpan& span)
{
    const QString operation = span.fields.text({"gen_ai.operation.name"_L1});
    const QString kind = span.fields.text({"openinference.span.kind"_L1, "traceloop.span.kind"_L1}).toUpper();
    const QString request = span.fields.text({"llm.request.type"_L1});
    static const QSet<QString> modelOperations{u"chat"_s, u"text_completion"_s, u"generate_content"_s};
    if (modelOperations.contains(operation) || kind == "LLM"_L1 || request == "chat"_L1 || request == "completion"_L1) {
        return Role::Model;
    }
    if (operation == "execute_tool"_L1 || operation == "retrieval"_L1 || kind == "TOOL"_L1 || kind == "RETRIEVER"_L1) {
        return Role::Tool;
    }
    if (operation == "invoke_agent"_L1 || operation == "invoke_workflow"_L1 || kind == "AGENT"_L1) {
        return Role::Agent;
    }
    return Role::Other;
}

/// 32 hex digits as the UUID with these digits.
QString uuidOf(const QString& traceId)
{
    return QUuid::fromRfc4122(QByteArray::fromHex(traceId.toLatin1())).toString(QUuid::WithoutBraces);
}

QJsonObject objectOf(const QString& text)
{
    return QJsonDocument::fromJson(text.toUtf8()).object();
}

/// Providers by the names they have here.
QString providerOf(const OtlpFields& fields)
{
    const QString name =
        fields.text({"gen_ai.provider.name"_L1, "gen_ai.system"_L1, "llm.provider"_L1, "llm.system"_L1});
    static const QHash<QString, QString> names{
        {u"gcp.gemini"_s, u"gemini"_s}, {u"google"_s, u"gemini"_s}, {u"azure.ai.openai"_s, u"openai"_s}};
    return names.value(name, name);
}

/// One trace, span by span made into a run.
class TraceReader
{
public:
    TraceReader(QList<OtlpSpan> spans, QStringList& notes) : m_spans(std::move(spans)), m_notes(notes)
    {
        // Everything comes in the order of time. What begins in the same millisecond comes as Lathe numbered it, and
        // else as the file has it.
        const auto key = [](const OtlpSpan& span) {
            return std::tuple(span.startMs, span.fields.count({"lathe.decision"_L1}).value_or(0),
                              span.fields.count({"lathe.tool.index"_L1}).value_or(0));
        };
        std::stable_sort(m_spans.begin(), m_spans.end(),
                         [&key](const OtlpSpan& a, const OtlpSpan& b) { return key(a) < key(b); });
        for (qsizetype i = 0; i < m_spans.size(); ++i) {
            m_byId.insert(m_spans.at(i).id, i);
            m_roles.append(roleOf(m_spans.at(i)));
        }
        int orphans = 0;
        for (const OtlpSpan& span : std::as_const(m_spans)) {
            const qsizetype parent = parentOf(span);
            m_parents.append(parent);
            orphans += parent < 0 && !span.parent.isEmpty() ? 1 : 0;
        }
        breakCircles();
        if (orphans > 0) {
            m_notes.append(
                u"trace %1: the parents of %2 spans are not in the file"_s.arg(m_spans.first().traceId).arg(orphans));
        }
    }

    Result<RecordedRun> read()
    {
        const Result<void> shallow = checkNesting();
        if (!shallow) {
            return fail(shallow.error());
        }
        leaveOutWrappers();
        findFrames();
        for (qsizetype i = 0; i < m_spans.size(); ++i) {
            if (m_roles.at(i) == Role::Model || isDecision(i)) {
                addDecision(i);
            }
        }
        for (qsizetype i = 0; i < m_spans.size(); ++i) {
            if (m_roles.at(i) == Role::Tool) {
                addCall(i);
            }
        }
        for (qsizetype i = 0; i < m_frameSpans.size(); ++i) {
            linkFrame(static_cast<int>(i) + 2, m_frameSpans.at(i));
        }
        orderDecisions();
        describe();
        return std::move(m_run);
    }

private:
    [[nodiscard]] qsizetype parentOf(const OtlpSpan& span) const
    {
        return span.parent.isEmpty() || span.parent == span.id ? -1 : m_byId.value(span.parent, -1);
    }

    /// A span that is below itself is taken as one of the run's own.
    void breakCircles()
    {
        QList<int> seenBy(m_spans.size(), -1);
        for (int i = 0; i < m_spans.size(); ++i) {
            for (qsizetype at = i; at >= 0 && (seenBy.at(at) < 0 || seenBy.at(at) == i);) {
                if (seenBy.at(at) == i) {
                    m_notes.append(u"%1 is below itself; it is taken as the run's own"_s.arg(m_spans.at(at).path));
                    m_parents[at] = -1;
                    break;
                }
                seenBy[at] = i;
                at = m_parents.at(at);
            }
        }
    }

    /// Whatever looks upwards costs as much as there is above.
    [[nodiscard]] Result<void> checkNesting() const
    {
        QList<int> depths(m_spans.size(), 0);
        for (qsizetype i = 0; i < m_spans.size(); ++i) {
            QList<qsizetype> path;
            qsizetype at = i;
            for (; at >= 0 && depths.at(at) == 0; at = m_parents.at(at)) {
                path.append(at);
            }
            int depth = at < 0 ? 0 : depths.at(at);
            for (auto above = path.crbegin(); above != path.crend(); ++above) {
                depths[*above] = ++depth;
            }
            if (depth > kMaxNestedSpans) {
                return fail(ErrorCode::InvalidInput,
                            u"%1 stands below more than %2 others"_s.arg(m_spans.at(i).path).arg(kMaxNestedSpans));
            }
        }
        return {};
    }

    /// A framework's span around a model call that the client library tells of too.
    void leaveOutWrappers()
    {
        int left = 0;
        for (qsizetype i = 0; i < m_spans.size(); ++i) {
            if (m_roles.at(i) != Role::Model) {
                continue;
            }
            qsizetype at = m_parents.at(i);
            while (at >= 0 && m_roles.at(at) == Role::Other) {
                at = m_parents.at(at);
            }
            if (at >= 0 && m_roles.at(at) == Role::Model) {
                m_roles[at] = Role::Other;
                ++left;
            }
        }
        if (left > 0) {
            m_notes.append(u"trace %1: %2 model calls only stand around another one and are left out"_s
                               .arg(m_spans.first().traceId)
                               .arg(left));
        }
    }

    [[nodiscard]] bool isDecision(qsizetype i) const
    {
        return m_roles.at(i) == Role::Other && m_spans.at(i).fields.has("lathe.decision"_L1);
    }

    /// The nearest span above that is an agent; -1: there is none.
    [[nodiscard]] qsizetype agentAbove(qsizetype i) const
    {
        qsizetype at = m_parents.at(i);
        while (at >= 0 && m_roles.at(at) != Role::Agent) {
            at = m_parents.at(at);
        }
        return at;
    }

    /// A single agent at the top is the run itself; any other is a frame of its own.
    void findFrames()
    {
        QList<qsizetype> top;
        for (qsizetype i = 0; i < m_spans.size(); ++i) {
            if (m_roles.at(i) == Role::Agent && agentAbove(i) < 0) {
                top.append(i);
            }
        }
        m_root = top.size() == 1 ? top.first() : -1;
        if (m_root < 0 && !m_spans.isEmpty()) {
            const auto above = std::find(m_parents.cbegin(), m_parents.cend(), qsizetype(-1));
            m_face = std::distance(m_parents.cbegin(), above);
        } else {
            m_face = m_root;
        }
        RecordedFrame first;
        m_run.frames.append(first);
        // By depth, so that parents come before their children whatever their times.
        QList<std::pair<int, qsizetype>> agents;
        for (qsizetype i = 0; i < m_spans.size(); ++i) {
            if (m_roles.at(i) == Role::Agent && i != m_root) {
                int depth = 0;
                for (qsizetype at = agentAbove(i); at >= 0; at = agentAbove(at)) {
                    ++depth;
                }
                agents.append({depth, i});
            }
        }
        std::stable_sort(agents.begin(), agents.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
        for (const auto& [depth, i] : std::as_const(agents)) {
            const OtlpSpan& span = m_spans.at(i);
            m_frameSpans.append(i);
            RecordedFrame frame;
            frame.id = static_cast<int>(m_run.frames.size()) + 1;
            frame.parent = frameOf(i);
            m_frames.insert(i, frame.id);
            frame.task = span.fields.text({"input.value"_L1, "traceloop.entity.input"_L1});
            frame.task = frame.task.isEmpty() ? span.name : frame.task;
            frame.answer = span.fields.text({"output.value"_L1, "traceloop.entity.output"_L1});
            const QString status = span.fields.text({"lathe.frame.status"_L1});
            frame.status = !status.isEmpty() ? status : span.failed ? u"error"_s : u"complete"_s;
            frame.status = frame.status == "running"_L1 ? QString() : frame.status;
            frame.startMs = span.startMs;
            frame.endMs = span.endMs;
            m_run.frames.append(frame);
        }
    }

    [[nodiscard]] int frameOf(qsizetype i) const { return m_frames.value(agentAbove(i), 1); }

    void addDecision(qsizetype i)
    {
        const OtlpSpan& span = m_spans.at(i);
        RecordedDecision decision;
        decision.frame = frameOf(i);
        decision.startMs = span.startMs;
        decision.action = fromName<AgentActionType>(span.fields.text({"lathe.action"_L1}));
        decision.status = fromName<AgentStatus>(span.fields.text({"lathe.status"_L1}));
        const QString input = span.fields.text({"gen_ai.input.messages"_L1, "input.value"_L1});
        decision.request = span.fields.text({"input.value"_L1, "gen_ai.input.messages"_L1}).toUtf8();
        decision.reply = span.fields.text({"gen_ai.output.messages"_L1, "output.value"_L1}).toUtf8();
        for (const TraceMessage& message : outputOf(span)) {
            decision.answer += message.content;
            decision.reasoning += message.reasoning;
            for (const TraceMessage::Call& call : message.calls) {
                RecordedCall asked;
                asked.id = call.id;
                asked.tool = call.name;
                asked.arguments = objectOf(call.arguments);
                asked.finished = false;
                asked.startMs = 0; // only asked for
                decision.calls.append(asked);
            }
        }
        if (m_run.prompt.isEmpty() && decision.frame == 1) {
            for (const TraceMessage& message : fromGenAiMessages(QJsonDocument::fromJson(input.toUtf8()).array())) {
                m_run.prompt = m_run.prompt.isEmpty() && message.role == "user"_L1 ? message.content : m_run.prompt;
            }
            m_run.prompt = m_run.prompt.isEmpty() ? openInferencePrompt(span) : m_run.prompt;
        }
        if (m_roles.at(i) == Role::Model) {
            addAttempts(decision, span);
        }
        const qsizetype place = m_run.decisions.size();
        m_decisionSpans.insert(i, place);
        m_byFrame[decision.frame].append(place);
        m_byNumber.insert({decision.frame, static_cast<int>(span.fields.count({"lathe.decision"_L1}).value_or(0))},
                          place);
        for (const RecordedCall& call : std::as_const(decision.calls)) {
            m_byCall.insert({decision.frame, call.id}, place);
        }
        m_run.decisions.append(decision);
    }

    [[nodiscard]] static QString openInferencePrompt(const OtlpSpan& span)
    {
        constexpr int most = 1000;
        for (int i = 0; i < most; ++i) {
            const QString at = u"llm.input_messages.%1.message."_s.arg(i);
            const QString role = span.fields.all().value(at + u"role"_s).toString();
            if (role.isEmpty()) {
                break;
            }
            if (role == "user"_L1) {
                return span.fields.all().value(at + u"content"_s).toString();
            }
        }
        return span.fields.text({"input.value"_L1});
    }

    [[nodiscard]] static QList<TraceMessage> outputOf(const OtlpSpan& span)
    {
        const QString genAi = span.fields.text({"gen_ai.output.messages"_L1});
        if (!genAi.isEmpty()) {
            return fromGenAiMessages(QJsonDocument::fromJson(genAi.toUtf8()).array());
        }
        TraceMessage message;
        const QString at = u"llm.output_messages.0.message."_s;
        const QHash<QString, QJsonValue>& fields = span.fields.all();
        message.content = fields.value(at + u"content"_s).toString();
        for (int i = 0; fields.contains(u"%1tool_calls.%2.tool_call.function.name"_s.arg(at).arg(i)); ++i) {
            const QString call = u"%1tool_calls.%2.tool_call."_s.arg(at).arg(i);
            message.calls.append({fields.value(call + u"id"_s).toString(),
                                  fields.value(call + u"function.name"_s).toString(),
                                  fields.value(call + u"function.arguments"_s).toString()});
        }
        if (message.content.isEmpty() && message.calls.isEmpty()) {
            message.content = span.fields.text({"output.value"_L1, "gen_ai.completion.0.content"_L1});
        }
        return {message};
    }

    void addAttempts(RecordedDecision& decision, const OtlpSpan& span)
    {
        RecordedAttempt whole;
        whole.provider = providerOf(span.fields);
        whole.model = span.fields.text({"gen_ai.request.model"_L1, "llm.model_name"_L1, "gen_ai.response.model"_L1});
        whole.modelBilled = span.fields.text({"gen_ai.response.model"_L1, "llm.model_name"_L1});
        whole.startMs = span.startMs;
        whole.endMs = span.endMs;
        for (const OtlpSpan::Event& event : span.events) {
            if (event.name == "lathe.attempt"_L1) {
                decision.attempts.append(attemptOf(event, whole));
            } else if (event.name == "retry"_L1 && !decision.attempts.isEmpty()) {
                decision.attempts.last().retryAfterMs = event.fields.count({"lathe.retry.delay_ms"_L1}).value_or(0);
            }
        }
        if (!decision.attempts.isEmpty()) {
            return;
        }
        whole.outcome = span.failed ? u"error"_s : u"ok"_s;
        if (span.failed) {
            whole.errorKind = span.fields.text({"error.type"_L1});
            whole.errorMessage = span.message;
        }
        const QJsonValue seconds = span.fields.value("gen_ai.response.time_to_first_chunk"_L1);
        whole.firstByteMs = seconds.isDouble() ? qRound64(qBound(0.0, seconds.toDouble(), 1e6) * 1000) : 0;
        whole.usage = usageOf(span.fields);
        for (const QLatin1StringView key : {"lathe.cost.usd"_L1, "llm.cost.total"_L1, "gen_ai.usage.cost"_L1}) {
            if (!whole.cost) {
                whole.cost = moneyOf(span.fields.value(key));
            }
        }
        decision.attempts.append(whole);
    }

    [[nodiscard]] static RecordedAttempt attemptOf(const OtlpSpan::Event& event, const RecordedAttempt& whole)
    {
        RecordedAttempt attempt = whole;
        attempt.outcome = event.fields.text({"lathe.attempt.outcome"_L1});
        const QString billed = event.fields.text({"lathe.attempt.model"_L1});
        attempt.modelBilled = billed.isEmpty() ? attempt.modelBilled : billed;
        attempt.errorKind = event.fields.text({"error.type"_L1});
        attempt.errorMessage = event.fields.text({"error.message"_L1});
        attempt.httpStatus = static_cast<int>(event.fields.count({"http.response.status_code"_L1}).value_or(0) % 1000);
        attempt.startMs = event.timeMs;
        attempt.endMs = event.timeMs + event.fields.count({"lathe.attempt.duration_ms"_L1}).value_or(0);
        attempt.firstByteMs = event.fields.count({"lathe.attempt.first_byte_ms"_L1}).value_or(0);
        const QString usage = event.fields.text({"lathe.attempt.usage"_L1});
        attempt.usage = usage.isEmpty() ? Usage() : usageFromJson(objectOf(usage)).value_or(Usage());
        attempt.cost = moneyOf(event.fields.value("lathe.attempt.cost.usd"_L1));
        return attempt;
    }

    /// Input counts cached tokens too, by both conventions.
    [[nodiscard]] static Usage usageOf(const OtlpFields& fields)
    {
        const auto input = fields.count({"gen_ai.usage.input_tokens"_L1, "llm.token_count.prompt"_L1,
                                         "gen_ai.usage.prompt_tokens"_L1, "llm.usage.prompt_tokens"_L1});
        const auto output = fields.count({"gen_ai.usage.output_tokens"_L1, "llm.token_count.completion"_L1,
                                          "gen_ai.usage.completion_tokens"_L1, "llm.usage.completion_tokens"_L1});
        const auto total = fields.count({"llm.token_count.total"_L1, "llm.usage.total_tokens"_L1});
        Usage usage;
        if (!input && !output && !total) {
            return usage; // Missing
        }
        usage.source = UsageSource::Reported;
        usage.cacheRead =
            fields
                .count({"gen_ai.usage.cache_read.input_tokens"_L1, "llm.token_count.prompt_details.cache_read"_L1,
                        "gen_ai.usage.cache_read_input_tokens"_L1})
                .value_or(0);
        usage.cacheWrite =
            fields
                .count({"gen_ai.usage.cache_creation.input_tokens"_L1, "llm.token_count.prompt_details.cache_write"_L1,
                        "gen_ai.usage.cache_write.input_tokens"_L1, "gen_ai.usage.cache_creation_input_tokens"_L1})
                .value_or(0);
        const qint64 cached = usage.cacheRead + usage.cacheWrite;
        // Less input than what was cached: the writer counts cached tokens beside it.
        usage.input = input.value_or(0) >= cached ? input.value_or(0) - cached : input.value_or(0);
        usage.output = output.value_or(0);
        usage.reasoning = std::min(
            usage.output,
            fields.count({"gen_ai.usage.reasoning.output_tokens"_L1, "llm.token_count.completion_details.reasoning"_L1})
                .value_or(0));
        usage.anyToken = !input && !output ? total.value_or(0) : 0;
        return usage;
    }

    /// The decision of that frame that was made last before; one is made up if there is none.
    qsizetype decisionBefore(int frame, qint64 startMs)
    {
        QList<qsizetype>& made = m_byFrame[frame]; // by time
        const auto later = std::upper_bound(made.cbegin(), made.cend(), startMs, [this](qint64 ms, qsizetype d) {
            return ms < m_run.decisions.at(d).startMs;
        });
        if (later != made.cbegin()) {
            return *std::prev(later);
        }
        RecordedDecision invented;
        invented.frame = frame;
        invented.startMs = startMs;
        made.prepend(m_run.decisions.size());
        m_run.decisions.append(invented);
        return made.first();
    }

    /// The decision that a tool call or sub-agent belongs to: the one it is below, the one it names, the one whose
    /// model asked for it, or the last one before it.
    qsizetype decisionFor(qsizetype i, const QString& callId, int number)
    {
        for (qsizetype at = m_parents.at(i); at >= 0 && m_roles.at(at) != Role::Agent; at = m_parents.at(at)) {
            if (m_decisionSpans.contains(at)) {
                return m_decisionSpans.value(at);
            }
        }
        const int frame = frameOf(i);
        if (const auto named = m_byNumber.constFind({frame, number}); number > 0 && named != m_byNumber.cend()) {
            return *named;
        }
        if (const auto asking = m_byCall.constFind({frame, callId}); !callId.isEmpty() && asking != m_byCall.cend()) {
            return *asking;
        }
        return decisionBefore(frame, m_spans.at(i).startMs);
    }

    RecordedCall& callOf(RecordedDecision& decision, const QString& id, const QString& tool)
    {
        for (RecordedCall& call : decision.calls) {
            if (call.id == id && call.startMs == 0 && (call.tool == tool || tool.isEmpty())) {
                return call;
            }
        }
        decision.calls.append(RecordedCall());
        decision.calls.last().id = id;
        return decision.calls.last();
    }

    void addCall(qsizetype i)
    {
        const OtlpSpan& span = m_spans.at(i);
        const QString id = span.fields.text({"gen_ai.tool.call.id"_L1, "tool.id"_L1, "tool_call.id"_L1});
        QString tool = span.fields.text({"gen_ai.tool.name"_L1, "tool.name"_L1, "traceloop.entity.name"_L1});
        tool = tool.isEmpty() ? span.name : tool;
        const int number = static_cast<int>(span.fields.count({"lathe.decision"_L1}).value_or(0));
        const qsizetype at = decisionFor(i, id, number);
        RecordedCall& call = callOf(m_run.decisions[at], id.isEmpty() ? span.id : id, tool);
        call.tool = tool;
        const QString arguments = span.fields.text(
            {"gen_ai.tool.call.arguments"_L1, "tool.parameters"_L1, "input.value"_L1, "traceloop.entity.input"_L1});
        if (const QJsonObject object = objectOf(arguments); !object.isEmpty()) {
            call.arguments = object;
        } else if (!arguments.isEmpty() && arguments != "{}"_L1) {
            call.arguments = {{u"input"_s, arguments}};
        }
        call.result = span.fields.text({"gen_ai.tool.call.result"_L1, "output.value"_L1, "traceloop.entity.output"_L1});
        call.sideEffect =
            fromName<SideEffect>(span.fields.text({"lathe.tool.side_effect"_L1})).value_or(call.sideEffect);
        const QString status = span.fields.text({"lathe.tool.status"_L1});
        call.finished = status != "running"_L1;
        if (span.failed) {
            const QString type = span.fields.text({"error.type"_L1});
            call.errorCode = !type.isEmpty() ? type : span.message.isEmpty() ? u"ERROR"_s : span.message;
        }
        call.startMs = std::max<qint64>(span.startMs, 1);
        call.endMs = span.endMs;
        call.cost = moneyOf(span.fields.value("lathe.cost.usd"_L1));
        m_callSpans.insert(i, {at, call.id});
    }

    void linkFrame(int frame, qsizetype i)
    {
        const OtlpSpan& span = m_spans.at(i);
        // A tool that runs an agent is the call that opened its frame.
        for (qsizetype at = m_parents.at(i); at >= 0 && m_roles.at(at) != Role::Agent; at = m_parents.at(at)) {
            if (const auto known = m_callSpans.constFind(at); known != m_callSpans.cend()) {
                for (RecordedCall& call : m_run.decisions[known->first].calls) {
                    if (call.id == known->second && call.childFrame == 0) {
                        call.childFrame = frame;
                        return;
                    }
                }
            }
        }
        const QString id = span.fields.text({"gen_ai.tool.call.id"_L1});
        const int number = static_cast<int>(span.fields.count({"lathe.parent_decision"_L1}).value_or(0));
        const qsizetype at = decisionFor(i, id, number);
        RecordedCall& call = callOf(m_run.decisions[at], id.isEmpty() ? span.id : id, {});
        call.tool = call.tool.isEmpty() ? u"llm_call"_s : call.tool;
        const RecordedFrame& opened = m_run.frames.at(frame - 1);
        if (call.arguments.isEmpty()) {
            call.arguments = {{u"prompt"_s, opened.task}};
        }
        call.result = opened.answer;
        call.finished = opened.status == "complete"_L1 || opened.status == "error"_L1;
        call.errorCode = opened.status == "error"_L1 ? u"ERROR"_s : QString();
        call.sideEffect = SideEffect::Pure;
        call.startMs = std::max<qint64>(span.startMs, 1);
        call.endMs = span.endMs;
        call.childFrame = frame;
    }

    /// Frames and calls refer to decisions by place only until here.
    void orderDecisions()
    {
        std::stable_sort(m_run.decisions.begin(), m_run.decisions.end(),
                         [](const RecordedDecision& a, const RecordedDecision& b) { return a.startMs < b.startMs; });
    }

    void describe()
    {
        const OtlpSpan& face = m_spans.at(m_face);
        const OtlpFields& fields = face.fields;
        m_run.id = uuidOf(face.traceId);
        m_run.name = fields.text({"gen_ai.agent.name"_L1});
        m_run.name = m_run.name.isEmpty() ? face.name : m_run.name == "lathe"_L1 ? QString() : m_run.name;
        m_run.metadata = objectOf(fields.text({"metadata"_L1}));
        for (const OtlpSpan& span : std::as_const(m_spans)) {
            const auto fill = [&span](QString& text, std::initializer_list<QLatin1StringView> keys) {
                text = text.isEmpty() ? span.fields.text(keys) : text;
            };
            fill(m_run.userId, {"user.id"_L1, "enduser.id"_L1});
            fill(m_run.conversation, {"gen_ai.conversation.id"_L1, "session.id"_L1});
            if (roleOf(span) == Role::Model) {
                m_run.provider = m_run.provider.isEmpty() ? providerOf(span.fields) : m_run.provider;
                fill(m_run.model, {"gen_ai.request.model"_L1, "llm.model_name"_L1});
            }
            m_run.startMs = m_run.startMs == 0 ? span.startMs : std::min(m_run.startMs, span.startMs);
            m_run.endMs = std::max(m_run.endMs, span.endMs);
        }
        m_run.provider = m_run.provider.isEmpty() ? providerOf(fields) : m_run.provider;
        const bool isWhole = roleOf(face) != Role::Model && roleOf(face) != Role::Tool;
        const QString input = fields.text({"input.value"_L1, "traceloop.entity.input"_L1});
        m_run.prompt = isWhole && !input.isEmpty() ? input : m_run.prompt;
        m_run.result = isWhole ? fields.text({"output.value"_L1, "traceloop.entity.output"_L1}) : QString();
        for (auto at = m_run.decisions.crbegin(); at != m_run.decisions.crend() && m_run.result.isEmpty(); ++at) {
            m_run.result = at->frame == 1 && at->calls.isEmpty() ? at->answer : QString();
        }
        const auto told = fromName<RunStatus>(fields.text({"lathe.run.status"_L1}));
        m_run.status = told ? *told : face.failed ? RunStatus::Error : RunStatus::Complete;
        if (face.failed) {
            const QString code = fields.text({"error.type"_L1});
            m_run.error = ResponseError{code.isEmpty() ? u"ERROR"_s : code, face.message, {}};
        }
        RecordedFrame& first = m_run.frames.first();
        first.task = m_run.prompt;
        first.answer = m_run.result;
        first.startMs = m_run.startMs;
        first.endMs = m_run.endMs;
        first.status = m_run.status == RunStatus::Complete                                              ? u"complete"_s
                       : m_run.status == RunStatus::Stopped                                             ? u"stopped"_s
                       : m_run.status == RunStatus::Error || m_run.status == RunStatus::PolicyViolation ? u"error"_s
                                                                                                        : QString();
    }

    QList<OtlpSpan> m_spans;
    QStringList& m_notes;
    QHash<QString, qsizetype> m_byId;
    QList<Role> m_roles;
    QList<qsizetype> m_parents;
    qsizetype m_root = -1;          ///< the agent that is the run
    qsizetype m_face = 0;           ///< the span that tells of the run as a whole
    QList<qsizetype> m_frameSpans;  ///< of the frames from the second on
    QHash<qsizetype, int> m_frames; ///< by span
    QHash<qsizetype, qsizetype> m_decisionSpans;
    QHash<int, QList<qsizetype>> m_byFrame; ///< decisions by time
    QHash<std::pair<int, int>, qsizetype> m_byNumber;
    QHash<std::pair<int, QString>, qsizetype> m_byCall;
    QHash<qsizetype, std::pair<qsizetype, QString>> m_callSpans;
    RecordedRun m_run;
};

} // namespace

Result<TraceFile> readOtlp(const QList<std::pair<QString, QJsonObject>>& documents)
{
    TraceFile file;
    file.format = u"otlp"_s;
    QHash<QString, qsizetype> places;
    QList<QList<OtlpSpan>> traces; // in the order in which they appear
    QSet<QString> ids;
    qsizetype count = 0;
    for (const auto& [place, json] : documents) {
        JsonReader reader(json, place);
        for (JsonReader& resource : reader.children("resourceSpans"_L1)) {
            for (JsonReader& scope : resource.children("scopeSpans"_L1)) {
                for (JsonReader& entry : scope.children("spans"_L1)) {
                    if (++count > kMaxImportedSpans) {
                        return fail(
                            ErrorCode::InvalidInput,
                            u"the file holds more than %1 spans; export fewer traces at once"_s.arg(kMaxImportedSpans));
                    }
                    OtlpSpan span = readOtlpSpan(entry);
                    if (ids.contains(span.traceId + span.id)) {
                        file.notes.append(u"%1 is there twice; the first is taken"_s.arg(span.path));
                        continue;
                    }
                    ids.insert(span.traceId + span.id);
                    const auto known = places.constFind(span.traceId);
                    if (known == places.cend()) {
                        places.insert(span.traceId, traces.size());
                        traces.append(QList<OtlpSpan>{span});
                    } else {
                        traces[*known].append(span);
                    }
                }
            }
        }
        const Result<void> fine = reader.finish();
        if (!fine) {
            return fail(fine.error());
        }
    }
    for (const QList<OtlpSpan>& trace : std::as_const(traces)) {
        const Result<RecordedRun> run = TraceReader(trace, file.notes).read();
        if (!run) {
            return fail(run.error());
        }
        file.runs.append(*run);
    }
    if (file.runs.isEmpty()) {
        return fail(ErrorCode::InvalidInput, u"the file holds no spans"_s);
    }
    return file;
}

} // namespace lathe
