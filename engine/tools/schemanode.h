// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/tools/schemapattern.h"
#include "engine/tools/schemavalue.h"

#include <QHash>
#include <QSet>
#include <QStringList>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace lathe::schema {

/// One schema or subschema, compiled. Pointers lead to nodes of the same document, in circles too.
struct Node
{
    int resource = 0;            ///< the part with its own $id that it stands in
    std::optional<bool> boolean; ///< set: the schema true or false, nothing else counts

    const Node *ref = nullptr;
    const Node *dynamicRef = nullptr; ///< where $dynamicRef leads without dynamic scope
    QString dynamicName;              ///< not empty: the outermost resource with this dynamic anchor wins

    unsigned types = 0; ///< 0: any
    bool hasConst = false;
    QSet<QByteArray> enumKeys; ///< empty: no enum; for const the one value
    QString enumText;          ///< the values, for messages
    unsigned enumTypes = 0;    ///< types among the values: spares making the key of others

    std::vector<const Node *> allOf, anyOf, oneOf;
    const Node *notSchema = nullptr;
    const Node *ifSchema = nullptr, *thenSchema = nullptr, *elseSchema = nullptr;

    std::optional<Number> minimum, exclusiveMinimum, maximum, exclusiveMaximum, multipleOf;

    std::optional<qint64> minLength, maxLength;
    std::optional<Pattern> pattern;

    std::vector<const Node *> prefixItems;
    const Node *items = nullptr; ///< for elements behind prefixItems
    const Node *contains = nullptr;
    qint64 minContains = 1;
    std::optional<qint64> maxContains, minItems, maxItems;
    bool uniqueItems = false;
    const Node *unevaluatedItems = nullptr;

    QHash<QString, const Node *> properties;
    std::vector<std::pair<Pattern, const Node *>> patternProperties;
    const Node *additionalProperties = nullptr;
    const Node *propertyNames = nullptr;
    const Node *unevaluatedProperties = nullptr;
    QStringList required;
    std::optional<qint64> minProperties, maxProperties;
    std::vector<std::pair<QString, QStringList>> dependentRequired;
    std::vector<std::pair<QString, const Node *>> dependentSchemas;
};

/// A part of the document with its own base address; the document itself is the first.
struct Resource
{
    QString uri;     ///< absolute, without fragment
    QString pointer; ///< JSON pointer of its root in the document
    bool draft7 = false;
    QHash<QString, QString> anchors;        ///< name to pointer
    QHash<QString, QString> dynamicAnchors; ///< name to pointer; also among the anchors
};

struct CompiledSchema
{
    std::vector<std::unique_ptr<Node>> nodes;
    /// Nodes of the dynamic anchors of each resource, by name.
    std::vector<QHash<QString, const Node *>> dynamicAnchors;
    const Node *root = nullptr;
    bool tracksEvaluated = false; ///< some unevaluatedItems or unevaluatedProperties is in it
};

} // namespace lathe::schema
