// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/ruledraft.h"

#include <QWidget>

class QComboBox;
class QLineEdit;
class QPushButton;
class QToolButton;
class QVBoxLayout;

namespace lathe {

class NoteLabel;

/// One rule, field by field, with what is wrong under each field while it is typed.
class RuleForm : public QWidget
{
    Q_OBJECT

public:
    explicit RuleForm(QWidget *parent = nullptr);
    void setTools(const QStringList& names);
    void setDraft(const RuleDraft& draft);
    [[nodiscard]] RuleDraft draft() const;
    /// What the form says under its fields, from top to bottom.
    [[nodiscard]] QStringList problemTexts() const;
    void focusTool();
    /// What Tab leaves the form from.
    [[nodiscard]] QWidget *lastField() const;

Q_SIGNALS:
    void edited();

private:
    struct Row
    {
        QVBoxLayout *layout = nullptr;
        QLineEdit *path = nullptr;
        QComboBox *op = nullptr;
        QLineEdit *value = nullptr;
        QToolButton *remove = nullptr;
        NoteLabel *problem = nullptr;
    };
    void addRow(const RuleDraft::Condition& condition);
    void removeRow(const QLineEdit *path);
    void drop(const Row& row);
    void onEdited();
    void showProblems();
    void arrangeTabs();

    QComboBox *m_verdict;
    QComboBox *m_tool;
    NoteLabel *m_toolProblem;
    QVBoxLayout *m_conditions;
    QPushButton *m_add;
    NoteLabel *m_text;
    QList<Row> m_rows;
    QStringList m_tools;
    bool m_setting = false;
};

} // namespace lathe
