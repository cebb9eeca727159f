// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/billing/ledger.h"

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr std::pair<Meter, qint64 Usage::*> kTokenMeters[] = {
    {Meter::Input, &Usage::input},
    {Meter::CacheRead, &Usage::cacheRead},
    {Meter::CacheWrite, &Usage::cacheWrite},
    {Meter::CacheWrite1h, &Usage::cacheWrite1h},
    {Meter::InputAudio, &Usage::inputAudio},
    {Meter::Output, &Usage::output},
    {Meter::OutputAudio, &Usage::outputAudio},
};

/// Fills in price and cost; without a rate the cost stays unknown.
Result<void> price(CostLine& line, const PriceBook& book, const std::optional<Rate>& rate, bool estimated)
{
    line.priceBookVersion = book.version();
    line.unitPrice.reset();
    line.cost.reset();
    line.rateId.clear();
    line.costSource.clear();
    line.per = 1;
    line.state = CostState::Unknown;
    if (!rate) {
        return {};
    }
    const auto cost = rate->price.times(line.quantity);
    if (!cost) {
        return fail(cost.error());
    }
    line.unitPrice = rate->price;
    line.per = rate->per;
    line.cost = *cost;
    line.rateId = rate->rateId;
    line.state = estimated ? CostState::Estimated : CostState::Computed;
    line.costSource = estimated ? u"Estimated"_s : rate->source;
    return {};
}

} // namespace

Result<QList<CostLine>> linesForUsage(const PriceBook& book, const Usage& usage, CostLine template_)
{
    template_.unit = u"Tokens"_s;
    template_.quantity = 0;
    template_.meter = Meter::Input;
    QList<CostLine> lines;
    if (usage.source == UsageSource::Missing) {
        const auto unknown = price(template_, book, std::nullopt, false);
        Q_ASSERT(unknown);
        lines.append(template_);
        return lines;
    }
    const QString& model = template_.modelBilled.isEmpty() ? template_.modelRequested : template_.modelBilled;
    for (const auto& [meter, member] : kTokenMeters) {
        const qint64 quantity = usage.*member;
        if (quantity < 0) {
            return fail(ErrorCode::InvalidInput,
                        u"Usage of %1 tokens of class %2 cannot be billed"_s.arg(quantity).arg(toName(meter)));
        }
        if (quantity == 0) {
            continue;
        }
        CostLine line = template_;
        line.meter = meter;
        line.quantity = quantity;
        const auto rate = book.rateFor(template_.provider, model, meter);
        const auto priced = price(line, book, rate, usage.source == UsageSource::Estimated);
        if (!priced) {
            return fail(priced.error());
        }
        lines.append(line);
    }
    return lines;
}

Result<CostLine> lineForToolCall(const PriceBook& book, CostLine template_)
{
    template_.meter = Meter::ToolCall;
    template_.unit = u"Calls"_s;
    template_.quantity = 1;
    template_.attempt = 0;
    const auto priced = price(template_, book, book.toolRate(template_.tool), false);
    if (!priced) {
        return fail(priced.error());
    }
    return template_;
}

Result<std::optional<Money>> worstCase(const PriceBook& book, const QString& provider, const QString& model,
                                       qint64 inputTokens, qint64 maxOutputTokens)
{
    const auto inputRate = book.rateFor(provider, model, Meter::Input);
    const auto outputRate = book.rateFor(provider, model, Meter::Output);
    if (!inputRate || !outputRate) {
        return std::optional<Money>();
    }
    const auto input = inputRate->price.times(inputTokens);
    const auto output = outputRate->price.times(maxOutputTokens);
    if (!input || !output) {
        return fail(input ? output.error() : input.error());
    }
    const auto sum = input->plus(*output);
    if (!sum) {
        return fail(sum.error());
    }
    return std::optional<Money>(*sum);
}

} // namespace lathe
