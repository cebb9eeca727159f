// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/agent/runjournal.h"

#include "engine/core/awaited.h"

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

/// Resumptions, what was asked and said about budgets, and verdicts that were left to others: a second walk does not
/// owe them.
bool isOfItsMoment(const RunEvent& event)
{
    switch (event.type) {
    case EventType::RunResumed:
    case EventType::Continued:
    case EventType::BudgetWarning:
    case EventType::LlmBlocked:
    case EventType::RetryAnswered:
        return true;
    case EventType::StoppedAt:
        return event.details.value("point"_L1).toString().startsWith(u"BUDGET_"_s);
    case EventType::Edit:
        return event.details.value("stopPoint"_L1).toString().startsWith(u"BUDGET_"_s);
    case EventType::Verdict:
        return event.details.value("verdict"_L1) == toName(Verdict::Escalate);
    case EventType::PolicyCheck:
        return event.details.value("where"_L1) == "llm_asked"_L1;
    default:
        return false;
    }
}

} // namespace

RunJournal::RunJournal(Journal& sink, const Clock& clock, QString runId, QList<RunEvent> recorded)
    : m_sink(sink), m_clock(clock), m_runId(std::move(runId))
{
    for (const RunEvent& event : recorded) {
        m_projector.apply(event);
        m_lastSeq = event.seq;
        if (!isOfItsMoment(event)) {
            ++m_recorded[identity(event)];
            ++m_pendingRecorded;
        }
    }
}

RunEvent RunJournal::make(EventType type, Fields details) const
{
    RunEvent event;
    event.runId = m_runId;
    event.phase = m_phase;
    event.type = type;
    event.details = std::move(details);
    return event;
}

bool RunJournal::add(RunEvent event)
{
    if (m_pendingRecorded > 0) {
        const auto known = m_recorded.find(identity(event));
        if (known != m_recorded.end() && known.value() > 0) {
            --known.value();
            --m_pendingRecorded;
            return false;
        }
    }
    event.seq = ++m_lastSeq;
    event.timeMs = m_clock.nowMs();
    m_projector.apply(event);
    m_batch.append(std::move(event));
    return true;
}

QStringList RunJournal::notYetWalked() const
{
    QStringList names;
    for (auto entry = m_recorded.begin(); entry != m_recorded.end(); ++entry) {
        if (entry.value() > 0) {
            names.append(entry.key());
        }
    }
    return names;
}

void RunJournal::tickOffAttempt(int decision, int attempt)
{
    const QString ofDecision = u"decision="_s + QString::number(decision);
    const QString ofAttempt = u"attempt="_s + QString::number(attempt);
    for (auto entry = m_recorded.begin(); entry != m_recorded.end(); ++entry) {
        const QStringList parts = entry.key().split(u'|');
        const QString& type = parts.first();
        const bool ofOutcome = type == toName(EventType::LlmResponse) || type == toName(EventType::LlmRetry) ||
                               type == toName(EventType::CostLine);
        if (ofOutcome && parts.contains(ofDecision) && parts.contains(ofAttempt)) {
            m_pendingRecorded -= std::exchange(entry.value(), 0);
        }
    }
}

QCoro::Task<Result<void>> RunJournal::flush(Durability durability)
{
    if (m_failure) {
        co_return fail(*m_failure);
    }
    if (m_batch.isEmpty()) {
        co_return Result<void>();
    }
    const QList<RunEvent> batch = std::exchange(m_batch, {});
    const auto outcome = std::make_shared<Awaited<Result<void>>>();
    m_sink.append(batch, durability, [outcome](Result<void> result) { outcome->set(std::move(result)); });
    const Result<void> written = co_await outcome->value();
    if (!written) {
        m_failure = written.error();
        co_return fail(*m_failure);
    }
    if (m_hook) {
        m_hook(batch);
    }
    co_return Result<void>();
}

QString RunJournal::identity(const RunEvent& event)
{
    static constexpr QLatin1StringView kPlaces[] = {"phase"_L1,      "frame"_L1, "decision"_L1, "callId"_L1,
                                                    "attempt"_L1,    "meter"_L1, "where"_L1,    "reservation"_L1,
                                                    "toolCallId"_L1, "point"_L1, "stopPoint"_L1};
    QString key = toName(event.type);
    for (const auto place : kPlaces) {
        const QJsonValue value = event.details.value(place);
        if (!value.isUndefined()) {
            key += u'|' + place + u'=' + (value.isDouble() ? QString::number(value.toInteger()) : value.toString());
        }
    }
    return key;
}

} // namespace lathe
