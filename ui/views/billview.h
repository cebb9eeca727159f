// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/pipeline/facadetypes.h"

#include <QWidget>

#include <optional>

class QLabel;
class QSplitter;
class QTabWidget;
class QTableView;
class QToolButton;

namespace lathe {

class BillFilters;
class BillModel;
class BillTotals;
class CostChart;
class ExportDialog;
class MessageBar;
class ReconcileView;
class Session;
class StatePane;
class WhatIfView;

/// Who pays what: filters at the left; totals with the check that the sums agree, a chart, and a table by one or two
/// dimensions whose rows open into their parts, down to the decision. Beside it: the same tokens at other prices, and
/// what a provider says it charges.
class BillView : public QWidget
{
    Q_OBJECT

public:
    enum Tab
    {
        Bill,
        WhatIf,
        Reconcile
    };

    explicit BillView(Session& session, QWidget *parent = nullptr);

    void reload();
    /// Puts the focus on the first filter.
    void startFilter();
    void showTab(Tab tab);
    void showRun(const QString& runId);
    void setGrouping(BillGroup first, std::optional<BillGroup> second);
    /// What is shown: the filters, and the row that was opened last.
    [[nodiscard]] BillQuery query() const;
    /// Opens a row into its parts; a decision's opens the decision.
    void open(int row);
    /// One step out of an opened row; false if none is open.
    bool goBack();
    /// Asks for format and place.
    ExportDialog *exportBill();
    [[nodiscard]] const BillResult& result() const { return m_result; }
    [[nodiscard]] BillModel *model() const { return m_model; }
    /// Null until there was something to draw.
    [[nodiscard]] CostChart *chart() const { return m_chart; }
    [[nodiscard]] BillFilters *filters() const { return m_filters; }
    [[nodiscard]] BillTotals *totals() const { return m_totals; }
    [[nodiscard]] WhatIfView *whatIf() const { return m_whatIf; }
    [[nodiscard]] ReconcileView *reconcile() const { return m_reconcile; }
    [[nodiscard]] MessageBar *messageBar() const { return m_bar; }
    [[nodiscard]] QString checkText() const;
    /// "All › Execution › m1"; empty while no row is open.
    [[nodiscard]] QString pathText() const;

Q_SIGNALS:
    void decisionWanted(const QString& runId, int decision);
    void composeWanted();

protected:
    void showEvent(QShowEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    /// A row that was opened: its keys, and how its parts are grouped.
    struct Level
    {
        QList<std::pair<BillGroup, QString>> keys;
        BillGroup groupBy;
    };
    QWidget *makeBill();
    void onFilters();
    void showPath();
    void showResult(const BillResult& result, const QList<BillGroup>& groups);
    void showChart(const QList<BillResult::Row>& rows, const QList<BillGroup>& groups);
    void hideBlankColumns();
    void askBeside(const BillQuery& query);
    [[nodiscard]] QString runName(const QString& runId) const;

    Session& m_session;
    BillFilters *m_filters;
    QTabWidget *m_tabs;
    BillTotals *m_totals;
    QWidget *m_pathBar;
    QToolButton *m_back;
    QLabel *m_path;
    CostChart *m_chart = nullptr; ///< made with the first result
    QSplitter *m_splitter;
    QTableView *m_table;
    BillModel *m_model;
    StatePane *m_pane;
    MessageBar *m_bar;
    WhatIfView *m_whatIf;
    ReconcileView *m_reconcile;
    QList<Level> m_levels;
    BillResult m_result;
    int m_generation = 0;
};

} // namespace lathe
