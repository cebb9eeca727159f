// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/delegates/celldelegate.h"

#include "ui/icons.h"
#include "ui/models/roles.h"
#include "ui/widgets/headerview.h"

#include <QPainter>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr int kMargin = HeaderView::kMargin;
constexpr int kIcon = 16;
constexpr int kGap = CellDelegate::kIconSpace - kIcon;

} // namespace

void CellDelegate::paint(QPainter *painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    if (index.data(Qt::CheckStateRole).isValid()) {
        QStyledItemDelegate::paint(painter, option, index);
        return;
    }
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    const auto group = !option.state.testFlag(QStyle::State_Enabled) ? QPalette::Disabled
                       : option.state.testFlag(QStyle::State_Active) ? QPalette::Active
                                                                     : QPalette::Inactive;
    if (selected) {
        painter->fillRect(option.rect, option.palette.brush(group, QPalette::Highlight));
    }
    QColor color = option.palette.color(group, selected ? QPalette::HighlightedText : QPalette::Text);
    const QVariant kind = index.data(KindRole);
    if (kind.isValid() && !selected && group != QPalette::Disabled) {
        color = theme::kindColor(static_cast<Kind>(kind.toInt()), option.palette);
    }
    QRect rect = option.rect.adjusted(kMargin, 0, -kMargin, 0);
    const QString iconName = index.data(IconNameRole).toString();
    if (!iconName.isEmpty() && rect.width() >= kIcon) {
        const QPixmap map = iconPixmap(iconName, color, kIcon, painter->device()->devicePixelRatioF());
        painter->drawPixmap(rect.x(), rect.y() + (rect.height() - kIcon) / 2, map);
        rect.setLeft(rect.left() + kIcon + kGap);
    }
    const QString text = index.data(Qt::DisplayRole).toString();
    if (text.isEmpty()) {
        return;
    }
    const QVariant own = index.data(Qt::FontRole);
    const QFont font = own.isValid() ? own.value<QFont>() : option.font;
    painter->setFont(font);
    painter->setPen(color);
    const QVariant wanted = index.data(Qt::TextAlignmentRole);
    const int alignment = wanted.isValid() ? wanted.toInt() : static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter);
    const QFontMetrics& metrics = own.isValid() ? QFontMetrics(font) : option.fontMetrics;
    const QString shown = metrics.elidedText(text, option.textElideMode, rect.width());
    painter->drawText(rect, alignment | Qt::TextSingleLine, shown);
}

QSize CellDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const QString text = index.data(Qt::DisplayRole).toString();
    int width = option.fontMetrics.horizontalAdvance(text.left(200)) + 2 * kMargin + 2;
    if (!index.data(IconNameRole).toString().isEmpty()) {
        width += kIcon + kGap;
    }
    if (index.data(Qt::CheckStateRole).isValid()) {
        width += kIcon + 2 * kGap;
    }
    return {width, std::max(option.fontMetrics.height() + 8, 24)};
}

} // namespace lathe
