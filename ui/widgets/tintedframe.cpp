// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/tintedframe.h"

#include <QEvent>
#include <QPainter>

namespace lathe {

TintedFrame::TintedFrame(QWidget *parent) : QFrame(parent)
{
    setFrameShape(QFrame::NoFrame);
}

void TintedFrame::setKind(Kind kind)
{
    m_kind = kind;
    recolor();
    update();
}

void TintedFrame::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor color = theme::kindColor(m_kind, palette());
    painter.setPen(color);
    painter.setBrush(theme::kindTint(m_kind, palette()));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawRoundedRect(QRectF(0, 0, 4, height()), 2, 2);
}

void TintedFrame::changeEvent(QEvent *event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        recolor();
    }
}

} // namespace lathe
