// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/tools/schemaindex.h"

#include <QHash>
#include <QJsonObject>
#include <QStringList>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace lathe::schema {

/// Makes nodes of a schema document. Every subschema is made once, however often it is referred to, so circles end.
class Compiler
{
public:
    explicit Compiler(const QJsonValue& document) : m_index(document) {}
    /// InvalidInput names the place ("#/properties/x") and what is wrong there.
    [[nodiscard]] Result<CompiledSchema> run();

private:
    /// The node at a pointer; it may still wait to be filled. Null after an error.
    const Node *node(const QString& pointer);
    void fill(Node& node, const QString& pointer);
    void fillReferences(Node& node);
    void fillValues(Node& node);
    void fillApplicators(Node& node);
    void fillNumbersAndStrings(Node& node);
    void fillArrays(Node& node);
    void fillObjects(Node& node);
    void fillDependencies(Node& node);

    // Reading the keywords of the schema at hand; nothing if absent or, after an error, wrong.
    [[nodiscard]] bool has(const char *keyword) const;
    [[nodiscard]] QJsonValue value(const char *keyword) const;
    const Node *child(const char *keyword);
    std::vector<const Node *> children(const char *keyword);
    std::optional<Number> number(const char *keyword);
    std::optional<qint64> count(const char *keyword);
    std::optional<Pattern> pattern(const QString& text, const QString& keyword);
    QStringList names(const QJsonValue& list, const QString& keyword);
    void problem(const QString& keyword, const QString& what);

    Index m_index;
    CompiledSchema m_out;
    QHash<QString, Node *> m_byPointer;
    std::vector<QString> m_unfilled;
    std::optional<Error> m_error;
    int m_patterns = 0;

    // The schema that is being filled.
    QJsonObject m_schema;
    QString m_pointer;
    bool m_draft7 = false;
};

} // namespace lathe::schema
