// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/billing/csvrow.h"
#include "engine/billing/focusarticle.h"
#include "engine/domain/billrow.h"

#include <QString>

#include <span>

namespace lathe {

enum class FocusColumn
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

/// One column: its name, and which versions know it.
struct FocusHeading
{
    FocusColumn column;
    const char *name;
    bool in12 = true;
    bool in14 = true;
};

[[nodiscard]] std::span<const FocusHeading> focusHeadings();

/// What rows say of their run.
struct FocusRunTags
{
    QString own;
    QString jobName;
    QString userTier;
    QByteArray text; ///< the cell
};

/// The month of a charge, as the period in which it is billed.
struct FocusMonth
{
    qint64 fromMs = 0;
    qint64 toMs = 0; ///< exclusive
    QString from;
    QString to;
};

[[nodiscard]] FocusMonth focusMonthOf(qint64 ms);

/// What stands in each column of one line.
class FocusRow
{
public:
    /// The row's cost is known.
    FocusRow(const BillRow& bill, const FocusArticle& article, const FocusRunTags& tags, const FocusMonth& month,
             bool merge);

    void write(CsvRow& row, FocusColumn column) const;

private:
    const BillRow& m_bill;
    const CostLine& m_line;
    const FocusArticle& m_article;
    const FocusRunTags& m_tags;
    const FocusMonth& m_month;
    bool m_merge;
    QString m_cost;
};

} // namespace lathe
