// SPDX-License-Identifier: GPL-3.0-or-later
// The part of Evaluator that checks arrays and objects.
#include "engine/tools/schemaevaluator.h"

namespace lathe::schema {

bool Evaluator::checkArray(const Node& node, const QJsonArray& array, const Place& place, Evaluated *evaluated,
                           Issues *issues)
{
    bool valid = true;
    const qsizetype size = array.size();
    if (node.minItems && size < *node.minItems) {
        valid = failed(place, issues,
                       QStringLiteral("has %1 elements, fewer than the minimum %2").arg(size).arg(*node.minItems));
    }
    if (node.maxItems && size > *node.maxItems) {
        valid = failed(place, issues,
                       QStringLiteral("has %1 elements, more than the maximum %2").arg(size).arg(*node.maxItems));
    }
    const auto first = static_cast<qsizetype>(node.prefixItems.size());
    for (qsizetype i = 0; i < size && (valid || goesOn(issues)); ++i) {
        const Node *element = i < first ? node.prefixItems[static_cast<std::size_t>(i)] : node.items;
        if (!element) {
            break;
        }
        const Place at{&place, {}, i};
        valid = check(element, array.at(i), at, nullptr, issues) && valid;
    }
    if (evaluated) {
        evaluated->firstElements = std::max(evaluated->firstElements, std::min(first, size));
        evaluated->allElements = evaluated->allElements || node.items;
    }
    if (node.contains && (valid || goesOn(issues))) {
        valid = checkContains(node, array, place, evaluated, issues) && valid;
    }
    if (node.uniqueItems && (valid || goesOn(issues))) {
        valid = checkUnique(array, place, issues) && valid;
    }
    if (node.unevaluatedItems && evaluated && (valid || goesOn(issues))) {
        valid = checkUnevaluatedItems(node, array, place, *evaluated, issues) && valid;
    }
    return valid;
}

bool Evaluator::checkContains(const Node& node, const QJsonArray& array, const Place& place, Evaluated *evaluated,
                              Issues *issues)
{
    qint64 matches = 0;
    for (qsizetype i = 0; i < array.size(); ++i) {
        const Place at{&place, {}, i};
        if (check(node.contains, array.at(i), at, nullptr, nullptr)) {
            ++matches;
            if (evaluated) {
                evaluated->elements.insert(i);
            }
        }
    }
    if (matches < node.minContains) {
        return failed(place, issues,
                      QStringLiteral("has %1 elements of a form of which it must have at least %2")
                          .arg(matches)
                          .arg(node.minContains));
    }
    if (node.maxContains && matches > *node.maxContains) {
        return failed(place, issues,
                      QStringLiteral("has %1 elements of a form of which it may have at most %2")
                          .arg(matches)
                          .arg(*node.maxContains));
    }
    return true;
}

bool Evaluator::checkUnique(const QJsonArray& array, const Place& place, Issues *issues)
{
    QHash<QByteArray, qsizetype> seen;
    for (qsizetype i = 0; i < array.size(); ++i) {
        const QByteArray key = equalityKey(array.at(i));
        m_work -= 1 + key.size() / 64;
        if (const auto earlier = seen.constFind(key); earlier != seen.constEnd()) {
            return failed(place, issues, QStringLiteral("elements %1 and %2 are equal").arg(*earlier).arg(i));
        }
        seen.insert(key, i);
    }
    return true;
}

bool Evaluator::checkUnevaluatedItems(const Node& node, const QJsonArray& array, const Place& place,
                                      Evaluated& evaluated, Issues *issues)
{
    bool valid = true;
    for (qsizetype i = evaluated.firstElements; i < array.size() && !evaluated.allElements; ++i) {
        if (evaluated.elements.contains(i)) {
            continue;
        }
        const Place at{&place, {}, i};
        valid = check(node.unevaluatedItems, array.at(i), at, nullptr, issues) && valid;
        if (!valid && !goesOn(issues)) {
            return false;
        }
    }
    evaluated.allElements = true;
    return valid;
}

bool Evaluator::checkObject(const Node& node, const QJsonObject& object, const Place& place, Evaluated *evaluated,
                            Issues *issues)
{
    bool valid = true;
    for (const QString& name : node.required) {
        if (!object.contains(name)) {
            const Place at{&place, name};
            valid = failed(at, issues, QStringLiteral("is required"));
        }
    }
    if (node.minProperties && object.size() < *node.minProperties) {
        valid = failed(
            place, issues,
            QStringLiteral("has %1 members, fewer than the minimum %2").arg(object.size()).arg(*node.minProperties));
    }
    if (node.maxProperties && object.size() > *node.maxProperties) {
        valid = failed(
            place, issues,
            QStringLiteral("has %1 members, more than the maximum %2").arg(object.size()).arg(*node.maxProperties));
    }
    if (node.propertyNames || !node.properties.isEmpty() || !node.patternProperties.empty() ||
        node.additionalProperties) {
        for (auto it = object.begin(); it != object.end() && (valid || goesOn(issues)); ++it) {
            valid = checkMember(node, it.key(), it.value(), place, evaluated, issues) && valid;
        }
    }
    if (valid || goesOn(issues)) {
        valid = checkDependencies(node, object, place, evaluated, issues) && valid;
    }
    if (node.unevaluatedProperties && evaluated && (valid || goesOn(issues))) {
        valid = checkUnevaluatedMembers(node, object, place, *evaluated, issues) && valid;
    }
    return valid;
}

bool Evaluator::checkMember(const Node& node, const QString& key, const QJsonValue& value, const Place& place,
                            Evaluated *evaluated, Issues *issues)
{
    const Place at{&place, key};
    bool valid = true;
    if (node.propertyNames) {
        const Place name{&place, key};
        Issues nameIssues;
        if (!check(node.propertyNames, key, name, nullptr, issues ? &nameIssues : nullptr)) {
            const QString why = nameIssues.isEmpty() ? QString() : nameIssues.first().message;
            valid = failed(at, issues, QStringLiteral("the name of this member is not allowed: ") + why);
        }
    }
    bool known = false;
    if (const Node *member = node.properties.value(key)) {
        known = true;
        valid = check(member, value, at, nullptr, issues) && valid;
    }
    for (const auto& [pattern, member] : node.patternProperties) {
        if (found(pattern, key, at)) {
            known = true;
            valid = check(member, value, at, nullptr, issues) && valid;
        }
    }
    if (!known && node.additionalProperties) {
        known = true;
        if (node.additionalProperties->boolean == false) {
            valid = failed(at, issues, QStringLiteral("is not a known member"));
        } else {
            valid = check(node.additionalProperties, value, at, nullptr, issues) && valid;
        }
    }
    if (known && evaluated) {
        evaluated->members.insert(key);
    }
    return valid;
}

bool Evaluator::checkDependencies(const Node& node, const QJsonObject& object, const Place& place, Evaluated *evaluated,
                                  Issues *issues)
{
    bool valid = true;
    for (const auto& [trigger, names] : node.dependentRequired) {
        if (!object.contains(trigger)) {
            continue;
        }
        for (const QString& name : names) {
            if (!object.contains(name)) {
                const Place at{&place, name};
                valid = failed(at, issues, QStringLiteral("is required together with \"%1\"").arg(trigger));
            }
        }
    }
    for (const auto& [trigger, schema] : node.dependentSchemas) {
        if (object.contains(trigger) && (valid || goesOn(issues))) {
            valid = check(schema, object, place, evaluated, issues) && valid;
        }
    }
    return valid;
}

bool Evaluator::checkUnevaluatedMembers(const Node& node, const QJsonObject& object, const Place& place,
                                        Evaluated& evaluated, Issues *issues)
{
    bool valid = true;
    for (auto it = object.begin(); it != object.end() && !evaluated.allMembers; ++it) {
        if (evaluated.members.contains(it.key())) {
            continue;
        }
        const Place at{&place, it.key()};
        if (node.unevaluatedProperties->boolean == false) {
            valid = failed(at, issues, QStringLiteral("is not a known member"));
        } else {
            valid = check(node.unevaluatedProperties, it.value(), at, nullptr, issues) && valid;
        }
        if (!valid && !goesOn(issues)) {
            return false;
        }
    }
    evaluated.allMembers = true;
    return valid;
}

} // namespace lathe::schema
