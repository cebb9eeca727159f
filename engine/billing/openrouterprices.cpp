// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/billing/exactnumbers.h"
#include "engine/billing/pricecollector.h"

using namespace Qt::StringLiterals;

namespace lathe {

Result<ImportedPrices> importOpenRouterPrices(const QJsonArray& models, QDate today)
{
    static constexpr std::pair<QLatin1StringView, QLatin1StringView> kFields[] = {
        {"prompt"_L1, "input"_L1},
        {"completion"_L1, "output"_L1},
        {"input_cache_read"_L1, "cache_read"_L1},
        {"input_cache_write"_L1, "cache_write"_L1},
        {"internal_reasoning"_L1, "reasoning"_L1},
        {"request"_L1, "request"_L1},
        {"web_search"_L1, "web_search"_L1}};
    PriceCollector out(u"openrouter"_s, today);
    for (const QJsonValue& value : models) {
        const QJsonObject model = value.toObject();
        const QString id = model.value("id"_L1).toString();
        const QJsonObject pricing = model.value("pricing"_L1).toObject();
        MeterPrices prices;
        bool usable = true;
        for (const auto& [field, meter] : kFields) {
            const QString text = pricing.value(field).toString();
            const bool perRequest = meter == "request"_L1 || meter == "web_search"_L1;
            const auto decimal = scaledDecimal(text, perRequest ? kPerThousand : kPerMillion);
            // A reasoning price or a fee of 0 says that there is none of its own.
            if (text.isEmpty() || (decimal == u"0"_s && (meter == "reasoning"_L1 || perRequest))) {
                continue;
            }
            if (!decimal) {
                out.note(u"openrouter/%1: %2 of \"%3\" means that the price is not known"_s.arg(id, field, text));
                usable = false;
                break;
            }
            prices.insert(meter, *decimal);
        }
        if (!usable) {
            continue;
        }
        QJsonObject more;
        if (const qint64 window = model.value("context_length"_L1).toString().toLongLong(); window > 0) {
            more.insert("context_window"_L1, window);
        }
        const QJsonArray rates =
            prices.isEmpty() ? QJsonArray() : QJsonArray{QJsonObject{{u"prices"_s, pricesJson(prices)}}};
        out.add(u"openrouter"_s, id, rates, more);
    }
    return out.finish();
}

} // namespace lathe
