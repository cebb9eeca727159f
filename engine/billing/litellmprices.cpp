// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/billing/exactnumbers.h"
#include "engine/billing/pricecollector.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

struct LitellmField
{
    QString meter; ///< empty: not one that is counted
    QString tier;
    qint64 minInput = 0;
};

/// "cache_creation_input_token_cost_above_1hr_above_200k_tokens_flex": what, for how long, from what size, which tier.
LitellmField litellmField(QString name)
{
    static const QHash<QString, QString> kMeters{{u"input_cost_per_token"_s, u"input"_s},
                                                 {u"output_cost_per_token"_s, u"output"_s},
                                                 {u"cache_read_input_token_cost"_s, u"cache_read"_s},
                                                 {u"cache_creation_input_token_cost"_s, u"cache_write"_s},
                                                 {u"input_cost_per_audio_token"_s, u"input_audio"_s},
                                                 {u"output_cost_per_audio_token"_s, u"output_audio"_s},
                                                 {u"cache_read_input_audio_token_cost"_s, u"cache_read_audio"_s},
                                                 {u"output_cost_per_reasoning_token"_s, u"reasoning"_s},
                                                 {u"input_cost_per_request"_s, u"request"_s}};
    static const QRegularExpression size(u"_above_(\\d+)(k?)_tokens$"_s);
    LitellmField field;
    bool anHour = false;
    while (true) {
        if (const auto match = size.match(name); match.hasMatch()) {
            field.minInput = match.captured(1).toLongLong() * (match.captured(2).isEmpty() ? 1 : 1000) + 1;
            name.truncate(match.capturedStart());
        } else if (name.endsWith("_above_1hr"_L1)) {
            anHour = true;
            name.chop(10);
        } else if (name.endsWith("_batches"_L1)) {
            field.tier = u"batch"_s;
            name.chop(8);
        } else if (name.endsWith("_flex"_L1)) {
            field.tier = u"flex"_s;
            name.chop(5);
        } else if (name.endsWith("_priority"_L1)) {
            field.tier = u"priority"_s;
            name.chop(9);
        } else {
            break;
        }
    }
    field.meter = kMeters.value(name);
    if (anHour) {
        field.meter = field.meter == "cache_write"_L1 ? u"cache_write_1h"_s : QString();
    }
    return field;
}

void importLitellmModel(PriceCollector& out, const QString& key, const QJsonObject& entry)
{
    static const QSet<QString> kModes{u"chat"_s, u"completion"_s, u"responses"_s, u"embedding"_s};
    const QString provider = entry.value("litellm_provider"_L1).toString();
    if (provider.isEmpty() || !kModes.contains(entry.value("mode"_L1).toString(u"chat"_s))) {
        return; // priced by pictures, seconds or pages
    }
    QMap<std::pair<QString, qint64>, MeterPrices> rows;
    for (auto it = entry.constBegin(); it != entry.constEnd(); ++it) {
        const LitellmField field = litellmField(it.key());
        if (field.meter.isEmpty() || it->isNull()) {
            continue;
        }
        const auto decimal = scaledDecimal(it->toString(), field.meter == "request"_L1 ? kPerThousand : kPerMillion);
        if (!decimal) {
            out.note(u"%1: %2 of \"%3\" cannot be used"_s.arg(key, it.key(), it->toString()));
            continue;
        }
        rows[{field.tier, field.minInput}].insert(field.meter, *decimal);
    }
    // A row for a size or a tier names only what differs.
    const MeterPrices base = rows.value({QString(), 0});
    QJsonArray rates;
    for (auto row = rows.begin(); row != rows.end(); ++row) {
        const auto& [tier, minInput] = row.key();
        const MeterPrices ofTier = minInput > 0 && !tier.isEmpty() ? rows.value({tier, 0}) : MeterPrices();
        for (const MeterPrices& fallback : {ofTier, base}) {
            for (auto it = fallback.cbegin(); it != fallback.cend(); ++it) {
                if (!row->contains(it.key())) {
                    row->insert(it.key(), it.value());
                }
            }
        }
        QJsonObject rate{{u"prices"_s, pricesJson(*row)}};
        if (!tier.isEmpty()) {
            rate.insert("service_tier"_L1, tier);
        }
        if (minInput > 0) {
            rate.insert("min_input_tokens"_L1, minInput);
        }
        rates.append(rate);
    }
    QJsonObject more;
    if (const qint64 window = entry.value("max_input_tokens"_L1).toString().toLongLong(); window > 0) {
        more.insert("context_window"_L1, window);
    }
    const QString prefix = provider + u'/';
    out.add(provider, key.startsWith(prefix) ? key.mid(prefix.size()) : key, rates, more);
}

} // namespace

Result<ImportedPrices> importLitellmPrices(const QJsonObject& models, QDate today)
{
    PriceCollector out(u"litellm"_s, today);
    // "provider/model" is often there beside "model", which is the one that is looked after.
    for (const bool prefixed : {false, true}) {
        for (auto it = models.constBegin(); it != models.constEnd(); ++it) {
            const QJsonObject entry = it->toObject();
            const QString prefix = entry.value("litellm_provider"_L1).toString() + u'/';
            if (it.key() != "sample_spec"_L1 && it.key().startsWith(prefix) == prefixed) {
                importLitellmModel(out, it.key(), entry);
            }
        }
    }
    return out.finish();
}

} // namespace lathe
