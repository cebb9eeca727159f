// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/policyrulespage.h"

#include "engine/pipeline/enginefacade.h"
#include "ui/async.h"
#include "ui/icons.h"
#include "ui/models/rulelistmodel.h"
#include "ui/session.h"
#include "ui/views/ruleform.h"
#include "ui/widgets/combos.h"
#include "ui/widgets/emptyhint.h"
#include "ui/widgets/itemviews.h"
#include "ui/widgets/jsoneditor.h"
#include "ui/widgets/kindlabel.h"
#include "ui/widgets/messagebar.h"
#include "ui/widgets/statepane.h"
#include "ui/widgets/taborder.h"
#include "ui/words.h"

#include <QAction>
#include <QBoxLayout>
#include <QComboBox>
#include <QFormLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSplitter>
#include <QTableView>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

QLabel *makeTitle(const QString& text, QWidget *parent)
{
    auto *label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    QFont font = label->font();
    font.setWeight(QFont::DemiBold);
    label->setFont(font);
    return label;
}

} // namespace

PolicyRulesPage::PolicyRulesPage(Session& session, QWidget *parent)
    : QWidget(parent),
      m_session(session),
      m_model(new RuleListModel(this)),
      m_user(new QComboBox(this)),
      m_pane(new StatePane(this)),
      m_table(new QTableView(this)),
      m_form(new RuleForm(this)),
      m_formBox(new QWidget(this)),
      m_formTitle(makeTitle({}, this)),
      m_add(new QPushButton(icon(u"add"_s), tr("&Add rule"), this)),
      m_remove(new QPushButton(icon(u"remove"_s), tr("Re&move"), this)),
      m_up(new QPushButton(icon(u"up"_s), tr("Move &up"), this)),
      m_down(new QPushButton(icon(u"down"_s), tr("Move dow&n"), this)),
      m_revert(new QPushButton(tr("&Discard changes"), this)),
      m_save(new QPushButton(icon(u"complete"_s), tr("&Save rules"), this)),
      m_trialTool(makeEditableBox(this)),
      m_trialArguments(new JsonEditor(this)),
      m_trialVerdict(new NoteLabel(this)),
      m_bar(new MessageBar(this))
{
    m_user->setAccessibleName(tr("User"));
    m_user->setMinimumWidth(180);
    auto *userLabel = new QLabel(tr("Rules &of"), this);
    userLabel->setBuddy(m_user);
    auto *intro =
        new NoteLabel(tr("What happens to a tool call, by tool and arguments. Deny beats everything; else the "
                         "last rule that matches decides. Rules saved with a verdict stand here too."),
                      this);
    auto *head = new QHBoxLayout;
    head->setSpacing(8);
    head->addWidget(userLabel);
    head->addWidget(m_user);
    head->addSpacing(12);
    head->addWidget(intro, 1);
    auto *right = new QSplitter(Qt::Vertical, this);
    auto *formColumn = new QVBoxLayout(m_formBox);
    formColumn->setContentsMargins(0, 0, 0, 8);
    formColumn->setSpacing(8);
    formColumn->addWidget(m_formTitle);
    formColumn->addWidget(m_form);
    formColumn->addStretch();
    right->addWidget(m_formBox);
    right->addWidget(makeTrial());
    right->setChildrenCollapsible(false);
    auto *splitter = new QSplitter(this);
    splitter->addWidget(makeList());
    splitter->addWidget(right);
    splitter->setChildrenCollapsible(false);
    splitter->setHandleWidth(12);
    splitter->setStretchFactor(0, 5);
    splitter->setStretchFactor(1, 4);
    splitter->setSizes({740, 540});
    m_pane->setContent(splitter);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(8, 8, 8, 8);
    column->setSpacing(8);
    column->addLayout(head);
    column->addWidget(m_bar);
    column->addWidget(m_pane, 1);
    setFocusProxy(m_table);
    connect(m_user, &QComboBox::activated, this, [this] {
        selectUser(m_user->currentText());
        Q_EMIT userSelected(m_user->currentText());
    });
    connect(m_form, &RuleForm::edited, this, &PolicyRulesPage::onEdited);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &PolicyRulesPage::onSelected);
    connect(&session, &Session::policiesChanged, this, &PolicyRulesPage::onPolicies);
    connect(&session, &Session::toolsChanged, this, &PolicyRulesPage::onTools);
    setTabChain({m_user, m_table});
    QWidget::setTabOrder(m_table, m_form);
    setTabChain({m_form->lastField(), m_trialTool, m_trialArguments->editor(), m_add, m_remove, m_up, m_down, m_revert,
                 m_save});
    onTools();
    refreshButtons();
    refreshTrial();
    onSelected();
}

