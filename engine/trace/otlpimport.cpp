// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/trace/otlpimport.h"

#include "engine/trace/otlptree.h"

#include <QJsonDocument>
#include <QUuid>

#include <algorithm>
#include <tuple>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

/// 32 hex digits as the UUID with these digits.
QString uuidOf(const QString& traceId)
{
    return QUuid::fromRfc4122(QByteArray::fromHex(traceId.toLatin1())).toString(QUuid::WithoutBraces);
}

QJsonObject objectOf(const QString& text)
{
    return QJsonDocument::fromJson(text.toUtf8()).object();
}

/// One trace, span by span made into a run.
class TraceReader
{
public:
    TraceReader(QList<OtlpSpan> spans, QStringList& notes) : m_tree(std::move(spans), notes), m_spans(m_tree.spans()) {}

    Result<RecordedRun> read()
    {
        const Result<void> sound = m_tree.check();
        if (!sound) {
            return fail(sound.error());
        }
        findFrames();
        for (qsizetype i = 0; i < m_spans.size(); ++i) {
            if (m_tree.role(i) == SpanRole::Model || isDecision(i)) {
                addDecision(i);
            }
        }
        for (qsizetype i = 0; i < m_spans.size(); ++i) {
            if (m_tree.role(i) == SpanRole::Tool) {
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
    [[nodiscard]] bool isDecision(qsizetype i) const
    {
        return m_tree.role(i) == SpanRole::Other && m_spans.at(i).fields.has("lathe.decision"_L1);
    }

    /// A single agent at the top is the run itself; any other is a frame of its own.
    void findFrames()
    {
        QList<qsizetype> top;
        for (qsizetype i = 0; i < m_spans.size(); ++i) {
            if (m_tree.role(i) == SpanRole::Agent && m_tree.agentAbove(i) < 0) {
                top.append(i);
            }
        }
        m_root = top.size() == 1 ? top.first() : -1;
        if (m_root < 0 && !m_spans.isEmpty()) {
            while (m_tree.parent(m_face) >= 0) {
                ++m_face; // one is at the top: there are no circles
            }
        } else {
            m_face = m_root;
        }
        RecordedFrame first;
        m_run.frames.append(first);
        // By depth, so that parents come before their children whatever their times.
        QList<std::pair<int, qsizetype>> agents;
        for (qsizetype i = 0; i < m_spans.size(); ++i) {
            if (m_tree.role(i) == SpanRole::Agent && i != m_root) {
                int depth = 0;
                for (qsizetype at = m_tree.agentAbove(i); at >= 0; at = m_tree.agentAbove(at)) {
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

    [[nodiscard]] int frameOf(qsizetype i) const { return m_frames.value(m_tree.agentAbove(i), 1); }

    void addDecision(qsizetype i)
    {
        const OtlpSpan& span = m_spans.at(i);
        RecordedDecision decision;
        decision.frame = frameOf(i);
        decision.startMs = span.startMs;
        decision.action = fromName<AgentActionType>(span.fields.text({"lathe.action"_L1}));
        decision.status = fromName<AgentStatus>(span.fields.text({"lathe.status"_L1}));
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
            m_run.prompt = promptOf(span);
        }
        if (m_tree.role(i) == SpanRole::Model) {
            decision.attempts = attemptsOf(span);
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
        for (qsizetype at = m_tree.parent(i); at >= 0 && m_tree.role(at) != SpanRole::Agent; at = m_tree.parent(at)) {
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
        for (qsizetype at = m_tree.parent(i); at >= 0 && m_tree.role(at) != SpanRole::Agent; at = m_tree.parent(at)) {
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
            if (roleOf(span) == SpanRole::Model) {
                m_run.provider = m_run.provider.isEmpty() ? providerOf(span.fields) : m_run.provider;
                fill(m_run.model, {"gen_ai.request.model"_L1, "llm.model_name"_L1});
            }
            m_run.startMs = m_run.startMs == 0 ? span.startMs : std::min(m_run.startMs, span.startMs);
            m_run.endMs = std::max(m_run.endMs, span.endMs);
        }
        m_run.provider = m_run.provider.isEmpty() ? providerOf(fields) : m_run.provider;
        const bool isWhole = roleOf(face) != SpanRole::Model && roleOf(face) != SpanRole::Tool;
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

    SpanTree m_tree;
    const QList<OtlpSpan>& m_spans;
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
