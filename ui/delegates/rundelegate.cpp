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

QString counts(const RunSummary& run)
{
    QStringList parts = {run.imported ? RunDelegate::tr("imported") : QString(),
                         RunDelegate::tr("%n decision(s)", nullptr, run.decisions),
                         RunDelegate::tr("%1 tokens").arg(format::count(run.tokensUsed)), run.userId, run.model};
    parts.removeAll(QString());
    return parts.join(u" · "_s);
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

    // Title; state, time and cost; then the counts, and at last what is the same for most runs.
    const int width = rect.right() - left;
    QFont bold = option.font;
    bold.setWeight(QFont::DemiBold);
    painter->setPen(text);
    painter->setFont(bold);
    painter->drawText(QRect(left, rect.y(), width, line), Qt::AlignLeft | Qt::AlignVCenter,
                      QFontMetrics(bold).elidedText(RunListModel::title(run), Qt::ElideRight, width));
    painter->setFont(option.font);
    const QString cost = format::moneyWithUnknown(run.totalCost, run.unknownCostLines);
    const int costWidth = option.fontMetrics.horizontalAdvance(cost);
    painter->drawText(QRect(left, rect.y() + line, width, line), Qt::AlignRight | Qt::AlignVCenter, cost);
    const int stateRoom = width - costWidth - 8;
    const QString stateWord = option.fontMetrics.elidedText(state.word, Qt::ElideRight, stateRoom);
    const int stateWidth = option.fontMetrics.horizontalAdvance(stateWord);
    painter->setPen(kind);
    painter->drawText(QRect(left, rect.y() + line, stateRoom, line), Qt::AlignLeft | Qt::AlignVCenter, stateWord);
    painter->setPen(faint);
    const QString started = u" · %1 · %2"_s.arg(format::relativeTime(run.startedAtMs, now),
                                                format::duration(RunListModel::elapsed(run, now)));
    painter->drawText(QRect(left + stateWidth, rect.y() + line, stateRoom - stateWidth, line),
                      Qt::AlignLeft | Qt::AlignVCenter,
                      option.fontMetrics.elidedText(started, Qt::ElideRight, stateRoom - stateWidth));
    painter->drawText(QRect(left, rect.y() + 2 * line, width, line), Qt::AlignLeft | Qt::AlignVCenter,
                      option.fontMetrics.elidedText(counts(run), Qt::ElideRight, width));
}

QSize RunDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const
{
    return {200, 3 * (option.fontMetrics.height() + 2) + 13};
}

} // namespace lathe