QWidget *PolicyRulesPage::makeList()
{
    m_table->setModel(m_model);
    ItemViews::setUp(m_table);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setAccessibleName(tr("Rules for tools"));
    m_table->horizontalHeader()->setStretchLastSection(false);
    m_table->horizontalHeader()->setSectionResizeMode(RuleListModel::When, QHeaderView::Stretch);
    const auto width = [this](int column, const QString& sample, bool withIcon) {
        m_table->setColumnWidth(column, ItemViews::widthFor(m_table, column, sample, withIcon));
    };
    width(RuleListModel::Number, u"999"_s, false);
    width(RuleListModel::Verdict, tr("allow"), true);
    width(RuleListModel::Origin, u"somebody, 59 min"_s, false);
    width(RuleListModel::Tool, u"workflow_orchestratorMM"_s, false);
    width(RuleListModel::Trial, tr("condition %1 does not hold").arg(1), true);
    new EmptyHint(m_table, tr("No rule yet. Calls go through, or somebody is asked if the run wants that."));
    m_add->setToolTip(tr("Adds a rule after the selected one"));
    m_remove->setToolTip(tr("Removes the selected rule (Delete)"));
    m_up->setToolTip(tr("Moves the selected rule up (Alt+Up); the last rule that matches decides"));
    m_down->setToolTip(tr("Moves the selected rule down (Alt+Down)"));
    m_revert->setToolTip(tr("Goes back to the rules as they are stored"));
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    for (QPushButton *button : {m_add, m_remove, m_up, m_down}) {
        buttons->addWidget(button);
    }
    buttons->addStretch();
    buttons->addWidget(m_revert);
    buttons->addWidget(m_save);
    auto *page = new QWidget(this);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addWidget(m_table, 1);
    column->addLayout(buttons);
    const auto addAction = [this](const QKeySequence& key, const QString& text, auto call) {
        auto *action = new QAction(text, m_table);
        action->setShortcut(key);
        action->setShortcutContext(Qt::WidgetShortcut);
        m_table->addAction(action);
        connect(action, &QAction::triggered, this, call);
    };
    addAction(QKeySequence::Delete, tr("Remo&ve"), [this] { removeCurrent(); });
    addAction(Qt::ALT | Qt::Key_Up, tr("Move &up"), [this] { moveCurrent(-1); });
    addAction(Qt::ALT | Qt::Key_Down, tr("Move &down"), [this] { moveCurrent(1); });
    connect(m_add, &QPushButton::clicked, this, [this] {
        RuleDraft draft;
        draft.tool = u"*"_s;
        addRule(draft);
        m_form->focusTool();
    });
    connect(m_remove, &QPushButton::clicked, this, &PolicyRulesPage::removeCurrent);
    connect(m_up, &QPushButton::clicked, this, [this] { moveCurrent(-1); });
    connect(m_down, &QPushButton::clicked, this, [this] { moveCurrent(1); });
    connect(m_revert, &QPushButton::clicked, this, [this] {
        m_open.remove(m_policy.userId);
        m_bar->clear();
        load(m_policy.approvalRules);
    });
    connect(m_save, &QPushButton::clicked, this, &PolicyRulesPage::save);
    return page;
}

QWidget *PolicyRulesPage::makeTrial()
{
    auto *page = new QWidget(this);
    m_trialTool->setAccessibleName(tr("Tool to try"));
    m_trialTool->lineEdit()->setFont(theme::monospace());
    m_trialTool->lineEdit()->setPlaceholderText(tr("tool"));
    m_trialArguments->setText(u"{}"_s);
    m_trialArguments->editor()->setAccessibleName(tr("Arguments to try"));
    m_trialVerdict->setAccessibleName(tr("What the rules say"));
    auto *form = new QFormLayout;
    form->setHorizontalSpacing(12);
    form->setVerticalSpacing(8);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->addRow(tr("T&ool"), m_trialTool);
    form->addRow(tr("Ar&guments"), m_trialArguments);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, 8, 0, 0);
    column->setSpacing(8);
    column->addWidget(makeTitle(tr("Try a call"), page));
    column->addLayout(form, 1);
    column->addWidget(m_trialVerdict);
    connect(m_trialTool, &QComboBox::editTextChanged, this, &PolicyRulesPage::refreshTrial);
    connect(m_trialArguments, &JsonEditor::edited, this, &PolicyRulesPage::refreshTrial);
    return page;
}

