// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/money.h"
#include "engine/core/result.h"

#include <QByteArray>
#include <QDate>
#include <QList>
#include <QStringList>

namespace lathe {

/// What a provider says it charges for one model on one day (UTC).
struct ProviderCharge
{
    QDate day;
    QString model; ///< as the provider writes it; empty: it does not tell
    Money amount;
    qint64 tokens = -1;    ///< input and output; -1: not told
    QString serviceTier{}; ///< empty: the ordinary one, or not told

    bool operator==(const ProviderCharge&) const = default;
};

struct ProviderExport
{
    QString format;   ///< openai-costs, anthropic-cost-report or openrouter-activity
    QString provider; ///< openai, anthropic or openrouter
    QDate first;      ///< days that it covers, those without a charge too
    QDate last;
    QList<ProviderCharge> charges; ///< as they stand in the file
    Money unit;                    ///< one of the last digit that its amounts are written with
    QStringList notes;             ///< what was left out, and what is missing

    bool operator==(const ProviderExport&) const = default;
};

/// Reads the answer of OpenAI's organization/costs (one page or a list of pages), of Anthropic's
/// organizations/cost_report, or OpenRouter's activity as JSON or CSV. Amounts are read as the text they are written
/// in; more than 18 decimals are rounded half-even.
[[nodiscard]] Result<ProviderExport> readProviderExport(const QByteArray& file);

} // namespace lathe
