// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/ruleform.h"

#include "ui/icons.h"
#include "ui/widgets/combos.h"
#include "ui/widgets/kindlabel.h"
#include "ui/widgets/taborder.h"
#include "ui/words.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QToolButton>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

using Operator = RuleCondition::Operator;
constexpr Operator kOperators[] = {Operator::Equal, Operator::NotEqual, Operator::Matches, Operator::MatchesNot};

QString wordOf(Operator op)
{
    switch (op) {
    case Operator::Equal:
        return RuleForm::tr("is");
    case Operator::NotEqual:
        return RuleForm::tr("is not");
    case Operator::Matches:
        return RuleForm::tr("matches");
    case Operator::MatchesNot:
        return RuleForm::tr("does not match");
    }
    return {};
}

} // namespace

RuleForm::RuleForm(QWidget *parent)
    : QWidget(parent),
      m_verdict(new QComboBox(this)),
      m_tool(makeEditableBox(this)),
      m_toolProblem(new NoteLabel(this)),
      m_conditions(new QVBoxLayout),
      m_add(new QPushButton(icon(u"add"_s), tr("Add &condition"), this)),
      m_text(new NoteLabel(this))
{
    for (const RuleVerdict verdict : {RuleVerdict::Allow, RuleVerdict::Ask, RuleVerdict::Deny}) {
        const Look looks = look(verdict);
        m_verdict->addItem(icon(looks.icon, looks.kind), looks.word, static_cast<int>(verdict));
    }
    m_verdict->setAccessibleName(tr("Verdict"));
    m_verdict->setToolTip(tr("Deny beats everything; else the last rule that matches decides"));
    m_tool->setAccessibleName(tr("Tool"));
    m_tool->setToolTip(tr("The name of a tool, in which * stands for anything"));
    m_tool->lineEdit()->setFont(theme::monospace());
    m_conditions->setSpacing(4);
    m_add->setToolTip(tr("All conditions of a rule must hold"));
    m_text->setFont(theme::monospace());
    m_text->setKind(Kind::Reused);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto *form = new QFormLayout;
    form->setHorizontalSpacing(12);
    form->setVerticalSpacing(8);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->addRow(tr("&Verdict"), m_verdict);
    auto *toolColumn = new QVBoxLayout;
    toolColumn->setSpacing(4);
    toolColumn->addWidget(m_tool);
    toolColumn->addWidget(m_toolProblem);
    auto *toolLabel = new QLabel(tr("&Tool"), this);
    toolLabel->setBuddy(m_tool);
    form->addRow(toolLabel, toolColumn);
    auto *conditionColumn = new QVBoxLayout;
    conditionColumn->setSpacing(4);
    conditionColumn->addLayout(m_conditions);
    auto *addRowLayout = new QHBoxLayout;
    addRowLayout->addWidget(m_add);
    addRowLayout->addStretch();
    conditionColumn->addLayout(addRowLayout);
    form->addRow(tr("When"), conditionColumn);
    form->addRow(tr("As text"), m_text);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addLayout(form);
    connect(m_verdict, &QComboBox::activated, this, &RuleForm::onEdited);
    connect(m_tool, &QComboBox::editTextChanged, this, &RuleForm::onEdited);
    connect(m_add, &QPushButton::clicked, this, [this] {
        addRow({u"$."_s, Operator::Equal, {}});
        arrangeTabs();
        onEdited();
        m_rows.last().path->setFocus();
        m_rows.last().path->end(false);
    });
    showProblems();
}

void RuleForm::setTools(const QStringList& names)
{
    m_setting = true;
    m_tools = names;
    setItems(m_tool, QStringList{u"*"_s} + names);
    m_setting = false;
    showProblems();
}

void RuleForm::setDraft(const RuleDraft& draft)
{
    m_setting = true;
    m_verdict->setCurrentIndex(m_verdict->findData(static_cast<int>(draft.verdict)));
    m_tool->setEditText(draft.tool);
    while (m_rows.size() > draft.conditions.size()) {
        drop(m_rows.takeLast());
    }
    for (qsizetype i = 0; i < draft.conditions.size(); ++i) {
        const RuleDraft::Condition& condition = draft.conditions.at(i);
        if (i >= m_rows.size()) {
            addRow(condition);
            continue;
        }
        const Row& row = m_rows.at(i);
        row.path->setText(condition.path);
        row.op->setCurrentIndex(row.op->findData(static_cast<int>(condition.op)));
        row.value->setText(condition.value);
    }
    m_setting = false;
    arrangeTabs();
    showProblems();
}

RuleDraft RuleForm::draft() const
{
    RuleDraft draft;
    draft.verdict = static_cast<RuleVerdict>(m_verdict->currentData().toInt());
    draft.tool = m_tool->currentText();
    for (const Row& row : m_rows) {
        draft.conditions.append(
            {row.path->text(), static_cast<Operator>(row.op->currentData().toInt()), row.value->text()});
    }
    return draft;
}

