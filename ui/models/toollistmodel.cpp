// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/toollistmodel.h"

#include "ui/format.h"
#include "ui/words.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

ToolListModel::ToolListModel(bool checkable, QObject *parent) : ValueTable(parent), m_checkable(checkable) {}

QStringList ToolListModel::checked() const
{
    QStringList names;
    for (const ToolInfo& tool : m_rows) {
        if (!m_unchecked.contains(tool.name)) {
            names << tool.name;
        }
    }
    return names;
}

void ToolListModel::setChecked(const QStringList& names)
{
    QSet<QString> unchecked;
    for (const ToolInfo& tool : std::as_const(m_rows)) {
        if (!names.contains(tool.name)) {
            unchecked.insert(tool.name);
        }
    }
    if (unchecked == m_unchecked) {
        return;
    }
    m_unchecked = unchecked;
    if (!m_rows.isEmpty()) {
        Q_EMIT dataChanged(index(0, Name), index(rowCount() - 1, Name), {Qt::CheckStateRole});
    }
    Q_EMIT checkedChanged();
}

void ToolListModel::checkAll(bool on)
{
    QStringList names;
    if (on) {
        for (const ToolInfo& tool : std::as_const(m_rows)) {
            names << tool.name;
        }
    }
    setChecked(names);
}

bool ToolListModel::allChecked() const
{
    return checked().size() == m_rows.size();
}

Qt::ItemFlags ToolListModel::flags(const QModelIndex& index) const
{
    const Qt::ItemFlags flags = ValueTable::flags(index);
    return m_checkable && index.isValid() && index.column() == Name ? flags | Qt::ItemIsUserCheckable : flags;
}

bool ToolListModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (!m_checkable || role != Qt::CheckStateRole || !index.isValid() || index.column() != Name) {
        return false;
    }
    const QString name = m_rows.at(index.row()).name;
    if (value.toInt() == Qt::Checked) {
        m_unchecked.remove(name);
    } else {
        m_unchecked.insert(name);
    }
    Q_EMIT dataChanged(index, index, {Qt::CheckStateRole});
    Q_EMIT checkedChanged();
    return true;
}

QVariant ToolListModel::cell(const ToolInfo& row, int column, int role) const
{
    if (role == IdRole) {
        return row.name;
    }
    if (role == ValueRole) {
        return QVariant::fromValue(row);
    }
    if (role == Qt::CheckStateRole && column == Name && m_checkable) {
        return m_unchecked.contains(row.name) ? Qt::Unchecked : Qt::Checked;
    }
    if (role == Qt::ToolTipRole) {
        if (!row.available) {
            return column == Availability ? row.reason : tr("%1\nNot available: %2").arg(row.description, row.reason);
        }
        return column == Price && row.price ? format::exactMoney(*row.price) : row.description;
    }
    if (column == Availability) {
        if (role == IconNameRole) {
            return row.available ? u"complete"_s : u"warning"_s;
        }
        if (role == KindRole) {
            return static_cast<int>(row.available ? Kind::Answer : Kind::Policy);
        }
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (column) {
    case Name:
        return row.name;
    case Price:
        return row.price ? format::amount(*row.price) : format::unknown();
    case Class:
        return word(row.sideEffect);
    case Availability:
        return row.available ? tr("available") : tr("not available");
    default:
        return {};
    }
}

QVariant ToolListModel::header(int column, int role) const
{
    if (role != Qt::DisplayRole) {
        if (column == Price && role == Qt::ToolTipRole) {
            return tr("US dollars a call");
        }
        return column == Class && role == Qt::ToolTipRole ? QVariant(tr("What a call can do to the world outside"))
                                                          : QVariant();
    }
    switch (column) {
    case Name:
        return tr("Tool");
    case Price:
        return tr("Price ($)");
    case Class:
        return tr("Class");
    case Availability:
        return tr("Availability");
    default:
        return {};
    }
}

} // namespace lathe
