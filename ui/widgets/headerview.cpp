// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/headerview.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

namespace lathe {

namespace {

constexpr int kArrow = 14; // the mark of the order, right of the title

} // namespace

HeaderView::HeaderView(QWidget *parent) : QHeaderView(Qt::Horizontal, parent)
{
    setSectionsClickable(true);
    setMinimumSectionSize(28);
    setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
}

QString HeaderView::title(int section) const
{
    return model() ? model()->headerData(section, Qt::Horizontal, Qt::DisplayRole).toString() : QString();
}

int HeaderView::titleWidth(int section) const
{
    const int arrow = isSortIndicatorShown() ? kArrow : 0;
    return fontMetrics().horizontalAdvance(title(section)) + 2 * kMargin + 2 + arrow;
}

void HeaderView::paintSection(QPainter *painter, const QRect& rect, int section) const
{
    if (!rect.isValid()) {
        return;
    }
    QStyleOptionHeaderV2 option;
    initStyleOption(&option);
    initStyleOptionForIndex(&option, section);
    option.rect = rect;
    style()->drawControl(QStyle::CE_HeaderSection, &option, painter, this);
    QRect inner = rect.adjusted(kMargin, 0, -kMargin, 0);
    if (isSortIndicatorShown() && sortIndicatorSection() == section) {
        QStyleOptionHeaderV2 arrow = option;
        arrow.rect = QRect(inner.right() - kArrow + 4, inner.center().y() - 4, 10, 10);
        style()->drawPrimitive(QStyle::PE_IndicatorHeaderArrow, &arrow, painter, this);
        inner.setRight(inner.right() - kArrow);
    }
    painter->save();
    painter->setFont(font());
    painter->setPen(palette().color(QPalette::ButtonText));
    painter->drawText(inner, static_cast<int>(option.textAlignment) | Qt::TextSingleLine,
                      fontMetrics().elidedText(option.text, Qt::ElideRight, inner.width()));
    painter->restore();
}

QSize HeaderView::sectionSizeFromContents(int section) const
{
    const QSize size = QHeaderView::sectionSizeFromContents(section);
    return {std::max(size.width(), titleWidth(section)), std::max(size.height(), fontMetrics().height() + 8)};
}

bool HeaderView::viewportEvent(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        const int section = logicalIndexAt(help->pos());
        const bool ownTip = section >= 0 && model()->headerData(section, Qt::Horizontal, Qt::ToolTipRole).isValid();
        if (section >= 0 && !ownTip && sectionSize(section) < titleWidth(section)) {
            QToolTip::showText(help->globalPos(), title(section), this);
            return true;
        }
    }
    return QHeaderView::viewportEvent(event);
}

} // namespace lathe
