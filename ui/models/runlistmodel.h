// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/runrecord.h"
#include "ui/models/valuetable.h"

namespace lathe {

/// The list of runs, newest first. Live changes come one run at a time through upsert().
class RunListModel : public ValueTable<RunSummary>
{
    Q_OBJECT

public:
    enum Column
    {
        State,
        Started,
        Name,
        User,
        Model,
        Decisions,
        Tokens,
        Cost,
        Time,
        ColumnCount
    };

    explicit RunListModel(QObject *parent = nullptr);

    void setRows(QList<RunSummary> rows) override;
    void append(const QList<RunSummary>& older);
    void upsert(const RunSummary& summary);
    void remove(const QString& runId);
    [[nodiscard]] int rowOf(const QString& runId) const;
    /// What relative times are relative to.
    void setNow(qint64 nowMs);
    [[nodiscard]] qint64 now() const { return m_nowMs; }

    /// Name, or the start of the prompt, or the id.
    [[nodiscard]] static QString title(const RunSummary& summary);
    /// How long it has taken, so far if it still runs.
    [[nodiscard]] static qint64 elapsed(const RunSummary& summary, qint64 nowMs);

protected:
    [[nodiscard]] int columns() const override { return ColumnCount; }
    [[nodiscard]] QVariant cell(const RunSummary& row, int column, int role) const override;
    [[nodiscard]] QVariant header(int column, int role) const override;
    [[nodiscard]] bool isNumber(int column) const override { return column >= Decisions; }

private:
    qint64 m_nowMs = 0;
};

} // namespace lathe
