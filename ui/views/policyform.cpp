// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/policyform.h"

#include "engine/domain/toolrules.h"
#include "ui/format.h"
#include "ui/models/rulelistmodel.h"
#include "ui/widgets/kindlabel.h"
#include "ui/words.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSpinBox>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

// As a policy's JSON allows them.
constexpr int kMostDepth = 100;
constexpr int kMostContext = 100'000'000;
constexpr int kMost = 1'000'000;

QStringList names(const QString& text)
{
    QStringList found;
    for (const QString& part : text.split(u',', Qt::SkipEmptyParts)) {
        if (!part.trimmed().isEmpty()) {
            found << part.trimmed();
        }
    }
    return found;
}

QString text(const std::optional<Money>& amount)
{
    return amount ? amount->toDecimal() : QString();
}

/// Nothing: it is no amount. An amount that is absent: no budget.
std::optional<std::optional<Money>> amountOf(const QString& typed)
{
    const QString plain = typed.trimmed();
    if (plain.isEmpty()) {
        return std::optional<Money>();
    }
    const std::optional<Money> amount = format::parseMoney(plain);
    if (!amount || *amount < Money()) {
        return std::nullopt;
    }
    return std::make_optional(amount);
}

QJsonArray rulesOf(const QString& lines)
{
    QJsonArray rules;
    for (const QString& line : lines.split(u'\n')) {
        if (!line.trimmed().isEmpty() && !line.trimmed().startsWith(u'#')) {
            rules.append(line.trimmed());
        }
    }
    return rules;
}

} // namespace

PolicyForm::PolicyForm(QWidget *parent)
    : QWidget(parent),
      m_tier(new QComboBox(this)),
      m_depth(makeNumber(kMostDepth, tr("Depth"))),
      m_context(makeNumber(kMostContext, tr("Context in tokens"))),
      m_toolCalls(makeNumber(kMost, tr("Tool calls a run"))),
      m_perMinute(makeNumber(kMost, tr("Runs a minute"))),
      m_perHour(makeNumber(kMost, tr("Runs an hour"))),
      m_runBudget(makeBudget(tr("Budget of a run in dollars"))),
      m_dayBudget(makeBudget(tr("Budget of a day in dollars"))),
      m_monthBudget(makeBudget(tr("Budget of a month in dollars"))),
      m_budgetProblem(new NoteLabel(this)),
      m_team(new QLineEdit(this)),
      m_tools(new QLineEdit(this)),
      m_rules(new QPlainTextEdit(this)),
      m_rulesProblem(new NoteLabel(this))
{
    for (const auto& [tier, name] : EnumNames<UserTier>::table) {
        m_tier->addItem(word(tier), static_cast<int>(tier));
    }
    m_tier->setAccessibleName(tr("Tier"));
    m_tier->setToolTip(tr("Sets the five limits below to the tier's own"));
    m_team->setAccessibleName(tr("Team"));
    m_team->setPlaceholderText(tr("none"));
    m_team->setToolTip(tr("The budgets of the team count as well, with what its other members spent"));
    m_tools->setAccessibleName(tr("Allowed tools"));
    m_tools->setPlaceholderText(tr("every tool"));
    m_tools->setToolTip(tr("Names, parted by commas; empty: every tool"));
    m_rules->setAccessibleName(tr("Rules for tools, one a line"));
    m_rules->setPlaceholderText(u"deny code_executor when $.language = \"bash\""_s);
    m_rules->setFont(theme::monospace());
    m_rules->setTabChangesFocus(true);
    m_rules->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_rules->setMinimumHeight(72);
    for (NoteLabel *note : {m_budgetProblem, m_rulesProblem}) {
        note->setKind(Kind::Error);
        note->hide();
    }
    auto *form = new QFormLayout(this);
    form->setContentsMargins(0, 0, 0, 0);
    form->setHorizontalSpacing(12);
    form->setVerticalSpacing(6);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->addRow(tr("Tier"), m_tier);
    form->addRow(tr("Depth"), m_depth);
    form->addRow(tr("Context (tokens)"), m_context);
    form->addRow(tr("Tool calls a run"), m_toolCalls);
    form->addRow(tr("Runs a minute"), m_perMinute);
    form->addRow(tr("Runs an hour"), m_perHour);
    form->addRow(tr("Run ($)"), m_runBudget);
    form->addRow(tr("Day ($)"), m_dayBudget);
    form->addRow(tr("Month ($)"), m_monthBudget);
    form->addRow(QString(), m_budgetProblem);
    form->addRow(tr("Team"), m_team);
    form->addRow(tr("Allowed tools"), m_tools);
    auto *rulesColumn = new QVBoxLayout;
    rulesColumn->setSpacing(4);
    rulesColumn->addWidget(m_rules, 1);
    rulesColumn->addWidget(m_rulesProblem);
    form->addRow(tr("Rules"), rulesColumn);
    connect(m_tier, &QComboBox::activated, this, [this] {
        const auto tier = static_cast<UserTier>(m_tier->currentData().toInt());
        m_setting = true;
        fillLimits(tier == m_stored.tier ? m_stored : tierDefaults(tier));
        m_setting = false;
        onEdited();
    });
    for (QSpinBox *box : {m_depth, m_context, m_toolCalls, m_perMinute, m_perHour}) {
        connect(box, &QSpinBox::valueChanged, this, &PolicyForm::onEdited);
    }
    for (QLineEdit *line : {m_runBudget, m_dayBudget, m_monthBudget, m_team, m_tools}) {
        connect(line, &QLineEdit::textChanged, this, &PolicyForm::onEdited);
    }
    connect(m_rules, &QPlainTextEdit::textChanged, this, &PolicyForm::onEdited);
    reset();
}

