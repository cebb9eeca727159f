// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/costchart.h"

#include "ui/format.h"
#include "ui/models/billmodel.h"
#include "ui/theme.h"

#include <QBarCategoryAxis>
#include <QBarSeries>
#include <QBarSet>
#include <QChart>
#include <QEvent>
#include <QGraphicsLayout>
#include <QToolTip>
#include <QValueAxis>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr int kMaxBars = 16;

double dollars(Money amount)
{
    return static_cast<double>(amount.atto()) / 1e18;
}

Kind kindOf(BillGroup group)
{
    switch (group) {
    case BillGroup::Tool:
        return Kind::Tool;
    case BillGroup::User:
    case BillGroup::Day:
        return Kind::Reused;
    case BillGroup::Phase:
    case BillGroup::Decision:
    case BillGroup::Model:
    case BillGroup::Provider:
        return Kind::Llm;
    }
    return Kind::Llm;
}

} // namespace

CostChart::CostChart(QWidget *parent) : QChartView(parent)
{
    setRenderHint(QPainter::Antialiasing);
    setFrameShape(QFrame::NoFrame);
    setMinimumHeight(150);
    setAccessibleName(tr("Chart of cost"));
    chart()->legend()->hide();
    chart()->setMargins(QMargins(4, 4, 4, 0));
    chart()->layout()->setContentsMargins(0, 0, 0, 0);
    chart()->setBackgroundRoundness(4);
    rebuild();
}

void CostChart::setRows(const QList<BillResult::Row>& rows, BillGroup group)
{
    m_rows = rows;
    m_group = group;
    rebuild();
}

void CostChart::rebuild()
{
    m_rebuilding = true;
    QChart *chart = this->chart();
    chart->removeAllSeries();
    const auto oldAxes = chart->axes();
    for (QAbstractAxis *axis : oldAxes) {
        chart->removeAxis(axis);
        delete axis;
    }
    const QPalette colors = palette();
    chart->setBackgroundBrush(colors.color(QPalette::Base));
    chart->setBackgroundPen(QPen(theme::line(colors)));
    setBackgroundBrush(colors.color(QPalette::Window));

    QList<BillResult::Row> shown = m_rows;
    if (shown.size() > kMaxBars) {
        std::partial_sort(
            shown.begin(), shown.begin() + kMaxBars, shown.end(),
            [](const BillResult::Row& a, const BillResult::Row& b) { return a.group.cost > b.group.cost; });
        shown.resize(kMaxBars);
    }
    auto *set = new QBarSet(tr("Cost"));
    QStringList names;
    double highest = 0;
    for (const BillResult::Row& row : std::as_const(shown)) {
        *set << dollars(row.group.cost);
        highest = std::max(highest, dollars(row.group.cost));
        QStringList keys;
        for (const QString& key : row.keys) {
            keys << BillModel::keyText(m_group, key);
        }
        QString name = keys.join(u" / "_s);
        while (names.contains(name)) {
            name += u'\u200b'; // categories of an axis are told apart by their text
        }
        names << name;
    }
    m_bars = static_cast<int>(shown.size());
    const QColor bar = theme::kindColor(kindOf(m_group), colors);
    set->setColor(bar);
    set->setBorderColor(bar);
    auto *series = new QBarSeries(chart);
    series->append(set);
    series->setBarWidth(std::min(0.55, 0.11 * m_bars));
    chart->addSeries(series);
    auto *x = new QBarCategoryAxis(chart);
    x->append(names);
    x->setLabelsColor(colors.color(QPalette::Text));
    x->setGridLineVisible(false);
    x->setLinePenColor(theme::line(colors));
    x->setTruncateLabels(true);
    auto *y = new QValueAxis(chart);
    y->setRange(0, highest > 0 ? highest * 1.08 : 1);
    y->setTickCount(4);
    y->setLabelFormat(highest >= 1 ? u"%.2f"_s : highest >= 0.01 ? u"%.3f"_s : u"%.6f"_s);
    y->setLabelsColor(theme::secondaryText(colors));
    y->setGridLineColor(theme::line(colors));
    y->setLinePenColor(theme::line(colors));
    y->setTitleText(tr("US dollars"));
    y->setTitleBrush(theme::secondaryText(colors));
    QFont plain = font();
    y->setTitleFont(plain);
    y->setLabelsFont(plain);
    x->setLabelsFont(plain);
    chart->addAxis(x, Qt::AlignBottom);
    chart->addAxis(y, Qt::AlignLeft);
    series->attachAxis(x);
    series->attachAxis(y);
    connect(series, &QBarSeries::hovered, this, [this, shown, names](bool on, int index) {
        if (on && index >= 0 && index < shown.size()) {
            QToolTip::showText(QCursor::pos(),
                               u"%1: %2"_s.arg(names.at(index), format::exactMoney(shown.at(index).group.cost)), this);
        }
    });
    connect(series, &QBarSeries::doubleClicked, this, [this, shown](int index) {
        for (int row = 0; row < m_rows.size() && index >= 0 && index < shown.size(); ++row) {
            if (m_rows.at(row).keys == shown.at(index).keys) {
                Q_EMIT activated(row);
                return;
            }
        }
    });
    m_rebuilding = false;
}

void CostChart::changeEvent(QEvent *event)
{
    QChartView::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && !m_rebuilding) {
        rebuild();
    }
}

} // namespace lathe
