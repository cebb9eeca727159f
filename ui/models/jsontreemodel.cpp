// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/jsontreemodel.h"

#include "ui/models/nodeid.h"
#include "ui/models/roles.h"
#include "ui/theme.h"

#include <QFont>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr int kShown = 300;

QString shortText(const QJsonValue& value)
{
    switch (value.type()) {
    case QJsonValue::Object:
        return JsonTreeModel::tr("{%n member(s)}", nullptr, static_cast<int>(value.toObject().size()));
    case QJsonValue::Array:
        return JsonTreeModel::tr("[%n element(s)]", nullptr, static_cast<int>(value.toArray().size()));
    case QJsonValue::String: {
        const QString text = value.toString();
        QString start = text.left(kShown);
        start.replace(u'\n', u'⏎');
        return text.size() > kShown ? QString(start + u'…') : start;
    }
    default:
        return JsonTreeModel::plainText(value);
    }
}

} // namespace

void JsonTreeModel::setValue(const QJsonValue& value)
{
    beginResetModel();
    m_root = value;
    m_nodes.clear();
    Node root;
    root.value = value;
    m_nodes.append(root);
    endResetModel();
}

QString JsonTreeModel::plainText(const QJsonValue& value)
{
    switch (value.type()) {
    case QJsonValue::String:
        return value.toString();
    case QJsonValue::Object:
        return QString::fromUtf8(QJsonDocument(value.toObject()).toJson(QJsonDocument::Indented)).trimmed();
    case QJsonValue::Array:
        return QString::fromUtf8(QJsonDocument(value.toArray()).toJson(QJsonDocument::Indented)).trimmed();
    default: {
        const QByteArray wrapped = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
        return QString::fromUtf8(wrapped.mid(1, wrapped.size() - 2));
    }
    }
}

QList<JsonTreeModel::Node> JsonTreeModel::childrenOf(const QJsonValue& value, int parent)
{
    QList<Node> children;
    if (value.isObject()) {
        const QJsonObject object = value.toObject();
        for (auto it = object.begin(); it != object.end(); ++it) {
            children.append(Node{it.key(), it.value(), parent, static_cast<int>(children.size()), false, false, {}});
        }
    } else if (value.isArray()) {
        const QJsonArray array = value.toArray();
        for (const QJsonValue element : array) {
            const int row = static_cast<int>(children.size());
            children.append(Node{QString::number(row), element, parent, row, true, false, {}});
        }
    }
    return children;
}

const JsonTreeModel::Node& JsonTreeModel::unfold(int node) const
{
    if (!m_nodes.at(node).unfolded) {
        m_nodes[node].unfolded = true;
        const QList<Node> fresh = childrenOf(m_nodes.at(node).value, node);
        for (const Node& child : fresh) {
            m_nodes[node].children.append(static_cast<int>(m_nodes.size()));
            m_nodes.append(child);
        }
    }
    return m_nodes.at(node);
}

QJsonValue JsonTreeModel::valueAt(const QModelIndex& index) const
{
    return index.isValid() ? m_nodes.at(nodeid::decode(index.internalId())).value : m_root;
}

QString JsonTreeModel::pathAt(const QModelIndex& index) const
{
    static const QRegularExpression plain(u"^[A-Za-z_][A-Za-z0-9_]*$"_s);
    QString path;
    int node = index.isValid() ? nodeid::decode(index.internalId()) : 0;
    while (node > 0) {
        const Node& at = m_nodes.at(node);
        if (at.inArray) {
            path.prepend(QString(u'[' + at.key + u']'));
        } else if (plain.match(at.key).hasMatch()) {
            path.prepend(QString(u'.' + at.key));
        } else {
            QString quoted = at.key;
            quoted.replace(u'\\', u"\\\\"_s).replace(u'"', u"\\\""_s);
            path.prepend(QString(u"[\""_s + quoted + u"\"]"_s));
        }
        node = at.parent;
    }
    return u'$' + path;
}

QModelIndex JsonTreeModel::index(int row, int column, const QModelIndex& parent) const
{
    if (m_nodes.isEmpty() || (parent.isValid() && parent.column() != 0) || column < 0 || column >= ColumnCount) {
        return {};
    }
    const Node& node = unfold(parent.isValid() ? nodeid::decode(parent.internalId()) : 0);
    if (row < 0 || row >= node.children.size()) {
        return {};
    }
    return createIndex(row, column, static_cast<quintptr>(nodeid::encode(node.children.at(row))));
}

QModelIndex JsonTreeModel::parent(const QModelIndex& child) const
{
    if (!child.isValid()) {
        return {};
    }
    const int parent = m_nodes.at(nodeid::decode(child.internalId())).parent;
    return parent <= 0 ? QModelIndex()
                       : createIndex(m_nodes.at(parent).row, 0, static_cast<quintptr>(nodeid::encode(parent)));
}

int JsonTreeModel::rowCount(const QModelIndex& parent) const
{
    if (m_nodes.isEmpty() || (parent.isValid() && parent.column() != 0)) {
        return 0;
    }
    return static_cast<int>(unfold(parent.isValid() ? nodeid::decode(parent.internalId()) : 0).children.size());
}

int JsonTreeModel::columnCount(const QModelIndex&) const
{
    return ColumnCount;
}

QVariant JsonTreeModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) {
        return {};
    }
    const Node& node = m_nodes.at(nodeid::decode(index.internalId()));
    switch (role) {
    case Qt::DisplayRole:
        return index.column() == Key ? node.key : shortText(node.value);
    case Qt::ToolTipRole:
        return index.column() == Key ? pathAt(index) : plainText(node.value).left(2000);
    case ExactRole:
        return index.column() == Key ? node.key : plainText(node.value);
    case PathRole:
        return pathAt(index);
    case KindRole:
        if (index.column() == Key) {
            return node.inArray ? static_cast<int>(Kind::Reused) : static_cast<int>(Kind::Neutral);
        }
        if (node.value.isString()) {
            return static_cast<int>(Kind::Answer);
        }
        if (node.value.isDouble() || node.value.isBool()) {
            return static_cast<int>(Kind::Llm);
        }
        return static_cast<int>(Kind::Reused);
    default:
        return {};
    }
}

QVariant JsonTreeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    return section == Key ? tr("Name") : tr("Value");
}

} // namespace lathe
