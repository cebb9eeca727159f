// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/enumnames.h"
#include "engine/domain/billcounts.h"
#include "engine/domain/response.h"

#include <QList>
#include <QString>
#include <QStringList>

namespace lathe {

/// What lines of a bill are grouped by.
enum class BillGroup
{
    Phase,
    Decision,
    Tool,
    Model,
    Provider,
    User,
    Day,
    Hour,
    Team,
    Tier ///< of the user
};
// clang-format off
template <> struct EnumNames<BillGroup> { static constexpr std::pair<BillGroup, QLatin1StringView> table[] = {
    {BillGroup::Phase, QLatin1StringView("phase")}, {BillGroup::Decision, QLatin1StringView("decision")},
    {BillGroup::Tool, QLatin1StringView("tool")}, {BillGroup::Model, QLatin1StringView("model")},
    {BillGroup::Provider, QLatin1StringView("provider")}, {BillGroup::User, QLatin1StringView("user")},
    {BillGroup::Day, QLatin1StringView("day")}, {BillGroup::Hour, QLatin1StringView("hour")},
    {BillGroup::Team, QLatin1StringView("team")}, {BillGroup::Tier, QLatin1StringView("tier")}}; };
// clang-format on

/// Lines of a bill in groups. Keys are wire names, numbers, names, days (2026-01-31, UTC) or hours (2026-01-31T14).
/// Lines that a dimension does not concern have an empty key there: tool fees have no model, model costs no tool.
/// Decisions of several runs are told apart as "RUN#3".
struct BillTable
{
    QList<BillGroup> dimensions;
    struct Row
    {
        QStringList keys; ///< one of each dimension
        CostGroup group;
        BillCounts counts;
    };
    QList<Row> rows; ///< by cost, largest first; days and hours in order
    CostGroup total;
    BillCounts totalCounts;
    QString onlyRun; ///< if all lines are of one; decisions then are named by their number alone
};

} // namespace lathe
