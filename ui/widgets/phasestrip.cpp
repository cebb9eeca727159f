// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/phasestrip.h"

#include "ui/format.h"
#include "ui/icons.h"
#include "ui/words.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr int kTitleLeft = 22; // behind the icon
constexpr int kAround = 18;    // frame and margins of a cell

} // namespace

PhaseStrip::PhaseStrip(QWidget *parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setPhases({}, false);
}

void PhaseStrip::setPhases(const QList<PhaseRecord>& phases, bool stopped)
{
    QList<Cell> cells;
    QStringList spoken;
    for (int number = 1; number <= 5; ++number) {
        const PhaseRecord phase = phases.value(number - 1);
        Cell cell;
        cell.title = u"%1 %2"_s.arg(number).arg(word(static_cast<Phase>(number)));
        cell.entered = phase.entered;
        cell.current = phase.entered && !phase.result;
        const QString cost = format::moneyWithUnknown(phase.cost, phase.unknownCostLines);
        if (!phase.entered) {
            cell.figures = format::none();
            cell.shortFigures = cell.figures;
            cell.iconName = u"pending"_s;
            cell.kind = static_cast<int>(Kind::Reused);
            cell.tip = tr("%1: not entered").arg(cell.title);
        } else if (cell.current) {
            cell.figures = stopped ? tr("stopped · %1").arg(cost) : tr("running · %1").arg(cost);
            cell.shortFigures = cost;
            cell.iconName = stopped ? u"paused"_s : u"running"_s;
            cell.kind = static_cast<int>(stopped ? Kind::Policy : Kind::Llm);
            cell.tip = u"%1: %2"_s.arg(cell.title, cell.figures);
        } else {
            const PhaseResult result = phase.result.value_or(PhaseResult::Continue);
            cell.figures = u"%1 · %2"_s.arg(format::durationUs(phase.durationUs), cost);
            cell.shortFigures =
                phase.cost.isZero() && phase.unknownCostLines == 0 ? format::durationUs(phase.durationUs) : cost;
            switch (result) {
            case PhaseResult::Continue:
                cell.iconName = u"complete"_s;
                cell.kind = static_cast<int>(Kind::Answer);
                break;
            case PhaseResult::CacheHit:
                cell.iconName = u"reused"_s;
                cell.kind = static_cast<int>(Kind::Reused);
                break;
            case PhaseResult::PolicyViolation:
                cell.iconName = u"violation"_s;
                cell.kind = static_cast<int>(Kind::Policy);
                break;
            case PhaseResult::Error:
                cell.iconName = u"error"_s;
                cell.kind = static_cast<int>(Kind::Error);
                break;
            }
            cell.tip = tr("%1: %2, %3, exactly %4")
                           .arg(cell.title, word(result), format::durationUs(phase.durationUs),
                                format::exactMoney(phase.cost));
        }
        spoken << cell.tip;
        cells << cell;
    }
    if (cells != m_cells) {
        m_cells = cells;
        setAccessibleName(tr("Phases"));
        setAccessibleDescription(spoken.join(u"; "_s));
        update();
    }
}

QSize PhaseStrip::sizeHint() const
{
    return {600, 2 * fontMetrics().height() + 16};
}

QSize PhaseStrip::minimumSizeHint() const
{
    return {5 * 90, sizeHint().height()};
}

int PhaseStrip::neededBy(int cell) const
{
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    const Cell& shown = m_cells.at(cell);
    return std::max(QFontMetrics(bold).horizontalAdvance(shown.title) + kTitleLeft,
                    fontMetrics().horizontalAdvance(shown.shortFigures) + 2) +
           kAround;
}

QRect PhaseStrip::rectOf(int cell) const
{
    // Each has room for its title; of what is left the phase that works is given twice as much as the others.
    int needed = 0;
    for (int i = 0; i < m_cells.size(); ++i) {
        needed += neededBy(i);
    }
    const double spare = (width() - needed) / 6.0;
    double left = 0;
    double right = 0;
    for (int i = 0; i <= cell; ++i) {
        left = right;
        right += neededBy(i) + spare * (i == 3 ? 2 : 1);
    }
    return {static_cast<int>(left), 0, static_cast<int>(right) - static_cast<int>(left), height()};
}

void PhaseStrip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    for (int i = 0; i < m_cells.size(); ++i) {
        const Cell& cell = m_cells.at(i);
        const Kind kind = static_cast<Kind>(cell.kind);
        const QColor color = theme::kindColor(kind, palette());
        const QRectF rect = QRectF(rectOf(i)).adjusted(i == 0 ? 0.5 : 2.5, 0.5, i == 4 ? -0.5 : -2.5, -0.5);
        painter.setPen(cell.current ? QPen(color, 1.5) : QPen(theme::line(palette())));
        painter.setBrush(cell.current ? theme::kindTint(kind, palette()) : palette().color(QPalette::Base));
        painter.drawRoundedRect(rect, 4, 4);
        const QRect inner = rect.toRect().adjusted(7, 4, -4, -4);
        const int line = inner.height() / 2;
        painter.drawPixmap(inner.x(), inner.y() + (line - 16) / 2,
                           iconPixmap(cell.iconName, color, 16, devicePixelRatioF()));
        painter.setFont(bold);
        painter.setPen(cell.entered ? palette().color(QPalette::Text) : theme::secondaryText(palette()));
        const QRect title(inner.x() + kTitleLeft, inner.y(), inner.width() - kTitleLeft, line);
        painter.drawText(title, Qt::AlignLeft | Qt::AlignVCenter,
                         QFontMetrics(bold).elidedText(cell.title, Qt::ElideRight, title.width()));
        painter.setFont(font());
        painter.setPen(theme::secondaryText(palette()));
        const QRect figures(inner.x() + 2, inner.y() + line, inner.width() - 2, line);
        painter.drawText(figures, Qt::AlignLeft | Qt::AlignVCenter,
                         fontMetrics().elidedText(fontMetrics().horizontalAdvance(cell.figures) > figures.width()
                                                      ? cell.shortFigures
                                                      : cell.figures,
                                                  Qt::ElideRight, figures.width()));
    }
}

bool PhaseStrip::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        for (int i = 0; i < m_cells.size(); ++i) {
            if (rectOf(i).contains(help->pos())) {
                QToolTip::showText(help->globalPos(), m_cells.at(i).tip, this);
                return true;
            }
        }
    }
    return QWidget::event(event);
}

} // namespace lathe
