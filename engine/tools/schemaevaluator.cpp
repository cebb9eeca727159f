// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/schemaevaluator.h"

#include <QRegularExpression>

#include <algorithm>

namespace lathe::schema {

namespace {

constexpr std::size_t kMaxDepth = 512;
constexpr qsizetype kShownAlternatives = 3;

} // namespace

QString Evaluator::Place::toText() const
{
    static const QRegularExpression plain(QStringLiteral("\\A[A-Za-z_$][A-Za-z0-9_$-]*\\z"));
    if (!parent) {
        return QStringLiteral("$");
    }
    QString text = parent->toText();
    if (index >= 0) {
        text += QStringLiteral("[%1]").arg(index);
    } else if (plain.match(key).hasMatch()) {
        text += QLatin1Char('.') + key;
    } else {
        text += QStringLiteral("[%1]").arg(preview(key));
    }
    return text;
}

void Evaluator::Evaluated::merge(const Evaluated& other)
{
    allMembers = allMembers || other.allMembers;
    members.unite(other.members);
    allElements = allElements || other.allElements;
    firstElements = std::max(firstElements, other.firstElements);
    elements.unite(other.elements);
}

QList<JsonIssue> Evaluator::run(const QJsonValue& instance)
{
    Issues issues;
    const Place root;
    check(m_schema.root, instance, root, nullptr, &issues);
    if (m_gaveUp) {
        issues = issues.mid(0, kMaxIssues - 1);
        issues.append(*m_gaveUp);
    }
    return issues;
}

bool Evaluator::failed(const Place& place, Issues *issues, const QString& message)
{
    if (issues && issues->size() < kMaxIssues) {
        issues->append({place.toText(), message});
    }
    return false;
}

bool Evaluator::goesOn(const Issues *issues) const
{
    return issues && issues->size() < kMaxIssues && !m_gaveUp;
}

bool Evaluator::giveUp(const Place& place, const QString& why)
{
    if (!m_gaveUp) {
        m_gaveUp = JsonIssue{place.toText(), why};
    }
    return false;
}

bool Evaluator::found(const Pattern& pattern, const QString& text, const Place& place)
{
    const Pattern::Outcome outcome = pattern.search(text, m_work);
    if (outcome == Pattern::Outcome::TooMuchWork) {
        return giveUp(place, QStringLiteral("matching the pattern \"%1\" takes too long").arg(pattern.text()));
    }
    return outcome == Pattern::Outcome::Matches;
}

bool Evaluator::check(const Node *node, const QJsonValue& value, const Place& place, Evaluated *evaluated,
                      Issues *issues)
{
    if (m_gaveUp) {
        return false;
    }
    if (--m_work < 0) {
        return giveUp(place, QStringLiteral("checking this against its schema takes too long"));
    }
    if (node->boolean) {
        return *node->boolean || failed(place, issues, QStringLiteral("is not allowed"));
    }
    if (m_active.size() >= kMaxDepth) {
        return giveUp(place, QStringLiteral("the schema is nested too deeply here"));
    }
    for (auto it = m_active.rbegin(); it != m_active.rend() && it->place == &place; ++it) {
        if (it->node == node) {
            return giveUp(place, QStringLiteral("the schema refers to itself without end"));
        }
    }
    m_active.push_back({node, &place});
    const bool entersResource = m_scope.empty() || m_scope.back() != node->resource;
    if (entersResource) {
        m_scope.push_back(node->resource);
    }
    bool valid = false;
    if (m_schema.tracksEvaluated) {
        Evaluated own;
        valid = checkAll(*node, value, place, &own, issues);
        if (valid && evaluated) {
            evaluated->merge(own);
        }
    } else {
        valid = checkAll(*node, value, place, nullptr, issues);
    }
    if (entersResource) {
        m_scope.pop_back();
    }
    m_active.pop_back();
    return valid;
}

bool Evaluator::checkAll(const Node& node, const QJsonValue& value, const Place& place, Evaluated *evaluated,
                         Issues *issues)
{
    bool valid = checkValue(node, value, place, issues);
    if (!valid && !goesOn(issues)) {
        return false;
    }
    valid = checkReferences(node, value, place, evaluated, issues) && valid;
    if (!valid && !goesOn(issues)) {
        return false;
    }
    valid = checkCombined(node, value, place, evaluated, issues) && valid;
    if (!valid && !goesOn(issues)) {
        return false;
    }
    if (value.isDouble()) {
        valid = checkNumber(node, value, place, issues) && valid;
    } else if (value.isString()) {
        valid = checkString(node, value, place, issues) && valid;
    } else if (value.isArray()) {
        valid = checkArray(node, value.toArray(), place, evaluated, issues) && valid;
    } else if (value.isObject()) {
        valid = checkObject(node, value.toObject(), place, evaluated, issues) && valid;
    }
    return valid;
}

bool Evaluator::checkReferences(const Node& node, const QJsonValue& value, const Place& place, Evaluated *evaluated,
                                Issues *issues)
{
    bool valid = true;
    if (node.ref) {
        valid = check(node.ref, value, place, evaluated, issues);
    }
    if (node.dynamicRef && (valid || goesOn(issues))) {
        const Node *target = node.dynamicRef;
        if (!node.dynamicName.isEmpty()) {
            for (const int resource : m_scope) {
                const auto& anchors = m_schema.dynamicAnchors[static_cast<std::size_t>(resource)];
                if (const Node *outermost = anchors.value(node.dynamicName)) {
                    target = outermost;
                    break;
                }
            }
        }
        valid = check(target, value, place, evaluated, issues) && valid;
    }
    return valid;
}

bool Evaluator::checkValue(const Node& node, const QJsonValue& value, const Place& place, Issues *issues)
{
    const unsigned types = typesOf(value);
    if (node.types != 0 && (node.types & types) == 0) {
        const bool fraction = (types & NumberType) != 0 && (node.types & IntegerType) != 0;
        const QString actual = fraction ? preview(value) : typeNames(types);
        return failed(place, issues, QStringLiteral("must be %1, not %2").arg(typeNames(node.types), actual));
    }
    if (node.enumKeys.isEmpty()) {
        return true;
    }
    if ((types & node.enumTypes) != 0) {
        const QByteArray key = equalityKey(value);
        m_work -= key.size() / 64;
        if (node.enumKeys.contains(key)) {
            return true;
        }
    }
    const QString form =
        node.enumKeys.size() == 1 ? QStringLiteral("must be %1, not %2") : QStringLiteral("must be one of %1, not %2");
    return failed(place, issues, form.arg(node.enumText, preview(value)));
}

bool Evaluator::checkNumber(const Node& node, const QJsonValue& value, const Place& place, Issues *issues)
{
    const Number number = Number::of(value);
    bool valid = true;
    const auto expect = [&](const std::optional<Number>& bound, bool holds, const char *words) {
        if (bound && !holds) {
            valid =
                failed(place, issues,
                       QStringLiteral("%1 is %2 %3").arg(number.toText(), QString::fromLatin1(words), bound->toText()));
        }
    };
    expect(node.minimum, node.minimum && number.compare(*node.minimum) >= 0, "less than the minimum");
    expect(node.maximum, node.maximum && number.compare(*node.maximum) <= 0, "more than the maximum");
    expect(node.exclusiveMinimum, node.exclusiveMinimum && number.compare(*node.exclusiveMinimum) > 0, "not more than");
    expect(node.exclusiveMaximum, node.exclusiveMaximum && number.compare(*node.exclusiveMaximum) < 0, "not less than");
    expect(node.multipleOf, node.multipleOf && number.isMultipleOf(*node.multipleOf), "not a multiple of");
    return valid;
}

bool Evaluator::checkString(const Node& node, const QJsonValue& value, const Place& place, Issues *issues)
{
    const QString text = value.toString();
    bool valid = true;
    if (node.minLength || node.maxLength) {
        const qint64 length = codePoints(text);
        m_work -= text.size() / 256;
        if (node.minLength && length < *node.minLength) {
            valid = failed(place, issues,
                           length == 0 ? QStringLiteral("must not be empty")
                                       : QStringLiteral("is %1 characters long, shorter than the minimum %2")
                                             .arg(length)
                                             .arg(*node.minLength));
        }
        if (node.maxLength && length > *node.maxLength) {
            valid = failed(
                place, issues,
                QStringLiteral("is %1 characters long, longer than the maximum %2").arg(length).arg(*node.maxLength));
        }
    }
    if (node.pattern && (valid || goesOn(issues)) && !found(*node.pattern, text, place)) {
        valid = failed(place, issues,
                       QStringLiteral("%1 does not match the pattern %2").arg(preview(value), node.pattern->text()));
    }
    return valid;
}

bool Evaluator::checkCombined(const Node& node, const QJsonValue& value, const Place& place, Evaluated *evaluated,
                              Issues *issues)
{
    bool valid = true;
    for (const Node *part : node.allOf) {
        valid = check(part, value, place, evaluated, issues) && valid;
        if (!valid && !goesOn(issues)) {
            return false;
        }
    }
    valid = checkAnyOf(node, value, place, evaluated, issues) && valid;
    if (!valid && !goesOn(issues)) {
        return false;
    }
    valid = checkOneOf(node, value, place, evaluated, issues) && valid;
    if (!valid && !goesOn(issues)) {
        return false;
    }
    if (node.notSchema && check(node.notSchema, value, place, nullptr, nullptr)) {
        valid = failed(place, issues, QStringLiteral("has a form that is not allowed"));
    }
    return checkIf(node, value, place, evaluated, issues) && valid;
}

bool Evaluator::checkAnyOf(const Node& node, const QJsonValue& value, const Place& place, Evaluated *evaluated,
                           Issues *issues)
{
    if (node.anyOf.empty()) {
        return true;
    }
    bool any = false;
    for (const Node *part : node.anyOf) {
        any = check(part, value, place, evaluated, nullptr) || any;
        if (any && !evaluated) {
            break; // with tracking all that match count
        }
    }
    return any || (issues && failed(place, issues, alternatives(node.anyOf, value, place)));
}

bool Evaluator::checkOneOf(const Node& node, const QJsonValue& value, const Place& place, Evaluated *evaluated,
                           Issues *issues)
{
    if (node.oneOf.empty()) {
        return true;
    }
    int matches = 0;
    for (const Node *part : node.oneOf) {
        matches += check(part, value, place, evaluated, nullptr) ? 1 : 0;
        if (matches > 1) {
            return failed(place, issues, QStringLiteral("matches more than one of the alternatives"));
        }
    }
    return matches == 1 || (issues && failed(place, issues, alternatives(node.oneOf, value, place)));
}

QString Evaluator::alternatives(const std::vector<const Node *>& nodes, const QJsonValue& value, const Place& place)
{
    const QString none = QStringLiteral("matches none of the %1 alternatives").arg(nodes.size());
    if (m_explaining || m_gaveUp) {
        return none; // alternatives within alternatives would double the work at every level
    }
    m_explaining = true;
    QStringList reasons;
    for (const Node *part : nodes) {
        Issues issues;
        check(part, value, place, nullptr, &issues);
        if (!issues.isEmpty() && reasons.size() < kShownAlternatives) {
            const JsonIssue& first = issues.first();
            const QString at = first.path == place.toText() ? QString() : QString(first.path + QLatin1Char(' '));
            reasons.append(at + first.message);
        }
    }
    m_explaining = false;
    return none + QStringLiteral(" (") + reasons.join(QStringLiteral("; or ")) + QStringLiteral(")");
}

bool Evaluator::checkIf(const Node& node, const QJsonValue& value, const Place& place, Evaluated *evaluated,
                        Issues *issues)
{
    if (!node.ifSchema) {
        return true;
    }
    const bool applies = check(node.ifSchema, value, place, evaluated, nullptr);
    const Node *next = applies ? node.thenSchema : node.elseSchema;
    return !next || check(next, value, place, evaluated, issues);
}

} // namespace lathe::schema
