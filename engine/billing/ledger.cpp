// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/billing/ledger.h"

#include <QVarLengthArray>

#include <algorithm>
#include <numeric>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

struct Counted
{
    Meter meter;
    qint64 quantity;
};

constexpr std::pair<Meter, qint64 Usage::*> kCounts[] = {
    {Meter::Input, &Usage::input},
    {Meter::CacheRead, &Usage::cacheRead},
    {Meter::CacheReadAudio, &Usage::cacheReadAudio},
    {Meter::CacheWrite, &Usage::cacheWrite},
    {Meter::CacheWrite1h, &Usage::cacheWrite1h},
    {Meter::InputAudio, &Usage::inputAudio},
    {Meter::Output, &Usage::output},
    {Meter::OutputAudio, &Usage::outputAudio},
    {Meter::AnyToken, &Usage::anyToken},
    {Meter::WebSearch, &Usage::webSearch},
    {Meter::FileSearch, &Usage::fileSearch},
};

using Counts = QVarLengthArray<Counted, kMeterCount>;

/// The disjoint meters of a call. Reasoning and the fee for the request are meters only where the row prices them.
Result<Counts> countsOf(const Usage& usage, const RateRow *row)
{
    Counts counts;
    const bool apart = row != nullptr && row->lists(Meter::Reasoning);
    const qint64 reasoning = apart ? std::clamp<qint64>(usage.reasoning, 0, std::max<qint64>(usage.output, 0)) : 0;
    for (const auto& [meter, member] : kCounts) {
        const qint64 quantity = usage.*member - (meter == Meter::Output ? reasoning : 0);
        if (quantity < 0) {
            return fail(ErrorCode::InvalidInput,
                        u"Usage of %1 units of class %2 cannot be billed"_s.arg(quantity).arg(toName(meter)));
        }
        if (quantity > 0) {
            counts.append({meter, quantity});
        }
        if (meter == Meter::Output && reasoning > 0) {
            counts.append({Meter::Reasoning, reasoning});
        }
    }
    if (row != nullptr && row->lists(Meter::Request)) {
        counts.append({Meter::Request, 1});
    }
    return counts;
}

PricedCall callOf(const Usage& usage, qint64 atMs)
{
    return {atMs, usage.serviceTier, usage.region, usage.totalInput()};
}

/// Fills in price and cost; without a row or a price in it the cost stays unknown.
Result<void> price(CostLine& line, const RateRow *row, bool estimated)
{
    const std::optional<UnitPrice> unitPrice = row != nullptr ? row->priceOf(line.meter) : std::nullopt;
    if (!unitPrice) {
        return {};
    }
    const auto cost = unitPrice->times(line.quantity);
    if (!cost) {
        return fail(cost.error());
    }
    line.unitPrice = unitPrice;
    line.cost = *cost;
    line.rateId = row->rateId;
    line.state = estimated ? CostState::Estimated : CostState::Computed;
    return {};
}

/// whole x weight / weights, rounded down, and what is left of the division. Stays within 128 bits.
std::pair<Int128, Int128> share(Int128 whole, Int128 weight, Int128 weights)
{
    const Int128 rest = whole % weights;
    Int128 quotient = 0;
    Int128 remainder = 0;
    for (int bit = 126; bit >= 0; --bit) { // long multiplication of rest x weight, divided as it goes
        quotient *= 2;
        remainder *= 2;
        if (((weight >> bit) & 1) != 0) {
            remainder += rest;
        }
        quotient += remainder / weights;
        remainder %= weights;
    }
    return {whole / weights * weight + quotient, remainder};
}

/// By what the parts of a reported cost are in proportion: the lines' cost at the book's prices if all of them have
/// one, else their quantity.
QList<Int128> weightsOf(const QList<CostLine>& lines)
{
    const bool byCost = std::all_of(lines.cbegin(), lines.cend(), [](const CostLine& line) {
        return line.cost.has_value() && line.cost->atto() < (Int128{1} << 120);
    });
    QList<Int128> weights;
    for (const CostLine& line : lines) {
        weights.append(byCost ? line.cost->atto() : Int128{line.quantity});
    }
    if (std::all_of(weights.cbegin(), weights.cend(), [](Int128 weight) { return weight == 0; })) {
        weights.fill(1);
    }
    return weights;
}

