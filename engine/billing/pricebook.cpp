// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/billing/pricebook.h"

#include <QJsonArray>
#include <QRegularExpression>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr qint64 kMillion = 1'000'000;
constexpr qint64 kMinuteMs = 60'000;
constexpr qint64 kMinutesOfDay = 24 * 60;
constexpr auto kDefaultPerMillionTokens = "2"_L1;
constexpr auto kDefaultPerToolCall = "0.005"_L1;

/// What a meter without a price of its own is priced as.
std::optional<Meter> wholeOf(Meter meter)
{
    switch (meter) {
    case Meter::CacheRead:
    case Meter::CacheWrite:
    case Meter::InputAudio:
        return Meter::Input;
    case Meter::CacheReadAudio:
        return Meter::CacheRead;
    case Meter::CacheWrite1h:
        return Meter::CacheWrite;
    case Meter::Reasoning:
    case Meter::OutputAudio:
        return Meter::Output;
    case Meter::Input:
    case Meter::Output:
        return Meter::AnyToken;
    case Meter::AnyToken:
    case Meter::WebSearch:
    case Meter::FileSearch:
    case Meter::Request:
    case Meter::ToolCall:
        break;
    }
    return std::nullopt;
}

bool isInWindow(const QList<RateRow::Window>& windows, qint64 atMs)
{
    const qint64 minute = ((atMs / kMinuteMs) % kMinutesOfDay + kMinutesOfDay) % kMinutesOfDay;
    return std::any_of(windows.begin(), windows.end(), [minute](const RateRow::Window& window) {
        return window.from < window.to ? minute >= window.from && minute < window.to
                                       : minute >= window.from || minute < window.to;
    });
}

/// Whether a goes before b when both hold.
bool isCloser(const RateRow& a, const RateRow& b)
{
    if (a.region.isEmpty() != b.region.isEmpty()) {
        return b.region.isEmpty();
    }
    if (a.fromMs != b.fromMs) {
        return a.fromMs > b.fromMs;
    }
    if (a.windows.isEmpty() != b.windows.isEmpty()) {
        return b.windows.isEmpty();
    }
    return a.minInputTokens > b.minInputTokens;
}

QString nameKey(const QString& provider, const QString& name)
{
    return QString(provider + u'/' + name).toLower();
}

} // namespace

QString billingProvider(const QString& provider)
{
    if (provider == "openai-responses"_L1) {
        return u"openai"_s;
    }
    return provider == "gemini"_L1 ? u"google"_s : provider;
}

std::optional<UnitPrice> RateRow::priceOf(Meter meter) const
{
    for (std::optional<Meter> at = meter; at; at = wholeOf(*at)) {
        if (const auto& price = listed[static_cast<size_t>(*at)]) {
            return price;
        }
    }
    return std::nullopt;
}

bool RateRow::holdsFor(const PricedCall& call) const
{
    return call.atMs >= fromMs && call.atMs < toMs && call.totalInput >= minInputTokens &&
           serviceTier == call.serviceTier && (region.isEmpty() || region == call.region) &&
           (windows.isEmpty() || isInWindow(windows, call.atMs));
}

const RateRow *ModelPrices::rowFor(const PricedCall& call) const
{
    if (m_model == nullptr) {
        return nullptr;
    }
    if (m_book->flat) {
        return &m_model->rates.constFirst();
    }
    const RateRow *best = nullptr;
    for (const RateRow& row : m_model->rates) {
        if (row.holdsFor(call) && (best == nullptr || isCloser(row, *best))) {
            best = &row;
        }
    }
    return best;
}

QString ModelPrices::bookVersion() const
{
    return m_book ? m_book->version : QString();
}

PriceBook PriceBook::flat()
{
    const auto book = flatWith(QString(kDefaultPerMillionTokens), QString(kDefaultPerToolCall));
    Q_ASSERT(book);
    return *book;
}

