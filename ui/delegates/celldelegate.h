// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>

namespace lathe {

/// Paints icon and text straight, without a style option for each cell: a page of a long table in a few milliseconds.
/// Understands IconNameRole and KindRole; cells with a check box are left to the style.
class CellDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    static constexpr int kIconSpace = 21; ///< an icon and the gap behind it

    void paint(QPainter *painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace lathe
