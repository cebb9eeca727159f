// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/kindlabel.h"

#include <QApplication>
#include <QHelpEvent>
#include <QPainter>
#include <QResizeEvent>
#include <QToolTip>

namespace lathe {

void KindLabel::setKind(Kind kind)
{
    m_kind = kind;
    recolor();
}

void KindLabel::recolor()
{
    m_recoloring = true;
    QPalette colors; // nothing but the text is our own, so that the rest follows the theme
    if (m_kind != Kind::Neutral) {
        colors.setColor(QPalette::WindowText, theme::kindColor(m_kind, QApplication::palette()));
    }
    setPalette(colors);
    m_recoloring = false;
}

void KindLabel::changeEvent(QEvent *event)
{
    QLabel::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && !m_recoloring && m_kind != Kind::Neutral) {
        recolor();
    }
}

ElidedLabel::ElidedLabel(QWidget *parent) : KindLabel(parent)
{
    setTextFormat(Qt::PlainText);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Preferred);
}

QSize ElidedLabel::minimumSizeHint() const
{
    return {40, KindLabel::minimumSizeHint().height()};
}

void ElidedLabel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const QRect inner = contentsRect();
    painter.setPen(palette().color(isEnabled() ? QPalette::Normal : QPalette::Disabled, foregroundRole()));
    painter.drawText(inner, static_cast<int>(alignment()) | Qt::TextSingleLine,
                     fontMetrics().elidedText(text(), m_mode, inner.width()));
}

bool ElidedLabel::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip && toolTip().isEmpty() &&
        fontMetrics().horizontalAdvance(text()) > contentsRect().width()) {
        QToolTip::showText(static_cast<QHelpEvent *>(event)->globalPos(), text(), this);
        return true;
    }
    return KindLabel::event(event);
}

NoteLabel::NoteLabel(const QString& text, QWidget *parent) : KindLabel(text, parent)
{
    setWordWrap(true);
    setTextFormat(Qt::PlainText);
    setTextInteractionFlags(Qt::TextSelectableByMouse);
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Maximum);
}

QSize NoteLabel::sizeHint() const
{
    return {QLabel::sizeHint().width(), heightForWidth(width())};
}

QSize NoteLabel::minimumSizeHint() const
{
    return {80, fontMetrics().lineSpacing()}; // before it is laid out nobody knows how many lines there will be
}

void NoteLabel::resizeEvent(QResizeEvent *event)
{
    KindLabel::resizeEvent(event);
    if (heightForWidth(event->size().width()) != event->size().height()) {
        updateGeometry();
    }
}

} // namespace lathe
