// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/policy.h"
#include "engine/domain/ruledraft.h"

#include <QHash>
#include <QWidget>

class QComboBox;
class QLabel;
class QPushButton;
class QTableView;

namespace lathe {

class JsonEditor;
class MessageBar;
class NoteLabel;
class RuleForm;
class RuleListModel;
class Session;
class StatePane;

/// The rules on tool calls of one user, those that came with verdicts too: to read, edit, order and try. Nothing is
/// stored before "Save rules"; what is not saved stays with its user.
class PolicyRulesPage : public QWidget
{
    Q_OBJECT

public:
    explicit PolicyRulesPage(Session& session, QWidget *parent = nullptr);
    void selectUser(const QString& userId);
    void tryCall(const QString& tool, const QJsonObject& arguments);
    void save();
    void addRule(const RuleDraft& draft);
    [[nodiscard]] bool isChanged() const;
    [[nodiscard]] RuleListModel *model() const { return m_model; }
    [[nodiscard]] RuleForm *form() const { return m_form; }
    [[nodiscard]] QTableView *table() const { return m_table; }
    [[nodiscard]] MessageBar *messageBar() const { return m_bar; }
    [[nodiscard]] QString verdictText() const;

Q_SIGNALS:
    void userSelected(const QString& userId);

protected:
    void showEvent(QShowEvent *event) override;

private:
    QWidget *makeList();
    QWidget *makeTrial();
    void onPolicies();
    void onTools();
    void show(const UserPolicy& policy);
    void load(const QJsonArray& rules);
    void onSelected();
    void onEdited();
    void moveCurrent(int by);
    void removeCurrent();
    void refreshButtons();
    void refreshTrial();
    void write(const QString& userId, const QJsonArray& rules);
    /// Who put the stored rules there.
    void loadOrigins();
    void sayChangedElsewhere(const QJsonArray& stored);

    Session& m_session;
    RuleListModel *m_model;
    QComboBox *m_user;
    StatePane *m_pane;
    QTableView *m_table;
    RuleForm *m_form;
    QWidget *m_formBox;
    QLabel *m_formTitle;
    QPushButton *m_add;
    QPushButton *m_remove;
    QPushButton *m_up;
    QPushButton *m_down;
    QPushButton *m_revert;
    QPushButton *m_save;
    QComboBox *m_trialTool;
    JsonEditor *m_trialArguments;
    NoteLabel *m_trialVerdict;
    MessageBar *m_bar;
    UserPolicy m_policy;               ///< as stored
    QHash<QString, QJsonArray> m_open; ///< edits that are not saved, by user
};

} // namespace lathe