void RuleForm::addRow(const RuleDraft::Condition& condition)
{
    Row row;
    row.path = new QLineEdit(condition.path, this);
    row.op = new QComboBox(this);
    row.value = new QLineEdit(condition.value, this);
    row.remove = new QToolButton(this);
    row.problem = new NoteLabel(this);
    row.layout = new QVBoxLayout; // no widget: the notes grow with their words
    for (const Operator op : kOperators) {
        row.op->addItem(wordOf(op), static_cast<int>(op));
    }
    row.op->setCurrentIndex(row.op->findData(static_cast<int>(condition.op)));
    row.op->setAccessibleName(tr("Comparison"));
    row.op->setToolTip(tr("“matches” looks for a regular expression anywhere in the text"));
    row.path->setFont(theme::monospace());
    row.path->setAccessibleName(tr("Path of the argument"));
    row.path->setToolTip(tr("$.name, $.list[0], $.list[*], $..name"));
    row.path->setPlaceholderText(u"$.query"_s);
    row.value->setFont(theme::monospace());
    row.value->setAccessibleName(tr("Value or pattern"));
    row.value->setToolTip(tr("A text, number, true, false or null; or a regular expression"));
    row.remove->setIcon(icon(u"remove"_s));
    row.remove->setAutoRaise(true);
    row.remove->setToolTip(tr("Remove this condition"));
    row.remove->setAccessibleName(tr("Remove the condition"));
    row.remove->setFocusPolicy(Qt::StrongFocus);
    auto *fields = new QHBoxLayout;
    fields->setSpacing(4);
    fields->addWidget(row.path, 3);
    fields->addWidget(row.op);
    fields->addWidget(row.value, 4);
    fields->addWidget(row.remove);
    row.layout->setSpacing(4);
    row.layout->addLayout(fields);
    row.layout->addWidget(row.problem);
    row.problem->hide();
    m_conditions->addLayout(row.layout);
    m_rows.append(row);
    connect(row.path, &QLineEdit::textChanged, this, &RuleForm::onEdited);
    connect(row.value, &QLineEdit::textChanged, this, &RuleForm::onEdited);
    connect(row.op, &QComboBox::activated, this, &RuleForm::onEdited);
    connect(row.remove, &QToolButton::clicked, this, [this, path = row.path] { removeRow(path); });
}

void RuleForm::drop(const Row& row)
{
    for (QWidget *widget : QList<QWidget *>{row.path, row.op, row.value, row.remove, row.problem}) {
        widget->hide();
        widget->deleteLater();
    }
    m_conditions->removeItem(row.layout);
    delete row.layout;
}

void RuleForm::removeRow(const QLineEdit *path)
{
    const auto at = std::find_if(m_rows.begin(), m_rows.end(), [path](const Row& row) { return row.path == path; });
    if (at != m_rows.end()) {
        const Row row = *at;
        m_rows.erase(at);
        drop(row);
        m_add->setFocus();
        onEdited();
    }
}

void RuleForm::onEdited()
{
    if (!m_setting) {
        showProblems();
        Q_EMIT edited();
    }
}

void RuleForm::showProblems()
{
    using Field = RuleFieldProblem::Field;
    const RuleDraft now = draft();
    QString ofTool;
    Kind kind = Kind::Policy;
    if (!now.tool.contains(u'*') && !m_tools.isEmpty() && !m_tools.contains(now.tool.trimmed())) {
        ofTool = tr("No tool of this name is registered here. The rule is kept, and speaks of it once it is.");
    }
    QStringList ofRow;
    ofRow.resize(m_rows.size());
    for (const RuleFieldProblem& problem : problems(now)) {
        switch (problem.field) {
        case Field::Tool:
            kind = Kind::Error;
            ofTool = tr("Write the name of one tool; * stands for anything.");
            break;
        case Field::Path:
            ofRow[problem.condition] = tr("This is no path. Write it like $.query, $.items[0] or $..name.");
            break;
        case Field::Value:
            if (ofRow.at(problem.condition).isEmpty()) {
                ofRow[problem.condition] = tr("This pattern is wrong at its character %1: %2.")
                                               .arg(QString::number(problem.at + 1), problem.detail);
            }
            break;
        }
    }
    m_toolProblem->setKind(kind);
    m_toolProblem->setText(ofTool);
    m_toolProblem->setVisible(!ofTool.isEmpty());
    for (qsizetype i = 0; i < m_rows.size(); ++i) {
        m_rows.at(i).problem->setKind(Kind::Error);
        m_rows.at(i).problem->setText(ofRow.at(i));
        m_rows.at(i).problem->setVisible(!ofRow.at(i).isEmpty());
    }
    m_text->setText(toText(now));
}

QStringList RuleForm::problemTexts() const
{
    QStringList texts;
    if (!m_toolProblem->text().isEmpty()) {
        texts << m_toolProblem->text();
    }
    for (const Row& row : m_rows) {
        if (!row.problem->text().isEmpty()) {
            texts << row.problem->text();
        }
    }
    return texts;
}

void RuleForm::focusTool()
{
    m_tool->setFocus();
    m_tool->lineEdit()->selectAll();
}

QWidget *RuleForm::lastField() const
{
    return m_add;
}

void RuleForm::arrangeTabs()
{
    QList<QWidget *> order{m_verdict, m_tool};
    for (const Row& row : m_rows) {
        order << row.path << row.op << row.value << row.remove;
    }
    order << m_add;
    setTabChain(order);
}

} // namespace lathe
