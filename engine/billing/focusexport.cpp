// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/billing/focusexport.h"

#include "engine/core/canonicaljson.h"
#include "engine/core/clock.h"

#include <QDateTime>
#include <QJsonDocument>
#include <QVarLengthArray>

#include <array>

using namespace Qt::StringLiterals;

// After the FinOps Open Cost and Usage Specification, versions 1.2 and 1.4. Amounts and quantities are exact decimals
// with a point in them: readers that guess types take a column of whole numbers for integers.

namespace lathe {

namespace {

constexpr auto kUs = "Lathe"_L1;

struct Service
{
    QString name;
    QLatin1StringView category;
    QLatin1StringView subcategory;
};

Service serviceOf(const CostLine& line)
{
    static const QHash<QString, std::pair<QLatin1StringView, QLatin1StringView>> kTools{
        {u"workflow_orchestrator"_s, {"Integration"_L1, "Workflow Orchestration"_L1}},
        {u"google_search"_s, {"Analytics"_L1, "Search"_L1}},
        {u"code_executor"_s, {"Compute"_L1, "Serverless Compute"_L1}},
        {u"submit_parallel_job"_s, {"Compute"_L1, "Other (Compute)"_L1}},
        {u"retrieve_context"_s, {"Databases"_L1, "Other (Databases)"_L1}}};
    if (line.meter != Meter::ToolCall) {
        return {line.provider.isEmpty() ? u"Models"_s : QString(line.provider + u" models"_s),
                "AI and Machine Learning"_L1, "Generative AI"_L1};
    }
    const auto [category, subcategory] =
        kTools.value(line.tool, {"Integration"_L1, "Other (Integration)"_L1}); // tools of others come over a protocol
    return {u"Tool "_s + line.tool, category, subcategory};
}

QLatin1StringView skuMeterOf(Meter meter)
{
    switch (meter) {
    case Meter::Input:
        return "Input Tokens"_L1;
    case Meter::CacheRead:
        return "Cached Input Tokens"_L1;
    case Meter::CacheReadAudio:
        return "Cached Audio Input Tokens"_L1;
    case Meter::CacheWrite:
        return "Cache Write Tokens"_L1;
    case Meter::CacheWrite1h:
        return "One Hour Cache Write Tokens"_L1;
    case Meter::InputAudio:
        return "Audio Input Tokens"_L1;
    case Meter::Output:
        return "Output Tokens"_L1;
    case Meter::Reasoning:
        return "Reasoning Tokens"_L1;
    case Meter::OutputAudio:
        return "Audio Output Tokens"_L1;
    case Meter::AnyToken:
        return "Tokens"_L1;
    case Meter::WebSearch:
        return "Web Searches"_L1;
    case Meter::FileSearch:
        return "File Searches"_L1;
    case Meter::Request:
        return "Requests"_L1;
    case Meter::ToolCall:
        return "Tool Calls"_L1;
    }
    return {};
}

QString withPoint(QString decimal)
{
    return decimal.contains(u'.') ? decimal : QString(decimal + ".0"_L1);
}

/// quantity / per, exactly.
QString quotient(qint64 quantity, qint64 per)
{
    constexpr Int128 kOne = 1'000'000'000'000'000'000;
    return withPoint(Money::fromAtto(Int128{quantity} * (kOne / per)).toDecimal());
}

/// Times are in whole seconds.
QString second(qint64 ms)
{
    return toIsoUtc(ms).remove(19, 4);
}

QString modelOf(const CostLine& line)
{
    return line.modelBilled.isEmpty() ? line.modelRequested : line.modelBilled;
}

/// "openai/gpt-4o/input", "lathe/tool/code_executor/tool_call".
QString skuOf(const CostLine& line)
{
    if (line.meter == Meter::ToolCall) {
        return u"lathe/tool/%1/%2"_s.arg(line.tool, toName(line.meter));
    }
    const QString provider = line.provider.isEmpty() ? u"unknown-provider"_s : line.provider;
    return u"%1/%2/%3"_s.arg(provider, modelOf(line), toName(line.meter));
}

/// The case that the price is for: "#standard/ctx>=272000@2026-03-05".
QString skuPriceOf(const CostLine& line, const QString& sku)
{
    if (line.state == CostState::Reported) {
        return sku + "#reported"_L1;
    }
    const qsizetype at = line.rateId.indexOf(u'#');
    return sku + u'#' + (at < 0 ? line.priceBookVersion : line.rateId.mid(at + 1) + u';' + line.priceBookVersion);
}

QString priceDetails(const CostLine& line)
{
    QJsonObject details{{u"x_TokenType"_s, toName(line.meter)}};
    if (const QString model = modelOf(line); !model.isEmpty()) {
        details.insert("x_Model"_L1, model);
    }
    if (!line.serviceTier.isEmpty()) {
        details.insert("x_ServiceTier"_L1, line.serviceTier);
    }
    return QString::fromUtf8(canonicalJson(details));
}

/// One flat object: ours carry a prefix; of the user's, what is nested is written as its JSON, and what has no value is
/// true.
QString tagText(const BillRow& row)
{
    QJsonObject tags;
    const QJsonObject own = QJsonDocument::fromJson(row.tags.toUtf8()).object();
    for (auto it = own.constBegin(); it != own.constEnd(); ++it) {
        if (it.key().isEmpty()) {
            continue;
        }
        const bool nested = it->isObject() || it->isArray();
        tags.insert(it.key(), nested         ? QJsonValue(QString::fromUtf8(canonicalJson(*it)))
                              : it->isNull() ? QJsonValue(true)
                                             : *it);
    }
    if (!row.jobName.isEmpty()) {
        tags.insert("lathe/job"_L1, row.jobName);
    }
    if (!row.userTier.isEmpty()) {
        tags.insert("lathe/tier"_L1, row.userTier);
    }
    return QString::fromUtf8(canonicalJson(tags));
}

QString description(const CostLine& line)
{
    if (line.meter == Meter::ToolCall) {
        return u"Call of the tool %1"_s.arg(line.tool);
    }
    return u"%1 of %2"_s.arg(skuMeterOf(line.meter), modelOf(line));
}

/// One column: its name, which versions know it (1.2, 1.4), and what stands in it.
enum class Column
{
    BilledCost,
    BillingAccountId,
    BillingAccountName,
    BillingCurrency,
    BillingPeriodEnd,
    BillingPeriodStart,
    ChargeCategory,
    ChargeClass,
    ChargeDescription,
    ChargeFrequency,
    ChargePeriodEnd,
    ChargePeriodStart,
    CommitmentDiscountStatus,
    ConsumedQuantity,
    ConsumedUnit,
    ContractedCost,
    EffectiveCost,
    HostProviderName,
    InvoiceIssuerName,
    ListCost,
    ListUnitPrice,
    PricingCategory,
    PricingQuantity,
    PricingUnit,
    ProviderName,
    PublisherName,
    ServiceCategory,
    ServiceName,
    ServiceProviderName,
    ServiceSubcategory,
    SkuId,
    SkuMeter,
    SkuPriceDetails,
    SkuPriceId,
    SubAccountId,
    SubAccountName,
    SubAccountType,
    Tags,
    RunId,
    Phase,
    DecisionNumber,
    DecisionKind,
    Attempt,
    ToolName,
    Model,
    UserId,
    PriceBookVersion,
    CostSource
};

struct Heading
{
    Column column;
    const char *name;
    bool in12 = true;
    bool in14 = true;
};

// CommitmentDiscountStatus is always empty, but rules of 1.2 on ConsumedQuantity refer to it.
constexpr Heading kHeadings[] = {
    {Column::BilledCost, "BilledCost"},
    {Column::BillingAccountId, "BillingAccountId"},
    {Column::BillingAccountName, "BillingAccountName"},
    {Column::BillingCurrency, "BillingCurrency"},
    {Column::BillingPeriodEnd, "BillingPeriodEnd"},
    {Column::BillingPeriodStart, "BillingPeriodStart"},
    {Column::ChargeCategory, "ChargeCategory"},
    {Column::ChargeClass, "ChargeClass"},
    {Column::ChargeDescription, "ChargeDescription"},
    {Column::ChargeFrequency, "ChargeFrequency"},
    {Column::ChargePeriodEnd, "ChargePeriodEnd"},
    {Column::ChargePeriodStart, "ChargePeriodStart"},
    {Column::CommitmentDiscountStatus, "CommitmentDiscountStatus", true, false},
    {Column::ConsumedQuantity, "ConsumedQuantity"},
    {Column::ConsumedUnit, "ConsumedUnit"},
    {Column::ContractedCost, "ContractedCost"},
    {Column::EffectiveCost, "EffectiveCost"},
    {Column::HostProviderName, "HostProviderName", false, true},
    {Column::InvoiceIssuerName, "InvoiceIssuerName"},
    {Column::ListCost, "ListCost"},
    {Column::ListUnitPrice, "ListUnitPrice"},
    {Column::PricingCategory, "PricingCategory"},
    {Column::PricingQuantity, "PricingQuantity"},
    {Column::PricingUnit, "PricingUnit"},
    {Column::ProviderName, "ProviderName", true, false},
    {Column::PublisherName, "PublisherName", true, false},
    {Column::ServiceCategory, "ServiceCategory"},
    {Column::ServiceName, "ServiceName"},
    {Column::ServiceProviderName, "ServiceProviderName", false, true},
    {Column::ServiceSubcategory, "ServiceSubcategory"},
    {Column::SkuId, "SkuId"},
    {Column::SkuMeter, "SkuMeter"},
    {Column::SkuPriceDetails, "SkuPriceDetails"},
    {Column::SkuPriceId, "SkuPriceId"},
    {Column::SubAccountId, "SubAccountId"},
    {Column::SubAccountName, "SubAccountName"},
    {Column::SubAccountType, "SubAccountType"},
    {Column::Tags, "Tags"},
    {Column::RunId, "x_RunId"},
    {Column::Phase, "x_Phase"},
    {Column::DecisionNumber, "x_DecisionNumber"},
    {Column::DecisionKind, "x_DecisionKind"},
    {Column::Attempt, "x_Attempt"},
    {Column::ToolName, "x_ToolName"},
    {Column::Model, "x_Model"},
    {Column::UserId, "x_UserId"},
    {Column::PriceBookVersion, "x_PriceBookVersion"},
    {Column::CostSource, "x_CostSource"},
};

bool isIn(const Heading& heading, FocusVersion version)
{
    return version == FocusVersion::V1_2 ? heading.in12 : heading.in14;
}

/// What rows say of the thing that was used and of its price, as cells.
struct Article
{
    Article(const CostLine& line, bool merge, CsvProfile profile)
        : provider(line.provider),
          modelRequested(line.modelRequested),
          modelBilled(line.modelBilled),
          tool(line.tool),
          serviceTier(line.serviceTier),
          rateId(line.rateId),
          priceBookVersion(line.priceBookVersion),
          meter(line.meter),
          isReported(line.state == CostState::Reported),
          service(serviceOf(line)),
          serviceName(CsvRow::encoded(service.name, profile)),
          model(CsvRow::encoded(modelOf(line), profile)),
          sku(CsvRow::encoded(skuOf(line), profile)),
          skuPrice(CsvRow::encoded(skuPriceOf(line, skuOf(line)), profile)),
          details(CsvRow::encoded(priceDetails(line), profile)),
          text(CsvRow::encoded(description(line), profile)),
          publisher(CsvRow::encoded(line.provider.isEmpty() ? QString(kUs) : line.provider, profile)),
          // Who made the charge: the provider where its own invoice is to stand beside this file, else us.
          charger(merge ? publisher : CsvRow::encoded(QString(kUs), profile))
    {}

