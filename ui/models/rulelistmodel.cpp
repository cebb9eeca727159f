// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/rulelistmodel.h"

#include "ui/format.h"
#include "ui/words.h"

#include <QDateTime>
#include <QFont>
#include <QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

QString conditionsText(const RuleDraft& draft)
{
    const QString whole = toText(draft);
    const qsizetype when = whole.indexOf(u" when "_s);
    return draft.conditions.isEmpty() || when < 0 ? QString() : whole.mid(when + 6);
}

QJsonArray canonicalRules(const QJsonArray& texts)
{
    QJsonArray rules;
    for (const QJsonValue& text : texts) {
        const Result<ToolRule> rule = parseToolRule(text.toString());
        rules.append(rule ? QJsonValue(toText(*rule)) : text);
    }
    return rules;
}

void RuleListModel::setRules(const QJsonArray& texts)
{
    QList<RuleDraft> drafts;
    for (const QJsonValue& text : texts) {
        const Result<ToolRule> rule = parseToolRule(text.toString());
        RuleDraft unread;
        unread.tool = text.toString(); // the field of the tool then says that it is none
        drafts << (rule ? toDraft(*rule) : unread);
    }
    setRows(drafts);
    decideTrial();
}

QJsonArray RuleListModel::texts() const
{
    QJsonArray texts;
    for (const RuleDraft& draft : m_rows) {
        texts.append(toText(draft));
    }
    return canonicalRules(texts);
}

void RuleListModel::setOrigins(const QList<RuleOrigin>& origins)
{
    m_origins.clear();
    for (const RuleOrigin& origin : origins) {
        const Result<ToolRule> rule = parseToolRule(origin.rule);
        m_origins.insert(rule ? lathe::toText(*rule) : origin.rule, origin);
    }
    if (rowCount() > 0) {
        Q_EMIT dataChanged(index(0, Origin), index(rowCount() - 1, Origin));
    }
}

QVariant RuleListModel::originCell(const RuleDraft& row, int role) const
{
    const auto found = m_origins.constFind(toText(row));
    if (role == Qt::DisplayRole) {
        if (found == m_origins.constEnd()) {
            return format::none();
        }
        const QString when = format::relativeTime(found->atMs, QDateTime::currentMSecsSinceEpoch());
        return found->runId.isEmpty() ? tr("%1, %2").arg(found->author, when) : tr("a verdict, %1").arg(when);
    }
    if (role != Qt::ToolTipRole) {
        return {};
    }
    if (found == m_origins.constEnd()) {
        return tr("Nobody knows who put it there, or it is not stored yet");
    }
    return found->runId.isEmpty() ? tr("Put there by %1, %2").arg(found->author, format::fullTime(found->atMs))
                                  : tr("Came with a verdict of %1 in run %2, %3")
                                        .arg(found->author, found->runId.left(8), format::fullTime(found->atMs));
}

bool RuleListModel::isValid() const
{
    return std::all_of(m_rows.cbegin(), m_rows.cend(),
                       [](const RuleDraft& draft) { return problems(draft).isEmpty(); });
}

void RuleListModel::setDraft(int row, const RuleDraft& draft)
{
    if (m_rows.at(row) != draft) {
        replaceRow(row, draft);
        decideTrial();
    }
}

void RuleListModel::insert(int row, const RuleDraft& draft)
{
    insertRow(row, draft);
    decideTrial();
}

void RuleListModel::remove(int row)
{
    removeRow(row);
    decideTrial();
}

int RuleListModel::move(int row, int by)
{
    const int to = row + by;
    if (row < 0 || to < 0 || to >= rowCount()) {
        return row;
    }
    beginMoveRows({}, row, row, {}, by > 0 ? to + 1 : to);
    m_rows.move(row, to);
    endMoveRows();
    decideTrial();
    return to;
}

void RuleListModel::setTrial(const QString& tool, const QJsonObject& arguments)
{
    if (m_tool != tool || m_arguments != arguments) {
        m_tool = tool;
        m_arguments = arguments;
        decideTrial();
    }
}

void RuleListModel::decideTrial()
{
    QList<ToolRule> rules;
    QList<qsizetype> rowOf;
    for (qsizetype row = 0; row < m_rows.size(); ++row) {
        const Result<ToolRule> rule = parseToolRule(toText(m_rows.at(row)));
        if (rule) {
            rules.append(*rule);
            rowOf.append(row);
        }
    }
    m_decision = m_tool.isEmpty() ? std::nullopt : decide(rules, m_tool, m_arguments);
    if (m_decision) {
        m_decision->index = rowOf.value(m_decision->index, -1);
    }
    if (!m_rows.isEmpty()) {
        Q_EMIT dataChanged(index(0, Number), index(rowCount() - 1, Trial));
    }
}

QVariant RuleListModel::trialCell(const RuleDraft& row, int role) const
{
    const bool decides = m_decision && m_decision->index == indexOf(row);
    if (!problems(row).isEmpty()) {
        return role == Qt::DisplayRole   ? QVariant(tr("has an error"))
               : role == IconNameRole    ? QVariant(u"error"_s)
               : role == KindRole        ? QVariant(static_cast<int>(Kind::Error))
               : role == Qt::ToolTipRole ? QVariant(tr("A rule with an error takes no part in the trial"))
                                         : QVariant();
    }
    if (m_tool.isEmpty()) {
        return {};
    }
    const Result<ToolRule> rule = parseToolRule(toText(row));
    const RuleMatch match = rule ? explain(*rule, m_tool, m_arguments) : RuleMatch();
    if (role == IconNameRole) {
        return decides ? QVariant(u"here"_s) : QVariant();
    }
    if (role == KindRole) {
        return static_cast<int>(decides ? look(row.verdict).kind : Kind::Reused);
    }
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole) {
        return {};
    }
    if (decides) {
        return tr("decides");
    }
    if (match.all()) {
        return tr("matches, is overruled");
    }
    if (!match.tool) {
        return tr("another tool");
    }
    return tr("condition %1 does not hold").arg(match.conditions.indexOf(false) + 1);
}

QVariant RuleListModel::cell(const RuleDraft& row, int column, int role) const
{
    if (column == Trial) {
        return trialCell(row, role);
    }
    if (column == Origin) {
        return originCell(row, role);
    }
    if (role == ExactRole || role == Qt::ToolTipRole) {
        return toText(row);
    }
    if (column == Verdict && (role == IconNameRole || role == KindRole)) {
        const Look looks = look(row.verdict);
        return role == IconNameRole ? QVariant(looks.icon) : QVariant(static_cast<int>(looks.kind));
    }
    if (role == Qt::FontRole && (column == Tool || column == When)) {
        return theme::monospace();
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (column) {
    case Number:
        return QString::number(indexOf(row) + 1);
    case Verdict:
        return look(row.verdict).word;
    case Tool:
        return row.tool;
    case When:
        return row.conditions.isEmpty() ? tr("always") : conditionsText(row);
    default:
        return {};
    }
}

QVariant RuleListModel::header(int column, int role) const
{
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (column) {
    case Number:
        return tr("#");
    case Verdict:
        return tr("Verdict");
    case Tool:
        return tr("Tool");
    case When:
        return tr("When");
    case Origin:
        return tr("From");
    case Trial:
        return tr("Trial");
    default:
        return {};
    }
}

} // namespace lathe
