// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/domain/policy.h"

#include "engine/domain/jsonvalues.h"
#include "engine/domain/toolrules.h"

#include <algorithm>
#include <limits>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

// Beyond these a number is a slip of the pen, not a limit.
constexpr qint64 kMaxDepth = 100;
constexpr qint64 kMaxContext = 100'000'000;
constexpr qint64 kMaxCount = 1'000'000;
constexpr qsizetype kMaxTeam = 255;
constexpr qsizetype kMaxRules = 1'000;

int readInt(JsonReader& reader, QLatin1StringView key, int fallback, qint64 most)
{
    return static_cast<int>(reader.integer(key, fallback, 0, most));
}

std::optional<Money> readBudget(JsonReader& reader, QLatin1StringView key)
{
    const auto budget = readMoney(reader, key);
    if (budget && *budget < Money()) {
        reader.addIssueAt(key, u"must not be negative"_s);
        return std::nullopt;
    }
    if (budget && !budget->fitsColumns()) {
        reader.addIssueAt(key, u"is too large"_s);
        return std::nullopt;
    }
    return budget;
}

QJsonValue moneyOrNull(std::optional<Money> amount)
{
    return amount ? QJsonValue(amount->toDecimal()) : QJsonValue();
}

} // namespace

UserPolicy tierDefaults(UserTier tier)
{
    UserPolicy policy;
    policy.tier = tier;
    switch (tier) {
    case UserTier::Free:
        policy.maxRecursionDepth = 5;
        policy.contextWindowLimit = 8'000;
        policy.maxToolCalls = 10;
        policy.requestsPerMinute = 10;
        policy.requestsPerHour = 100;
        break;
    case UserTier::Pro:
        policy.maxRecursionDepth = 10;
        policy.contextWindowLimit = 16'000;
        policy.maxToolCalls = 25;
        policy.requestsPerMinute = 30;
        policy.requestsPerHour = 500;
        break;
    case UserTier::Enterprise:
        policy.maxRecursionDepth = 20;
        policy.contextWindowLimit = 128'000;
        policy.maxToolCalls = 100;
        policy.requestsPerMinute = 100;
        policy.requestsPerHour = 2'000;
        break;
    }
    return policy;
}

QJsonObject toJson(const UserPolicy& policy)
{
    QJsonObject json;
    json.insert("userId"_L1, policy.userId);
    json.insert("tier"_L1, QString(toName(policy.tier)));
    json.insert("maxRecursionDepth"_L1, policy.maxRecursionDepth);
    json.insert("contextWindowLimit"_L1, policy.contextWindowLimit);
    json.insert("maxToolCalls"_L1, policy.maxToolCalls);
    json.insert("allowedTools"_L1, QJsonArray::fromStringList(policy.allowedTools));
    json.insert("requestsPerMinute"_L1, policy.requestsPerMinute);
    json.insert("requestsPerHour"_L1, policy.requestsPerHour);
    json.insert("budgetPerRun"_L1, moneyOrNull(policy.budgetPerRun));
    json.insert("budgetPerDay"_L1, moneyOrNull(policy.budgetPerDay));
    json.insert("budgetPerMonth"_L1, moneyOrNull(policy.budgetPerMonth));
    json.insert("team"_L1, policy.team);
    json.insert("approvalRules"_L1, policy.approvalRules);
    json.insert("createdAt"_L1, timeValue(policy.createdAtMs));
    json.insert("updatedAt"_L1, timeValue(policy.updatedAtMs));
    return json;
}

