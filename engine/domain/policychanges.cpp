// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/domain/policychanges.h"

#include "engine/core/canonicaljson.h"
#include "engine/domain/jsonvalues.h"

#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr QLatin1StringView kTierLimits[] = {"tier"_L1,         "maxRecursionDepth"_L1, "contextWindowLimit"_L1,
                                             "maxToolCalls"_L1, "requestsPerMinute"_L1, "requestsPerHour"_L1};
constexpr QLatin1StringView kVerdict(", by a verdict in run ");
constexpr QLatin1StringView kFixed[] = {"userId"_L1, "team"_L1, "createdAt"_L1, "updatedAt"_L1};

QString shown(const QJsonValue& value)
{
    if (value.isNull() || value.isUndefined()) {
        return {};
    }
    return value.isString() ? value.toString() : QString::fromUtf8(canonicalJson(value));
}

void apply(QJsonObject& json, const QJsonObject& changes)
{
    for (auto it = changes.constBegin(); it != changes.constEnd(); ++it) {
        if (it.value().isNull()) {
            json.remove(it.key());
        } else {
            json.insert(it.key(), it.value());
        }
    }
}

Result<void> refuseFixed(const QJsonObject& changes, std::initializer_list<QLatin1StringView> keys)
{
    for (const QLatin1StringView key : keys) {
        if (changes.contains(key)) {
            return fail(ErrorCode::InvalidInput, u"$.%1 cannot be changed"_s.arg(key));
        }
    }
    return {};
}

} // namespace

QJsonObject toJson(const PolicyChange& change)
{
    return {{u"at"_s, timeValue(change.atMs)},
            {u"author"_s, change.author},
            {u"key"_s, change.key},
            {u"before"_s, change.before},
            {u"after"_s, change.after}};
}

QString authorOfVerdict(const QString& account, const QString& runId)
{
    return account + kVerdict + runId;
}

QJsonObject toJson(const RuleOrigin& origin)
{
    QJsonObject json{{u"rule"_s, origin.rule}, {u"author"_s, origin.author}, {u"at"_s, timeValue(origin.atMs)}};
    if (!origin.runId.isEmpty()) {
        json.insert("run"_L1, origin.runId);
    }
    return json;
}

QList<RuleOrigin> ruleOrigins(const QJsonArray& rules, const QList<PolicyChange>& changes)
{
    const auto listOf = [](const QString& text) { return QJsonDocument::fromJson(text.toUtf8()).array(); };
    QList<RuleOrigin> origins;
    QStringList known;
    for (const PolicyChange& change : changes) {
        if (change.key != "approvalRules"_L1) {
            continue;
        }
        const QJsonArray before = listOf(change.before);
        const QJsonArray after = listOf(change.after);
        for (const QJsonValue& rule : rules) {
            if (known.contains(rule.toString()) || !after.contains(rule) || before.contains(rule)) {
                continue;
            }
            known << rule.toString();
            const qsizetype at = change.author.indexOf(kVerdict);
            origins.append({rule.toString(), at < 0 ? change.author : change.author.left(at), change.atMs,
                            at < 0 ? QString() : change.author.mid(at + kVerdict.size())});
        }
    }
    return origins;
}

Result<UserPolicy> changedPolicy(const UserPolicy& present, const QJsonObject& changes)
{
    const Result<void> allowed = refuseFixed(changes, {"userId"_L1, "createdAt"_L1, "updatedAt"_L1});
    if (!allowed) {
        return fail(allowed.error());
    }
    QJsonObject json = toJson(present);
    if (changes.contains("tier"_L1)) {
        const auto tier = fromName<UserTier>(changes.value("tier"_L1).toString());
        if (!tier) {
            return fail(ErrorCode::InvalidInput,
                        u"$.tier: \"%1\" is none of free, pro, enterprise"_s.arg(shown(changes.value("tier"_L1))));
        }
        const QJsonObject defaults = toJson(tierDefaults(*tier));
        for (const QLatin1StringView key : kTierLimits) {
            json.insert(key, defaults.value(key));
        }
    }
    apply(json, changes);
    if (const QJsonValue added = json.take("addApprovalRule"_L1); !added.isUndefined()) {
        QJsonArray rules = json.value("approvalRules"_L1).toArray();
        rules.append(added);
        json.insert("approvalRules"_L1, rules);
    }
    return userPolicyFromJson(json);
}

Result<TeamPolicy> changedPolicy(const TeamPolicy& present, const QJsonObject& changes)
{
    const Result<void> allowed = refuseFixed(changes, {"team"_L1});
    if (!allowed) {
        return fail(allowed.error());
    }
    QJsonObject json = toJson(present);
    apply(json, changes);
    return teamPolicyFromJson(json);
}

QList<PolicyChange> differences(const QJsonObject& before, const QJsonObject& after, const QString& author,
                                qint64 nowMs)
{
    QStringList keys = before.keys() + after.keys();
    keys.removeDuplicates();
    QList<PolicyChange> changes;
    for (const QString& key : std::as_const(keys)) {
        const bool fixed = std::find(std::begin(kFixed), std::end(kFixed), key) != std::end(kFixed);
        // A user's team is a value like others; a team's own name is not.
        if (fixed && !(key == "team"_L1 && after.contains("userId"_L1))) {
            continue;
        }
        const QString old = shown(before.value(key));
        const QString fresh = shown(after.value(key));
        if (old != fresh) {
            changes.append({nowMs, author, key, old, fresh});
        }
    }
    return changes;
}

} // namespace lathe