void PolicyRulesPage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    onPolicies();
}

void PolicyRulesPage::onTools()
{
    QStringList names;
    for (const ToolInfo& tool : m_session.tools()) {
        names << tool.name;
    }
    m_form->setTools(names);
    setItems(m_trialTool, names);
}

void PolicyRulesPage::onPolicies()
{
    const QList<UserPolicy>& policies = m_session.policies();
    QStringList users;
    for (const UserPolicy& policy : policies) {
        users << policy.userId;
    }
    setItems(m_user, users);
    m_user->setEnabled(!policies.isEmpty());
    if (policies.isEmpty()) {
        m_pane->showEmpty(u"policy"_s, tr("Rules belong to a user, and there is none yet. Add one under “Users and "
                                          "tiers”, or run a task."));
        return;
    }
    m_pane->showContent();
    selectUser(m_policy.userId.isEmpty() ? policies.first().userId : m_policy.userId);
}

void PolicyRulesPage::selectUser(const QString& userId)
{
    for (const UserPolicy& policy : m_session.policies()) {
        if (policy.userId == userId) {
            m_user->setCurrentText(userId);
            show(policy);
        }
    }
}

void PolicyRulesPage::show(const UserPolicy& policy)
{
    const bool same = policy.userId == m_policy.userId;
    if (same && policy.approvalRules == m_policy.approvalRules) {
        m_policy = policy;
        refreshTrial();
        return;
    }
    const bool changedElsewhere = same && isChanged();
    if (!same) {
        m_bar->clear();
    }
    m_policy = policy;
    loadOrigins();
    if (changedElsewhere) {
        sayChangedElsewhere(policy.approvalRules);
    } else {
        load(m_open.value(policy.userId, policy.approvalRules));
    }
    refreshButtons();
    refreshTrial();
}

void PolicyRulesPage::loadOrigins()
{
    whenDone(m_session.facade().policyChanges(m_policy.userId), this,
             [this, policy = m_policy](const Result<QList<PolicyChange>>& changes) {
                 if (changes && policy.userId == m_policy.userId) {
                     m_model->setOrigins(ruleOrigins(policy.approvalRules, *changes));
                 }
             });
}

void PolicyRulesPage::sayChangedElsewhere(const QJsonArray& stored)
{
    m_bar->showMessage(Kind::Policy, tr("The stored rules of %1 have changed meanwhile, by a verdict or by somebody "
                                        "else. Saving now replaces them.")
                                         .arg(m_policy.userId));
    m_bar->setAction(tr("Load the stored rules"), [this, stored] {
        m_open.remove(m_policy.userId);
        m_bar->clear();
        load(stored);
    });
}

void PolicyRulesPage::load(const QJsonArray& rules)
{
    m_model->setRules(rules);
    if (m_model->rowCount() > 0) {
        m_table->setCurrentIndex(m_model->index(0, 0));
    }
    onSelected();
    refreshButtons();
    refreshTrial();
}

bool PolicyRulesPage::isChanged() const
{
    return !m_policy.userId.isEmpty() && m_open.contains(m_policy.userId);
}

void PolicyRulesPage::onSelected()
{
    const int row = m_table->currentIndex().row();
    m_formBox->setEnabled(row >= 0);
    m_formTitle->setText(row < 0 ? tr("No rule is selected") : tr("Rule %1").arg(row + 1));
    const RuleDraft draft = row < 0 ? RuleDraft{RuleVerdict::Ask, u"*"_s, {}} : m_model->rows().at(row);
    if (row < 0 || m_form->draft() != draft) {
        m_form->setDraft(draft);
    }
    refreshButtons();
}

void PolicyRulesPage::onEdited()
{
    const int row = m_table->currentIndex().row();
    if (row >= 0) {
        m_model->setDraft(row, m_form->draft());
        refreshButtons();
        refreshTrial();
    }
}

void PolicyRulesPage::addRule(const RuleDraft& draft)
{
    const int current = m_table->currentIndex().row();
    const int row = current < 0 ? m_model->rowCount() : current + 1;
    m_model->insert(row, draft);
    m_table->setCurrentIndex(m_model->index(row, 0));
    refreshButtons();
    refreshTrial();
}

void PolicyRulesPage::removeCurrent()
{
    const int row = m_table->currentIndex().row();
    if (row >= 0) {
        m_model->remove(row);
        onSelected();
        refreshTrial();
    }
}

