// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/schemacompiler.h"

#include <QJsonArray>

namespace lathe::schema {

namespace {

constexpr int kMaxPatterns = 1'000;

} // namespace

Result<CompiledSchema> Compiler::run()
{
    const auto indexed = m_index.build();
    if (!indexed) {
        return fail(indexed.error());
    }
    m_out.root = node(QString());
    // Not by recursion: a schema may refer through all of its parts in a row.
    const auto fillAll = [this] {
        while (!m_unfilled.empty() && !m_error) {
            const QString pointer = m_unfilled.back();
            m_unfilled.pop_back();
            fill(*m_byPointer.value(pointer), pointer);
        }
    };
    fillAll();
    for (std::size_t i = 0; i < m_index.resources().size() && !m_error; ++i) {
        const QHash<QString, QString> anchors = m_index.resources()[i].dynamicAnchors;
        QHash<QString, const Node *> nodes;
        for (auto it = anchors.begin(); it != anchors.end(); ++it) {
            nodes.insert(it.key(), node(it.value()));
        }
        fillAll();
        m_out.dynamicAnchors.push_back(nodes);
    }
    if (m_error) {
        return fail(*m_error);
    }
    return std::move(m_out);
}

void Compiler::problem(const QString& keyword, const QString& what)
{
    if (!m_error) {
        const QString place = keyword.isEmpty() ? m_pointer : childPointer(m_pointer, keyword);
        m_error = Error{ErrorCode::InvalidInput, QStringLiteral("schema at \"#%1\": %2").arg(place, what), {}};
    }
}

const Node *Compiler::node(const QString& pointer)
{
    if (m_error) {
        return nullptr;
    }
    if (Node *known = m_byPointer.value(pointer)) {
        return known;
    }
    m_out.nodes.push_back(std::make_unique<Node>());
    Node *made = m_out.nodes.back().get();
    m_byPointer.insert(pointer, made);
    m_unfilled.push_back(pointer);
    return made;
}

bool Compiler::has(const char *keyword) const
{
    return m_schema.contains(QLatin1StringView(keyword));
}

QJsonValue Compiler::value(const char *keyword) const
{
    return m_schema.value(QLatin1StringView(keyword));
}

const Node *Compiler::child(const char *keyword)
{
    return has(keyword) ? node(childPointer(m_pointer, QString::fromLatin1(keyword))) : nullptr;
}

std::vector<const Node *> Compiler::children(const char *keyword)
{
    std::vector<const Node *> nodes;
    const QString at = childPointer(m_pointer, QString::fromLatin1(keyword));
    const qsizetype size = value(keyword).toArray().size();
    for (qsizetype i = 0; i < size; ++i) {
        nodes.push_back(node(childPointer(at, QString::number(i))));
    }
    return nodes;
}

std::optional<Number> Compiler::number(const char *keyword)
{
    const QJsonValue found = value(keyword);
    if (found.isUndefined()) {
        return std::nullopt;
    }
    if (!found.isDouble()) {
        problem(QString::fromLatin1(keyword), QStringLiteral("must be a number"));
        return std::nullopt;
    }
    return Number::of(found);
}

std::optional<qint64> Compiler::count(const char *keyword)
{
    const auto found = number(keyword);
    if (!found) {
        return std::nullopt;
    }
    if (!found->isWhole() || found->compare(Number{true, 0, 0}) < 0) {
        problem(QString::fromLatin1(keyword), QStringLiteral("must be a whole number, 0 or more"));
        return std::nullopt;
    }
    return found->integral ? found->integer : std::numeric_limits<qint64>::max();
}

std::optional<Pattern> Compiler::pattern(const QString& text, const QString& keyword)
{
    if (++m_patterns > kMaxPatterns) {
        problem(keyword, QStringLiteral("the schema has more than %1 patterns").arg(kMaxPatterns));
        return std::nullopt;
    }
    auto compiled = Pattern::compile(text);
    if (!compiled) {
        problem(keyword, compiled.error().message);
        return std::nullopt;
    }
    return std::move(*compiled);
}

QStringList Compiler::names(const QJsonValue& list, const QString& keyword)
{
    QStringList names;
    const QJsonArray array = list.toArray();
    bool good = list.isArray();
    for (const QJsonValue& name : array) {
        good = good && name.isString();
        names.append(name.toString());
    }
    if (!good) {
        problem(keyword, QStringLiteral("must be a list of member names"));
    }
    return names;
}

void Compiler::fill(Node& node, const QString& pointer)
{
    const QJsonValue schema = m_index.at(pointer);
    node.resource = m_index.resourceAt(pointer);
    if (schema.isBool()) {
        node.boolean = schema.toBool();
        return;
    }
    m_schema = schema.toObject();
    m_pointer = pointer;
    m_draft7 = m_index.resources()[static_cast<std::size_t>(node.resource)].draft7;
    fillReferences(node);
    if (m_draft7 && has("$ref")) {
        return; // in draft 7 what stands beside $ref does not count
    }
    fillValues(node);
    fillApplicators(node);
    fillNumbersAndStrings(node);
    fillArrays(node);
    fillObjects(node);
    fillDependencies(node);
}

void Compiler::fillReferences(Node& out)
{
    const auto target = [&](const char *keyword, QString *anchor) -> const Node * {
        const QJsonValue reference = value(keyword);
        if (!reference.isString()) {
            problem(QString::fromLatin1(keyword), QStringLiteral("must be a text"));
            return nullptr;
        }
        const auto pointer = m_index.resolve(reference.toString(), out.resource, anchor);
        if (!pointer) {
            problem(QString::fromLatin1(keyword), pointer.error().message);
            return nullptr;
        }
        return node(*pointer);
    };
    if (has("$ref")) {
        out.ref = target("$ref", nullptr);
    } else if (has("$recursiveRef") && !m_draft7) {
        out.ref = target("$recursiveRef", nullptr); // 2019-09; without its dynamic scope
    }
    if (has("$dynamicRef") && !m_draft7) {
        QString anchor;
        out.dynamicRef = target("$dynamicRef", &anchor);
        // Dynamic only if the place it leads to is a dynamic anchor itself.
        const auto pointer = m_index.resolve(value("$dynamicRef").toString(), out.resource);
        if (pointer && !anchor.isEmpty()) {
            const auto& home = m_index.resources()[static_cast<std::size_t>(m_index.resourceAt(*pointer))];
            out.dynamicName = home.dynamicAnchors.value(anchor, QStringLiteral("\n")) == *pointer ? anchor : QString();
        }
    }
}

void Compiler::fillValues(Node& out)
{
    if (has("type")) {
        const QJsonValue type = value("type");
        const QJsonArray list = type.isArray() ? type.toArray() : QJsonArray{type};
        for (const QJsonValue& name : list) {
            const unsigned bit = typeBit(name.toString());
            if (bit == 0) {
                problem(QStringLiteral("type"), QStringLiteral("%1 is not a type").arg(preview(name)));
            }
            // Whole numbers carry both bits, so "number" alone lets them in.
            out.types |= bit;
        }
        if (list.isEmpty()) {
            problem(QStringLiteral("type"), QStringLiteral("names no type"));
        }
    }
    if (has("enum") && !value("enum").isArray()) {
        problem(QStringLiteral("enum"), QStringLiteral("must be a list"));
    }
    out.hasConst = has("const");
    if (!has("enum") && !out.hasConst) {
        return;
    }
    const QJsonArray all = has("enum") ? value("enum").toArray() : QJsonArray{value("const")};
    QStringList shown;
    for (const QJsonValue& one : all) {
        const QByteArray key = equalityKey(one);
        // With both, a value must be in the list and be the constant.
        if (out.hasConst && key != equalityKey(value("const"))) {
            continue;
        }
        out.enumKeys.insert(key);
        out.enumTypes |= typesOf(one);
        if (shown.size() < 20) {
            shown.append(preview(one));
        }
    }
    out.enumText = shown.join(QStringLiteral(", "));
    if (out.enumKeys.isEmpty()) {
        out.enumKeys.insert(QByteArray()); // no value has this key: nothing is valid
        out.enumText = QStringLiteral("nothing");
    }
}

void Compiler::fillApplicators(Node& out)
{
    out.allOf = children("allOf");
    out.anyOf = children("anyOf");
    out.oneOf = children("oneOf");
    out.notSchema = child("not");
    out.ifSchema = child("if");
    if (out.ifSchema) {
        out.thenSchema = child("then");
        out.elseSchema = child("else");
    }
}

void Compiler::fillNumbersAndStrings(Node& out)
{
    out.minimum = number("minimum");
    out.maximum = number("maximum");
    out.exclusiveMinimum = number("exclusiveMinimum");
    out.exclusiveMaximum = number("exclusiveMaximum");
    out.multipleOf = number("multipleOf");
    if (out.multipleOf && out.multipleOf->compare(Number{true, 0, 0}) <= 0) {
        problem(QStringLiteral("multipleOf"), QStringLiteral("must be more than 0"));
    }
    out.minLength = count("minLength");
    out.maxLength = count("maxLength");
    if (has("pattern")) {
        if (!value("pattern").isString()) {
            problem(QStringLiteral("pattern"), QStringLiteral("must be a text"));
        }
        out.pattern = pattern(value("pattern").toString(), QStringLiteral("pattern"));
    }
}

void Compiler::fillArrays(Node& out)
{
    // Lists under items are draft 7's form of prefixItems; they are taken in any draft, since many schemas do not say
    // which one they are.
    if (value("items").isArray()) {
        out.prefixItems = children("items");
        out.items = child("additionalItems");
    } else {
        out.prefixItems = m_draft7 ? std::vector<const Node *>{} : children("prefixItems");
        out.items = child("items");
    }
    out.contains = child("contains");
    if (!m_draft7) {
        out.minContains = count("minContains").value_or(1);
        out.maxContains = count("maxContains");
        out.unevaluatedItems = child("unevaluatedItems");
        out.unevaluatedProperties = child("unevaluatedProperties");
        m_out.tracksEvaluated = m_out.tracksEvaluated || out.unevaluatedItems || out.unevaluatedProperties;
    }
    out.minItems = count("minItems");
    out.maxItems = count("maxItems");
    if (has("uniqueItems") && !value("uniqueItems").isBool()) {
        problem(QStringLiteral("uniqueItems"), QStringLiteral("must be true or false"));
    }
    out.uniqueItems = value("uniqueItems").toBool();
}

void Compiler::fillObjects(Node& out)
{
    const QString properties = QStringLiteral("properties");
    const QJsonObject members = value("properties").toObject();
    for (auto it = members.begin(); it != members.end(); ++it) {
        out.properties.insert(it.key(), node(childPointer(childPointer(m_pointer, properties), it.key())));
    }
    const QString patterns = QStringLiteral("patternProperties");
    const QJsonObject byPattern = value("patternProperties").toObject();
    for (auto it = byPattern.begin(); it != byPattern.end() && !m_error; ++it) {
        auto compiled = pattern(it.key(), patterns);
        if (compiled) {
            const Node *member = node(childPointer(childPointer(m_pointer, patterns), it.key()));
            out.patternProperties.emplace_back(std::move(*compiled), member);
        }
    }
    out.additionalProperties = child("additionalProperties");
    out.propertyNames = child("propertyNames");
    if (has("required")) {
        out.required = names(value("required"), QStringLiteral("required"));
    }
    out.minProperties = count("minProperties");
    out.maxProperties = count("maxProperties");
}

void Compiler::fillDependencies(Node& out)
{
    const auto addNames = [&](const char *keyword) {
        const QJsonObject map = value(keyword).toObject();
        if (has(keyword) && !value(keyword).isObject()) {
            problem(QString::fromLatin1(keyword), QStringLiteral("must be an object"));
        }
        for (auto it = map.begin(); it != map.end(); ++it) {
            if (!it.value().isArray() && qstrcmp(keyword, "dependencies") == 0) {
                const QString at = childPointer(m_pointer, QString::fromLatin1(keyword));
                out.dependentSchemas.emplace_back(it.key(), node(childPointer(at, it.key())));
            } else {
                out.dependentRequired.emplace_back(it.key(), names(it.value(), QString::fromLatin1(keyword)));
            }
        }
    };
    addNames("dependencies");
    if (m_draft7) {
        return;
    }
    addNames("dependentRequired");
    const QJsonObject map = value("dependentSchemas").toObject();
    for (auto it = map.begin(); it != map.end(); ++it) {
        const QString at = childPointer(m_pointer, QStringLiteral("dependentSchemas"));
        out.dependentSchemas.emplace_back(it.key(), node(childPointer(at, it.key())));
    }
}

} // namespace lathe::schema
