// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractItemModel>
#include <QJsonValue>
#include <QList>

namespace lathe {

/// One JSON value as a tree of members. Children are made when they are first asked for, so opening is quick whatever
/// the size. PathRole is the JSON path ("$.messages[2].content"), ExactRole the value as text.
class JsonTreeModel : public QAbstractItemModel
{
    Q_OBJECT

public:
    enum Column
    {
        Key,
        Value,
        ColumnCount
    };

    using QAbstractItemModel::QAbstractItemModel;

    void setValue(const QJsonValue& value);
    [[nodiscard]] QJsonValue value() const { return m_root; }
    [[nodiscard]] QJsonValue valueAt(const QModelIndex& index) const;
    [[nodiscard]] QString pathAt(const QModelIndex& index) const;
    /// A string as it is, everything else as indented JSON.
    [[nodiscard]] static QString plainText(const QJsonValue& value);

    [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex& child) const override;
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Node
    {
        QString key; ///< member name, or the index in an array
        QJsonValue value;
        int parent = -1;
        int row = 0;
        bool inArray = false;
        bool unfolded = false;
        QList<int> children;
    };

    [[nodiscard]] const Node& unfold(int node) const;
    [[nodiscard]] static QList<Node> childrenOf(const QJsonValue& value, int parent);

    QJsonValue m_root;
    mutable QList<Node> m_nodes; ///< 0 is the root value itself, not shown
};

} // namespace lathe
