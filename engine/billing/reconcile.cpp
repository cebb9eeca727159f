// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/billing/reconcile.h"

#include "engine/billing/pricebook.h"
#include "engine/core/clock.h"

#include <QRegularExpression>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

/// "GPT-4o-2024-08-06" and "gpt-4o" are one model.
QString nameOf(const QString& model)
{
    static const QRegularExpression snapshot(u"-(\\d{4}-\\d{2}-\\d{2}|\\d{8})$"_s);
    return model.toLower().remove(snapshot);
}

QString modelOf(const CostLine& line)
{
    return line.modelBilled.isEmpty() ? line.modelRequested : line.modelBilled;
}

/// Routers name models "vendor/model" and are reached as if they were OpenAI.
bool isFrom(const CostLine& line, const QString& provider)
{
    const QString billed = billingProvider(line.provider);
    const bool routed = modelOf(line).contains(u'/') && billed == "openai"_L1;
    if (provider == "openrouter"_L1) {
        return routed || billed == provider;
    }
    return billed == provider && !routed;
}

Int128 magnitude(Money amount)
{
    return amount.atto() < 0 ? -amount.atto() : amount.atto();
}

/// After FOCUS: max(100 x subunit, sqrt(rows) x 0.5 x subunit) of cents.
Money toleranceFor(qint64 lines)
{
    constexpr Int128 kCent = 10'000'000'000'000'000;
    const auto root = static_cast<Int128>(std::ceil(std::sqrt(static_cast<double>(lines))));
    return Money::fromAtto(std::max(100 * kCent, root * kCent / 2));
}

} // namespace

bool Reconciler::tellsModels() const
{
    return std::any_of(m_export.charges.cbegin(), m_export.charges.cend(),
                       [](const ProviderCharge& charge) { return !charge.model.isEmpty(); });
}

void Reconciler::add(const BillRow& row)
{
    const CostLine& line = row.line;
    const QString day = toIsoUtc(line.lineAtMs).left(10);
    if (line.meter == Meter::ToolCall || !isFrom(line, m_export.provider) ||
        day < m_export.first.toString(Qt::ISODate) || day > m_export.last.toString(Qt::ISODate)) {
        return;
    }
    QString model = modelOf(line);
    if (m_export.provider == "anthropic"_L1 && line.meter == Meter::WebSearch) {
        model = u"web_search"_s; // charged apart from the model that asked for it
    }
    Here& here = m_here[{day, tellsModels() || m_export.charges.isEmpty() ? nameOf(model) : QString()}];
    here.model = model;
    ++here.lines;
    ++m_lines;
    if (line.cost) {
        here.cost.add(*line.cost);
    } else {
        ++(line.quantity > 0 ? here.unpriced : here.uncounted);
    }
    if (isTokenMeter(line.meter)) {
        here.tokens += line.quantity;
    }
    here.tier = here.tier || !line.serviceTier.isEmpty();
}

QMap<Reconciler::Key, Reconciler::There> Reconciler::charges() const
{
    QMap<Key, There> charges;
    for (const ProviderCharge& charge : m_export.charges) {
        There& there = charges[{charge.day.toString(Qt::ISODate), nameOf(charge.model)}];
        there.amount.add(charge.amount);
        there.model = charge.model;
        ++there.parts;
        there.tokens = charge.tokens < 0 || there.tokens < 0 ? -1 : there.tokens + charge.tokens;
        there.tier = there.tier || !charge.serviceTier.isEmpty();
    }
    return charges;
}

Result<ReconcileRow> Reconciler::compare(const Key& key, const Here *here, const There *there) const
{
    ReconcileRow row;
    row.day = key.first;
    row.model = there != nullptr ? there->model : here->model;
    row.model = key.second.isEmpty() ? QString() : row.model;
    const auto ours = here != nullptr ? here->cost.total() : Result<Money>(Money());
    const auto theirs = there != nullptr ? there->amount.total() : Result<Money>(Money());
    const auto difference = ours && theirs ? theirs->minus(*ours) : ours ? theirs : ours;
    if (!difference) {
        return fail(difference.error());
    }
    row.difference = *difference;
    const bool unknown = here != nullptr && here->unpriced + here->uncounted > 0;
    if (here != nullptr) {
        row.here = *ours;
        row.unknownLines = here->unpriced + here->uncounted;
    }
    if (there != nullptr) {
        row.there = *theirs;
    }
    const auto whyUnknown = [here] {
        return here->unpriced > 0 ? ReconcileReason::UnknownModel : ReconcileReason::UnknownUsage;
    };
    if (here == nullptr) {
        row.reason = theirs->isZero() ? ReconcileReason::Match : ReconcileReason::MissingHere;
    } else if (there == nullptr) {
        row.reason = unknown && ours->isZero() ? whyUnknown()
                     : ours->isZero()          ? ReconcileReason::Match
                                               : ReconcileReason::MissingThere;
    } else if (difference->isZero()) {
        row.reason = ReconcileReason::Match;
    } else if (magnitude(*difference) < m_export.unit.atto() * there->parts) {
        row.reason = ReconcileReason::Rounding;
    } else if (unknown) {
        row.reason = whyUnknown();
    } else if (there->tokens >= 0 && there->tokens != here->tokens) {
        row.reason = ReconcileReason::UsageDiffers;
    } else if (here->tier || there->tier) {
        row.reason = ReconcileReason::TierDiffers;
    } else {
        row.reason = ReconcileReason::PriceDiffers;
    }
    return row;
}

Result<Reconciliation> Reconciler::finish() const
{
    Reconciliation result;
    result.format = m_export.format;
    result.provider = m_export.provider;
    result.fromDay = m_export.first.toString(Qt::ISODate);
    result.toDay = m_export.last.toString(Qt::ISODate);
    result.notes = m_export.notes;
    result.tolerance = toleranceFor(m_lines);
    const QMap<Key, There> charges = this->charges();
    QList<Key> keys = charges.keys();
    for (auto it = m_here.cbegin(); it != m_here.cend(); ++it) {
        if (!charges.contains(it.key())) {
            keys.append(it.key());
        }
    }
    std::sort(keys.begin(), keys.end());
    MoneySum ours;
    MoneySum theirs;
    for (const Key& key : std::as_const(keys)) {
        const auto here = m_here.constFind(key);
        const auto there = charges.constFind(key);
        const auto row =
            compare(key, here == m_here.cend() ? nullptr : &*here, there == charges.cend() ? nullptr : &*there);
        if (!row) {
            return fail(row.error());
        }
        ours.add(row->here.value_or(Money()));
        theirs.add(row->there.value_or(Money()));
        result.rows.append(*row);
    }
    const auto here = ours.total();
    const auto there = theirs.total();
    const auto difference = here && there ? there->minus(*here) : here ? there : here;
    if (!difference) {
        return fail(difference.error());
    }
    result.here = *here;
    result.there = *there;
    result.difference = *difference;
    return result;
}

} // namespace lathe
