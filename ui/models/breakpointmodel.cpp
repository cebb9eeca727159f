// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/breakpointmodel.h"

#include "ui/format.h"
#include "ui/words.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

void BreakpointModel::add(const Breakpoint& breakpoint)
{
    appendRows({breakpoint});
    Q_EMIT changed();
}

void BreakpointModel::removeAt(int row)
{
    removeRow(row);
    Q_EMIT changed();
}

bool BreakpointModel::toggle(const Breakpoint& breakpoint)
{
    const QString expression = toExpression(breakpoint);
    for (int row = 0; row < m_rows.size(); ++row) {
        if (toExpression(m_rows.at(row)) == expression) {
            removeAt(row);
            return false;
        }
    }
    add(breakpoint);
    return true;
}

void BreakpointModel::countHit(const QString& expression)
{
    for (int row = 0; row < m_rows.size(); ++row) {
        if (toExpression(m_rows.at(row)) == expression) {
            Breakpoint hit = m_rows.at(row);
            ++hit.hits;
            replaceRow(row, hit);
        }
    }
}

Qt::ItemFlags BreakpointModel::flags(const QModelIndex& index) const
{
    const Qt::ItemFlags flags = ValueTable::flags(index);
    return index.isValid() && index.column() == Where ? flags | Qt::ItemIsUserCheckable : flags;
}

bool BreakpointModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (role != Qt::CheckStateRole || !index.isValid() || index.column() != Where) {
        return false;
    }
    Breakpoint edited = m_rows.at(index.row());
    edited.enabled = value.toInt() == Qt::Checked;
    replaceRow(index.row(), edited);
    Q_EMIT changed();
    return true;
}

QVariant BreakpointModel::cell(const Breakpoint& row, int column, int role) const
{
    if (role == Qt::CheckStateRole && column == Where) {
        return row.enabled ? Qt::Checked : Qt::Unchecked;
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (column) {
    case Where:
        return toExpression(row);
    case Meaning: {
        QStringList parts;
        if (row.stopPoint) {
            parts << word(*row.stopPoint);
        }
        if (!row.tool.isEmpty()) {
            parts << tr("tool %1").arg(row.tool);
        }
        if (row.phase) {
            parts << tr("entering phase %1").arg(word(*row.phase));
        }
        if (row.onError) {
            parts << tr("after an error");
        }
        return parts.join(u", "_s);
    }
    case Hits:
        return format::count(row.hits);
    default:
        return {};
    }
}

QVariant BreakpointModel::header(int column, int role) const
{
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (column) {
    case Where:
        return tr("Stop at");
    case Meaning:
        return tr("In words");
    case Hits:
        return tr("Hits");
    default:
        return {};
    }
}

} // namespace lathe
