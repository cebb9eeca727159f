// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/runcost.h"

#include "ui/format.h"

#include <QCoreApplication>

namespace lathe {

namespace {

class RunCost
{
    Q_DECLARE_TR_FUNCTIONS(lathe::RunCost)
};

} // namespace

std::optional<Money> projectedCost(const RunRecord& record)
{
    const std::optional<Money> next = record.stop                ? record.stop->nextCost
                                      : record.reserved.isZero() ? std::nullopt
                                                                 : std::optional(record.reserved);
    if (!next || next->isZero()) {
        return std::nullopt;
    }
    const auto sum = record.summary.totalCost.plus(*next);
    return sum ? std::optional(*sum) : std::nullopt;
}

QString runCostText(const RunRecord& record, bool live)
{
    QString text = format::moneyWithUnknown(record.summary.totalCost, record.summary.unknownCostLines);
    if (record.budget) {
        text = RunCost::tr("%1 of %2").arg(text, format::money(*record.budget));
    }
    if (!record.reserved.isZero()) {
        text = RunCost::tr("%1 (+%2 reserved)").arg(text, format::money(record.reserved));
    }
    if (const auto projected = live ? projectedCost(record) : std::nullopt) {
        text = RunCost::tr("%1, at most %2 after the next step").arg(text, format::money(*projected));
    }
    return text;
}

} // namespace lathe
