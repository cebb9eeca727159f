// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/kindlabel.h"

#include <QApplication>
#include <QResizeEvent>

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
