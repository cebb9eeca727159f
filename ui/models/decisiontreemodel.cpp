// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/decisiontreemodel.h"

#include "ui/format.h"
#include "ui/models/nodeid.h"
#include "ui/models/recordlookup.h"
#include "ui/models/roles.h"
#include "ui/words.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

QString callKey(int decision, const QString& callId)
{
    return QString::number(decision) + u'/' + callId;
}

QString firstLine(const QString& text)
{
    return text.left(400).simplified().left(200);
}

} // namespace

void DecisionTreeModel::setRecord(const RunRecord& record)
{
    beginResetModel();
    m_nodes.clear();
    m_roots.clear();
    m_byDecision.clear();
    m_byCall.clear();
    m_last = m_stopAt = m_pending = 0;
    endResetModel();
    update(record, {});
}

void DecisionTreeModel::update(const RunRecord& record, const QSet<int>& touched)
{
    QSet<int> numbers = touched;
    if (m_stopAt > 0) {
        numbers.insert(m_stopAt);
    }
    m_stopAt = record.stop ? record.stop->decision : 0;
    if (m_stopAt > 0) {
        numbers.insert(m_stopAt);
    }
    // Inclusive costs change all the way up.
    QSet<int> withAncestors = numbers;
    for (const int number : std::as_const(numbers)) {
        const DecisionRecord *decision = findDecision(record, number);
        while (decision && decision->parentDecision > 0 && !withAncestors.contains(decision->parentDecision)) {
            withAncestors.insert(decision->parentDecision);
            decision = findDecision(record, decision->parentDecision);
        }
    }
    if (m_pending > 0 && (m_pending != m_stopAt || findDecision(record, m_pending))) {
        removePending();
    }
    for (const int number : std::as_const(withAncestors)) {
        const DecisionRecord *decision = findDecision(record, number);
        if (decision && number <= m_last) {
            place(record, *decision);
        }
    }
    const auto& all = record.decisions;
    auto fresh = std::upper_bound(all.begin(), all.end(), m_last,
                                  [](int last, const DecisionRecord& d) { return last < d.number; });
    for (; fresh != all.end(); ++fresh) {
        place(record, *fresh);
        m_last = fresh->number;
    }
    placePending(record);
}

void DecisionTreeModel::place(const RunRecord& record, const DecisionRecord& decision)
{
    int node = m_byDecision.value(decision.number, -1);
    if (node < 0) {
        node = addNode(parentNode(record, decision.frame), displayOf(record, decision));
        m_byDecision.insert(decision.number, node);
    } else {
        show(node, displayOf(record, decision));
    }
    if (decision.toolCalls.size() < 2) {
        return;
    }
    for (const ToolCallRecord& call : decision.toolCalls) {
        const QString key = callKey(decision.number, call.callId);
        if (const auto known = m_byCall.constFind(key); known != m_byCall.constEnd()) {
            show(*known, displayOf(record, decision, call));
        } else {
            m_byCall.insert(key, addNode(node, displayOf(record, decision, call)));
        }
    }
}

void DecisionTreeModel::placePending(const RunRecord& record)
{
    if (!record.stop || record.stop->decision == 0 || findDecision(record, record.stop->decision)) {
        return;
    }
    DecisionRecord pending;
    pending.number = record.stop->decision;
    pending.frame = record.stop->frame;
    pending.depth = record.stop->depth;
    pending.startedAtMs = 0;
    if (m_pending == pending.number) {
        return;
    }
    m_pending = pending.number;
    m_byDecision.insert(m_pending, addNode(parentNode(record, pending.frame), displayOf(record, pending)));
}

void DecisionTreeModel::removePending()
{
    // It is the last node made and the last child of its parent.
    const int node = m_byDecision.take(m_pending);
    m_pending = 0;
    const int parent = m_nodes.at(node).parent;
    const int row = m_nodes.at(node).row;
    beginRemoveRows(parent < 0 ? QModelIndex() : indexOfNode(parent), row, row);
    (parent < 0 ? m_roots : m_nodes[parent].children).removeAt(row);
    if (node == m_nodes.size() - 1) {
        m_nodes.removeLast();
    }
    endRemoveRows();
}

int DecisionTreeModel::parentNode(const RunRecord& record, int frame) const
{
    const FrameRecord *opened = findFrame(record, frame);
    if (!opened || opened->parentDecision == 0) {
        return -1;
    }
    if (const DecisionRecord *opener = findDecision(record, opened->parentDecision)) {
        for (const ToolCallRecord& call : opener->toolCalls) {
            if (call.childFrame == frame) {
                if (const auto node = m_byCall.constFind(callKey(opener->number, call.callId));
                    node != m_byCall.constEnd()) {
                    return *node;
                }
            }
        }
    }
    return m_byDecision.value(opened->parentDecision, -1);
}

int DecisionTreeModel::addNode(int parent, Display display)
{
    const int row = static_cast<int>(childrenOf(parent).size());
    const int node = static_cast<int>(m_nodes.size());
    beginInsertRows(parent < 0 ? QModelIndex() : indexOfNode(parent), row, row);
    m_nodes.append(Node{parent, row, {}, std::move(display)});
    (parent < 0 ? m_roots : m_nodes[parent].children).append(node);
    endInsertRows();
    return node;
}

