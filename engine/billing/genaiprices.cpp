// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/billing/exactnumbers.h"
#include "engine/billing/pricecollector.h"

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

QString genaiMeter(const QString& field, int *shift)
{
    static const QHash<QString, QString> kNames{{u"cache_audio_read"_s, u"cache_read_audio"_s},
                                                {u"requests"_s, u"request"_s},
                                                {u"web_searches"_s, u"web_search"_s},
                                                {u"file_searches"_s, u"file_search"_s}};
    QString name;
    if (field.endsWith("_mtok"_L1)) {
        name = field.chopped(5);
    } else if (field.endsWith("_kcount"_L1)) {
        name = field.chopped(7);
    }
    *shift = 0; // quoted per million and per thousand already
    name = kNames.value(name, name);
    return fromName<Meter>(name) ? name : QString();
}

/// The rows of one set of prices: one for each size of input at which a price changes.
QJsonArray genaiRows(PriceCollector& out, const QString& id, const QJsonObject& prices, const QJsonObject& when)
{
    QMap<qint64, MeterPrices> bySize{{0, {}}};
    for (const QJsonValue& price : prices) {
        for (const QJsonValue& tier : price.toObject().value("tiers"_L1).toArray()) {
            bySize.insert(tier.toObject().value("start"_L1).toString().toLongLong() + 1, {});
        }
    }
    for (auto it = prices.constBegin(); it != prices.constEnd(); ++it) {
        int shift = 0;
        const QString meter = genaiMeter(it.key(), &shift);
        if (meter.isEmpty()) {
            out.note(u"%1: %2 is not counted"_s.arg(id, it.key()));
            continue;
        }
        for (auto row = bySize.begin(); row != bySize.end(); ++row) {
            QString text = it->isObject() ? it->toObject().value("base"_L1).toString() : it->toString();
            for (const QJsonValue& value : it->toObject().value("tiers"_L1).toArray()) {
                const QJsonObject tier = value.toObject();
                if (tier.value("start"_L1).toString().toLongLong() < row.key()) {
                    text = tier.value("price"_L1).toString();
                }
            }
            const auto decimal = scaledDecimal(text, shift);
            if (!decimal) {
                out.note(u"%1: %2 of \"%3\" cannot be used"_s.arg(id, it.key(), text));
                continue;
            }
            row->insert(meter, *decimal);
        }
    }
    QJsonArray rows;
    for (auto row = bySize.cbegin(); row != bySize.cend(); ++row) {
        if (!row->isEmpty()) {
            QJsonObject json = when;
            if (row.key() > 0) {
                json.insert("min_input_tokens"_L1, row.key());
            }
            json.insert("prices"_L1, pricesJson(*row));
            rows.append(json);
        }
    }
    return rows;
}

void genaiMatch(const QJsonObject& match, QJsonArray& aliases, QJsonArray& prefixes)
{
    if (match.contains("equals"_L1)) {
        aliases.append(match.value("equals"_L1));
    } else if (match.contains("starts_with"_L1)) {
        prefixes.append(match.value("starts_with"_L1));
    }
    for (const QJsonValue& one : match.value("or"_L1).toArray()) {
        genaiMatch(one.toObject(), aliases, prefixes);
    }
}

void importGenaiModel(PriceCollector& out, const QString& provider, const QJsonObject& model)
{
    const QString name = model.value("id"_L1).toString();
    const QString id = provider + u'/' + name;
    QJsonArray rates;
    if (model.value("prices"_L1).isObject()) {
        rates = genaiRows(out, id, model.value("prices"_L1).toObject(), {});
    }
    QString from;
    for (const QJsonValue& value : model.value("prices"_L1).toArray()) {
        const QJsonObject conditional = value.toObject();
        const QJsonObject constraint = conditional.value("constraint"_L1).toObject();
        QJsonObject when;
        if (constraint.contains("start_date"_L1)) {
            from = constraint.value("start_date"_L1).toString() + u"T00:00:00Z"_s;
        }
        if (!from.isEmpty() && !constraint.isEmpty()) {
            when.insert("from"_L1, from); // a window listed after a date holds from that date on
        }
        if (constraint.contains("start_time"_L1)) {
            const QJsonObject window{{u"start"_s, constraint.value("start_time"_L1).toString().left(5)},
                                     {u"end"_s, constraint.value("end_time"_L1).toString().left(5)}};
            when.insert("utc_windows"_L1, QJsonArray{window});
        }
        for (const QJsonValue& row : genaiRows(out, id, conditional.value("prices"_L1).toObject(), when)) {
            rates.append(row);
        }
    }
    QJsonArray aliases;
    QJsonArray prefixes;
    genaiMatch(model.value("match"_L1).toObject(), aliases, prefixes);
    QJsonObject more;
    if (!aliases.isEmpty()) {
        more.insert("aliases"_L1, aliases);
    }
    if (!prefixes.isEmpty()) {
        more.insert("prefixes"_L1, prefixes);
    }
    if (const qint64 window = model.value("context_window"_L1).toString().toLongLong(); window > 0) {
        more.insert("context_window"_L1, window);
    }
    if (const QDate checked = QDate::fromString(model.value("prices_checked"_L1).toString(), Qt::ISODate);
        checked.isValid()) {
        more.insert("as_of"_L1, checked.toString(Qt::ISODate));
        more.insert("as_of_kind"_L1, u"price checked by source"_s);
    }
    out.add(provider, name, rates, more);
}

} // namespace

Result<ImportedPrices> importGenaiPrices(const QJsonArray& providers, QDate today)
{
    PriceCollector out(u"genai-prices"_s, today);
    for (const QJsonValue& value : providers) {
        const QJsonObject provider = value.toObject();
        for (const QJsonValue& model : provider.value("models"_L1).toArray()) {
            importGenaiModel(out, provider.value("id"_L1).toString(), model.toObject());
        }
    }
    return out.finish();
}

} // namespace lathe
