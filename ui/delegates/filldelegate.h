// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/delegates/celldelegate.h"
#include "ui/models/fill.h"

namespace lathe {

/// A cell with a thin bar under its text that says how full it is (FillRole).
class FillDelegate : public CellDelegate
{
    Q_OBJECT

public:
    using CellDelegate::CellDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

struct FillColors
{
    QColor track;
    QColor used;
    QColor reserved;
};
/// By how full it is.
[[nodiscard]] FillColors fillColors(const Fill& fill, const QPalette& palette);
/// The bar itself.
void paintFill(QPainter& painter, const QRectF& rect, const Fill& fill, const FillColors& colors);

} // namespace lathe