void DecisionTreeModel::show(int node, Display display)
{
    if (m_nodes.at(node).display == display) {
        return;
    }
    m_nodes[node].display = std::move(display);
    Q_EMIT dataChanged(indexOfNode(node, 0), indexOfNode(node, ColumnCount - 1));
}

DecisionTreeModel::Display DecisionTreeModel::displayOf(const RunRecord& record, const DecisionRecord& decision)
{
    Display d;
    d.number = decision.number;
    if (decision.action) {
        const Look action = look(*decision.action);
        d.actionIcon = action.icon;
        d.actionWord = action.word;
        d.actionKind = static_cast<int>(action.kind);
    } else {
        d.actionIcon = u"pending"_s;
        const bool ended = record.summary.status != RunStatus::Running && record.summary.status != RunStatus::Paused;
        d.actionWord = ended ? format::none() : undecidedWord();
        d.actionKind = static_cast<int>(Kind::Reused);
    }
    Look status = look(decision.status);
    if (!decision.action && decision.status == AgentStatus::NextStep) {
        const bool ended = record.summary.status != RunStatus::Running && record.summary.status != RunStatus::Paused;
        status.word = ended ? tr("not decided") : tr("waiting for the model");
    }
    if (decision.action == AgentActionType::ToolCall) {
        QStringList tools;
        for (const ToolCallRecord& call : decision.toolCalls) {
            tools << call.tool;
        }
        d.detail = tools.join(u", "_s);
        if (decision.toolCalls.size() == 1) {
            status = lookOfToolStatus(statusOf(decision.toolCalls.first()));
        }
    } else if (decision.action == AgentActionType::LlmCall) {
        d.detail = firstLine(decision.nextPrompt);
        for (const ToolCallRecord& call : decision.toolCalls) {
            const FrameRecord *frame = findFrame(record, call.childFrame);
            if (d.detail.isEmpty() && frame) {
                d.detail = firstLine(frame->task);
            }
            if (decision.toolCalls.size() == 1) {
                status = lookOfToolStatus(statusOf(call));
            }
        }
    } else if (decision.action == AgentActionType::FinalAnswer) {
        d.detail = firstLine(decision.finalAnswer);
    } else {
        d.detail = firstLine(decision.reasoning);
    }
    if (!decision.revisions.isEmpty()) {
        status.word = tr("%1, edited").arg(status.word);
    }
    if (!decision.attempts.isEmpty() && decision.attempts.last().reused) {
        status.icon = u"reused"_s;
        status.kind = Kind::Reused;
        status.word = tr("%1, reused").arg(status.word);
    }
    if (record.stop && record.stop->decision == decision.number) {
        d.stoppedHere = decision.toolCalls.size() < 2 || record.stop->toolCallId.isEmpty();
        if (d.stoppedHere) {
            status = {Kind::Policy, u"here"_s, stoppedWord()};
        }
    }
    d.statusIcon = status.icon;
    d.statusWord = status.word;
    d.statusKind = static_cast<int>(status.kind);
    d.tokens = decision.attempts.isEmpty() ? -1 : decision.tokens();
    d.own = decision.modelCost.plus(decision.toolCost).value_or(decision.modelCost);
    d.inclusive = decision.inclusiveCost;
    d.unknownLines = decision.unknownCostLines;
    d.startedMs = decision.startedAtMs;
    d.endedMs = decision.endedAtMs;
    return d;
}

DecisionTreeModel::Display DecisionTreeModel::displayOf(const RunRecord& record, const DecisionRecord& decision,
                                                        const ToolCallRecord& call)
{
    Display d;
    d.number = decision.number;
    d.callId = call.callId;
    const bool child = call.childFrame > 0;
    const Look action = look(child ? AgentActionType::LlmCall : AgentActionType::ToolCall);
    d.actionIcon = action.icon;
    d.actionWord = action.word;
    d.actionKind = static_cast<int>(action.kind);
    const FrameRecord *frame = child ? findFrame(record, call.childFrame) : nullptr;
    d.detail = frame ? firstLine(frame->task) : call.tool;
    Look status = lookOfToolStatus(statusOf(call));
    if (record.stop && record.stop->decision == decision.number && record.stop->toolCallId == call.callId) {
        status = {Kind::Policy, u"here"_s, stoppedWord()};
        d.stoppedHere = true;
    }
    d.statusIcon = status.icon;
    d.statusWord = call.synthetic ? tr("%1, written by hand").arg(status.word) : status.word;
    d.statusKind = static_cast<int>(status.kind);
    d.priced = call.cost.has_value();
    d.own = call.cost.value_or(Money());
    d.inclusive = d.own;
    d.startedMs = call.startedAtMs;
    d.endedMs = call.endedAtMs;
    return d;
}

