// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/billing/pricebook.h"
#include "engine/core/jsonreader.h"
#include "engine/domain/costline.h"

#include <QDateTime>
#include <QRegularExpression>
#include <QSet>

using namespace Qt::StringLiterals;

// Reads a document of the format lathe.pricebook/1. Strict: a book that is read in part would price in part.

namespace lathe {

namespace {

constexpr auto kFormat = "lathe.pricebook/1"_L1;

const QRegularExpression& decimalForm()
{
    static const QRegularExpression form(u"^(0|[1-9][0-9]*)(\\.[0-9]{1,12})?$"_s);
    return form;
}

std::optional<qint64> timeAt(JsonReader& reader, QLatin1StringView key)
{
    const QString text = reader.string(key);
    if (text.isEmpty()) {
        return std::nullopt;
    }
    const QDateTime time = QDateTime::fromString(text, u"yyyy-MM-dd'T'HH:mm:ss'Z'"_s);
    if (!time.isValid()) {
        reader.addIssueAt(key, u"must be a UTC time like 2026-11-22T00:00:00Z"_s);
        return std::nullopt;
    }
    return QDateTime(time.date(), time.time(), Qt::UTC).toMSecsSinceEpoch();
}

std::optional<int> minuteAt(JsonReader& reader, QLatin1StringView key)
{
    static const QRegularExpression form(u"^([01]\\d|2[0-3]):([0-5]\\d)$"_s);
    const auto match = form.match(reader.requiredString(key));
    if (!match.hasMatch()) {
        reader.addIssueAt(key, u"must be a time of the day like 16:30"_s);
        return std::nullopt;
    }
    return match.captured(1).toInt() * 60 + match.captured(2).toInt();
}

QString dateText(qint64 ms)
{
    const QDateTime time = QDateTime::fromMSecsSinceEpoch(ms, Qt::UTC);
    return time.time() == QTime(0, 0) ? time.date().toString(Qt::ISODate) : time.toString(Qt::ISODate);
}

QString minuteText(int minute)
{
    return u"%1:%2"_s.arg(minute / 60, 2, 10, QLatin1Char('0')).arg(minute % 60, 2, 10, QLatin1Char('0'));
}

QString rateIdOf(const QString& model, const RateRow& row)
{
    QString id = model + u'#' + (row.serviceTier.isEmpty() ? u"standard"_s : row.serviceTier);
    if (!row.region.isEmpty()) {
        id += u"/region="_s + row.region;
    }
    if (row.minInputTokens > 0) {
        id += u"/ctx>="_s + QString::number(row.minInputTokens);
    }
    for (const RateRow::Window& window : row.windows) {
        id += u'/' + minuteText(window.from) + u'-' + minuteText(window.to);
    }
    const bool always = row.fromMs == std::numeric_limits<qint64>::min();
    return id + u'@' + (always ? u"start"_s : dateText(row.fromMs));
}

} // namespace

class PriceBookReader
{
public:
    PriceBookReader(const QString& id, const QJsonObject& document)
        : m_root(document), m_data(std::make_shared<PriceBookData>())
    {
        m_data->id = id;
        m_data->document = document;
    }

    Result<PriceBook> read()
    {
        readHead();
        readMeters();
        readDefaults();
        for (JsonReader& model : m_root.children("models"_L1)) {
            readModel(model);
        }
        if (!m_root.has("models"_L1)) {
            m_root.addIssueAt("models"_L1, u"is missing"_s);
        }
        m_root.refuseUnknown();
        m_data->flat = m_data->models.isEmpty() && !m_data->everyModel.rates.isEmpty();
        if (const auto read = m_root.finish(); !read) {
            return fail(read.error());
        }
        return PriceBook(std::move(m_data));
    }

private:
    void readHead()
    {
        const QString format = m_root.requiredString("format"_L1);
        if (format != kFormat) {
            m_root.addIssueAt("format"_L1, u"must be \"%1\""_s.arg(kFormat));
        }
        const QString version = m_root.requiredString("version"_L1);
        static const QRegularExpression form(u"^[!-?A-~]{1,64}$"_s); // printable, no blank, no @
        if (!form.match(version).hasMatch()) {
            m_root.addIssueAt("version"_L1, u"must be 1 to 64 printable characters without blanks and @"_s);
        }
        m_data->version = m_data->id + u'@' + version;
        if (m_root.requiredString("currency"_L1) != "USD"_L1) {
            m_root.addIssueAt("currency"_L1, u"must be \"USD\": the ledger is kept in US dollars"_s);
        }
        (void)m_root.string("$schema"_L1);
        (void)m_root.integer("decimal_places"_L1, 12, 12, 12);
        (void)m_root.object("sources"_L1);
        for (const auto key : {"meters"_L1, "sources"_L1}) {
            if (!m_root.has(key)) {
                m_root.addIssueAt(key, u"is missing"_s);
            }
        }
    }

