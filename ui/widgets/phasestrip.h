// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/runrecord.h"

#include <QWidget>

namespace lathe {

/// The five phases with result, time and cost of each; the one the run is in stands out.
class PhaseStrip : public QWidget
{
    Q_OBJECT

public:
    explicit PhaseStrip(QWidget *parent = nullptr);

    /// stopped: the run waits at a stop point in the phase it is in.
    void setPhases(const QList<PhaseRecord>& phases, bool stopped);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;

private:
    struct Cell
    {
        QString title;
        QString figures;
        QString shortFigures; ///< where the cell is narrow
        QString iconName;
        QString tip;
        int kind = 0;
        bool current = false;
        bool entered = false;
        bool operator==(const Cell&) const = default;
    };
    [[nodiscard]] int neededBy(int cell) const;
    [[nodiscard]] QRect rectOf(int cell) const;

    QList<Cell> m_cells;
};

} // namespace lathe
