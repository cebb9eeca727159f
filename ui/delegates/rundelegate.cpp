// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/delegates/rundelegate.h"

#include "ui/format.h"
#include "ui/icons.h"
#include "ui/models/runlistmodel.h"
#include "ui/words.h"

#include <QPainter>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr int kMargin = 8;
constexpr int kIcon = 16;

QString counts(const RunSummary& run, qint64 nowMs)
{
    return RunDelegate::tr("%1 · %2 tokens · %3")
        .arg(RunDelegate::tr("%n decision(s)", nullptr, run.decisions), format::count(run.tokensUsed),
             format::duration(RunListModel::elapsed(run, nowMs)));
}

} // namespace

void RunDelegate::paint(QPainter *painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const auto run = index.data(ValueRole).value<RunSummary>();
    const auto *model = qobject_cast<const RunListModel *>(index.model());
    const qint64 now = model ? model->now() : run.updatedAtMs;
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    const QPalette& palette = option.palette;
    if (selected) {
        painter->fillRect(option.rect, palette.brush(QPalette::Highlight));
    } else {
        painter->setPen(theme::line(palette));
        painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
    }
    const Look state = look(run.status);
    const QColor text = palette.color(selected ? QPalette::HighlightedText : QPalette::Text);
    const QColor faint = selected ? text : theme::secondaryText(palette);
    const QColor kind = selected ? text : theme::kindColor(state.kind, palette);
    if (run.runId == m_openRun) {
        painter->fillRect(QRect(option.rect.x(), option.rect.y(), 3, option.rect.height()), kind);
    }

    const QRect rect = option.rect.adjusted(kMargin, 6, -kMargin, -6);
    const int line = option.fontMetrics.height() + 2;
    painter->drawPixmap(rect.x(), rect.y() + (line - kIcon) / 2,
                        iconPixmap(state.icon, kind, kIcon, painter->device()->devicePixelRatioF()));
    const int left = rect.x() + kIcon + 6;

    QFont bold = option.font;
    bold.setWeight(QFont::DemiBold);
    const QFontMetrics boldMetrics(bold);
    const QString cost = format::moneyWithUnknown(run.totalCost, run.unknownCostLines);
    const int costWidth = option.fontMetrics.horizontalAdvance(cost);
    const int titleWidth = rect.right() - left - costWidth - 8;
    painter->setPen(text);
    painter->setFont(bold);
    painter->drawText(QRect(left, rect.y(), titleWidth, line), Qt::AlignLeft | Qt::AlignVCenter,
                      boldMetrics.elidedText(RunListModel::title(run), Qt::ElideRight, titleWidth));
    painter->setFont(option.font);
    painter->drawText(QRect(rect.right() - costWidth, rect.y(), costWidth + 1, line), Qt::AlignRight | Qt::AlignVCenter,
                      cost);

    const int width = rect.right() - left;
    painter->setPen(kind);
    const int stateWidth = option.fontMetrics.horizontalAdvance(state.word);
    painter->drawText(QRect(left, rect.y() + line, width, line), Qt::AlignLeft | Qt::AlignVCenter, state.word);
    painter->setPen(faint);
    QStringList parts = {format::relativeTime(run.startedAtMs, now), run.userId};
    if (!run.model.isEmpty()) {
        parts << run.model;
    }
    const QString rest = u" · "_s + parts.join(u" · "_s);
    painter->drawText(QRect(left + stateWidth, rect.y() + line, width - stateWidth, line),
                      Qt::AlignLeft | Qt::AlignVCenter,
                      option.fontMetrics.elidedText(rest, Qt::ElideRight, width - stateWidth));
    painter->drawText(QRect(left, rect.y() + 2 * line, width, line), Qt::AlignLeft | Qt::AlignVCenter,
                      option.fontMetrics.elidedText(counts(run, now), Qt::ElideRight, width));
}

QSize RunDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const
{
    return {200, 3 * (option.fontMetrics.height() + 2) + 13};
}

} // namespace lathe
