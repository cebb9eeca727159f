// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/pipeline/facadequeries.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QPushButton;
class QTableView;
class QTimer;

namespace lathe {

class MessageBar;
class NoteLabel;
class PolicyForm;
class Session;
class SimulationModel;
class StatePane;

/// An edited policy against what a user's runs did: what would have been stopped, where, by what, and what that would
/// have saved. Nothing is run, and nothing is stored before "Apply these changes".
class PolicyDryRunPage : public QWidget
{
    Q_OBJECT

public:
    explicit PolicyDryRunPage(Session& session, QWidget *parent = nullptr);
    void selectUser(const QString& userId);
    void run();
    /// Of a dry run that goes on.
    void cancel();
    void apply();
    [[nodiscard]] PolicyForm *form() const { return m_form; }
    [[nodiscard]] SimulationModel *model() const { return m_model; }
    [[nodiscard]] QTableView *table() const { return m_table; }
    [[nodiscard]] StatePane *pane() const { return m_pane; }
    [[nodiscard]] QComboBox *scope() const { return m_scope; }
    [[nodiscard]] MessageBar *messageBar() const { return m_bar; }
    [[nodiscard]] QPushButton *runButton() const { return m_run; }
    [[nodiscard]] QString differenceText() const;
    [[nodiscard]] QString totalsText() const;

Q_SIGNALS:
    void userSelected(const QString& userId);
    /// decision 0: the run as a whole.
    void decisionWanted(const QString& runId, int decision);
    /// A dry run has ended, well or not.
    void simulated();

protected:
    void showEvent(QShowEvent *event) override;

private:
    QWidget *makeForm();
    QWidget *makeResults();
    void onPolicies();
    void onEdited();
    void fillScope();
    void show(const PolicySimulation& simulation);
    void showRows();
    void showProgress();
    void end();
    void store(const QString& userId, const QJsonObject& changes, const QJsonObject& undo);

    Session& m_session;
    QComboBox *m_user;
    QComboBox *m_scope;
    PolicyForm *m_form;
    NoteLabel *m_difference;
    QPushButton *m_run;
    QPushButton *m_reset;
    QPushButton *m_apply;
    NoteLabel *m_totals;
    QCheckBox *m_unchanged;
    SimulationModel *m_model;
    QTableView *m_table;
    StatePane *m_pane;
    MessageBar *m_bar;
    PolicySimulation m_simulation;
    int m_generation = 0;
    std::shared_ptr<SimulationProgress> m_progress; ///< of the dry run that goes on; null: none does
    QTimer *m_ticks;                                ///< while it goes on
};

} // namespace lathe
