// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/fillbar.h"

#include "ui/delegates/filldelegate.h"

#include <QPainter>

namespace lathe {

namespace {

constexpr int kHeight = 8;

} // namespace

FillBar::FillBar(QWidget *parent) : QWidget(parent)
{
    setMinimumWidth(120);
    setFixedHeight(kHeight);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void FillBar::setFill(const Fill& fill)
{
    if (m_fill != fill) {
        m_fill = fill;
        update();
    }
}

void FillBar::setWords(const QString& words)
{
    setAccessibleName(words);
    setToolTip(words);
}

QSize FillBar::sizeHint() const
{
    return {240, kHeight};
}

void FillBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    paintFill(painter, QRectF(rect()), m_fill, fillColors(m_fill, palette()));
}

} // namespace lathe