    void readMeters()
    {
        const QJsonObject meters = m_root.object("meters"_L1);
        JsonReader all = m_root.child("meters"_L1);
        for (auto it = meters.constBegin(); it != meters.constEnd(); ++it) {
            const auto meter = fromName<Meter>(it.key());
            if (!meter) {
                all.addIssue(all.path() + u'.' + it.key(), u"is not a meter that Lathe counts"_s);
                continue;
            }
            JsonReader reader = all.child(toName(*meter));
            (void)reader.requiredString("unit"_L1);
            const qint64 per = reader.integer("per"_L1, 0, 1, 1'000'000);
            if (per != 1 && per != 1000 && per != 1'000'000) {
                reader.addIssueAt("per"_L1, u"must be 1, 1000 or 1000000"_s);
            } else {
                m_per[static_cast<size_t>(*meter)] = per;
            }
            (void)reader.string("direction"_L1);
            (void)reader.string("subset_of"_L1);
            reader.refuseUnknown();
        }
    }

    void readPrices(JsonReader& rate, RateRow& row)
    {
        const QJsonObject prices = rate.object("prices"_L1);
        JsonReader reader = rate.child("prices"_L1);
        if (prices.isEmpty()) {
            rate.addIssueAt("prices"_L1, u"is missing or empty"_s);
        }
        for (auto it = prices.constBegin(); it != prices.constEnd(); ++it) {
            const QString path = reader.path() + u'.' + it.key();
            const auto meter = fromName<Meter>(it.key());
            if (!meter) {
                reader.addIssue(path, u"is not a meter that Lathe counts"_s);
            } else if (!it->isString() || !decimalForm().match(it->toString()).hasMatch()) {
                reader.addIssue(path, u"must be a decimal text of at most 12 decimals, like \"0.25\""_s);
            } else {
                const auto at = static_cast<size_t>(*meter);
                const qint64 per = m_per[at] != 0 ? m_per[at] : perOf(*meter);
                const auto price = UnitPrice::fromDecimal(it->toString(), per);
                if (!price) {
                    reader.addIssue(path, price.error().message);
                    continue;
                }
                row.listed[at] = *price;
            }
        }
    }

    void readDefaults()
    {
        JsonReader defaults = m_root.child("defaults"_L1); // free form but for what is used here
        for (JsonReader& rate : defaults.children("rates"_L1)) {
            RateRow row;
            readPrices(rate, row);
            row.rateId = m_data->id + u"#defaults"_s;
            const auto call = row.listed[static_cast<size_t>(Meter::ToolCall)];
            if (call && !m_data->toolCall) {
                m_data->toolCall = ToolRate{*call, m_data->id + u"#tool_call"_s};
            }
            if (row.priceOf(Meter::Input) && m_data->everyModel.rates.isEmpty()) {
                m_data->everyModel.rates.append(row);
            }
        }
        const QJsonObject tools = defaults.object("tools"_L1);
        for (auto it = tools.constBegin(); it != tools.constEnd(); ++it) {
            const auto price = UnitPrice::fromDecimal(it->toString(), 1);
            if (!it->isString() || !price) {
                defaults.addIssue(defaults.path() + ".tools."_L1 + it.key(), u"must be a decimal text like \"0.01\""_s);
                continue;
            }
            m_data->tools.insert(it.key(), {*price, m_data->id + u"#tool_call/"_s + it.key()});
        }
    }

    RateRow readRate(JsonReader& rate, const QString& model)
    {
        RateRow row;
        row.fromMs = timeAt(rate, "from"_L1).value_or(row.fromMs);
        row.toMs = timeAt(rate, "to"_L1).value_or(row.toMs);
        if (row.fromMs >= row.toMs) {
            rate.addIssueAt("to"_L1, u"must be later than from"_s);
        }
        row.serviceTier = rate.string("service_tier"_L1);
        row.region = rate.string("region"_L1);
        row.minInputTokens = rate.integer("min_input_tokens"_L1, 0, 1, std::numeric_limits<qint64>::max());
        for (JsonReader& window : rate.children("utc_windows"_L1)) {
            const auto from = minuteAt(window, "start"_L1);
            const auto to = minuteAt(window, "end"_L1);
            window.refuseUnknown();
            if (from && to && *from == *to) {
                window.addIssueAt("end"_L1, u"must differ from start"_s);
            } else if (from && to) {
                row.windows.append({*from, *to});
            }
        }
        if (rate.has("utc_windows"_L1) && row.windows.isEmpty()) {
            rate.addIssueAt("utc_windows"_L1, u"must hold at least one window"_s);
        }
        readPrices(rate, row);
        rate.refuseUnknown();
        row.rateId = rateIdOf(model, row);
        return row;
    }