    [[nodiscard]] bool isOf(const CostLine& line) const
    {
        return meter == line.meter && isReported == (line.state == CostState::Reported) && provider == line.provider &&
               modelBilled == line.modelBilled && modelRequested == line.modelRequested && tool == line.tool &&
               serviceTier == line.serviceTier && rateId == line.rateId && priceBookVersion == line.priceBookVersion;
    }

    QString provider;
    QString modelRequested;
    QString modelBilled;
    QString tool;
    QString serviceTier;
    QString rateId;
    QString priceBookVersion;
    Meter meter;
    bool isReported;
    Service service;
    QByteArray serviceName;
    QByteArray model;
    QByteArray sku;
    QByteArray skuPrice;
    QByteArray details;
    QByteArray text;
    QByteArray publisher;
    QByteArray charger;
};

/// What rows say of their run.
struct RunTags
{
    QString own;
    QString jobName;
    QString userTier;
    QByteArray text; ///< the cell
};

/// The month of a charge, as the period in which it is billed.
struct Month
{
    qint64 fromMs = 0;
    qint64 toMs = 0; ///< exclusive
    QString from;
    QString to;
};

Month monthOf(qint64 ms)
{
    const QDate day = QDateTime::fromMSecsSinceEpoch(ms, Qt::UTC).date();
    const QDateTime from(QDate(day.year(), day.month(), 1), QTime(0, 0), Qt::UTC);
    const QDateTime to = from.addMonths(1);
    return {from.toMSecsSinceEpoch(), to.toMSecsSinceEpoch(), second(from.toMSecsSinceEpoch()),
            second(to.toMSecsSinceEpoch())};
}

class FocusRow
{
public:
    FocusRow(const BillRow& bill, const Article& article, const RunTags& tags, const Month& month, bool merge)
        : m_bill(bill),
          m_line(bill.line),
          m_article(article),
          m_tags(tags),
          m_month(month),
          m_merge(merge),
          m_cost(withPoint(bill.line.cost->toDecimal()))
    {}