void PolicyRulesPage::moveCurrent(int by)
{
    const int row = m_table->currentIndex().row();
    if (row >= 0) {
        m_table->setCurrentIndex(m_model->index(m_model->move(row, by), 0));
        onSelected();
        refreshTrial();
    }
}

void PolicyRulesPage::refreshButtons()
{
    if (!m_policy.userId.isEmpty()) {
        const QJsonArray texts = m_model->texts();
        if (texts == canonicalRules(m_policy.approvalRules)) {
            m_open.remove(m_policy.userId);
        } else {
            m_open.insert(m_policy.userId, texts);
        }
    }
    const int row = m_table->currentIndex().row();
    m_remove->setEnabled(row >= 0);
    m_up->setEnabled(row > 0);
    m_down->setEnabled(row >= 0 && row + 1 < m_model->rowCount());
    const bool valid = m_model->isValid();
    m_revert->setEnabled(isChanged());
    m_save->setEnabled(isChanged() && valid);
    m_save->setToolTip(!valid        ? tr("Correct the fields that are marked first")
                       : isChanged() ? tr("Stores the rules; they hold from the next tool call on, in running runs too")
                                     : tr("The rules are stored as they are shown"));
}

void PolicyRulesPage::tryCall(const QString& tool, const QJsonObject& arguments)
{
    m_trialTool->setEditText(tool);
    m_trialArguments->setObject(arguments);
    refreshTrial();
}

void PolicyRulesPage::refreshTrial()
{
    const QString tool = m_trialTool->currentText().trimmed();
    const std::optional<QJsonObject> arguments = m_trialArguments->object();
    m_model->setTrial(arguments ? tool : QString(), arguments.value_or(QJsonObject()));
    Kind kind = Kind::Reused;
    QString text;
    const std::optional<RuleDecision>& decision = m_model->decision();
    if (tool.isEmpty()) {
        text = tr("Pick a tool and type arguments to see which rule decides.");
    } else if (!arguments) {
        text = tr("The arguments are no JSON object yet.");
    } else if (!m_policy.allowedTools.isEmpty() && !m_policy.allowedTools.contains(tool)) {
        kind = Kind::Error;
        text = tr("Refused before any rule is asked: %1 is not among the tools that %2 may use.")
                   .arg(tool, m_policy.userId);
    } else if (!decision) {
        text = tr("No rule speaks of this call. It goes through, unless the run asks for every call.");
    } else {
        kind = look(decision->verdict).kind;
        const QString number = QString::number(decision->index + 1);
        switch (decision->verdict) {
        case RuleVerdict::Allow:
            text = tr("Allowed by rule %1, the last that matches.").arg(number);
            break;
        case RuleVerdict::Ask:
            text = tr("Somebody is asked, by rule %1, the last that matches.").arg(number);
            break;
        case RuleVerdict::Deny:
            text = tr("Denied by rule %1: deny beats everything.").arg(number);
            break;
        }
    }
    m_trialVerdict->setKind(kind);
    m_trialVerdict->setText(text);
}

QString PolicyRulesPage::verdictText() const
{
    return m_trialVerdict->text();
}

void PolicyRulesPage::save()
{
    if (!isChanged() || !m_model->isValid()) {
        return;
    }
    // A verdict may have added a rule since these were read; it must not be lost without a word.
    whenDone(m_session.facade().policy(m_policy.userId), this,
             [this, user = m_policy.userId, known = m_policy.approvalRules,
              rules = m_model->texts()](const Result<UserPolicy>& stored) {
                 if (!stored) {
                     m_bar->showError(stored.error());
                 } else if (stored->approvalRules != known && user == m_policy.userId) {
                     m_policy = *stored;
                     sayChangedElsewhere(stored->approvalRules);
                     refreshButtons();
                 } else {
                     write(user, rules);
                 }
             });
}

void PolicyRulesPage::write(const QString& userId, const QJsonArray& rules)
{
    whenDone(m_session.facade().setPolicy(userId, {{u"approvalRules"_s, rules}}), this,
             [this, userId](const Result<UserPolicy>& stored) {
                 if (!stored) {
                     m_bar->showError(stored.error());
                     return;
                 }
                 m_open.remove(userId);
                 if (m_policy.userId == userId) {
                     m_policy = *stored;
                     refreshButtons();
                 }
                 m_bar->showMessage(
                     Kind::Answer, tr("The rules of %1 are stored. They hold from the next tool call on.").arg(userId));
                 m_session.reloadPolicies();
             });
}

} // namespace lathe
