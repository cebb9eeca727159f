// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lathectl/commands.h"

using namespace Qt::StringLiterals;

namespace lathe::ctl {

namespace {

QJsonArray changesJson(const QList<PolicyChange>& changes)
{
    QJsonArray list;
    for (const PolicyChange& change : changes) {
        list.append(toJson(change));
    }
    return list;
}

/// KEY=VALUE: a budget, a name or a tier is text, a list is JSON or parted by commas, all else is JSON if it reads as
/// such. "none" takes a value away.
QJsonValue policyValue(const QString& key, const QString& value)
{
    if (value == "none"_L1) {
        return QJsonValue(QJsonValue::Null);
    }
    if (key.startsWith(u"budget"_s) || key == "tier"_L1 || key == "team"_L1) {
        return value;
    }
    if (key == "allowedTools"_L1 && !value.startsWith(u'[')) {
        return QJsonArray::fromStringList(value.split(u',', Qt::SkipEmptyParts));
    }
    const QJsonDocument document = QJsonDocument::fromJson("{\"v\":" + value.toUtf8() + '}');
    return document.isNull() ? QJsonValue(value) : document.object().value("v"_L1);
}

/// Nothing, if one of them is not KEY=VALUE; it has been said then.
std::optional<QJsonObject> readAssignments(const std::vector<std::string>& assignments)
{
    QJsonObject changes;
    for (const std::string& assignment : assignments) {
        const QString whole = text(assignment);
        const qsizetype at = whole.indexOf(u'=');
        if (at <= 0) {
            usage(u"\"%1\" is not KEY=VALUE"_s.arg(whole));
            return std::nullopt;
        }
        const QString key = whole.left(at);
        if (changes.contains(key)) {
            usage(u"%1 is given twice"_s.arg(key));
            return std::nullopt;
        }
        changes.insert(key, policyValue(key, whole.mid(at + 1)));
    }
    return changes;
}

int getPolicy(Shell& shell, const std::string& user)
{
    const std::optional<UserPolicy> policy = shell.ask(shell.facade().policy(text(user)));
    if (!policy) {
        return shell.status();
    }
    const std::optional<QList<PolicyChange>> changes = shell.ask(shell.facade().policyChanges(text(user)));
    if (!changes) {
        return shell.status();
    }
    QJsonObject json = toJson(*policy);
    json.insert("changes"_L1, changesJson(*changes));
    print(indented(json));
    return ExitComplete;
}

int setPolicy(Shell& shell, const std::string& user, const std::vector<std::string>& assignments)
{
    const std::optional<QJsonObject> changes = readAssignments(assignments);
    if (!changes) {
        return ExitUsage;
    }
    const std::optional<UserPolicy> policy = shell.ask(shell.facade().setPolicy(text(user), *changes));
    if (!policy) {
        return shell.status();
    }
    print(indented(toJson(*policy)));
    return ExitComplete;
}

int teamPolicy(Shell& shell, const std::string& team, const std::vector<std::string>& assignments)
{
    const std::optional<QJsonObject> changes = readAssignments(assignments);
    if (!changes) {
        return ExitUsage;
    }
    const std::optional<TeamPolicy> policy =
        shell.ask(changes->isEmpty() ? shell.facade().teamPolicy(text(team))
                                     : shell.facade().setTeamPolicy(text(team), *changes));
    if (!policy) {
        return shell.status();
    }
    const std::optional<QList<PolicyChange>> noted = shell.ask(shell.facade().teamPolicyChanges(text(team)));
    if (!noted) {
        return shell.status();
    }
    QJsonObject json = toJson(*policy);
    json.insert("changes"_L1, changesJson(*noted));
    print(indented(json));
    return ExitComplete;
}

QString budgetText(const std::optional<Money>& budget)
{
    return budget ? moneyText(*budget) : u"–"_s;
}

int listPolicies(Shell& shell)
{
    const std::optional<QList<UserPolicy>> policies = shell.ask(shell.facade().policies());
    if (!policies) {
        return shell.status();
    }
    QList<QStringList> rows;
    for (const UserPolicy& policy : *policies) {
        rows.append({policy.userId, toName(policy.tier), QString::number(policy.maxRecursionDepth),
                     QString::number(policy.contextWindowLimit), QString::number(policy.maxToolCalls),
                     QString::number(policy.requestsPerMinute), QString::number(policy.requestsPerHour),
                     budgetText(policy.budgetPerRun), budgetText(policy.budgetPerDay),
                     budgetText(policy.budgetPerMonth), policy.team.isEmpty() ? u"–"_s : policy.team,
                     policy.allowedTools.isEmpty() ? u"all"_s : policy.allowedTools.join(u", "_s)});
    }
    if (rows.isEmpty()) {
        say(u"no users yet; a user's row is written at the first run"_s);
        return ExitComplete;
    }
    print(tableText({u"user"_s, u"tier"_s, u"depth"_s, u"context"_s, u"tool calls"_s, u"per minute"_s, u"per hour"_s,
                     u"per run"_s, u"per day"_s, u"per month"_s, u"team"_s, u"tools"_s},
                    rows, {2, 3, 4, 5, 6, 7, 8, 9}));
    return ExitComplete;
}

} // namespace

void addPolicyCommands(CLI::App& app, QList<Command>& commands)
{
    CLI::App *policy = app.add_subcommand("policy", "What users may do");
    const auto user = std::make_shared<std::string>();
    const auto assignments = std::make_shared<std::vector<std::string>>();
    CLI::App *get = policy->add_subcommand(
        "get", "A user's limits (written with the default tier if there are none) and who changed them");
    get->add_option("user", *user)->required();
    commands.append({get, [user](Shell& shell) { return getPolicy(shell, *user); }});
    CLI::App *set = policy->add_subcommand("set", "Change a user's tier or limits; a tier sets its five limits");
    set->add_option("user", *user)->required();
    set->add_option("changes", *assignments,
                    "KEY=VALUE: tier, maxRecursionDepth, contextWindowLimit, maxToolCalls, allowedTools, "
                    "requestsPerMinute, requestsPerHour, budgetPerRun, budgetPerDay, budgetPerMonth, team "
                    "(VALUE none takes a limit away)")
        ->required();
    commands.append({set, [user, assignments](Shell& shell) { return setPolicy(shell, *user, *assignments); }});
    CLI::App *list = policy->add_subcommand("list", "All users");
    commands.append({list, [](Shell& shell) { return listPolicies(shell); }});

    const auto name = std::make_shared<std::string>();
    CLI::App *team = policy->add_subcommand("team", "A team's budgets, or change them");
    team->add_option("team", *name)->required();
    team->add_option("changes", *assignments,
                     "KEY=VALUE: budgetPerDay, budgetPerMonth (VALUE none takes a budget away)");
    commands.append({team, [name, assignments](Shell& shell) { return teamPolicy(shell, *name, *assignments); }});
}

} // namespace lathe::ctl
