// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/mcpservermodel.h"

#include "ui/format.h"
#include "ui/icons.h"
#include "ui/words.h"

namespace lathe {

QVariant McpServerModel::cell(const McpServerInfo& row, int column, int role) const
{
    if (role == IdRole) {
        return row.name;
    }
    if (role == ValueRole) {
        return QVariant::fromValue(row);
    }
    if (role == Qt::ToolTipRole && !row.error.isEmpty()) {
        return row.error;
    }
    if (role == Qt::DecorationRole && column == State) {
        return icon(look(row.state).icon);
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (column) {
    case Name:
        return row.name;
    case State:
        return look(row.state).word;
    case Tools:
        return format::count(row.tools.size());
    case Target:
        return row.target;
    default:
        return {};
    }
}

QVariant McpServerModel::header(int column, int role) const
{
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (column) {
    case Name:
        return tr("Server");
    case State:
        return tr("State");
    case Tools:
        return tr("Tools");
    case Target:
        return tr("Program or address");
    default:
        return {};
    }
}

} // namespace lathe