Result<PriceBook> PriceBook::flatWith(const QString& perMillionTokens, const QString& perToolCall)
{
    const auto token = UnitPrice::fromDecimal(perMillionTokens, kMillion);
    if (!token) {
        return fail(ErrorCode::InvalidInput, u"Price per million tokens: %1"_s.arg(token.error().message));
    }
    const auto tool = UnitPrice::fromDecimal(perToolCall, 1);
    if (!tool) {
        return fail(ErrorCode::InvalidInput, u"Price per tool call: %1"_s.arg(tool.error().message));
    }
    // A line keeps the version it was priced with, so other prices must never share a version.
    const QString tokenText = token->toDecimal(kMillion);
    const QString toolText = tool->toDecimal(1);
    auto data = std::make_shared<PriceBookData>();
    data->id = u"lathe/flat"_s;
    data->version = u"flat/1"_s;
    if (tokenText != kDefaultPerMillionTokens || toolText != kDefaultPerToolCall) {
        data->version = u"flat/1;token=%1;call=%2"_s.arg(tokenText, toolText);
    }
    data->flat = true;
    RateRow row;
    row.listed[static_cast<size_t>(Meter::AnyToken)] = *token;
    row.rateId = u"flat/token"_s;
    data->everyModel.rates.append(row);
    data->toolCall = ToolRate{*tool, u"flat/tool_call"_s};
    const QJsonObject prices{{u"any_token"_s, tokenText}, {u"tool_call"_s, toolText}};
    const QJsonArray rates{QJsonObject{{u"prices"_s, prices}}};
    data->document = {{u"format"_s, u"lathe.pricebook/1"_s},
                      {u"version"_s, data->version},
                      {u"currency"_s, u"USD"_s},
                      {u"meters"_s, QJsonObject()},
                      {u"sources"_s, QJsonObject()},
                      {u"models"_s, QJsonArray()},
                      {u"defaults"_s, QJsonObject{{u"id"_s, data->id}, {u"rates"_s, rates}}}};
    return PriceBook(std::move(data));
}

Result<PriceBook> PriceBook::flatOfVersion(const QString& version)
{
    static const QRegularExpression form(u"^flat/1(?:;token=([0-9.]+);call=([0-9.]+))?$"_s);
    const auto match = form.match(version);
    if (!match.hasMatch()) {
        return fail(ErrorCode::NotFound, u"there is no price book %1"_s.arg(version));
    }
    return match.captured(1).isEmpty() ? flat() : flatWith(match.captured(1), match.captured(2));
}

const QString& PriceBook::id() const
{
    return d->id;
}

const QString& PriceBook::version() const
{
    return d->version;
}

const QJsonObject& PriceBook::document() const
{
    return d->document;
}

const QList<PricedModel>& PriceBook::models() const
{
    return d->models;
}

bool PriceBook::isFlat() const
{
    return d->flat;
}

ModelPrices PriceBook::model(const QString& provider, const QString& requested, const QString& billed) const
{
    if (d->flat) {
        return ModelPrices(d, &d->everyModel);
    }
    const QString bills = billingProvider(provider);
    const auto find = [&](const QString& name) -> const PricedModel * {
        auto at = d->byName.constFind(nameKey(bills, name));
        if (at == d->byName.constEnd() && name.contains(u'/')) {
            at = d->byName.constFind(name.toLower()); // a gateway names the provider with the model
        }
        if (at != d->byName.constEnd()) {
            return &d->models.at(*at);
        }
        const PricedModel *best = nullptr;
        qsizetype longest = 0;
        for (const PricedModel& model : d->models) {
            if (model.provider.compare(bills, Qt::CaseInsensitive) != 0) {
                continue;
            }
            for (const QString& prefix : model.prefixes) {
                if (prefix.size() > longest && name.startsWith(prefix, Qt::CaseInsensitive)) {
                    best = &model;
                    longest = prefix.size();
                }
            }
        }
        return best;
    };
    const PricedModel *found = billed.isEmpty() ? nullptr : find(billed);
    const bool snapshot = billed.isEmpty() || billed.startsWith(requested + u'-', Qt::CaseInsensitive);
    if (found == nullptr && snapshot && !requested.isEmpty()) {
        found = find(requested);
    }
    return ModelPrices(d, found);
}

std::optional<ToolRate> PriceBook::toolRate(const QString& tool) const
{
    const auto own = d->tools.constFind(tool);
    return own != d->tools.constEnd() ? std::optional(*own) : d->toolCall;
}

} // namespace lathe