    void write(CsvRow& row, Column column) const
    {
        const bool reported = !m_line.unitPrice; // priced as one request at what the provider charged for it
        switch (column) {
        case Column::BilledCost:
            return m_merge ? row.cell("0.0"_L1) : row.cell(m_cost);
        case Column::ContractedCost:
        case Column::EffectiveCost:
        case Column::ListCost:
            return row.cell(m_cost);
        case Column::BillingAccountId:
            return row.cell("lathe"_L1);
        case Column::BillingAccountName:
            return row.cell(kUs);
        case Column::BillingCurrency:
            return row.cell("USD"_L1);
        case Column::BillingPeriodStart:
            return row.cell(m_month.from);
        case Column::BillingPeriodEnd:
            return row.cell(m_month.to);
        case Column::ChargeCategory:
            return row.cell("Usage"_L1);
        case Column::ChargeClass:
        case Column::CommitmentDiscountStatus:
            return row.empty();
        case Column::ChargeDescription:
            return row.cell(m_article.text);
        case Column::ChargeFrequency:
            return row.cell("Usage-Based"_L1);
        case Column::ChargePeriodStart:
            return row.cell(second(m_line.lineAtMs));
        // The charge falls due when the call begins, for that moment's prices hold, and the ledger knows no other. A
        // whole hour or day would be as valid, but would hide that moment, which stands nowhere else in the row.
        case Column::ChargePeriodEnd: // exclusive, in whole seconds, and later than the start
            return row.cell(second(m_line.lineAtMs + 1000));
        case Column::ConsumedQuantity:
            return row.cell(withPoint(QString::number(m_line.quantity)));
        case Column::ConsumedUnit:
            return row.cell(isTokenMeter(m_line.meter) ? "Tokens"_L1 : "Requests"_L1);
        case Column::ListUnitPrice:
            return row.cell(reported ? m_cost : withPoint(m_line.unitPrice->toDecimal(perOf(m_line.meter))));
        case Column::PricingCategory:
            return row.cell("Standard"_L1);
        case Column::PricingQuantity:
            return row.cell(reported ? u"1.0"_s : quotient(m_line.quantity, perOf(m_line.meter)));
        case Column::PricingUnit:
            return row.cell(reported || m_line.meter == Meter::ToolCall ? "Requests"_L1
                            : isTokenMeter(m_line.meter)                ? "1000000 Tokens"_L1
                                                                        : "1000 Requests"_L1);
        case Column::HostProviderName:
        case Column::InvoiceIssuerName:
        case Column::ProviderName:
        case Column::ServiceProviderName:
            return row.cell(m_article.charger);
        case Column::PublisherName:
            return row.cell(m_article.publisher);
        case Column::ServiceCategory:
            return row.cell(m_article.service.category);
        case Column::ServiceName:
            return row.cell(m_article.serviceName);
        case Column::ServiceSubcategory:
            return row.cell(m_article.service.subcategory);
        case Column::SkuId:
            return row.cell(m_article.sku);
        case Column::SkuMeter:
            return row.cell(skuMeterOf(m_line.meter));
        case Column::SkuPriceDetails:
            return row.cell(m_article.details);
        case Column::SkuPriceId:
            return row.cell(m_article.skuPrice);
        case Column::SubAccountId:
        case Column::SubAccountName:
            return row.text(m_bill.teamId);
        case Column::SubAccountType:
            return m_bill.teamId.isEmpty() ? row.empty() : row.cell("Team"_L1);
        case Column::Tags:
            return row.cell(m_tags.text);
        case Column::RunId:
            return row.text(m_line.runId);
        case Column::Phase:
            return row.cell(toName(m_line.phase));
        case Column::DecisionNumber:
            return row.numberOrEmpty(m_line.decision);
        case Column::DecisionKind:
            return row.cell(m_line.decisionKind ? toName(*m_line.decisionKind) : QLatin1StringView());
        case Column::Attempt:
            return row.numberOrEmpty(m_line.attempt);
        case Column::ToolName:
            return row.text(m_line.tool);
        case Column::Model:
            return row.cell(m_article.model);
        case Column::UserId:
            return row.text(m_bill.userId);
        case Column::PriceBookVersion:
            return row.text(m_line.priceBookVersion);
        case Column::CostSource:
            return row.cell(costSourceOf(m_line));
        }
    }

private:
    const BillRow& m_bill;
    const CostLine& m_line;
    const Article& m_article;
    const RunTags& m_tags;
    const Month& m_month;
    bool m_merge;
    QString m_cost;
};

} // namespace

class FocusRows::Private
{
public:
    const Article& articleOf(const CostLine& line)
    {
        for (const std::unique_ptr<Article>& article : articles) {
            if (article && article->isOf(line)) {
                return *article;
            }
        }
        std::unique_ptr<Article>& place = articles[next];
        next = (next + 1) % articles.size();
        place = std::make_unique<Article>(line, accounting == FocusAccounting::Merge, profile);
        return *place;
    }

