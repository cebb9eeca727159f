// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/jsonreader.h"
#include "engine/tools/schemanode.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QJsonValue>
#include <QList>
#include <QSet>

#include <vector>

namespace lathe::schema {

/// Checks one instance against a compiled schema. Depth and work are bounded; when a bound is reached the instance
/// counts as invalid, with an issue that says so. Use once.
class Evaluator
{
public:
    static constexpr int kMaxIssues = 50;

    explicit Evaluator(const CompiledSchema& schema) : m_schema(schema) {}
    [[nodiscard]] QList<JsonIssue> run(const QJsonValue& instance);

private:
    /// Where in the instance: a chain on the stack, made into text only for an issue.
    struct Place
    {
        const Place *parent = nullptr;
        QString key;
        qsizetype index = -1;
        [[nodiscard]] QString toText() const;
    };
    /// Members and elements that some keyword looked at, for unevaluatedItems and unevaluatedProperties.
    struct Evaluated
    {
        bool allMembers = false;
        QSet<QString> members;
        bool allElements = false;
        qsizetype firstElements = 0;
        QSet<qsizetype> elements;
        void merge(const Evaluated& other);
    };
    using Issues = QList<JsonIssue>;

    // All return whether it is valid. evaluated and issues may be null: then nothing is tracked or collected, and
    // the first failure ends the check.
    bool check(const Node *node, const QJsonValue& value, const Place& place, Evaluated *evaluated, Issues *issues);
    bool checkAll(const Node& node, const QJsonValue& value, const Place& place, Evaluated *evaluated, Issues *issues);
    bool checkReferences(const Node& node, const QJsonValue& value, const Place& place, Evaluated *evaluated,
                         Issues *issues);
    bool checkValue(const Node& node, const QJsonValue& value, const Place& place, Issues *issues);
    bool checkNumber(const Node& node, const QJsonValue& value, const Place& place, Issues *issues);
    bool checkString(const Node& node, const QJsonValue& value, const Place& place, Issues *issues);
    bool checkCombined(const Node& node, const QJsonValue& value, const Place& place, Evaluated *evaluated,
                       Issues *issues);
    bool checkAnyOf(const Node& node, const QJsonValue& value, const Place& place, Evaluated *evaluated,
                    Issues *issues);
    bool checkOneOf(const Node& node, const QJsonValue& value, const Place& place, Evaluated *evaluated,
                    Issues *issues);
    bool checkIf(const Node& node, const QJsonValue& value, const Place& place, Evaluated *evaluated, Issues *issues);
    bool checkArray(const Node& node, const QJsonArray& array, const Place& place, Evaluated *evaluated,
                    Issues *issues);
    bool checkContains(const Node& node, const QJsonArray& array, const Place& place, Evaluated *evaluated,
                       Issues *issues);
    bool checkUnique(const QJsonArray& array, const Place& place, Issues *issues);
    bool checkUnevaluatedItems(const Node& node, const QJsonArray& array, const Place& place, Evaluated& evaluated,
                               Issues *issues);
    bool checkObject(const Node& node, const QJsonObject& object, const Place& place, Evaluated *evaluated,
                     Issues *issues);
    bool checkMember(const Node& node, const QString& key, const QJsonValue& value, const Place& place,
                     Evaluated *evaluated, Issues *issues);
    bool checkDependencies(const Node& node, const QJsonObject& object, const Place& place, Evaluated *evaluated,
                           Issues *issues);
    bool checkUnevaluatedMembers(const Node& node, const QJsonObject& object, const Place& place, Evaluated& evaluated,
                                 Issues *issues);

    /// A failure: adds an issue if issues are collected. Always false.
    bool failed(const Place& place, Issues *issues, const QString& message);
    /// Whether the check goes on after a failure: only while issues are collected and there is room for more.
    [[nodiscard]] bool goesOn(const Issues *issues) const;
    [[nodiscard]] bool found(const Pattern& pattern, const QString& text, const Place& place);
    /// Ends the whole check.
    bool giveUp(const Place& place, const QString& why);
    [[nodiscard]] QString alternatives(const std::vector<const Node *>& nodes, const QJsonValue& value,
                                       const Place& place);

    /// What is being checked at present: a node that is met again at the same place would never end.
    struct Active
    {
        const Node *node = nullptr;
        const Place *place = nullptr;
    };

    const CompiledSchema& m_schema;
    qint64 m_work = 1'000'000; ///< left, about one unit a microsecond at worst
    bool m_explaining = false;
    std::vector<Active> m_active;
    std::vector<int> m_scope; ///< resources entered, outermost first
    std::optional<JsonIssue> m_gaveUp;
};

} // namespace lathe::schema
