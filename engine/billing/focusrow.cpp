// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/billing/focusrow.h"

#include "engine/core/clock.h"

#include <QDateTime>

using namespace Qt::StringLiterals;

// After the FinOps Open Cost and Usage Specification, versions 1.2 and 1.4. Amounts and quantities are exact decimals
// with a point in them: readers that guess types take a column of whole numbers for integers.

namespace lathe {

namespace {

// CommitmentDiscountStatus is always empty, but rules of 1.2 on ConsumedQuantity refer to it.
constexpr FocusHeading kHeadings[] = {
    {FocusColumn::BilledCost, "BilledCost"},
    {FocusColumn::BillingAccountId, "BillingAccountId"},
    {FocusColumn::BillingAccountName, "BillingAccountName"},
    {FocusColumn::BillingCurrency, "BillingCurrency"},
    {FocusColumn::BillingPeriodEnd, "BillingPeriodEnd"},
    {FocusColumn::BillingPeriodStart, "BillingPeriodStart"},
    {FocusColumn::ChargeCategory, "ChargeCategory"},
    {FocusColumn::ChargeClass, "ChargeClass"},
    {FocusColumn::ChargeDescription, "ChargeDescription"},
    {FocusColumn::ChargeFrequency, "ChargeFrequency"},
    {FocusColumn::ChargePeriodEnd, "ChargePeriodEnd"},
    {FocusColumn::ChargePeriodStart, "ChargePeriodStart"},
    {FocusColumn::CommitmentDiscountStatus, "CommitmentDiscountStatus", true, false},
    {FocusColumn::ConsumedQuantity, "ConsumedQuantity"},
    {FocusColumn::ConsumedUnit, "ConsumedUnit"},
    {FocusColumn::ContractedCost, "ContractedCost"},
    {FocusColumn::EffectiveCost, "EffectiveCost"},
    {FocusColumn::HostProviderName, "HostProviderName", false, true},
    {FocusColumn::InvoiceIssuerName, "InvoiceIssuerName"},
    {FocusColumn::ListCost, "ListCost"},
    {FocusColumn::ListUnitPrice, "ListUnitPrice"},
    {FocusColumn::PricingCategory, "PricingCategory"},
    {FocusColumn::PricingQuantity, "PricingQuantity"},
    {FocusColumn::PricingUnit, "PricingUnit"},
    {FocusColumn::ProviderName, "ProviderName", true, false},
    {FocusColumn::PublisherName, "PublisherName", true, false},
    {FocusColumn::ServiceCategory, "ServiceCategory"},
    {FocusColumn::ServiceName, "ServiceName"},
    {FocusColumn::ServiceProviderName, "ServiceProviderName", false, true},
    {FocusColumn::ServiceSubcategory, "ServiceSubcategory"},
    {FocusColumn::SkuId, "SkuId"},
    {FocusColumn::SkuMeter, "SkuMeter"},
    {FocusColumn::SkuPriceDetails, "SkuPriceDetails"},
    {FocusColumn::SkuPriceId, "SkuPriceId"},
    {FocusColumn::SubAccountId, "SubAccountId"},
    {FocusColumn::SubAccountName, "SubAccountName"},
    {FocusColumn::SubAccountType, "SubAccountType"},
    {FocusColumn::Tags, "Tags"},
    {FocusColumn::RunId, "x_RunId"},
    {FocusColumn::Phase, "x_Phase"},
    {FocusColumn::DecisionNumber, "x_DecisionNumber"},
    {FocusColumn::DecisionKind, "x_DecisionKind"},
    {FocusColumn::Attempt, "x_Attempt"},
    {FocusColumn::ToolName, "x_ToolName"},
    {FocusColumn::Model, "x_Model"},
    {FocusColumn::UserId, "x_UserId"},
    {FocusColumn::PriceBookVersion, "x_PriceBookVersion"},
    {FocusColumn::CostSource, "x_CostSource"},
};

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

} // namespace

std::span<const FocusHeading> focusHeadings()
{
    return kHeadings;
}

FocusMonth focusMonthOf(qint64 ms)
{
    const QDate day = QDateTime::fromMSecsSinceEpoch(ms, Qt::UTC).date();
    const QDateTime from(QDate(day.year(), day.month(), 1), QTime(0, 0), Qt::UTC);
    const QDateTime to = from.addMonths(1);
    return {from.toMSecsSinceEpoch(), to.toMSecsSinceEpoch(), second(from.toMSecsSinceEpoch()),
            second(to.toMSecsSinceEpoch())};
}

FocusRow::FocusRow(const BillRow& bill, const FocusArticle& article, const FocusRunTags& tags, const FocusMonth& month,
                   bool merge)
    : m_bill(bill),
      m_line(bill.line),
      m_article(article),
      m_tags(tags),
      m_month(month),
      m_merge(merge),
      m_cost(withPoint(bill.line.cost->toDecimal()))
{}

void FocusRow::write(CsvRow& row, FocusColumn column) const
{
    const bool reported = !m_line.unitPrice; // priced as one request at what the provider charged for it
    switch (column) {
    case FocusColumn::BilledCost:
        return m_merge ? row.cell("0.0"_L1) : row.cell(m_cost);
    case FocusColumn::ContractedCost:
    case FocusColumn::EffectiveCost:
    case FocusColumn::ListCost:
        return row.cell(m_cost);
    case FocusColumn::BillingAccountId:
        return row.cell("lathe"_L1);
    case FocusColumn::BillingAccountName:
        return row.cell("Lathe"_L1);
    case FocusColumn::BillingCurrency:
        return row.cell("USD"_L1);
    case FocusColumn::BillingPeriodStart:
        return row.cell(m_month.from);
    case FocusColumn::BillingPeriodEnd:
        return row.cell(m_month.to);
    case FocusColumn::ChargeCategory:
        return row.cell("Usage"_L1);
    case FocusColumn::ChargeClass:
    case FocusColumn::CommitmentDiscountStatus:
        return row.empty();
    case FocusColumn::ChargeDescription:
        return row.cell(m_article.text);
    case FocusColumn::ChargeFrequency:
        return row.cell("Usage-Based"_L1);
    case FocusColumn::ChargePeriodStart:
        return row.cell(second(m_line.lineAtMs));
    // The charge falls due when the call begins, for that moment's prices hold, and the ledger knows no other. A
    // whole hour or day would be as valid, but would hide that moment, which stands nowhere else in the row.
    case FocusColumn::ChargePeriodEnd: // exclusive, in whole seconds, and later than the start
        return row.cell(second(m_line.lineAtMs + 1000));
    case FocusColumn::ConsumedQuantity:
        return row.cell(withPoint(QString::number(m_line.quantity)));
    case FocusColumn::ConsumedUnit:
        return row.cell(isTokenMeter(m_line.meter) ? "Tokens"_L1 : "Requests"_L1);
    case FocusColumn::ListUnitPrice:
        return row.cell(reported ? m_cost : withPoint(m_line.unitPrice->toDecimal(perOf(m_line.meter))));
    case FocusColumn::PricingCategory:
        return row.cell("Standard"_L1);
    case FocusColumn::PricingQuantity:
        return row.cell(reported ? u"1.0"_s : quotient(m_line.quantity, perOf(m_line.meter)));
    case FocusColumn::PricingUnit:
        return row.cell(reported || m_line.meter == Meter::ToolCall ? "Requests"_L1
                        : isTokenMeter(m_line.meter)                ? "1000000 Tokens"_L1
                                                                    : "1000 Requests"_L1);
    case FocusColumn::HostProviderName:
    case FocusColumn::InvoiceIssuerName:
    case FocusColumn::ProviderName:
    case FocusColumn::ServiceProviderName:
        return row.cell(m_article.charger);
    case FocusColumn::PublisherName:
        return row.cell(m_article.publisher);
    case FocusColumn::ServiceCategory:
        return row.cell(m_article.serviceCategory);
    case FocusColumn::ServiceName:
        return row.cell(m_article.serviceName);
    case FocusColumn::ServiceSubcategory:
        return row.cell(m_article.serviceSubcategory);
    case FocusColumn::SkuId:
        return row.cell(m_article.sku);
    case FocusColumn::SkuMeter:
        return row.cell(skuMeterOf(m_line.meter));
    case FocusColumn::SkuPriceDetails:
        return row.cell(m_article.details);
    case FocusColumn::SkuPriceId:
        return row.cell(m_article.skuPrice);
    case FocusColumn::SubAccountId:
    case FocusColumn::SubAccountName:
        return row.text(m_bill.teamId);
    case FocusColumn::SubAccountType:
        return m_bill.teamId.isEmpty() ? row.empty() : row.cell("Team"_L1);
    case FocusColumn::Tags:
        return row.cell(m_tags.text);
    case FocusColumn::RunId:
        return row.text(m_line.runId);
    case FocusColumn::Phase:
        return row.cell(toName(m_line.phase));
    case FocusColumn::DecisionNumber:
        return row.numberOrEmpty(m_line.decision);
    case FocusColumn::DecisionKind:
        return row.cell(m_line.decisionKind ? toName(*m_line.decisionKind) : QLatin1StringView());
    case FocusColumn::Attempt:
        return row.numberOrEmpty(m_line.attempt);
    case FocusColumn::ToolName:
        return row.text(m_line.tool);
    case FocusColumn::Model:
        return row.cell(m_article.model);
    case FocusColumn::UserId:
        return row.text(m_bill.userId);
    case FocusColumn::PriceBookVersion:
        return row.text(m_line.priceBookVersion);
    case FocusColumn::CostSource:
        return row.cell(costSourceOf(m_line));
    }
}

} // namespace lathe
