// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QTableView>
#include <QTreeView>

namespace lathe {

/// Tables and trees of this program behave alike: light delegate, uniform rows, whole rows selected, copying.
class ItemViews
{
    Q_DECLARE_TR_FUNCTIONS(lathe::ItemViews)

public:
    static void setUp(QTableView *view);
    static void setUp(QTreeView *view);
    /// Ctrl+C and a context menu: the value, the row, or the whole table as CSV with exact values.
    static void addCopying(QAbstractItemView *view);
    /// Widths from the first rows, never wider than maximum; the last column takes the rest.
    static void fitColumns(QTableView *view, int maximum = 320);
    static void fitColumns(QTreeView *view, int maximum = 320);
    /// The width of a column for texts like the sample, wide enough for its title as well.
    [[nodiscard]] static int widthFor(const QAbstractItemView *view, int column, const QString& sample,
                                      bool withIcon = false);
    [[nodiscard]] static QString copyText(const QModelIndex& index);
    [[nodiscard]] static QString csv(const QAbstractItemModel& model);
};

} // namespace lathe