QSpinBox *PolicyForm::makeNumber(int most, const QString& name)
{
    auto *box = new QSpinBox(this);
    box->setRange(0, most);
    box->setGroupSeparatorShown(true);
    box->setAccessibleName(name);
    return box;
}

QLineEdit *PolicyForm::makeBudget(const QString& name)
{
    auto *line = new QLineEdit(this);
    line->setPlaceholderText(tr("no budget"));
    line->setAccessibleName(name);
    line->setAlignment(Qt::AlignRight);
    return line;
}

void PolicyForm::setPolicy(const UserPolicy& stored)
{
    m_stored = stored;
    reset();
}

void PolicyForm::fillLimits(const UserPolicy& from)
{
    m_depth->setValue(from.maxRecursionDepth);
    m_context->setValue(static_cast<int>(std::min<qint64>(from.contextWindowLimit, kMostContext)));
    m_toolCalls->setValue(from.maxToolCalls);
    m_perMinute->setValue(from.requestsPerMinute);
    m_perHour->setValue(from.requestsPerHour);
}

void PolicyForm::reset()
{
    m_setting = true;
    m_tier->setCurrentIndex(m_tier->findData(static_cast<int>(m_stored.tier)));
    fillLimits(m_stored);
    m_runBudget->setText(text(m_stored.budgetPerRun));
    m_dayBudget->setText(text(m_stored.budgetPerDay));
    m_monthBudget->setText(text(m_stored.budgetPerMonth));
    m_team->setText(m_stored.team);
    m_tools->setText(m_stored.allowedTools.join(u", "_s));
    QStringList lines;
    for (const QJsonValue& rule : std::as_const(m_stored.approvalRules)) {
        lines << rule.toString();
    }
    m_rules->setPlainText(lines.join(u'\n'));
    m_setting = false;
    onEdited();
}

std::optional<QJsonObject> PolicyForm::changes() const
{
    if (!problemTexts().isEmpty()) {
        return std::nullopt;
    }
    QJsonObject changes;
    const auto tier = static_cast<UserTier>(m_tier->currentData().toInt());
    if (tier != m_stored.tier) {
        changes.insert("tier"_L1, QString(toName(tier)));
    }
    const UserPolicy base = tier == m_stored.tier ? m_stored : tierDefaults(tier);
    const std::tuple<QLatin1StringView, qint64, qint64> numbers[] = {
        {"maxRecursionDepth"_L1, m_depth->value(), base.maxRecursionDepth},
        {"contextWindowLimit"_L1, m_context->value(), base.contextWindowLimit},
        {"maxToolCalls"_L1, m_toolCalls->value(), base.maxToolCalls},
        {"requestsPerMinute"_L1, m_perMinute->value(), base.requestsPerMinute},
        {"requestsPerHour"_L1, m_perHour->value(), base.requestsPerHour}};
    for (const auto& [key, value, before] : numbers) {
        if (value != before) {
            changes.insert(key, value);
        }
    }
    const std::tuple<QLatin1StringView, QString, std::optional<Money>> budgets[] = {
        {"budgetPerRun"_L1, m_runBudget->text(), m_stored.budgetPerRun},
        {"budgetPerDay"_L1, m_dayBudget->text(), m_stored.budgetPerDay},
        {"budgetPerMonth"_L1, m_monthBudget->text(), m_stored.budgetPerMonth}};
    for (const auto& [key, typed, before] : budgets) {
        const std::optional<Money> amount = amountOf(typed).value_or(before);
        if (amount != before) {
            changes.insert(key, amount ? QJsonValue(amount->toDecimal()) : QJsonValue(QJsonValue::Null));
        }
    }
    if (m_team->text().trimmed() != m_stored.team) {
        changes.insert("team"_L1, m_team->text().trimmed());
    }
    if (const QStringList tools = names(m_tools->text()); tools != m_stored.allowedTools) {
        changes.insert("allowedTools"_L1, QJsonArray::fromStringList(tools));
    }
    const QJsonArray rules = rulesOf(m_rules->toPlainText());
    if (canonicalRules(rules) != canonicalRules(m_stored.approvalRules)) {
        changes.insert("approvalRules"_L1, rules);
    }
    return changes;
}

QString PolicyForm::budgetProblem() const
{
    for (const QLineEdit *line : {m_runBudget, m_dayBudget, m_monthBudget}) {
        if (!amountOf(line->text())) {
            return tr("“%1” is not an amount in dollars. Write it like 0.20, or leave it empty for no budget.")
                .arg(line->text().trimmed());
        }
    }
    return {};
}

QString PolicyForm::rulesProblem() const
{
    const Result<QList<ToolRule>> rules = parseToolRules(m_rules->toPlainText());
    return rules ? QString() : tr("This is no rule: %1.").arg(rules.error().message);
}

QStringList PolicyForm::problemTexts() const
{
    QStringList texts{budgetProblem(), rulesProblem()};
    texts.removeAll(QString());
    return texts;
}

void PolicyForm::onEdited()
{
    if (m_setting) {
        return;
    }
    for (const auto& [note, problem] :
         {std::pair(m_budgetProblem, budgetProblem()), {m_rulesProblem, rulesProblem()}}) {
        note->setText(problem);
        note->setVisible(!problem.isEmpty());
    }
    Q_EMIT edited();
}

} // namespace lathe
