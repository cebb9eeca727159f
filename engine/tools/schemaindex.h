// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/result.h"
#include "engine/tools/schemanode.h"

#include <QHash>
#include <QJsonObject>
#include <QJsonValue>

#include <optional>
#include <vector>

namespace lathe::schema {

/// How a keyword holds subschemas.
enum class Holds
{
    Nothing,
    Schema,
    SchemaList,
    SchemaMap,
    SchemaOrList, ///< items: a schema, or before 2020-12 a list
    SchemaOrNames ///< dependencies: each value a schema or a list of names
};
[[nodiscard]] Holds holdsOf(const QString& keyword);

/// The pointer of a member or element: parent + "/" + token, with ~ and / escaped.
[[nodiscard]] QString childPointer(const QString& parent, const QString& token);

/// What a schema document consists of: its resources with their anchors, and in which resource each subschema stands.
class Index
{
public:
    explicit Index(const QJsonValue& document) : m_document(document) {}

    /// Walks the document from its root.
    [[nodiscard]] Result<void> build();
    /// The pointer that a reference written in a resource leads to; InvalidInput if it leads outside the document or to
    /// nothing. anchor: set to the name if the reference is to an anchor.
    [[nodiscard]] Result<QString> resolve(const QString& reference, int resource, QString *anchor = nullptr);
    /// The value at a pointer; undefined if there is none.
    [[nodiscard]] QJsonValue at(const QString& pointer) const;
    /// The resource that the schema at a known pointer stands in.
    [[nodiscard]] int resourceAt(const QString& pointer) const { return m_resourceOf.value(pointer); }
    [[nodiscard]] const std::vector<Resource>& resources() const { return m_resources; }

private:
    Result<void> walk(const QJsonValue& schema, const QString& pointer, int resource, int depth);
    Result<void> walkMembers(const QJsonObject& schema, const QString& pointer, int resource, int depth);
    /// Opens a resource if the schema has an $id of its own; the resource its content stands in.
    Result<int> enterResource(const QJsonObject& schema, const QString& pointer, int resource);
    Result<void> addAnchors(const QJsonObject& schema, const QString& pointer, Resource& resource);
    Result<bool> isDraft7(const QJsonObject& schema, bool inherited) const;
    Result<QString> pointerIn(const Resource& resource, const QString& fragment, const QString& reference);

    QJsonValue m_document;
    std::vector<Resource> m_resources;
    QHash<QString, int> m_resourceByUri;
    QHash<QString, int> m_resourceOf;
};

} // namespace lathe::schema
