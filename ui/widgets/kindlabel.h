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
