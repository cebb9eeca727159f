// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/runevent.h"
#include "ui/models/valuetable.h"

namespace lathe {

/// The journal of one run as far as it has been fetched. Asks for the next page by wantsMore() when the end is seen.
class JournalModel : public ValueTable<RunEvent>
{
    Q_OBJECT

public:
    enum Column
    {
        Seq,
        Time,
        PhaseName,
        Event,
        Summary,
        ColumnCount
    };

    using ValueTable::ValueTable;

    /// Empty, for another run or filter; more pages may come.
    void restart();
    /// The next page in order; last: nothing follows for now.
    void addPage(const QList<RunEvent>& events, bool last);
    /// Entries that have just become durable. False: earlier ones are still missing, fetch from lastSeq() instead.
    [[nodiscard]] bool addLive(const QList<RunEvent>& events);
    [[nodiscard]] bool isComplete() const { return m_complete; }
    /// The end has moved while pages were under way.
    void expectMore();
    [[nodiscard]] qint64 lastSeq() const { return m_rows.isEmpty() ? 0 : m_rows.last().seq; }

    [[nodiscard]] bool canFetchMore(const QModelIndex& parent) const override;
    void fetchMore(const QModelIndex& parent) override;

Q_SIGNALS:
    void wantsMore(qint64 afterSeq);

protected:
    [[nodiscard]] int columns() const override { return ColumnCount; }
    [[nodiscard]] QVariant cell(const RunEvent& row, int column, int role) const override;
    [[nodiscard]] QVariant header(int column, int role) const override;
    [[nodiscard]] bool isNumber(int column) const override { return column == Seq; }

private:
    bool m_complete = true;
    bool m_asked = false;
};

} // namespace lathe
