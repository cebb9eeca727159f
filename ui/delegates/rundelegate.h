// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>

namespace lathe {

/// A run in the list of runs: its name; state, time and cost; the counts, user and model.
class RunDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    /// The run that is open is marked by a bar at its left.
    void setOpenRun(const QString& runId) { m_openRun = runId; }
    void paint(QPainter *painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    QString m_openRun;
};

} // namespace lathe
