// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/runrecord.h"

#include <QAbstractItemModel>
#include <QHash>
#include <QSet>

namespace lathe {

/// The decisions of one run as a tree: a decision that opened a frame has that frame's decisions below it, and one
/// with several tool calls has a row for each call. Rows are inserted as the run goes on, never reset.
/// IdRole is the decision's number, CallRole the id of the call on rows of calls.
class DecisionTreeModel : public QAbstractItemModel
{
    Q_OBJECT

public:
    enum Column
    {
        Number,
        Action,
        Detail,
        Status,
        Tokens,
        Own,
        Inclusive,
        Time,
        ColumnCount
    };

    using QAbstractItemModel::QAbstractItemModel;

    /// Another run.
    /// What stands for the action of a decision that is not made yet.
    [[nodiscard]] static QString undecidedWord() { return tr("deciding"); }
    /// What stands for the status of the decision the run is stopped at.
    [[nodiscard]] static QString stoppedWord() { return tr("stopped"); }
    void setRecord(const RunRecord& record);
    /// The same run, some events later; touched: the decisions that those events name.
    void update(const RunRecord& record, const QSet<int>& touched);

    [[nodiscard]] QModelIndex indexOf(int decision, const QString& callId = {}) const;
    [[nodiscard]] int decisionAt(const QModelIndex& index) const;
    [[nodiscard]] QString callAt(const QModelIndex& index) const;

    [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex& child) const override;
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    /// What a row shows; compared to find out whether it changed.
    struct Display
    {
        int number = 0;
        QString callId;
        QString actionIcon, actionWord;
        int actionKind = 0;
        QString detail;
        QString statusIcon, statusWord;
        int statusKind = 0;
        qint64 tokens = -1; ///< -1: not applicable
        Money own;
        Money inclusive;
        bool priced = true;
        qint64 unknownLines = 0;
        qint64 startedMs = 0;
        qint64 endedMs = 0;
        bool stoppedHere = false;
        bool operator==(const Display&) const = default;
    };
    struct Node
    {
        int parent = -1;
        int row = 0;
        QList<int> children;
        Display display;
    };

    void place(const RunRecord& record, const DecisionRecord& decision);
    void placePending(const RunRecord& record);
    void removePending();
    [[nodiscard]] int parentNode(const RunRecord& record, int frame) const;
    int addNode(int parent, Display display);
    void show(int node, Display display);
    [[nodiscard]] QModelIndex indexOfNode(int node, int column = 0) const;
    [[nodiscard]] const QList<int>& childrenOf(int node) const;
    [[nodiscard]] static Display displayOf(const RunRecord& record, const DecisionRecord& decision);
    [[nodiscard]] static Display displayOf(const RunRecord& record, const DecisionRecord& decision,
                                           const ToolCallRecord& call);

    QList<Node> m_nodes;
    QList<int> m_roots;
    QHash<int, int> m_byDecision;
    QHash<QString, int> m_byCall; ///< "decision/callId"
    int m_last = 0;               ///< highest number placed
    int m_stopAt = 0;             ///< decision that is marked as the current stop
    int m_pending = 0;            ///< decision shown only because the run stands before it
};

} // namespace lathe
