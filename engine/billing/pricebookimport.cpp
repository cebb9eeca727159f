// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/billing/pricebookimport.h"

#include "engine/billing/exactnumbers.h"
#include "engine/core/canonicaljson.h"
#include "engine/core/jsonreader.h"

#include <QJsonArray>
#include <QMap>
#include <QRegularExpression>
#include <QSet>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr int kMillion = 6;  // a price per unit becomes one per 10^6 units
constexpr int kThousand = 3; // and a fee per request one per 10^3

using Prices = QMap<QString, QString>; // meter: decimal text

QJsonObject pricesJson(const Prices& prices)
{
    QJsonObject json;
    for (auto it = prices.cbegin(); it != prices.cend(); ++it) {
        json.insert(it.key(), it.value());
    }
    return json;
}

/// Collects the models of a source into one document.
class Collector
{
public:
    Collector(QString source, QDate today) : m_source(std::move(source)), m_today(today.toString(Qt::ISODate)) {}

    void add(const QString& provider, const QString& model, const QJsonArray& rates, QJsonObject more = {})
    {
        const QString id = provider + u'/' + model;
        if (rates.isEmpty()) {
            note(u"%1: no price that can be used"_s.arg(id));
            return;
        }
        if (m_names.contains(id.toLower())) {
            note(u"%1: named twice, the first is kept"_s.arg(id));
            return;
        }
        m_names.insert(id.toLower());
        QJsonArray aliases;
        for (const QJsonValue& alias : more.value("aliases"_L1).toArray()) {
            const QString name = QString(provider + u'/' + alias.toString()).toLower();
            if (!m_names.contains(name)) {
                m_names.insert(name);
                aliases.append(alias);
            }
        }
        if (aliases.isEmpty()) {
            more.remove("aliases"_L1);
        } else {
            more.insert("aliases"_L1, aliases);
        }
        more.insert("id"_L1, id);
        more.insert("provider"_L1, provider);
        more.insert("model"_L1, model);
        more.insert("rates"_L1, rates);
        more.insert("source"_L1, m_source);
        if (!more.contains("as_of"_L1)) {
            more.insert("as_of"_L1, m_today);
        }
        m_models.append(more);
    }

    void note(const QString& text) { m_notes.append(text); }

    Result<ImportedPrices> finish() const
    {
        if (m_models.isEmpty()) {
            return fail(ErrorCode::InvalidInput, u"the file holds no prices that can be used"_s, m_notes.join(u'\n'));
        }
        QJsonObject document{
            {u"format"_s, u"lathe.pricebook/1"_s},
            {u"currency"_s, u"USD"_s},
            {u"meters"_s, QJsonObject()},
            {u"sources"_s, QJsonObject{{m_source, QJsonObject{{u"name"_s, m_source}, {u"imported"_s, m_today}}}}},
            {u"models"_s, m_models}};
        // Two imports of one day differ in version when they differ in content.
        const QString digest = QString::fromLatin1(sha256Hex(canonicalJson(document)).left(8));
        document.insert("version"_L1, QString(m_today + u'.' + digest));
        return ImportedPrices{document, m_source, m_notes};
    }

private:
    QString m_source;
    QString m_today;
    QJsonArray m_models;
    QSet<QString> m_names;
    QStringList m_notes;
};

