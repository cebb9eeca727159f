// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/knowledgemodel.h"

#include "ui/format.h"

#include <QDateTime>

namespace lathe {

QVariant KnowledgeModel::cell(const KnowledgeBaseInfo& row, int column, int role) const
{
    if (role == IdRole) {
        return row.id;
    }
    if (role == ValueRole) {
        return QVariant::fromValue(row);
    }
    if (role == Qt::ToolTipRole && column == Added && row.addedAtMs > 0) {
        return format::fullTime(row.addedAtMs);
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (column) {
    case Name:
        return row.builtin ? tr("%1 (built in)").arg(row.name) : row.name;
    case Documents:
        return format::count(row.documents);
    case Passages:
        return format::count(row.passages);
    case Characters:
        return format::count(row.characters);
    case Added:
        return format::relativeTime(row.addedAtMs, QDateTime::currentMSecsSinceEpoch());
    default:
        return {};
    }
}

QVariant KnowledgeModel::header(int column, int role) const
{
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (column) {
    case Name:
        return tr("Name");
    case Documents:
        return tr("Documents");
    case Passages:
        return tr("Passages");
    case Characters:
        return tr("Characters");
    case Added:
        return tr("Added");
    default:
        return {};
    }
}

} // namespace lathe