    const RunTags& tagsOf(const BillRow& row)
    {
        if (tags.text.isEmpty() || tags.own != row.tags || tags.jobName != row.jobName ||
            tags.userTier != row.userTier) {
            tags = {row.tags, row.jobName, row.userTier, CsvRow::encoded(tagText(row), profile)};
        }
        return tags;
    }

    const Month& monthOf(qint64 ms)
    {
        if (ms < month.fromMs || ms >= month.toMs) {
            month = lathe::monthOf(ms);
        }
        return month;
    }

    FocusVersion version;
    FocusAccounting accounting;
    CsvProfile profile;
    QVarLengthArray<Column, 48> columns;
    std::array<std::unique_ptr<Article>, 8> articles; ///< those of late: the meters and tools a run goes round
    size_t next = 0;
    RunTags tags;
    Month month;
};

FocusRows::FocusRows(FocusVersion version, FocusAccounting accounting, CsvProfile profile)
    : d(new Private{version, accounting, profile, {}, {}, 0, {}, {}})
{
    for (const Heading& heading : kHeadings) {
        if (isIn(heading, version)) {
            d->columns.append(heading.column);
        }
    }
}

FocusRows::~FocusRows() = default;

QByteArray FocusRows::header() const
{
    QByteArray header = d->profile == CsvProfile::Spreadsheet ? QByteArray("\xEF\xBB\xBF") : QByteArray();
    CsvRow row(header, CsvProfile::Machine);
    for (const Heading& heading : kHeadings) {
        if (isIn(heading, d->version)) {
            row.cell(QLatin1StringView(heading.name));
        }
    }
    row.end();
    return header;
}

bool FocusRows::append(QByteArray& out, const BillRow& bill)
{
    if (!bill.line.cost) {
        return false;
    }
    const FocusRow focus(bill, d->articleOf(bill.line), d->tagsOf(bill), d->monthOf(bill.line.lineAtMs),
                         d->accounting == FocusAccounting::Merge);
    CsvRow row(out, d->profile);
    for (const Column column : d->columns) {
        focus.write(row, column);
    }
    row.end();
    return true;
}

} // namespace lathe