// genai-prices ----------------------------------------------------------------------------------------------------

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
QJsonArray genaiRows(Collector& out, const QString& id, const QJsonObject& prices, const QJsonObject& when)
{
    QMap<qint64, Prices> bySize{{0, {}}};
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

void importGenaiModel(Collector& out, const QString& provider, const QJsonObject& model)
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

Result<ImportedPrices> importGenai(const QJsonArray& providers, QDate today)
{
    Collector out(u"genai-prices"_s, today);
    for (const QJsonValue& value : providers) {
        const QJsonObject provider = value.toObject();
        for (const QJsonValue& model : provider.value("models"_L1).toArray()) {
            importGenaiModel(out, provider.value("id"_L1).toString(), model.toObject());
        }
    }
    return out.finish();
}

// LiteLLM -----------------------------------------------------------------------------------------------------------

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

void importLitellmModel(Collector& out, const QString& key, const QJsonObject& entry)
{
    static const QSet<QString> kModes{u"chat"_s, u"completion"_s, u"responses"_s, u"embedding"_s};
    const QString provider = entry.value("litellm_provider"_L1).toString();
    if (provider.isEmpty() || !kModes.contains(entry.value("mode"_L1).toString(u"chat"_s))) {
        return; // priced by pictures, seconds or pages
    }
    QMap<std::pair<QString, qint64>, Prices> rows;
    for (auto it = entry.constBegin(); it != entry.constEnd(); ++it) {
        const LitellmField field = litellmField(it.key());
        if (field.meter.isEmpty() || it->isNull()) {
            continue;
        }
        const auto decimal = scaledDecimal(it->toString(), field.meter == "request"_L1 ? kThousand : kMillion);
        if (!decimal) {
            out.note(u"%1: %2 of \"%3\" cannot be used"_s.arg(key, it.key(), it->toString()));
            continue;
        }
        rows[{field.tier, field.minInput}].insert(field.meter, *decimal);
    }
    // A row for a size or a tier names only what differs.
    const Prices base = rows.value({QString(), 0});
    QJsonArray rates;
    for (auto row = rows.begin(); row != rows.end(); ++row) {
        const auto& [tier, minInput] = row.key();
        const Prices ofTier = minInput > 0 && !tier.isEmpty() ? rows.value({tier, 0}) : Prices();
        for (const Prices& fallback : {ofTier, base}) {
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

Result<ImportedPrices> importLitellm(const QJsonObject& models, QDate today)
{
    Collector out(u"litellm"_s, today);
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

// OpenRouter --------------------------------------------------------------------------------------------------------

Result<ImportedPrices> importOpenRouter(const QJsonArray& models, QDate today)
{
    static constexpr std::pair<QLatin1StringView, QLatin1StringView> kFields[] = {
        {"prompt"_L1, "input"_L1},
        {"completion"_L1, "output"_L1},
        {"input_cache_read"_L1, "cache_read"_L1},
        {"input_cache_write"_L1, "cache_write"_L1},
        {"internal_reasoning"_L1, "reasoning"_L1},
        {"request"_L1, "request"_L1},
        {"web_search"_L1, "web_search"_L1}};
    Collector out(u"openrouter"_s, today);
    for (const QJsonValue& value : models) {
        const QJsonObject model = value.toObject();
        const QString id = model.value("id"_L1).toString();
        const QJsonObject pricing = model.value("pricing"_L1).toObject();
        Prices prices;
        bool usable = true;
        for (const auto& [field, meter] : kFields) {
            const QString text = pricing.value(field).toString();
            const bool perRequest = meter == "request"_L1 || meter == "web_search"_L1;
            const auto decimal = scaledDecimal(text, perRequest ? kThousand : kMillion);
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

} // namespace

Result<ImportedPrices> importPrices(const QByteArray& file, QDate today)
{
    const QByteArray trimmed = file.trimmed();
    if (trimmed.startsWith('[')) {
        const auto wrapped = parseJsonObject(QByteArray("{\"providers\":" + numbersAsText(trimmed) + '}'));
        if (!wrapped) {
            return fail(wrapped.error());
        }
        return importGenai(wrapped->value("providers"_L1).toArray(), today);
    }
    const auto plain = parseJsonObject(file);
    if (!plain) {
        return fail(plain.error());
    }
    if (plain->contains("format"_L1)) {
        return ImportedPrices{*plain, plain->value("format"_L1).toString(), {}};
    }
    const auto exact = parseJsonObject(numbersAsText(file));
    if (!exact) {
        return fail(exact.error());
    }
    if (exact->value("data"_L1).isArray()) {
        return importOpenRouter(exact->value("data"_L1).toArray(), today);
    }
    if (exact->value("providers"_L1).isArray()) {
        return importGenai(exact->value("providers"_L1).toArray(), today);
    }
    const auto isPriced = [](const QJsonValue& value) { return value.toObject().contains("litellm_provider"_L1); };
    if (std::any_of(exact->constBegin(), exact->constEnd(), isPriced)) {
        return importLitellm(*exact, today);
    }
    return fail(ErrorCode::InvalidInput,
                u"this is none of lathe.pricebook/1, genai-prices, LiteLLM's price map and OpenRouter's model list"_s);
}

QList<PriceFinding> checkPrices(const PriceBook& book, QDate today)
{
    constexpr int kOldDays = 60;
    QList<PriceFinding> findings;
    QDate newest;
    for (const PricedModel& model : book.models()) {
        newest = std::max(newest, QDate::fromString(model.asOf, Qt::ISODate));
        for (const RateRow& row : model.rates) {
            const auto at = [&row](Meter meter) { return row.listed[static_cast<size_t>(meter)]; };
            const auto input = at(Meter::Input);
            if (!input) {
                if (!row.priceOf(Meter::Input)) {
                    findings.append({false, u"%1 has no price for input: its cost will be unknown"_s.arg(row.rateId)});
                }
                continue;
            }
            const auto say = [&](Meter meter, const QString& what) {
                findings.append({true, u"%1: %2 at $%3 %4 input at $%5 per million tokens"_s.arg(
                                           row.rateId, toName(meter), at(meter)->toDecimal(1'000'000), what,
                                           input->toDecimal(1'000'000))});
            };
            if (const auto read = at(Meter::CacheRead); read && *read > *input) {
                say(Meter::CacheRead, u"is dearer than"_s);
            }
            const auto most = UnitPrice::fromAttoPerUnit(input->attoPerUnit() * 4);
            for (const Meter meter : {Meter::CacheWrite, Meter::CacheWrite1h}) {
                if (const auto write = at(meter);
                    write && !(write->attoPerUnit() == 0) && (*write < *input || *write > most)) {
                    say(meter, u"is not one to four times"_s);
                }
            }
            if (const auto output = at(Meter::Output);
                output && output->attoPerUnit() != 0 && output->attoPerUnit() * 4 < input->attoPerUnit()) {
                say(Meter::Output, u"is less than a quarter of"_s);
            }
        }
    }
    for (const QJsonValue& model : book.document().value("models"_L1).toArray()) {
        const QJsonObject tiers = model.toObject().value("service_tiers"_L1).toObject();
        for (auto it = tiers.constBegin(); it != tiers.constEnd(); ++it) {
            if (it->toObject().value("verify"_L1).toBool()) {
                findings.append({false, u"%1: the factor of tier %2 is marked as unverified"_s.arg(
                                            model.toObject().value("id"_L1).toString(), it.key())});
            }
        }
    }
    if (newest.isValid() && newest.daysTo(today) > kOldDays) {
        findings.append(
            {false,
             u"the newest price is of %1, %2 days ago"_s.arg(newest.toString(Qt::ISODate)).arg(newest.daysTo(today))});
    }
    return findings;
}

} // namespace lathe