Result<UserPolicy> userPolicyFromJson(const QJsonObject& json)
{
    JsonReader reader(json);
    const QString userId = reader.string("userId"_L1);
    UserPolicy policy = tierDefaults(readName<UserTier>(reader, "tier"_L1).value_or(UserTier::Free));
    policy.userId = userId;
    policy.maxRecursionDepth = readInt(reader, "maxRecursionDepth"_L1, policy.maxRecursionDepth, kMaxDepth);
    policy.contextWindowLimit = reader.integer("contextWindowLimit"_L1, policy.contextWindowLimit, 0, kMaxContext);
    policy.maxToolCalls = readInt(reader, "maxToolCalls"_L1, policy.maxToolCalls, kMaxCount);
    policy.allowedTools = reader.stringList("allowedTools"_L1);
    policy.requestsPerMinute = readInt(reader, "requestsPerMinute"_L1, policy.requestsPerMinute, kMaxCount);
    policy.requestsPerHour = readInt(reader, "requestsPerHour"_L1, policy.requestsPerHour, kMaxCount);
    policy.budgetPerRun = readBudget(reader, "budgetPerRun"_L1);
    policy.budgetPerDay = readBudget(reader, "budgetPerDay"_L1);
    policy.budgetPerMonth = readBudget(reader, "budgetPerMonth"_L1);
    policy.team = reader.string("team"_L1);
    if (policy.team.size() > kMaxTeam) {
        reader.addIssueAt("team"_L1, u"must have at most %1 characters"_s.arg(kMaxTeam));
    }
    policy.approvalRules = reader.array("approvalRules"_L1);
    if (policy.approvalRules.size() > kMaxRules) {
        reader.addIssueAt("approvalRules"_L1, u"must be at most %1 rules"_s.arg(kMaxRules));
    }
    if (const auto rules = parseToolRules(policy.approvalRules); !rules) {
        reader.addIssueAt("approvalRules"_L1, rules.error().message);
    }
    policy.createdAtMs = readTime(reader, "createdAt"_L1);
    policy.updatedAtMs = readTime(reader, "updatedAt"_L1);
    reader.refuseUnknown();
    if (const auto read = reader.finish(); !read) {
        return fail(read.error());
    }
    return policy;
}

QJsonObject toJson(const TeamPolicy& policy)
{
    return {{u"team"_s, policy.team},
            {u"budgetPerDay"_s, moneyOrNull(policy.budgetPerDay)},
            {u"budgetPerMonth"_s, moneyOrNull(policy.budgetPerMonth)}};
}

Result<TeamPolicy> teamPolicyFromJson(const QJsonObject& json)
{
    JsonReader reader(json);
    TeamPolicy policy;
    policy.team = reader.requiredString("team"_L1);
    if (policy.team.isEmpty() || policy.team.size() > kMaxTeam) {
        reader.addIssueAt("team"_L1, u"must have 1 to %1 characters"_s.arg(kMaxTeam));
    }
    policy.budgetPerDay = readBudget(reader, "budgetPerDay"_L1);
    policy.budgetPerMonth = readBudget(reader, "budgetPerMonth"_L1);
    reader.refuseUnknown();
    if (const auto read = reader.finish(); !read) {
        return fail(read.error());
    }
    return policy;
}

bool PolicyVerdict::allowed() const
{
    return firstFailure() == nullptr;
}

const PolicyCheck *PolicyVerdict::firstFailure() const
{
    const auto failed = [](const PolicyCheck& check) { return check.outcome == CheckOutcome::Failed; };
    const auto found = std::find_if(checks.cbegin(), checks.cend(), failed);
    return found == checks.cend() ? nullptr : &*found;
}

namespace {

Fields fieldsOf(const PolicyCheck& check)
{
    Fields fields;
    fields.reserve(6);
    fields.add("check"_L1, check.check);
    fields.add("outcome"_L1, toName(check.outcome));
    fields.addText("actual"_L1, check.actual);
    fields.addText("limit"_L1, check.limit);
    fields.addText("message"_L1, check.message);
    if (check.violation) {
        fields.add("violation"_L1, toName(*check.violation));
    }
    return fields;
}

} // namespace

QJsonObject toJson(const PolicyCheck& check)
{
    return fieldsOf(check).toJson();
}

QList<Fields> toFields(const PolicyVerdict& verdict)
{
    QList<Fields> list;
    list.reserve(verdict.checks.size());
    for (const PolicyCheck& check : verdict.checks) {
        list.append(fieldsOf(check));
    }
    return list;
}

QJsonArray toJson(const PolicyVerdict& verdict)
{
    QJsonArray json;
    for (const PolicyCheck& check : verdict.checks) {
        json.append(toJson(check));
    }
    return json;
}

PolicyVerdict policyVerdictFromJson(const QJsonArray& json)
{
    PolicyVerdict verdict;
    verdict.checks.reserve(json.size());
    for (const QJsonValue value : json) {
        const QJsonObject object = value.toObject();
        PolicyCheck check;
        check.check = object.value("check"_L1).toString();
        check.outcome =
            fromName<CheckOutcome>(object.value("outcome"_L1).toString()).value_or(CheckOutcome::NotReached);
        check.actual = object.value("actual"_L1).toString();
        check.limit = object.value("limit"_L1).toString();
        check.message = object.value("message"_L1).toString();
        check.violation = fromName<ViolationCode>(object.value("violation"_L1).toString());
        verdict.checks.append(check);
    }
    return verdict;
}

} // namespace lathe
