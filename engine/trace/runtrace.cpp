// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/trace/runtrace.h"

#include <QJsonDocument>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

/// What was sent to the model, as opposed to what it wrote and did.
bool isInput(Meter meter)
{
    switch (meter) {
    case Meter::Input:
    case Meter::CacheRead:
    case Meter::CacheReadAudio:
    case Meter::CacheWrite:
    case Meter::CacheWrite1h:
    case Meter::InputAudio:
        return true;
    default:
        return false;
    }
}

void add(Money& sum, Money amount)
{
    sum = sum.plus(amount).value_or(sum); // the ledger's own sums, which are larger, fit
}

} // namespace

QString RunTrace::wholeText(const QString& shown, const BodyRef& ref) const
{
    const auto body = bodies.constFind(ref);
    return ref.isEmpty() || body == bodies.constEnd() ? shown : QString::fromUtf8(*body);
}

QString RunTrace::wholeText(const QJsonObject& details, QLatin1StringView key) const
{
    return wholeText(details.value(key).toString(), details.value(QString(key) + u"Ref"_s).toString());
}

QJsonObject RunTrace::arguments(const QJsonObject& details) const
{
    const QString ref = details.value("argumentsRef"_L1).toString();
    return ref.isEmpty() ? details.value("arguments"_L1).toObject()
                         : QJsonDocument::fromJson(bodies.value(ref)).object();
}

QStringList textRefs(const QList<RunEvent>& events)
{
    static const QLatin1StringView keys[] = {"taskRef"_L1,       "answerRef"_L1,      "reasoningRef"_L1,
                                             "nextPromptRef"_L1, "finalAnswerRef"_L1, "argumentsRef"_L1,
                                             "textRef"_L1,       "replyRef"_L1,       "resultRef"_L1};
    QStringList refs;
    QSet<QString> seen;
    const auto take = [&](const QJsonObject& object) {
        for (const QLatin1StringView key : keys) {
            const QString ref = object.value(key).toString();
            if (!ref.isEmpty() && !seen.contains(ref)) {
                seen.insert(ref);
                refs.append(ref);
            }
        }
    };
    for (const RunEvent& event : events) {
        const QJsonObject details = event.details;
        take(details);
        for (const QJsonValue call : details.value("calls"_L1).toArray()) {
            take(call.toObject());
        }
    }
    return refs;
}

TraceCosts::TraceCosts(const RunRecord& record)
{
    for (const CostLine& line : record.lines) {
        m_lines[line.decision].append(&line);
    }
}

template <typename Wanted>
TraceCost TraceCosts::sum(int decision, const Wanted& wanted) const
{
    TraceCost cost;
    for (const CostLine *line : m_lines.value(decision)) {
        if (!wanted(*line)) {
            continue;
        }
        if (!line->cost) {
            ++cost.unknownLines;
            continue;
        }
        Money total = cost.total.value_or(Money());
        add(total, *line->cost);
        cost.total = total;
        add(isInput(line->meter) ? cost.input : cost.output, *line->cost);
        cost.state = std::max(cost.state, line->state); // in order of doubt
    }
    return cost;
}

TraceCost TraceCosts::ofModel(int decision) const
{
    return sum(decision, [](const CostLine& line) { return line.meter != Meter::ToolCall; });
}

TraceCost TraceCosts::ofAttempt(int decision, int attempt) const
{
    return sum(decision,
               [attempt](const CostLine& line) { return line.meter != Meter::ToolCall && line.attempt == attempt; });
}

TraceCost TraceCosts::ofCall(int decision, const QString& callId) const
{
    return sum(decision,
               [&callId](const CostLine& line) { return line.meter == Meter::ToolCall && line.toolCallId == callId; });
}

TraceCost TraceCosts::ofRest() const
{
    return sum(0, [](const CostLine&) { return true; });
}

} // namespace lathe
