// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/billing/billgrouper.h"
#include "engine/billing/focusexport.h"
#include "engine/core/sha256.h"

#include <QIODevice>

#include <array>

namespace lathe {

enum class BillFormat
{
    Breakdown, ///< one row for each line of the ledger
    Focus14,
    Focus12,
    Pivot ///< the groups as shown, with a row of totals
};

struct BillFileOptions
{
    BillFormat format = BillFormat::Breakdown;
    CsvProfile profile = CsvProfile::Machine;
    FocusAccounting accounting = FocusAccounting::Chargeback;
    QList<BillGroup> dimensions; ///< of a pivot: rows, and the last of several in columns; empty: phase
};

/// Makes a file of rows of a bill as they come and adds up what they say; keeps nothing of them but groups (pivot). The
/// device is the caller's: give a QSaveFile, so that there is a whole file or none.
///
/// Two threads can share the work, one that adds rows and one that writes: turnPage() hands over what was added, and
/// while writePage() writes that, more can be added.
class BillWriter
{
public:
    BillWriter(QIODevice& device, BillFileOptions options);

    void add(const BillRow& row);
    /// While nothing is added and nothing written.
    void turnPage();
    [[nodiscard]] Result<void> writePage();
    /// Writes what is left. Then summary() is true of the file.
    [[nodiscard]] Result<void> finish();

    /// {"format", "profile", "rows", "currency", "total", "phases", "complete", "unknownLines", "omittedLines",
    /// "sha256", ...}: what stands beside the file as NAME.summary.json. Call after finish().
    [[nodiscard]] Result<QJsonObject> summary() const;

private:
    [[nodiscard]] Result<void> addPivot();

    QIODevice& m_device;
    BillFileOptions m_options;
    FocusRows m_focus;
    QByteArray m_added;
    QByteArray m_page; ///< to be written
    Sha256 m_hash;
    qint64 m_rows = 0;
    qint64 m_lines = 0;
    qint64 m_unknown = 0;
    MoneySum m_total;
    std::array<MoneySum, 5> m_phases;
    BillGrouper m_groups;
};

/// "bill.csv" -> "bill.csv.summary.json" would be two names for one thing: the end of the name is replaced.
[[nodiscard]] QString summaryPathFor(const QString& path);

} // namespace lathe
