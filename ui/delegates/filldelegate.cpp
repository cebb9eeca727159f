// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/delegates/filldelegate.h"

#include "ui/models/roles.h"
#include "ui/widgets/headerview.h"

#include <QPainter>

namespace lathe {

namespace {

constexpr int kMargin = HeaderView::kMargin;
constexpr qreal kHeight = 2;
constexpr float kReserved = 0.45F;
constexpr float kTrack = 0.25F;

QColor faint(QColor color, float alpha)
{
    color.setAlphaF(alpha);
    return color;
}

} // namespace

void paintFill(QPainter& painter, const QRectF& rect, const Fill& fill, const FillColors& colors)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    const qreal radius = rect.height() / 2;
    const auto part = [&](qreal share, const QColor& color) {
        QRectF bar = rect;
        bar.setWidth(std::max(rect.height(), rect.width() * share));
        painter.setBrush(color);
        painter.drawRoundedRect(bar, radius, radius);
    };
    part(1, colors.track);
    if (fill.reserved > 0) {
        part(fill.used + fill.reserved, colors.reserved);
    }
    if (fill.used > 0) {
        part(fill.used, colors.used);
    }
    painter.restore();
}

FillColors fillColors(const Fill& fill, const QPalette& palette)
{
    const QColor color = theme::kindColor(kindOf(fill), palette);
    return {theme::line(palette), color, faint(color, kReserved)};
}

void FillDelegate::paint(QPainter *painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    CellDelegate::paint(painter, option, index);
    const QVariant fill = index.data(FillRole);
    if (!fill.isValid()) {
        return;
    }
    const QRectF track(option.rect.left() + kMargin, option.rect.bottom() - kHeight - 1,
                       option.rect.width() - 2 * kMargin, kHeight);
    const auto shown = fill.value<Fill>();
    if (option.state.testFlag(QStyle::State_Selected)) {
        const QColor text = option.palette.color(QPalette::HighlightedText);
        paintFill(*painter, track, shown, {faint(text, kTrack), text, faint(text, kReserved)});
    } else {
        paintFill(*painter, track, shown, fillColors(shown, option.palette));
    }
}

} // namespace lathe
