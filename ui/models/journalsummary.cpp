// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/journalsummary.h"

#include "engine/core/money.h"
#include "ui/format.h"
#include "ui/words.h"

#include <QJsonArray>
#include <QStringList>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

QString moneyAt(const QJsonObject& details, QLatin1StringView key)
{
    const auto amount = Money::fromDecimal(details.value(key).toString());
    return amount ? format::money(*amount) : format::unknown();
}

QString line(const QString& text)
{
    return text.left(400).simplified().left(160);
}

/// "key value · key value" of the plain members, for entries without words of their own.
QString members(const QJsonObject& details)
{
    QStringList parts;
    for (auto it = details.begin(); it != details.end() && parts.size() < 6; ++it) {
        if (it->isString() || it->isDouble() || it->isBool()) {
            parts << QString(it.key() + u' ' + line(it->toVariant().toString()));
        }
    }
    return parts.join(u" · "_s);
}

QString decisionPart(const QJsonObject& details)
{
    const int number = details.value("decision"_L1).toInt();
    return number > 0 ? JournalSummary::tr("decision %1").arg(number) : QString();
}

QString joined(const QStringList& parts)
{
    QStringList filled;
    for (const QString& part : parts) {
        if (!part.isEmpty()) {
            filled << part;
        }
    }
    return filled.join(u" · "_s);
}

QString phaseWord(const QJsonObject& details)
{
    const auto phase = fromName<Phase>(details.value("phase"_L1).toString());
    return phase ? word(*phase) : details.value("phase"_L1).toString();
}

} // namespace

QString JournalSummary::of(const RunEvent& event)
{
    const QJsonObject& d = event.details;
    const auto text = [&d](QLatin1StringView key) { return line(d.value(key).toString()); };
    switch (event.type) {
    case EventType::RunCreated:
        return joined({line(d.value("job"_L1).toObject().value("prompt"_L1).toString()), text("model"_L1)});
    case EventType::ValidationFailed:
        return tr("%n issue(s)", nullptr, static_cast<int>(d.value("issues"_L1).toArray().size()));
    case EventType::CacheLookup:
        if (!d.value("enabled"_L1).toBool(true)) {
            return tr("cache switched off");
        }
        return d.value("hit"_L1).toBool() ? tr("hit, %1 avoided").arg(moneyAt(d, "avoided"_L1)) : tr("miss");
    case EventType::PhaseEntered:
        return phaseWord(d);
    case EventType::PhaseLeft: {
        const auto result = fromName<PhaseResult>(d.value("result"_L1).toString());
        return joined({phaseWord(d), result ? word(*result) : QString(),
                       format::durationUs(d.value("durationUs"_L1).toInteger())});
    }
    case EventType::ContextBuilt:
        return tr("%1 characters, about %2 tokens")
            .arg(format::count(d.value("characters"_L1).toInteger()),
                 format::count(d.value("estimateBetter"_L1).toInteger()));
    case EventType::PolicyCheck: {
        int failed = 0;
        const QJsonArray checks = d.value("checks"_L1).toArray();
        for (const QJsonValue check : checks) {
            failed += check.toObject().value("outcome"_L1).toString() == "failed"_L1 ? 1 : 0;
        }
        const QString all = tr("%n check(s)", nullptr, static_cast<int>(checks.size()));
        return joined({all, failed > 0 ? tr("%1 failed").arg(failed) : tr("all passed"), decisionPart(d)});
    }
    case EventType::PolicyViolation:
        return joined({text("code"_L1), text("message"_L1)});
    case EventType::FrameEntered:
        return joined({tr("frame %1").arg(d.value("frame"_L1).toInt()), text("task"_L1)});
    case EventType::FrameLeft:
        return joined({tr("frame %1").arg(d.value("frame"_L1).toInt()), text("status"_L1), text("answer"_L1)});
    case EventType::BudgetReserved:
        return joined({moneyAt(d, "amount"_L1), decisionPart(d)});
    case EventType::BudgetSettled:
        return tr("%1 of %2 reserved").arg(moneyAt(d, "actual"_L1), moneyAt(d, "reserved"_L1));
    case EventType::BudgetWarning:
        return joined({tr("%1 of %2 spent").arg(moneyAt(d, "spent"_L1), moneyAt(d, "limit"_L1)), decisionPart(d)});
    case EventType::LlmBlocked:
        return joined({decisionPart(d), text("message"_L1)});
    case EventType::LlmRequest:
        return joined({decisionPart(d), text("model"_L1), tr("attempt %1").arg(d.value("attempt"_L1).toInt()),
                       tr("about %1 tokens").arg(format::count(d.value("inputEstimate"_L1).toInteger()))});
    case EventType::LlmRetry:
        return joined({decisionPart(d), text("message"_L1),
                       tr("again in %1").arg(format::duration(d.value("delayMs"_L1).toInteger()))});
    case EventType::RetryAnswered:
        return joined({decisionPart(d), text("answer"_L1), text("author"_L1)});
    case EventType::LlmResponse:
        return joined({decisionPart(d), text("outcome"_L1), text("message"_L1),
                       format::duration(d.value("durationMs"_L1).toInteger())});
    case EventType::CostLine: {
        const bool known = d.value("cost"_L1).isString();
        const QString what = d.value("tool"_L1).toString().isEmpty() ? text("modelRequested"_L1) : text("tool"_L1);
        return joined({decisionPart(d), what, text("meter"_L1), format::count(d.value("quantity"_L1).toInteger()),
                       known ? moneyAt(d, "cost"_L1) : format::unknown()});
    }
    case EventType::Decision: {
        QStringList tools;
        const QJsonArray calls = d.value("calls"_L1).toArray();
        for (const QJsonValue call : calls) {
            tools << call.toObject().value("tool"_L1).toString();
        }
        return joined(
            {decisionPart(d), text("action"_L1), tools.join(u", "_s), text("nextPrompt"_L1), text("finalAnswer"_L1)});
    }
    case EventType::Verdict:
        return joined({decisionPart(d), text("verdict"_L1), text("author"_L1), text("reason"_L1)});
    case EventType::Edit:
        return joined({decisionPart(d), text("field"_L1), text("reason"_L1)});
    case EventType::StoppedAt:
        return joined({text("point"_L1), decisionPart(d), text("tool"_L1), text("reason"_L1)});
    case EventType::ToolRequest:
        return joined({decisionPart(d), text("tool"_L1)});
    case EventType::ToolResult:
        return joined({decisionPart(d), text("tool"_L1), d.value("ok"_L1).toBool() ? tr("ok") : text("errorCode"_L1),
                       format::duration(d.value("durationMs"_L1).toInteger()), text("text"_L1)});
    case EventType::FinalBillingReport:
        return moneyAt(d, "total"_L1);
    case EventType::RunFinished:
        return joined({text("status"_L1), line(d.value("error"_L1).toObject().value("message"_L1).toString()),
                       text("result"_L1)});
    case EventType::RunResumed:
    case EventType::ValidationSuccess:
    case EventType::Continued:
    case EventType::CacheWritten:
    case EventType::RunImported:
        return members(d);
    }
    return members(d);
}

} // namespace lathe