    /// "batch": {"multiplier": "0.5", "applies_to": [...]}: a row of that tier for each ordinary one.
    void readTiers(JsonReader& model, PricedModel& priced)
    {
        const QJsonObject tiers = model.object("service_tiers"_L1);
        JsonReader all = model.child("service_tiers"_L1);
        const QList<RateRow> rows = priced.rates;
        for (auto it = tiers.constBegin(); it != tiers.constEnd(); ++it) {
            m_names.append(it.key().toLatin1()); // keys of a reader outlive it
            JsonReader tier = all.child(QLatin1StringView(m_names.last()));
            const QString multiplier = tier.requiredString("multiplier"_L1);
            const QStringList meters = tier.stringList("applies_to"_L1);
            (void)tier.boolean("verify"_L1, false);
            tier.refuseUnknown();
            const bool ownRows = std::any_of(rows.cbegin(), rows.cend(),
                                             [&it](const RateRow& row) { return row.serviceTier == it.key(); });
            for (const RateRow& row : rows) {
                if (ownRows || !row.serviceTier.isEmpty()) {
                    continue;
                }
                RateRow scaled = row;
                scaled.serviceTier = it.key();
                scaled.rateId = rateIdOf(priced.id, scaled);
                for (const auto& [meter, name] : EnumNames<Meter>::table) {
                    auto& price = scaled.listed[static_cast<size_t>(meter)];
                    const bool applies = tier.has("applies_to"_L1) ? meters.contains(name) : isTokenMeter(meter);
                    if (!price || !applies) {
                        continue;
                    }
                    const auto product = price->scaled(multiplier);
                    if (!product) {
                        tier.addIssueAt("multiplier"_L1, product.error().message);
                        break;
                    }
                    price = *product;
                }
                priced.rates.append(scaled);
            }
        }
    }

    void readModel(JsonReader& reader)
    {
        PricedModel model;
        model.id = reader.requiredString("id"_L1);
        model.provider = reader.requiredString("provider"_L1);
        model.model = reader.requiredString("model"_L1);
        model.displayName = reader.string("display_name"_L1);
        (void)reader.string("provider_name"_L1);
        (void)reader.string("as_of_kind"_L1);
        (void)reader.string("notes"_L1);
        model.contextWindow = reader.optionalInteger("context_window"_L1, 1, std::numeric_limits<qint64>::max());
        model.aliases = reader.stringList("aliases"_L1);
        model.prefixes = reader.stringList("prefixes"_L1);
        model.prefixes.removeAll(QString());
        model.source = reader.requiredString("source"_L1);
        model.asOf = reader.requiredString("as_of"_L1);
        if (!QDate::fromString(model.asOf, Qt::ISODate).isValid()) {
            reader.addIssueAt("as_of"_L1, u"must be a day like 2026-11-22"_s);
        }
        if (!model.id.isEmpty() && model.id != model.provider + u'/' + model.model) {
            reader.addIssueAt("id"_L1, u"must be the provider and the model joined by /"_s);
        }
        for (JsonReader& rate : reader.children("rates"_L1)) {
            model.rates.append(readRate(rate, model.id));
        }
        if (model.rates.isEmpty()) {
            reader.addIssueAt("rates"_L1, u"must hold at least one rate"_s);
        }
        readTiers(reader, model);
        reader.refuseUnknown();
        QSet<QString> rates;
        for (const RateRow& row : std::as_const(model.rates)) {
            if (rates.contains(row.rateId)) {
                reader.addIssueAt("rates"_L1, u"holds two rates for the same case, %1"_s.arg(row.rateId));
            }
            rates.insert(row.rateId);
        }
        QSet<QString> names{QString(model.provider + u'/' + model.model).toLower()};
        for (const QString& alias : std::as_const(model.aliases)) {
            names.insert(QString(model.provider + u'/' + alias).toLower());
        }
        for (const QString& name : std::as_const(names)) {
            if (m_data->byName.contains(name)) {
                reader.addIssue(reader.path(), u"names %1, as does another model"_s.arg(name));
            }
            m_data->byName.insert(name, m_data->models.size());
        }
        m_data->models.append(std::move(model));
    }

    JsonReader m_root;
    std::shared_ptr<PriceBookData> m_data;
    std::array<qint64, kMeterCount> m_per{};
    QList<QByteArray> m_names;
};

Result<PriceBook> PriceBook::fromJson(const QString& id, const QJsonObject& document)
{
    return PriceBookReader(id, document).read();
}

} // namespace lathe
