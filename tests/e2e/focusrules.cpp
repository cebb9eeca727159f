// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/e2e/focusrules.h"

#include "engine/core/money.h"
#include "tests/e2e/lathectl.h"

#include <QDateTime>
#include <QHash>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QSet>

using namespace Qt::StringLiterals;

namespace lathe::test {

namespace {

enum class Kind
{
    Text,
    Number, ///< E with a minus only; a point, or readers that guess types see whole numbers
    Time,   ///< UTC, whole seconds
    Pairs,  ///< one flat JSON object
    Unit
};

/// A column of the specification that a bill of tokens and calls can have.
struct Rule
{
    const char *name;
    Kind kind = Kind::Text;
    const char *mandatory = "1.2 1.4"; ///< versions
    const char *known = "1.2 1.4";
    bool nullable = false;
    const char *values = "";
};

constexpr Rule kRules[] = {
    {"BilledCost", Kind::Number},
    {"BillingAccountId"},
    {.name = "BillingAccountName", .nullable = true},
    {.name = "BillingCurrency", .values = "USD"},
    {"BillingPeriodEnd", Kind::Time},
    {"BillingPeriodStart", Kind::Time},
    {.name = "ChargeCategory", .values = "Usage;Purchase;Tax;Credit;Adjustment"},
    {.name = "ChargeClass", .nullable = true, .values = "Correction"},
    {.name = "ChargeDescription", .nullable = true},
    {.name = "ChargeFrequency", .mandatory = "", .values = "One-Time;Recurring;Usage-Based"},
    {"ChargePeriodEnd", Kind::Time},
    {"ChargePeriodStart", Kind::Time},
    {.name = "CommitmentDiscountStatus", .mandatory = "", .nullable = true, .values = "Used;Unused"},
    {.name = "ConsumedQuantity", .kind = Kind::Number, .mandatory = "", .nullable = true},
    {.name = "ConsumedUnit", .kind = Kind::Unit, .mandatory = "", .nullable = true},
    {"ContractedCost", Kind::Number},
    {"EffectiveCost", Kind::Number},
    {.name = "HostProviderName", .mandatory = "1.4", .known = "1.4"},
    {"InvoiceIssuerName"},
    {"ListCost", Kind::Number},
    {.name = "ListUnitPrice", .kind = Kind::Number, .mandatory = "", .nullable = true},
    {.name = "PricingCategory", .mandatory = "", .nullable = true, .values = "Standard;Dynamic;Committed;Other"},
    {.name = "PricingQuantity", .kind = Kind::Number, .nullable = true},
    {.name = "PricingUnit", .kind = Kind::Unit, .nullable = true},
    {.name = "ProviderName", .mandatory = "1.2", .known = "1.2"},
    {.name = "PublisherName", .mandatory = "1.2", .known = "1.2"},
    {"ServiceCategory"},
    {"ServiceName"},
    {.name = "ServiceProviderName", .mandatory = "1.4", .known = "1.4"},
    {.name = "ServiceSubcategory", .mandatory = ""},
    {.name = "SkuId", .mandatory = "", .nullable = true},
    {.name = "SkuMeter", .mandatory = "", .nullable = true},
    {.name = "SkuPriceDetails", .kind = Kind::Pairs, .mandatory = "", .nullable = true},
    {.name = "SkuPriceId", .mandatory = "", .nullable = true},
    {.name = "SubAccountId", .mandatory = "", .nullable = true},
    {.name = "SubAccountName", .mandatory = "", .nullable = true},
    {.name = "SubAccountType", .mandatory = "", .nullable = true},
    {.name = "Tags", .kind = Kind::Pairs, .mandatory = "", .nullable = true},
};

/// Subcategories have one parent; these are the ones of models and tools.
const QHash<QString, QStringList>& subcategories()
{
    static const QHash<QString, QStringList> kAll{
        {u"AI and Machine Learning"_s,
         {u"AI Platforms"_s, u"Bots"_s, u"Generative AI"_s, u"Machine Learning"_s, u"Natural Language Processing"_s,
          u"Other (AI and Machine Learning)"_s}},
        {u"Analytics"_s,
         {u"Analytics Platforms"_s, u"Business Intelligence"_s, u"Data Processing"_s, u"Search"_s,
          u"Streaming Analytics"_s, u"Other (Analytics)"_s}},
        {u"Compute"_s,
         {u"Containers"_s, u"End User Computing"_s, u"Quantum Compute"_s, u"Serverless Compute"_s,
          u"Virtual Machines"_s, u"Other (Compute)"_s}},
        {u"Databases"_s,
         {u"Caching"_s, u"Data Warehouses"_s, u"Ledger Databases"_s, u"NoSQL Databases"_s, u"Relational Databases"_s,
          u"Time Series Databases"_s, u"Other (Databases)"_s}},
        {u"Integration"_s,
         {u"API Management"_s, u"Messaging"_s, u"Workflow Orchestration"_s, u"Other (Integration)"_s}}};
    return kAll;
}

bool matchesAll(const char *pattern, const QString& text)
{
    return QRegularExpression(QRegularExpression::anchoredPattern(QString::fromLatin1(pattern))).match(text).hasMatch();
}

bool isNumber(const QString& text)
{
    return matchesAll("-?\\d+\\.\\d+(E-\\d+)?", text);
}

bool isTime(const QString& text)
{
    return matchesAll("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ", text) &&
           QDateTime::fromString(text, Qt::ISODate).isValid();
}

bool isUnit(const QString& text)
{
    return matchesAll("([1-9]\\d* )?(Tokens|Requests|[A-Z][a-z]+s)(/(Second|Minute|Hour|Day|Month|Year))?", text);
}

bool isPlaceholder(const QString& text)
{
    static const QSet<QString> kNothing{u"n/a"_s,     u"na"_s, u"null"_s, u"none"_s,      u"nil"_s,           u"nan"_s,
                                        u"unknown"_s, u"-"_s,  u"--"_s,   u"undefined"_s, u"not applicable"_s};
    return text.trimmed().isEmpty() || kNothing.contains(text.trimmed().toLower());
}

/// Duplicate keys are gone once it is parsed, so they are counted in the text: keys stand before a colon.
bool isFlatObject(const QString& text)
{
    QJsonParseError error;
    const QJsonObject object = QJsonDocument::fromJson(text.toUtf8(), &error).object();
    if (error.error != QJsonParseError::NoError || !text.startsWith(u'{')) {
        return false;
    }
    qsizetype keys = 0;
    static const QRegularExpression kKey(uR"([{,]\s*"(?:[^"\\]|\\.)*"\s*:)"_s);
    // Strings that are values may look like keys: empty them first.
    QString bare = text;
    static const QRegularExpression kValue(uR"(:\s*"(?:[^"\\]|\\.)*")"_s);
    bare.replace(kValue, u":0"_s);
    for (auto it = kKey.globalMatch(bare); it.hasNext(); it.next()) {
        ++keys;
    }
    for (const QJsonValue& value : object) {
        if (value.isObject() || value.isArray()) {
            return false;
        }
    }
    return keys == object.size();
}

Money amount(const QString& text)
{
    return Money::fromDecimal(text).value_or(Money());
}

/// price x quantity, if that is an amount.
std::optional<Money> product(const QString& price, const QString& quantity)
{
    constexpr Int128 kMicro = 1'000'000'000'000; // quantities of tokens in millions have six decimals
    constexpr Int128 kMillion = 1'000'000;
    const Int128 micros = amount(quantity).atto() / kMicro;
    const Int128 result = amount(price).atto() * micros;
    if (amount(quantity).atto() % kMicro != 0 || result % kMillion != 0) {
        return std::nullopt;
    }
    return Money::fromAtto(result / kMillion);
}

class Checker
{
public:
    explicit Checker(const FocusExpectation& expected) : m_expected(expected) {}

    QStringList run(const QByteArray& csv)
    {
        if (QString::fromUtf8(csv).contains(QChar::ReplacementCharacter) || csv.contains('\0')) {
            m_problems << u"not UTF-8"_s;
        }
        const QList<QStringList> cells = readCsv(csv); // RFC 4180 with CRLF
        if (cells.isEmpty()) {
            m_problems << u"not a CSV"_s;
            return m_problems;
        }
        m_header = cells.first();
        checkHeader();
        for (qsizetype i = 1; i < cells.size(); ++i) {
            m_at = i + 1;
            if (cells.at(i).size() != m_header.size()) {
                say({}, u"%1 fields"_s.arg(cells.at(i).size()));
                continue;
            }
            m_row.clear();
            for (qsizetype column = 0; column < m_header.size(); ++column) {
                m_row.insert(m_header.at(column), cells.at(i).at(column));
            }
            checkCells();
            checkRelations();
        }
        const auto total = m_billed.total();
        if (!total || *total != amount(m_expected.billedTotal)) {
            m_problems << u"BilledCost: the sum is %1, not %2"_s.arg(total ? total->toDecimal() : u"too much"_s,
                                                                     m_expected.billedTotal);
        }
        return m_problems;
    }

private:
    void say(const QString& column, const QString& what)
    {
        m_problems << u"row %1 %2: %3"_s.arg(m_at).arg(column, what);
    }
    [[nodiscard]] QString cell(const char *column) const { return m_row.value(QString::fromLatin1(column)); }
    void require(bool holds, const char *column, const char *rule)
    {
        if (!holds) {
            say(QString::fromLatin1(column), QString::fromLatin1(rule) + u": "_s + cell(column));
        }
    }

    void checkHeader()
    {
        QSet<QString> known;
        m_at = 1;
        for (const Rule& rule : kRules) {
            const QString name = QString::fromLatin1(rule.name);
            if (QString::fromLatin1(rule.known).contains(m_expected.version)) {
                known.insert(name);
            }
            if (QString::fromLatin1(rule.mandatory).contains(m_expected.version) && !m_header.contains(name)) {
                say(name, u"is missing"_s);
            }
        }
        for (const QString& column : m_expected.supports) {
            if (!m_header.contains(column)) {
                say(column, u"is missing, and the source has it"_s);
            }
        }
        bool custom = false;
        for (const QString& name : m_header) {
            if (m_header.count(name) > 1) {
                say(name, u"appears twice"_s);
            }
            if (known.contains(name)) {
                if (custom) {
                    say(name, u"stands after custom columns"_s);
                }
                continue;
            }
            custom = true;
            if (!matchesAll("x_[A-Z][A-Za-z0-9]{0,47}", name)) {
                say(name, u"is not a column of the version, nor one of our own"_s);
            }
        }
    }

    void checkCells()
    {
        for (const Rule& rule : kRules) {
            if (!m_header.contains(QLatin1StringView(rule.name))) {
                continue;
            }
            const QString text = cell(rule.name);
            if (text.isEmpty()) {
                require(rule.nullable, rule.name, "must not be null");
                continue;
            }
            require(!isPlaceholder(text), rule.name, "is a placeholder");
            require(rule.kind != Kind::Number || isNumber(text), rule.name, "is no number");
            require(rule.kind != Kind::Time || isTime(text), rule.name, "is no time");
            require(rule.kind != Kind::Pairs || isFlatObject(text), rule.name, "is no flat object");
            require(rule.kind != Kind::Unit || isUnit(text), rule.name, "is no unit");
            require(rule.kind != Kind::Text || !isNumber(text) || matchesAll(".*[A-Za-z].*", text), rule.name,
                    "would be taken for a number");
            const QString values = QString::fromLatin1(rule.values);
            require(values.isEmpty() || values.split(u';').contains(text), rule.name, "is not allowed");
        }
        for (const QString& name : m_header) {
            if (name.startsWith(u"x_"_s) && isPlaceholder(m_row.value(name)) && !m_row.value(name).isEmpty()) {
                say(name, u"is a placeholder"_s);
            }
        }
    }

    void checkRelations()
    {
        const bool correction = cell("ChargeClass") == "Correction"_L1;
        const QString category = cell("ChargeCategory");
        const bool usage = category == "Usage"_L1 || category == "Purchase"_L1;
        for (const char *column : {"ListUnitPrice", "PricingCategory", "PricingQuantity", "SkuId", "SkuPriceId"}) {
            require(!usage || correction || !cell(column).isEmpty(), column, "must not be null on usage");
            require(category != "Tax"_L1 || cell(column).isEmpty(), column, "must be null on a tax");
        }
        require((category == "Usage"_L1) == !cell("ConsumedQuantity").isEmpty() || correction, "ConsumedQuantity",
                "stands on usage and nowhere else");
        require(category != "Purchase"_L1 || cell("ChargeFrequency") != "Usage-Based"_L1, "ChargeFrequency",
                "not of a purchase");
        require(cell("ConsumedQuantity").isEmpty() == cell("ConsumedUnit").isEmpty(), "ConsumedUnit",
                "stands with its quantity");
        require(cell("PricingQuantity").isEmpty() == cell("PricingUnit").isEmpty(), "PricingUnit",
                "stands with its quantity");
        require(cell("SubAccountId").isEmpty() == cell("SubAccountType").isEmpty(), "SubAccountType",
                "stands with its id");
        require(!cell("SubAccountId").isEmpty() || cell("SubAccountName").isEmpty(), "SubAccountName",
                "needs an account");
        require(cell("SkuId").isEmpty() == cell("SkuMeter").isEmpty(), "SkuMeter", "stands with its SKU");
        require(!cell("SkuPriceId").isEmpty() || cell("SkuPriceDetails").isEmpty(), "SkuPriceDetails", "needs a price");
        if (!correction && isNumber(cell("ListUnitPrice")) && isNumber(cell("PricingQuantity"))) {
            const auto expected = product(cell("ListUnitPrice"), cell("PricingQuantity"));
            require(expected && *expected == amount(cell("ListCost")), "ListCost", "is not price x quantity");
        }
        require(!cell("ListUnitPrice").startsWith(u'-'), "ListUnitPrice", "is below zero");
        require(cell("ChargePeriodStart") < cell("ChargePeriodEnd"), "ChargePeriodEnd", "is not after its start");
        require(cell("BillingPeriodStart") < cell("BillingPeriodEnd"), "BillingPeriodEnd", "is not after its start");
        require(correction || (cell("BillingPeriodStart") <= cell("ChargePeriodStart") &&
                               cell("ChargePeriodStart") < cell("BillingPeriodEnd")),
                "ChargePeriodStart", "is outside its billing period");
        require(oneParent(m_skuOfPrice, cell("SkuPriceId"), cell("SkuId")), "SkuPriceId", "has two SKUs");
        require(oneParent(m_categoryOfService, cell("ServiceName"), cell("ServiceCategory")), "ServiceName",
                "has two categories");
        require(oneParent(m_subcategoryOfService, cell("ServiceName"), cell("ServiceSubcategory")), "ServiceName",
                "has two subcategories");
        require(subcategories().value(cell("ServiceCategory")).contains(cell("ServiceSubcategory")),
                "ServiceSubcategory", "is not of its category");
        const QJsonObject details = QJsonDocument::fromJson(cell("SkuPriceDetails").toUtf8()).object();
        for (const QString& key : details.keys()) {
            require(key.startsWith(u"x_"_s), "SkuPriceDetails", "has a key without x_");
        }
        require(m_expected.version != "1.2"_L1 || cell("ProviderName") == cell("InvoiceIssuerName") ||
                    amount(cell("BilledCost")).isZero(),
                "BilledCost", "is billed by a third party");
        m_billed.add(amount(cell("BilledCost")));
    }

    static bool oneParent(QHash<QString, QString>& parents, const QString& child, const QString& parent)
    {
        const auto known = parents.constFind(child);
        if (known == parents.constEnd()) {
            parents.insert(child, parent);
            return true;
        }
        return *known == parent;
    }

    const FocusExpectation& m_expected;
    QStringList m_problems;
    QStringList m_header;
    QHash<QString, QString> m_row;
    qsizetype m_at = 1;
    MoneySum m_billed;
    QHash<QString, QString> m_skuOfPrice;
    QHash<QString, QString> m_categoryOfService;
    QHash<QString, QString> m_subcategoryOfService;
};

} // namespace

QStringList focusProblems(const QByteArray& csv, const FocusExpectation& expected)
{
    return Checker(expected).run(csv);
}

} // namespace lathe::test
