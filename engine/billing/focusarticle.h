// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/billing/csvrow.h"
#include "engine/domain/billrow.h"

namespace lathe {

[[nodiscard]] QLatin1StringView skuMeterOf(Meter meter);
/// The tags of a run: one flat object. Ours carry a prefix; of the user's, what is nested is written as its JSON, and
/// what has no value is true.
[[nodiscard]] QString focusTags(const BillRow& row);

/// What rows of a FOCUS file say of the thing that was used and of its price, as cells.
class FocusArticle
{
public:
    FocusArticle(const CostLine& line, bool merge, CsvProfile profile);

    [[nodiscard]] bool isOf(const CostLine& line) const;

    // Cells.
    QLatin1StringView serviceCategory;
    QLatin1StringView serviceSubcategory;
    QByteArray serviceName;
    QByteArray model;
    QByteArray sku;
    QByteArray skuPrice;
    QByteArray details;
    QByteArray text;
    QByteArray publisher;
    QByteArray charger; ///< who made the charge

private:
    QString m_provider;
    QString m_modelRequested;
    QString m_modelBilled;
    QString m_tool;
    QString m_serviceTier;
    QString m_rateId;
    QString m_priceBookVersion;
    Meter m_meter;
    bool m_isReported;
};

} // namespace lathe
