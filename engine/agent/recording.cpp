// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/agent/recording.h"

using namespace Qt::StringLiterals;

namespace lathe {

Recording::Recording(const QList<RunEvent>& events, BodyLoader bodies)
    : m_empty(events.isEmpty()), m_bodies(std::move(bodies))
{
    for (const RunEvent& event : events) {
        const QJsonObject& d = event.details;
        const int decision = d.value("decision"_L1).toInt();
        const QString callId = d.value("callId"_L1).toString();
        switch (event.type) {
        case EventType::LlmRequest: {
            Attempt attempt;
            attempt.attempt = d.value("attempt"_L1).toInt();
            attempt.requestHash = d.value("requestHash"_L1).toString();
            attempt.idempotencyKey = d.value("idempotencyKey"_L1).toString();
            attempt.stream = d.value("stream"_L1).toBool();
            attempt.provider = d.value("provider"_L1).toString();
            attempt.model = d.value("model"_L1).toString();
            attempt.inputEstimate = d.value("inputEstimate"_L1).toInteger();
            m_attempts[decision].append(attempt);
            break;
        }
        case EventType::LlmResponse: {
            const int number = d.value("attempt"_L1).toInt();
            for (Attempt& attempt : m_attempts[decision]) {
                if (attempt.attempt == number) {
                    attempt.outcome = d.value("outcome"_L1).toString();
                    attempt.reply = d.value("replyRef"_L1).toString();
                    attempt.firstByteMs = d.value("firstByteMs"_L1).toInteger();
                    attempt.durationMs = d.value("durationMs"_L1).toInteger();
                }
            }
            break;
        }
        case EventType::ToolRequest: {
            ToolOutcome& tool = m_tools[place(decision, callId)];
            tool.started = true;
            tool.sideEffect =
                fromName<SideEffect>(d.value("sideEffect"_L1).toString()).value_or(SideEffect::Irreversible);
            break;
        }
        case EventType::ToolResult: {
            ToolOutcome& tool = m_tools[place(decision, callId)];
            tool.finished = true;
            tool.ok = d.value("ok"_L1).toBool();
            tool.pending = d.value("pending"_L1).toBool();
            tool.errorCode = d.value("errorCode"_L1).toString();
            tool.text = d.value("text"_L1).toString();
            tool.textRef = d.value("textRef"_L1).toString();
            tool.durationMs = d.value("durationMs"_L1).toInteger();
            tool.synthetic = d.value("synthetic"_L1).toBool();
            break;
        }
        case EventType::CostLine: {
            const QString call = d.value("toolCallId"_L1).toString();
            if (!call.isEmpty()) {
                m_tools[place(decision, call)].billed = true;
            }
            break;
        }
        case EventType::Edit: {
            const auto point = fromName<StopPoint>(d.value("stopPoint"_L1).toString());
            if (point) {
                m_edits[place(*point, decision, callId)].append(d);
            }
            break;
        }
        case EventType::Verdict:
            m_verdicts.insert(place(decision, callId), d);
            break;
        case EventType::StoppedAt: {
            const auto point = fromName<StopPoint>(d.value("point"_L1).toString());
            if (point) {
                m_stops.insert(place(*point, decision, d.value("toolCallId"_L1).toString()));
            }
            break;
        }
        default:
            break;
        }
    }
}

Recording::ToolOutcome Recording::tool(int decision, const QString& callId) const
{
    return m_tools.value(place(decision, callId));
}

QList<QJsonObject> Recording::edits(StopPoint point, int decision, const QString& callId) const
{
    return m_edits.value(place(point, decision, callId));
}

std::optional<QJsonObject> Recording::verdict(int decision, const QString& callId) const
{
    const auto found = m_verdicts.constFind(place(decision, callId));
    return found == m_verdicts.constEnd() ? std::nullopt : std::optional(found.value());
}

bool Recording::stoppedAt(StopPoint point, int decision, const QString& callId) const
{
    return m_stops.contains(place(point, decision, callId));
}

QString Recording::place(int decision, const QString& callId)
{
    return QString::number(decision) + u'/' + callId;
}

QString Recording::place(StopPoint point, int decision, const QString& callId)
{
    return toName(point) + u'/' + place(decision, callId);
}

} // namespace lathe
