// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/schemaindex.h"

#include <QJsonArray>
#include <QRegularExpression>
#include <QUrl>

namespace lathe::schema {

namespace {

constexpr int kMaxDepth = 200;
constexpr int kMaxSchemas = 20'000;
/// Base of a document that gives itself no address; nothing is ever fetched from it.
constexpr QLatin1StringView kNoAddress("schema:///document");

QString where(const QString& pointer)
{
    return pointer.isEmpty() ? QStringLiteral("the schema") : QStringLiteral("the schema at \"#%1\"").arg(pointer);
}

QString unescapeToken(QString token)
{
    return token.replace(QStringLiteral("~1"), QStringLiteral("/")).replace(QStringLiteral("~0"), QStringLiteral("~"));
}

QString withoutFragment(const QUrl& url)
{
    return url.adjusted(QUrl::RemoveFragment).toString(QUrl::FullyEncoded);
}

} // namespace

Holds holdsOf(const QString& keyword)
{
    static const QHash<QString, Holds> table{
        {QStringLiteral("additionalItems"), Holds::Schema},
        {QStringLiteral("additionalProperties"), Holds::Schema},
        {QStringLiteral("contains"), Holds::Schema},
        {QStringLiteral("else"), Holds::Schema},
        {QStringLiteral("if"), Holds::Schema},
        {QStringLiteral("not"), Holds::Schema},
        {QStringLiteral("propertyNames"), Holds::Schema},
        {QStringLiteral("then"), Holds::Schema},
        {QStringLiteral("unevaluatedItems"), Holds::Schema},
        {QStringLiteral("unevaluatedProperties"), Holds::Schema},
        {QStringLiteral("allOf"), Holds::SchemaList},
        {QStringLiteral("anyOf"), Holds::SchemaList},
        {QStringLiteral("oneOf"), Holds::SchemaList},
        {QStringLiteral("prefixItems"), Holds::SchemaList},
        {QStringLiteral("$defs"), Holds::SchemaMap},
        {QStringLiteral("definitions"), Holds::SchemaMap},
        {QStringLiteral("dependentSchemas"), Holds::SchemaMap},
        {QStringLiteral("patternProperties"), Holds::SchemaMap},
        {QStringLiteral("properties"), Holds::SchemaMap},
        {QStringLiteral("items"), Holds::SchemaOrList},
        {QStringLiteral("dependencies"), Holds::SchemaOrNames},
    };
    return table.value(keyword, Holds::Nothing);
}

QString childPointer(const QString& parent, const QString& token)
{
    QString escaped = token;
    escaped.replace(QLatin1Char('~'), QStringLiteral("~0")).replace(QLatin1Char('/'), QStringLiteral("~1"));
    return parent + QLatin1Char('/') + escaped;
}

Result<void> Index::build()
{
    Resource root;
    root.uri = kNoAddress;
    m_resources.push_back(root);
    m_resourceByUri.insert(root.uri, 0);
    return walk(m_document, QString(), 0, 0);
}

QJsonValue Index::at(const QString& pointer) const
{
    QJsonValue value = m_document;
    const QStringList tokens = pointer.split(QLatin1Char('/')).mid(1);
    for (const QString& raw : tokens) {
        const QString token = unescapeToken(raw);
        if (value.isObject()) {
            value = value.toObject().value(token);
        } else if (value.isArray()) {
            bool isNumber = false;
            const int position = token.toInt(&isNumber);
            value = isNumber ? value.toArray().at(position) : QJsonValue(QJsonValue::Undefined);
        } else {
            return QJsonValue(QJsonValue::Undefined);
        }
    }
    return value;
}

Result<void> Index::walk(const QJsonValue& schema, const QString& pointer, int resource, int depth)
{
    if (depth > kMaxDepth) {
        return fail(ErrorCode::InvalidInput, QStringLiteral("the schema is nested more than %1 deep").arg(kMaxDepth));
    }
    if (m_resourceOf.size() >= kMaxSchemas) {
        return fail(ErrorCode::InvalidInput, QStringLiteral("the schema has more than %1 parts").arg(kMaxSchemas));
    }
    if (schema.isBool()) {
        m_resourceOf.insert(pointer, resource);
        return {};
    }
    if (!schema.isObject()) {
        return fail(ErrorCode::InvalidInput, QStringLiteral("%1 must be an object or a boolean").arg(where(pointer)));
    }
    const QJsonObject object = schema.toObject();
    const auto inside = enterResource(object, pointer, resource);
    if (!inside) {
        return fail(inside.error());
    }
    m_resourceOf.insert(pointer, *inside);
    const auto anchored = addAnchors(object, pointer, m_resources[static_cast<std::size_t>(*inside)]);
    if (!anchored) {
        return anchored;
    }
    return walkMembers(object, pointer, *inside, depth);
}

Result<void> Index::walkMembers(const QJsonObject& schema, const QString& pointer, int resource, int depth)
{
    for (auto it = schema.begin(); it != schema.end(); ++it) {
        const Holds holds = holdsOf(it.key());
        if (holds == Holds::Nothing) {
            continue;
        }
        const QJsonValue value = it.value();
        const QString at = childPointer(pointer, it.key());
        const bool isList = holds == Holds::SchemaList || (holds == Holds::SchemaOrList && value.isArray());
        const bool isMap = holds == Holds::SchemaMap || holds == Holds::SchemaOrNames;
        if ((isList && !value.isArray()) || (isMap && !value.isObject())) {
            return fail(ErrorCode::InvalidInput,
                        QStringLiteral("%1 must be %2")
                            .arg(where(at), isList ? QStringLiteral("a list") : QStringLiteral("an object")));
        }
        if (isList) {
            const QJsonArray list = value.toArray();
            for (qsizetype i = 0; i < list.size(); ++i) {
                const auto done = walk(list.at(i), childPointer(at, QString::number(i)), resource, depth + 1);
                if (!done) {
                    return done;
                }
            }
        } else if (isMap) {
            const QJsonObject map = value.toObject();
            for (auto member = map.begin(); member != map.end(); ++member) {
                if (holds == Holds::SchemaOrNames && member.value().isArray()) {
                    continue;
                }
                const auto done = walk(member.value(), childPointer(at, member.key()), resource, depth + 1);
                if (!done) {
                    return done;
                }
            }
        } else {
            const auto done = walk(value, at, resource, depth + 1);
            if (!done) {
                return done;
            }
        }
    }
    return {};
}

Result<bool> Index::isDraft7(const QJsonObject& schema, bool inherited) const
{
    const QJsonValue dialect = schema.value(QStringLiteral("$schema"));
    if (dialect.isUndefined()) {
        return inherited;
    }
    static const QRegularExpression known(
        QStringLiteral("\\Ahttps?://json-schema\\.org/(draft-0[67]|draft/2019-09|draft/2020-12)/schema#?\\z"));
    const auto match = known.match(dialect.toString());
    if (!match.hasMatch()) {
        return fail(
            ErrorCode::InvalidInput,
            QStringLiteral("\"$schema\" is %1; drafts 6, 7, 2019-09 and 2020-12 are understood").arg(preview(dialect)));
    }
    return match.captured(1).startsWith(QStringLiteral("draft-"));
}

Result<int> Index::enterResource(const QJsonObject& schema, const QString& pointer, int resource)
{
    const Resource outer = m_resources[static_cast<std::size_t>(resource)];
    const QJsonValue id = schema.value(QStringLiteral("$id"));
    const bool isRoot = pointer.isEmpty();
    const auto draft7 = isRoot || id.isString() ? isDraft7(schema, outer.draft7) : Result<bool>(outer.draft7);
    if (!draft7) {
        return fail(draft7.error());
    }
    // In draft 7 nothing counts beside $ref, and "$id": "#name" is an anchor.
    const bool hidden = *draft7 && schema.contains(QStringLiteral("$ref"));
    const QString address = id.toString();
    const bool isAnchor = *draft7 && address.startsWith(QLatin1Char('#'));
    if (isRoot) {
        m_resources.front().draft7 = *draft7;
    }
    if (id.isUndefined() || hidden || isAnchor) {
        return resource;
    }
    const QUrl url(address);
    if (!id.isString() || !url.isValid() || address.isEmpty() || (!*draft7 && !url.fragment().isEmpty())) {
        return fail(ErrorCode::InvalidInput,
                    QStringLiteral("the $id of %1 must be an address without fragment").arg(where(pointer)));
    }
    Resource inner;
    inner.uri = withoutFragment(QUrl(outer.uri).resolved(url));
    inner.pointer = pointer;
    inner.draft7 = *draft7;
    int number = static_cast<int>(m_resources.size());
    if (isRoot) {
        number = 0;
        m_resources.front() = inner;
    } else {
        m_resources.push_back(inner);
    }
    if (m_resourceByUri.contains(inner.uri) && number != 0) {
        return fail(ErrorCode::InvalidInput, QStringLiteral("two schemas have the $id %1").arg(inner.uri));
    }
    m_resourceByUri.insert(inner.uri, number);
    return number;
}

Result<void> Index::addAnchors(const QJsonObject& schema, const QString& pointer, Resource& resource)
{
    static const QRegularExpression name(QStringLiteral("\\A[A-Za-z_][-A-Za-z0-9._]*\\z"));
    const auto add = [&](const QString& keyword, bool dynamic) -> Result<void> {
        const QJsonValue value = schema.value(keyword);
        if (value.isUndefined()) {
            return {};
        }
        if (!name.match(value.toString()).hasMatch()) {
            return fail(ErrorCode::InvalidInput,
                        QStringLiteral("the %1 of %2 must be a name").arg(keyword, where(pointer)));
        }
        if (resource.anchors.contains(value.toString()) && resource.anchors.value(value.toString()) != pointer) {
            return fail(ErrorCode::InvalidInput,
                        QStringLiteral("two schemas have the anchor %1").arg(value.toString()));
        }
        resource.anchors.insert(value.toString(), pointer);
        if (dynamic) {
            resource.dynamicAnchors.insert(value.toString(), pointer);
        }
        return {};
    };
    if (resource.draft7) {
        const QString id = schema.value(QStringLiteral("$id")).toString();
        if (id.startsWith(QLatin1Char('#')) && !schema.contains(QStringLiteral("$ref"))) {
            resource.anchors.insert(id.mid(1), pointer);
        }
        return {};
    }
    const auto done = add(QStringLiteral("$anchor"), false);
    if (!done) {
        return done;
    }
    return add(QStringLiteral("$dynamicAnchor"), true);
}

Result<QString> Index::resolve(const QString& reference, int resource, QString *anchor)
{
    const qsizetype hash = reference.indexOf(QLatin1Char('#'));
    const QString address = hash < 0 ? reference : reference.left(hash);
    const QString fragment = hash < 0 ? QString() : QUrl::fromPercentEncoding(reference.mid(hash + 1).toUtf8());
    int target = resource;
    if (!address.isEmpty()) {
        const QUrl base(m_resources[static_cast<std::size_t>(resource)].uri);
        const QString uri = withoutFragment(base.resolved(QUrl(address)));
        const auto found = m_resourceByUri.constFind(uri);
        if (found == m_resourceByUri.constEnd()) {
            return fail(ErrorCode::InvalidInput,
                        QStringLiteral("the reference \"%1\" leads outside the schema: remote references are refused")
                            .arg(reference));
        }
        target = *found;
    }
    if (anchor && !fragment.isEmpty() && !fragment.startsWith(QLatin1Char('/'))) {
        *anchor = fragment;
    }
    const Resource inside = m_resources[static_cast<std::size_t>(target)];
    return pointerIn(inside, fragment, reference);
}

Result<QString> Index::pointerIn(const Resource& resource, const QString& fragment, const QString& reference)
{
    const auto nothing = [&reference] {
        return fail(ErrorCode::InvalidInput, QStringLiteral("the reference \"%1\" leads to nothing").arg(reference));
    };
    if (fragment.isEmpty()) {
        return resource.pointer;
    }
    if (!fragment.startsWith(QLatin1Char('/'))) {
        const auto found = resource.anchors.constFind(fragment);
        if (found == resource.anchors.constEnd()) {
            return nothing();
        }
        return *found;
    }
    QString pointer = resource.pointer;
    int owner = m_resourceOf.value(pointer);
    const QStringList tokens = fragment.split(QLatin1Char('/')).mid(1);
    for (const QString& token : tokens) {
        pointer = childPointer(pointer, unescapeToken(token));
        owner = m_resourceOf.value(pointer, owner);
    }
    if (m_resourceOf.contains(pointer)) {
        return pointer;
    }
    // A schema under a keyword that is none: part of the document only because something refers to it.
    const QJsonValue schema = at(pointer);
    if (schema.isUndefined()) {
        return nothing();
    }
    const auto walked = walk(schema, pointer, owner, static_cast<int>(tokens.size()));
    if (!walked) {
        return fail(walked.error());
    }
    return pointer;
}

} // namespace lathe::schema
