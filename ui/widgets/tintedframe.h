// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme.h"

#include <QFrame>

namespace lathe {

/// A card in the colour of a kind: faint fill, thin border, a bar at its left.
class TintedFrame : public QFrame
{
    Q_OBJECT

public:
    explicit TintedFrame(QWidget *parent = nullptr);
    void setKind(Kind kind);
    [[nodiscard]] Kind kind() const { return m_kind; }

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;
    /// Icons and coloured texts inside are to be made again: another kind, or light and dark have changed places.
    virtual void recolor() {}

private:
    Kind m_kind = Kind::Neutral;
};

} // namespace lathe
