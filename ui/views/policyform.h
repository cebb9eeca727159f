// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/policy.h"

#include <QWidget>

class QComboBox;
class QLineEdit;
class QPlainTextEdit;
class QSpinBox;

namespace lathe {

class NoteLabel;

/// A policy as a form that begins at what is stored; what differs from that are the changes.
class PolicyForm : public QWidget
{
    Q_OBJECT

public:
    explicit PolicyForm(QWidget *parent = nullptr);
    void setPolicy(const UserPolicy& stored);
    /// As it was given; every field goes back to it.
    void reset();
    [[nodiscard]] const UserPolicy& stored() const { return m_stored; }
    /// For setPolicy() and simulatePolicy() of the facade; nothing while a field cannot be read.
    [[nodiscard]] std::optional<QJsonObject> changes() const;
    /// What is wrong with a field, as it stands under it.
    [[nodiscard]] QStringList problemTexts() const;

    [[nodiscard]] QComboBox *tier() const { return m_tier; }
    [[nodiscard]] QSpinBox *toolCalls() const { return m_toolCalls; }
    [[nodiscard]] QLineEdit *runBudget() const { return m_runBudget; }
    [[nodiscard]] QPlainTextEdit *rules() const { return m_rules; }

Q_SIGNALS:
    void edited();

private:
    QSpinBox *makeNumber(int most, const QString& name);
    QLineEdit *makeBudget(const QString& name);
    void fillLimits(const UserPolicy& from);
    void onEdited();
    [[nodiscard]] QString budgetProblem() const;
    [[nodiscard]] QString rulesProblem() const;

    QComboBox *m_tier;
    QSpinBox *m_depth;
    QSpinBox *m_context;
    QSpinBox *m_toolCalls;
    QSpinBox *m_perMinute;
    QSpinBox *m_perHour;
    QLineEdit *m_runBudget;
    QLineEdit *m_dayBudget;
    QLineEdit *m_monthBudget;
    NoteLabel *m_budgetProblem;
    QLineEdit *m_team;
    QLineEdit *m_tools;
    QPlainTextEdit *m_rules;
    NoteLabel *m_rulesProblem;
    UserPolicy m_stored;
    bool m_setting = false;
};

} // namespace lathe
