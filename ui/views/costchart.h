// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/pipeline/facadetypes.h"

#include <QChartView>

namespace lathe {

/// Bars of cost by group. The heights are a picture only; amounts stand in the tooltips and in the table.
class CostChart : public QChartView
{
    Q_OBJECT

public:
    explicit CostChart(QWidget *parent = nullptr);
    void setRows(const QList<BillResult::Row>& rows, const QList<BillGroup>& groups);
    [[nodiscard]] int barCount() const { return m_bars; }

Q_SIGNALS:
    void activated(int row);

protected:
    void changeEvent(QEvent *event) override;

private:
    void rebuild();

    QList<BillResult::Row> m_rows;
    QList<BillGroup> m_groups;
    int m_bars = 0;
    bool m_rebuilding = false;
};

} // namespace lathe