QModelIndex DecisionTreeModel::indexOf(int decision, const QString& callId) const
{
    if (!callId.isEmpty()) {
        if (const auto node = m_byCall.constFind(callKey(decision, callId)); node != m_byCall.constEnd()) {
            return indexOfNode(*node);
        }
    }
    const auto node = m_byDecision.constFind(decision);
    return node == m_byDecision.constEnd() ? QModelIndex() : indexOfNode(*node);
}

int DecisionTreeModel::decisionAt(const QModelIndex& index) const
{
    return index.isValid() ? m_nodes.at(nodeid::decode(index.internalId())).display.number : 0;
}

QString DecisionTreeModel::callAt(const QModelIndex& index) const
{
    return index.isValid() ? m_nodes.at(nodeid::decode(index.internalId())).display.callId : QString();
}

QModelIndex DecisionTreeModel::indexOfNode(int node, int column) const
{
    return createIndex(m_nodes.at(node).row, column, static_cast<quintptr>(nodeid::encode(node)));
}

const QList<int>& DecisionTreeModel::childrenOf(int node) const
{
    return node < 0 ? m_roots : m_nodes.at(node).children;
}

QModelIndex DecisionTreeModel::index(int row, int column, const QModelIndex& parent) const
{
    if (parent.isValid() && parent.column() != 0) {
        return {};
    }
    const auto& children = childrenOf(parent.isValid() ? nodeid::decode(parent.internalId()) : -1);
    if (row < 0 || row >= children.size() || column < 0 || column >= ColumnCount) {
        return {};
    }
    return createIndex(row, column, static_cast<quintptr>(nodeid::encode(children.at(row))));
}

QModelIndex DecisionTreeModel::parent(const QModelIndex& child) const
{
    if (!child.isValid()) {
        return {};
    }
    const int parent = m_nodes.at(nodeid::decode(child.internalId())).parent;
    return parent < 0 ? QModelIndex() : indexOfNode(parent);
}

int DecisionTreeModel::rowCount(const QModelIndex& parent) const
{
    if (parent.isValid() && parent.column() != 0) {
        return 0;
    }
    return static_cast<int>(childrenOf(parent.isValid() ? nodeid::decode(parent.internalId()) : -1).size());
}

int DecisionTreeModel::columnCount(const QModelIndex&) const
{
    return ColumnCount;
}

QVariant DecisionTreeModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) {
        return {};
    }
    const Display& d = m_nodes.at(nodeid::decode(index.internalId())).display;
    if (role == IdRole) {
        return d.number;
    }
    if (role == CallRole) {
        return d.callId;
    }
    const int column = index.column();
    if (role == Qt::TextAlignmentRole) {
        const bool right = column == Number || column >= Tokens;
        return static_cast<int>((right ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    }
    if (role == KindRole && (column == Action || column == Status)) {
        return column == Action ? d.actionKind : d.statusKind;
    }
    if (role == IconNameRole && (column == Action || column == Status)) {
        return column == Action ? d.actionIcon : d.statusIcon;
    }
    if (role == Qt::AccessibleTextRole) {
        return tr("Decision %1, %2 %3, %4").arg(d.number).arg(d.actionWord, d.detail, d.statusWord);
    }
    if ((role == Qt::ToolTipRole || role == ExactRole) && (column == Own || column == Inclusive)) {
        const QString exact = format::exactMoney(column == Own ? d.own : d.inclusive);
        return d.priced ? exact : format::unknown();
    }
    if (role == Qt::ToolTipRole && (column == Detail || column == Status)) {
        return column == Detail ? d.detail : d.statusWord;
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (column) {
    case Number:
        return d.callId.isEmpty() ? QString::number(d.number) : QString();
    case Action:
        return d.actionWord;
    case Detail:
        return d.detail;
    case Status:
        return d.statusWord;
    case Tokens:
        return d.tokens < 0 ? format::none() : format::count(d.tokens);
    case Own:
    case Inclusive:
        if (!d.priced) {
            return d.endedMs == 0 ? format::none() : format::unknown();
        }
        return format::amountWithUnknown(column == Own ? d.own : d.inclusive, d.unknownLines);
    case Time:
        return d.startedMs == 0 || d.endedMs == 0 ? format::none() : format::duration(d.endedMs - d.startedMs);
    default:
        return {};
    }
}

QVariant DecisionTreeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        const bool right = section == Number || section >= Tokens;
        return static_cast<int>((right ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    }
    if (role == Qt::ToolTipRole && section == Own) {
        return tr("Cost of this decision's model calls and tool calls, in US dollars");
    }
    if (role == Qt::ToolTipRole && section == Inclusive) {
        return tr("Own cost plus everything in the frames below, in US dollars");
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (section) {
    case Number:
        return tr("#");
    case Action:
        return tr("Action");
    case Detail:
        return tr("Tool or answer");
    case Status:
        return tr("Status");
    case Tokens:
        return tr("Tokens");
    case Own:
        return tr("Own ($)");
    case Inclusive:
        return tr("Incl. ($)");
    case Time:
        return tr("Time");
    default:
        return {};
    }
}

} // namespace lathe
