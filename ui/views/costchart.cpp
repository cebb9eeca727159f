// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/costchart.h"

#include "ui/format.h"
#include "ui/models/billmodel.h"
#include "ui/theme.h"

#include <QBarCategoryAxis>
#include <QBarSet>
#include <QChart>
#include <QDate>
#include <QEvent>
#include <QGraphicsLayout>
#include <QMap>
#include <QStackedBarSeries>
#include <QToolTip>
#include <QValueAxis>

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr int kMaxBars = 16;
constexpr int kMaxTimes = 31;

double dollars(Money amount)
{
    return static_cast<double>(amount.atto()) / 1e18;
}

bool isTime(const QList<BillGroup>& groups)
{
    return groups == QList<BillGroup>{BillGroup::Day} || groups == QList<BillGroup>{BillGroup::Hour};
}

/// The last days, those without a line between them as well.
QList<BillResult::Row> lastDays(const QList<BillResult::Row>& rows)
{
    QMap<QString, BillResult::Row> known;
    for (const BillResult::Row& row : rows) {
        known.insert(row.keys.value(0), row);
    }
    if (known.isEmpty()) {
        return {};
    }
    QList<BillResult::Row> kept;
    QDate day = QDate::fromString(known.lastKey(), Qt::ISODate);
    const QDate first = QDate::fromString(known.firstKey(), Qt::ISODate);
    for (; day >= first && kept.size() < kMaxTimes; day = day.addDays(-1)) {
        const QString key = day.toString(Qt::ISODate);
        kept.prepend(known.value(key, BillResult::Row{{key}, {}, {}}));
    }
    return kept;
}

/// The dearest rows, in the order of the table; times in their own.
QList<BillResult::Row> dearest(const QList<BillResult::Row>& rows, const QList<BillGroup>& groups)
{
    if (groups == QList<BillGroup>{BillGroup::Day}) {
        return lastDays(rows);
    }
    if (isTime(groups)) {
        QList<BillResult::Row> times = rows;
        std::sort(times.begin(), times.end(),
                  [](const BillResult::Row& a, const BillResult::Row& b) { return a.keys.value(0) < b.keys.value(0); });
        return times.mid(std::max<qsizetype>(0, times.size() - kMaxTimes));
    }
    if (rows.size() <= kMaxBars) {
        return rows;
    }
    QList<qsizetype> order(rows.size());
    std::iota(order.begin(), order.end(), 0);
    std::partial_sort(order.begin(), order.begin() + kMaxBars, order.end(),
                      [&rows](qsizetype a, qsizetype b) { return rows.at(a).group.cost > rows.at(b).group.cost; });
    order.resize(kMaxBars);
    std::sort(order.begin(), order.end());
    QList<BillResult::Row> kept;
    for (const qsizetype at : std::as_const(order)) {
        kept << rows.at(at);
    }
    return kept;
}

int decimalsOf(double step)
{
    return std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-9)), 0, 9);
}

} // namespace

CostChart::CostChart(QWidget *parent) : QChartView(parent)
{
    setRenderHint(QPainter::Antialiasing);
    setFrameShape(QFrame::NoFrame);
    setMinimumHeight(150);
    setAccessibleName(tr("Chart of cost"));
    chart()->legend()->hide();
    chart()->setLocalizeNumbers(true);
    chart()->setMargins(QMargins(4, 4, 4, 0));
    chart()->layout()->setContentsMargins(0, 0, 0, 0);
    chart()->setBackgroundRoundness(4);
    rebuild();
}

void CostChart::setRows(const QList<BillResult::Row>& rows, const QList<BillGroup>& groups)
{
    m_rows = rows;
    m_groups = groups;
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

    const QList<BillResult::Row> shown = dearest(m_rows, m_groups);
    // What a tool costs stands in the colour of tools, all else in that of the model.
    auto *models = new QBarSet(tr("Model"));
    auto *tools = new QBarSet(tr("Tools"));
    const auto toolKey = m_groups.indexOf(BillGroup::Tool);
    const auto modelKey = std::max(m_groups.indexOf(BillGroup::Model), m_groups.indexOf(BillGroup::Provider));
    QStringList names;
    double highest = 0;
    for (const BillResult::Row& row : shown) {
        const bool isTool =
            toolKey >= 0 ? !row.keys.value(toolKey).isEmpty() : modelKey >= 0 && row.keys.value(modelKey).isEmpty();
        *models << (isTool ? 0 : dollars(row.group.cost));
        *tools << (isTool ? dollars(row.group.cost) : 0);
        highest = std::max(highest, dollars(row.group.cost));
        QStringList keys;
        for (qsizetype i = 0; i < row.keys.size(); ++i) {
            if (!row.keys.at(i).isEmpty() || toolKey < 0 || modelKey < 0) { // else the other key says it
                const QString text = BillModel::keyText(m_groups.value(i), row.keys.at(i));
                const bool day = m_groups.value(i) == BillGroup::Day && m_groups.size() == 1;
                const bool ofRun = m_groups.value(i) == BillGroup::Decision && text.contains(u'#');
                // A bar is narrow: month and day, and the beginning of the run's id.
                keys << (day ? text.mid(5) : ofRun ? QString(text.left(4) + text.mid(8)) : text);
            }
        }
        QString name = keys.isEmpty() ? format::none() : keys.join(u" / "_s);
        while (names.contains(name)) {
            name += u'\u200b'; // categories of an axis are told apart by their text
        }
        names << name;
    }
    m_bars = static_cast<int>(shown.size());
    chart->setTitle(isTime(m_groups) && m_bars < m_rows.size() ? tr("The last %1").arg(m_bars)
                    : m_bars < m_rows.size() ? tr("The %1 dearest of %2").arg(m_bars).arg(m_rows.size())
                                             : QString());
    chart->setTitleFont(font());
    chart->setTitleBrush(theme::secondaryText(colors));
    for (const auto& [set, kind] : {std::pair(models, Kind::Llm), std::pair(tools, Kind::Tool)}) {
        set->setColor(theme::kindColor(kind, colors));
        set->setBorderColor(theme::kindColor(kind, colors));
    }
    auto *series = new QStackedBarSeries(chart);
    series->append(models);
    series->append(tools);
    series->setBarWidth(std::min(0.55, 0.11 * m_bars));
    chart->addSeries(series);
    auto *x = new QBarCategoryAxis(chart);
    x->append(names);
    x->setLabelsColor(colors.color(QPalette::Text));
    x->setGridLineVisible(false);
    x->setLinePenColor(theme::line(colors));
    x->setTruncateLabels(true);
    auto *y = new QValueAxis(chart);
    y->setRange(0, highest > 0 ? highest : 1);
    y->setTickCount(4);
    y->applyNiceNumbers();
    const double step = (y->max() - y->min()) / (y->tickCount() - 1);
    y->setLabelFormat(u"%.%1f"_s.arg(decimalsOf(step)));
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
    connect(series, &QAbstractBarSeries::hovered, this, [this, shown, names](bool on, int index) {
        if (on && index >= 0 && index < shown.size()) {
            QToolTip::showText(QCursor::pos(),
                               u"%1: %2"_s.arg(names.at(index), format::exactMoney(shown.at(index).group.cost)), this);
        }
    });
    connect(series, &QAbstractBarSeries::doubleClicked, this, [this, shown](int index) {
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
