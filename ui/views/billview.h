// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/pipeline/facadetypes.h"

#include <QWidget>

#include <optional>

class QComboBox;
class QLabel;
class QPushButton;
class QSplitter;
class QTableView;
class QTimer;

namespace lathe {

class BillModel;
class CostChart;
class MessageBar;
class NoteLabel;
class Session;
class StatePane;

/// Who pays what: filters at the left, totals with the check that the sums agree, a chart, and a table by one or two
/// dimensions.
class BillView : public QWidget
{
    Q_OBJECT

public:
    explicit BillView(Session& session, QWidget *parent = nullptr);

    void reload();
    /// Puts the focus on the first filter.
    void startFilter();
    void showRun(const QString& runId);
    void setGrouping(BillGroup first, std::optional<BillGroup> second);
    [[nodiscard]] BillQuery query() const;
    /// Writes the breakdown CSV of what the filters let through; atomically.
    void exportTo(const QString& path, bool spreadsheet);
    void exportCsv();
    [[nodiscard]] const BillResult& result() const { return m_result; }
    [[nodiscard]] BillModel *model() const { return m_model; }
    /// Null until there was something to draw.
    [[nodiscard]] CostChart *chart() const { return m_chart; }
    [[nodiscard]] MessageBar *messageBar() const { return m_bar; }
    [[nodiscard]] QString checkText() const;

Q_SIGNALS:
    void decisionWanted(const QString& runId, int decision);
    void composeWanted();
    /// An export has ended, well or not.
    void exported(bool written);

protected:
    void showEvent(QShowEvent *event) override;

private:
    QWidget *makeFilters();
    QWidget *makeTotals();
    void show(const BillResult& result);
    void showChart(const QList<BillResult::Row>& rows, const QList<BillGroup>& groups);
    void fillRuns();
    void fillUsers();
    void onActivated(const QModelIndex& index);

    Session& m_session;
    QComboBox *m_period;
    QComboBox *m_user;
    QComboBox *m_run;
    QComboBox *m_first;
    QComboBox *m_second;
    QComboBox *m_profile;
    QPushButton *m_export;
    QLabel *m_charged;
    QLabel *m_avoided;
    QLabel *m_unknown;
    NoteLabel *m_check;
    CostChart *m_chart = nullptr; ///< made with the first result
    QSplitter *m_splitter;
    QTableView *m_table;
    BillModel *m_model;
    StatePane *m_pane;
    MessageBar *m_bar;
    QTimer *m_delay;
    BillResult m_result;
    int m_generation = 0;
};

} // namespace lathe
