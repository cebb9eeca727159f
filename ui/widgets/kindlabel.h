// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme.h"

#include <QLabel>

namespace lathe {

/// A text in the colour of a kind, in light and in dark.
class KindLabel : public QLabel
{
    Q_OBJECT

public:
    using QLabel::QLabel;
    void setKind(Kind kind);

protected:
    void changeEvent(QEvent *event) override;

private:
    void recolor();

    Kind m_kind = Kind::Neutral;
    bool m_recoloring = false;
};

/// One line that ends in an ellipsis where there is no room for all of it; the tooltip then has the whole.
class ElidedLabel : public KindLabel
{
    Q_OBJECT

public:
    explicit ElidedLabel(QWidget *parent = nullptr);
    /// Where the ellipsis stands: at the end if not set.
    void setElideMode(Qt::TextElideMode mode) { m_mode = mode; }

    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;

private:
    Qt::TextElideMode m_mode = Qt::ElideRight;
};

/// Plain text over as many lines as it needs and not one more: layouts reserve guessed heights for other labels.
class NoteLabel : public KindLabel
{
    Q_OBJECT

public:
    explicit NoteLabel(QWidget *parent = nullptr) : NoteLabel(QString(), parent) {}
    explicit NoteLabel(const QString& text, QWidget *parent = nullptr);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent *event) override;
};

} // namespace lathe
