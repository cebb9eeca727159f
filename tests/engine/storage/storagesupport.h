// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/runeventdetails.h"
#include "engine/domain/runrecord.h"
#include "engine/storage/database.h"
#include "tests/support/fakeclock.h"

#include <QJsonArray>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

namespace lathe::test {

/// The value of a Result, or the end of the test with its error as text.
template <typename T>
T need(Result<T> result)
{
    if (!result) {
        throw std::runtime_error(
            QString(result.error().message + QLatin1String(" | ") + result.error().detail).toStdString());
    }
    if constexpr (!std::is_void_v<T>) {
        return std::move(*result);
    }
}

/// Databases complete their futures on threads of their own, so that waiting needs no event loop.
template <typename T>
Result<T> settled(QFuture<Result<T>> future)
{
    future.waitForFinished();
    return future.result();
}

template <typename T>
T need(QFuture<Result<T>> future)
{
    return need(settled(std::move(future)));
}

inline std::unique_ptr<Database> openDatabase(const QString& path, Clock& clock, Durability paid = Durability::Normal)
{
    DatabaseSettings settings;
    settings.path = path;
    settings.paidDurability = paid;
    return need(Database::open(settings, clock));
}

/// Events of one run with growing numbers and times.
class EventMaker
{
public:
    explicit EventMaker(QString runId, qint64 startMs = 1'790'000'000'000) : m_runId(std::move(runId)), m_ms(startMs) {}

    RunEvent make(EventType type, const QJsonObject& details = {}, std::optional<Phase> phase = Phase::Execution)
    {
        RunEvent event;
        event.seq = ++m_seq;
        event.timeMs = m_ms += 7;
        event.runId = m_runId;
        event.phase = phase;
        event.type = type;
        event.details = details;
        return event;
    }
    RunEvent created(const QString& user = QStringLiteral("ada"), const QString& prompt = QStringLiteral("add 2 and 2"))
    {
        const QJsonObject job{
            {QStringLiteral("userId"), user},
            {QStringLiteral("prompt"), prompt},
            {QStringLiteral("name"), QStringLiteral("sums")},
            {QStringLiteral("metadata"), QJsonObject{{QStringLiteral("team"), QStringLiteral("t1")}}}};
        return make(EventType::RunCreated,
                    {{QStringLiteral("job"), job},
                     {QStringLiteral("provider"), QStringLiteral("builtin")},
                     {QStringLiteral("model"), QStringLiteral("planner-1")},
                     {QStringLiteral("tier"), QStringLiteral("pro")},
                     {QStringLiteral("signature"), QString(64, QLatin1Char('a'))}},
                    Phase::Ingestion);
    }
    RunEvent request(int decision, int attempt = 1)
    {
        return make(EventType::LlmRequest, {{QStringLiteral("decision"), decision},
                                            {QStringLiteral("frame"), 1},
                                            {QStringLiteral("attempt"), attempt},
                                            {QStringLiteral("provider"), QStringLiteral("builtin")},
                                            {QStringLiteral("model"), QStringLiteral("planner-1")}});
    }
    RunEvent response(int decision, qint64 input, qint64 output, const QByteArray& reply, int attempt = 1)
    {
        Usage usage;
        usage.input = input;
        usage.output = output;
        usage.source = UsageSource::Reported;
        const Body body = makeBody(reply);
        RunEvent event = make(EventType::LlmResponse, {{QStringLiteral("decision"), decision},
                                                       {QStringLiteral("attempt"), attempt},
                                                       {QStringLiteral("outcome"), QStringLiteral("ok")},
                                                       {QStringLiteral("usage"), toJson(usage)},
                                                       {QStringLiteral("replyRef"), QString::fromLatin1(body.sha256)}});
        event.bodies << body;
        return event;
    }
    RunEvent costLine(const CostLine& line) { return make(EventType::CostLine, toJson(line)); }
    RunEvent decision(int number, const QStringList& callIds)
    {
        QJsonArray calls;
        for (const QString& id : callIds) {
            calls << QJsonObject{{QStringLiteral("callId"), id},
                                 {QStringLiteral("tool"), QStringLiteral("code_executor")},
                                 {QStringLiteral("arguments"), QJsonObject()}};
        }
        return make(EventType::Decision,
                    {{QStringLiteral("decision"), number},
                     {QStringLiteral("frame"), 1},
                     {QStringLiteral("action"),
                      callIds.isEmpty() ? QStringLiteral("FINAL_ANSWER") : QStringLiteral("TOOL_CALL")},
                     {QStringLiteral("status"),
                      callIds.isEmpty() ? QStringLiteral("COMPLETE") : QStringLiteral("TOOL_DISPATCHED")},
                     {QStringLiteral("finalAnswer"), callIds.isEmpty() ? QStringLiteral("4") : QString()},
                     {QStringLiteral("calls"), calls}});
    }
    RunEvent toolRequest(int decision, const QString& callId)
    {
        return make(EventType::ToolRequest, {{QStringLiteral("decision"), decision},
                                             {QStringLiteral("callId"), callId},
                                             {QStringLiteral("tool"), QStringLiteral("code_executor")},
                                             {QStringLiteral("sideEffect"), QStringLiteral("writes")}});
    }
    RunEvent toolResult(int decision, const QString& callId, bool ok = true)
    {
        return make(EventType::ToolResult, {{QStringLiteral("decision"), decision},
                                            {QStringLiteral("callId"), callId},
                                            {QStringLiteral("tool"), QStringLiteral("code_executor")},
                                            {QStringLiteral("ok"), ok},
                                            {QStringLiteral("text"), QStringLiteral("4")}});
    }
    RunEvent finished(RunStatus status = RunStatus::Complete)
    {
        return make(EventType::RunFinished, {{QStringLiteral("status"), QString(toName(status))}},
                    Phase::Serialization);
    }
    [[nodiscard]] const QString& runId() const { return m_runId; }
    [[nodiscard]] qint64 nowMs() const { return m_ms; }

private:
    QString m_runId;
    qint64 m_seq = 0;
    qint64 m_ms;
};

inline CostLine tokenLine(int decision, Meter meter, qint64 quantity, const QString& price, qint64 atMs)
{
    CostLine line;
    line.lineAtMs = atMs;
    line.decision = decision;
    line.decisionKind = AgentActionType::ToolCall;
    line.attempt = 1;
    line.provider = QStringLiteral("builtin");
    line.modelRequested = QStringLiteral("planner-1");
    line.modelBilled = QStringLiteral("planner-1");
    line.meter = meter;
    line.quantity = quantity;
    line.unitPrice = need(UnitPrice::fromDecimal(price, perOf(meter)));
    line.cost = need(line.unitPrice->times(quantity));
    line.state = CostState::Computed;
    line.priceBookVersion = QStringLiteral("flat-1");
    line.rateId = QStringLiteral("token");
    line.status = QStringLiteral("ok");
    return line;
}

inline QString runName(int number)
{
    return QStringLiteral("%1-0000-4000-8000-000000000000").arg(number, 8, 16, QLatin1Char('0'));
}

} // namespace lathe::test