/// Parts what the provider charges over the lines; rounding goes to the largest remainders, so the parts add up to it.
void partReported(QList<CostLine>& lines, Money charged)
{
    const QList<Int128> weights = weightsOf(lines);
    const Int128 sum = std::accumulate(weights.cbegin(), weights.cend(), Int128{0});
    QList<std::pair<Int128, qsizetype>> remainders;
    Int128 left = charged.atto();
    for (qsizetype i = 0; i < lines.size(); ++i) {
        const auto [part, remainder] = share(charged.atto(), weights.at(i), sum);
        CostLine& line = lines[i];
        line.cost = Money::fromAtto(part);
        line.state = CostState::Reported;
        line.unitPrice.reset();
        line.rateId.clear();
        left -= part;
        remainders.append({-remainder, i});
    }
    std::sort(remainders.begin(), remainders.end());
    for (qsizetype i = 0; i < left; ++i) {
        CostLine& line = lines[remainders.at(i).second];
        line.cost = Money::fromAtto(line.cost->atto() + 1);
    }
}

} // namespace

Result<QList<CostLine>> linesForUsage(const ModelPrices& prices, const Usage& usage, CostLine template_)
{
    template_.priceBookVersion = prices.bookVersion();
    if (!usage.serviceTier.isEmpty()) {
        template_.serviceTier = usage.serviceTier;
    }
    template_.meter = Meter::Input;
    template_.quantity = 0;
    QList<CostLine> lines;
    if (usage.source == UsageSource::Missing) {
        if (usage.reportedCost) {
            template_.meter = Meter::Request;
            template_.quantity = 1;
            lines.append(template_);
            partReported(lines, *usage.reportedCost);
        } else {
            lines.append(template_);
        }
        return lines;
    }
    if (usage.inconsistent && template_.status == "ok"_L1) {
        template_.status = u"inconsistent"_s;
    }
    const RateRow *row = prices.rowFor(callOf(usage, template_.lineAtMs));
    const auto counts = countsOf(usage, row);
    if (!counts) {
        return fail(counts.error());
    }
    lines.reserve(counts->size());
    for (const Counted& counted : *counts) {
        lines.append(template_);
        lines.last().meter = counted.meter;
        lines.last().quantity = counted.quantity;
        const auto priced = price(lines.last(), row, usage.source == UsageSource::Estimated);
        if (!priced) {
            return fail(priced.error());
        }
    }
    if (usage.reportedCost && (!lines.isEmpty() || !usage.reportedCost->isZero())) {
        if (lines.isEmpty()) {
            lines.append(template_);
            lines.last().meter = Meter::Request;
            lines.last().quantity = 1;
        }
        partReported(lines, *usage.reportedCost);
    }
    return lines;
}

Result<CostLine> lineForToolCall(const PriceBook& book, CostLine template_)
{
    template_.meter = Meter::ToolCall;
    template_.quantity = 1;
    template_.attempt = 0;
    template_.priceBookVersion = book.version();
    const std::optional<ToolRate> rate = book.toolRate(template_.tool);
    if (rate) {
        const auto cost = rate->price.times(template_.quantity);
        if (!cost) {
            return fail(cost.error());
        }
        template_.unitPrice = rate->price;
        template_.cost = *cost;
        template_.rateId = rate->rateId;
        template_.state = CostState::Computed;
    }
    return template_;
}

Result<std::optional<Money>> worstCase(const ModelPrices& prices, qint64 atMs, qint64 inputTokens,
                                       qint64 maxOutputTokens)
{
    PricedCall call;
    call.atMs = atMs;
    call.totalInput = inputTokens;
    const RateRow *row = prices.rowFor(call);
    const auto inputPrice = row != nullptr ? row->priceOf(Meter::Input) : std::nullopt;
    const auto outputPrice = row != nullptr ? row->priceOf(Meter::Output) : std::nullopt;
    if (!inputPrice || !outputPrice) {
        return std::optional<Money>();
    }
    // A provider may write all of the input to its cache, and all of the output may be reasoning.
    const UnitPrice in = std::max(*inputPrice, *row->priceOf(Meter::CacheWrite));
    const UnitPrice out = std::max(*outputPrice, *row->priceOf(Meter::Reasoning));
    const auto input = in.times(inputTokens);
    const auto output = out.times(maxOutputTokens);
    if (!input || !output) {
        return fail(input ? output.error() : input.error());
    }
    const auto fee = row->priceOf(Meter::Request).value_or(UnitPrice()).times(1);
    const auto sum = input->plus(*output);
    const auto all = sum ? sum->plus(fee.value_or(Money())) : sum;
    if (!all) {
        return fail(all.error());
    }
    return std::optional<Money>(*all);
}

std::optional<Money> costOf(const ModelPrices& prices, qint64 atMs, const Usage& usage)
{
    CostLine at;
    at.lineAtMs = atMs;
    const auto lines = linesForUsage(prices, usage, at);
    if (!lines || lines->isEmpty()) {
        return std::nullopt;
    }
    MoneySum sum;
    for (const CostLine& line : *lines) {
        if (!line.cost) {
            return std::nullopt;
        }
        sum.add(*line.cost);
    }
    const auto total = sum.total();
    return total ? std::optional(*total) : std::nullopt;
}

} // namespace lathe
