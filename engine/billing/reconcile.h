// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/billing/providerexport.h"
#include "engine/domain/billrow.h"
#include "engine/domain/reconciliation.h"

#include <QMap>
#include <QSet>

namespace lathe {

/// Puts the ledger beside what a provider says it charges, by day (UTC) and model. Lines of other providers and other
/// days, and the fees of tools, do not count. Amounts are exact; nothing is rounded to make them agree.
class Reconciler
{
public:
    explicit Reconciler(ProviderExport provided) : m_export(std::move(provided)) {}

    void add(const BillRow& row);
    [[nodiscard]] Result<Reconciliation> finish() const;

private:
    using Key = std::pair<QString, QString>; ///< day, model without the date of its snapshot
    struct Here
    {
        MoneySum cost;
        QString model;
        qint64 lines = 0;
        qint64 unpriced = 0;  ///< lines with a quantity but without a price
        qint64 uncounted = 0; ///< lines of calls whose usage nobody told
        qint64 tokens = 0;
        bool tier = false;
    };
    struct There
    {
        MoneySum amount;
        QString model;
        int parts = 0;
        qint64 tokens = 0; ///< -1: not told
        bool tier = false;
    };
    [[nodiscard]] QMap<Key, There> charges() const;
    [[nodiscard]] bool tellsModels() const;
    [[nodiscard]] Result<ReconcileRow> compare(const Key& key, const Here *here, const There *there) const;

    ProviderExport m_export;
    QMap<Key, Here> m_here;
    qint64 m_lines = 0;
};

} // namespace lathe
