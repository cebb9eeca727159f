// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/journalmodel.h"

#include "ui/format.h"
#include "ui/models/journalsummary.h"
#include "ui/words.h"

using namespace Qt::StringLiterals;

namespace lathe {

void JournalModel::restart()
{
    setRows({});
    m_complete = false;
    m_asked = false;
}

void JournalModel::addPage(const QList<RunEvent>& events, bool last)
{
    m_asked = false;
    m_complete = last;
    QList<RunEvent> fresh;
    for (const RunEvent& event : events) {
        if (event.seq > lastSeq()) {
            fresh << event;
        }
    }
    appendRows(fresh);
}

bool JournalModel::addLive(const QList<RunEvent>& events)
{
    if (!m_complete || (!events.isEmpty() && events.first().seq > lastSeq() + 1)) {
        return false;
    }
    addPage(events, true);
    return true;
}

void JournalModel::expectMore()
{
    m_complete = false;
}

bool JournalModel::canFetchMore(const QModelIndex& parent) const
{
    return !parent.isValid() && !m_complete && !m_asked;
}

void JournalModel::fetchMore(const QModelIndex& parent)
{
    if (canFetchMore(parent)) {
        m_asked = true;
        Q_EMIT wantsMore(lastSeq());
    }
}

QVariant JournalModel::cell(const RunEvent& row, int column, int role) const
{
    if (role == IdRole) {
        return row.seq;
    }
    if (role == ValueRole) {
        return QVariant::fromValue(row);
    }
    if (column == Event && role == KindRole) {
        return static_cast<int>(kindOf(row.type));
    }
    if (column == Event && role == IconNameRole) {
        return u"dot"_s;
    }
    if (column == Time && (role == Qt::ToolTipRole || role == ExactRole)) {
        return format::fullTime(row.timeMs);
    }
    if (role != Qt::DisplayRole && !(role == Qt::ToolTipRole && column == Summary)) {
        return {};
    }
    switch (column) {
    case Seq:
        return format::count(row.seq);
    case Time:
        return format::clockTime(row.timeMs);
    case PhaseName:
        return row.phase ? word(*row.phase) : format::none();
    case Event:
        return QString(toName(row.type));
    case Summary:
        return JournalSummary::of(row);
    default:
        return {};
    }
}

QVariant JournalModel::header(int column, int role) const
{
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (column) {
    case Seq:
        return tr("Seq.");
    case Time:
        return tr("Time");
    case PhaseName:
        return tr("Phase");
    case Event:
        return tr("Event");
    case Summary:
        return tr("Summary");
    default:
        return {};
    }
}

} // namespace lathe
