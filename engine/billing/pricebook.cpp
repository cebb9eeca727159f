// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/billing/pricebook.h"

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr qint64 kMillion = 1'000'000;
constexpr auto kDefaultPerMillionTokens = "2"_L1;
constexpr auto kDefaultPerToolCall = "0.005"_L1;

QJsonObject rateToJson(const Rate& rate)
{
    QJsonObject json;
    json.insert("price"_L1, rate.price.toDecimal(rate.per));
    json.insert("per"_L1, rate.per);
    json.insert("rateId"_L1, rate.rateId);
    return json;
}

} // namespace

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
    PriceBook book;
    book.m_id = u"lathe/flat"_s;
    book.m_version = u"flat/1"_s;
    if (tokenText != kDefaultPerMillionTokens || toolText != kDefaultPerToolCall) {
        book.m_version = u"flat/1;token=%1;call=%2"_s.arg(tokenText, toolText);
    }
    book.m_token = {*token, kMillion, u"flat/token"_s, u"Flat"_s};
    book.m_tool = {*tool, 1, u"flat/tool_call"_s, u"Flat"_s};
    return book;
}

std::optional<Rate> PriceBook::rateFor(const QString& provider, const QString& model, Meter meter) const
{
    Q_UNUSED(provider)
    Q_UNUSED(model)
    return meter == Meter::ToolCall ? m_tool : m_token;
}

std::optional<Rate> PriceBook::toolRate(const QString& tool) const
{
    Q_UNUSED(tool)
    return m_tool;
}

QJsonObject PriceBook::toJson() const
{
    QJsonObject json;
    json.insert("id"_L1, m_id);
    json.insert("version"_L1, m_version);
    json.insert("currency"_L1, u"USD"_s);
    json.insert("tokens"_L1, rateToJson(m_token));
    json.insert("toolCalls"_L1, rateToJson(m_tool));
    return json;
}

} // namespace lathe
