// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lathectl/commands.h"

#include "engine/core/clock.h"
#include "engine/core/jsonreader.h"
#include "engine/domain/toolrules.h"

#include <QFile>

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

/// KEY=VALUE: a budget, a name, a tier or a rule is text, a list is JSON or parted by commas, rules are the lines of
/// @FILE, all else is JSON if it reads as such. "none" takes a value away. Undefined: the file cannot be read.
QJsonValue policyValue(const QString& key, const QString& value)
{
    if (value == "none"_L1) {
        return QJsonValue(QJsonValue::Null);
    }
    if (key.startsWith(u"budget"_s) || key == "tier"_L1 || key == "team"_L1 || key == "addApprovalRule"_L1) {
        return value;
    }
    if (key == "approvalRules"_L1 && value.startsWith(u'@')) {
        QFile file(value.mid(1));
        if (!file.open(QIODevice::ReadOnly)) {
            say(u"%1 cannot be read: %2"_s.arg(file.fileName(), file.errorString()));
            return QJsonValue(QJsonValue::Undefined);
        }
        QJsonArray rules;
        for (const QString& line : QString::fromUtf8(file.readAll()).split(u'\n')) {
            if (!line.trimmed().isEmpty() && !line.trimmed().startsWith(u'#')) {
                rules.append(line.trimmed());
            }
        }
        return rules;
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
        const QJsonValue value = policyValue(key, whole.mid(at + 1));
        if (value.isUndefined()) {
            return std::nullopt;
        }
        changes.insert(key, value);
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
    QJsonArray origins;
    for (const RuleOrigin& origin : ruleOrigins(policy->approvalRules, *changes)) {
        origins.append(toJson(origin));
    }
    json.insert("ruleOrigins"_L1, origins);
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

struct TryArguments
{
    std::string user;
    std::string tool;
    std::string arguments;
};

/// What the user's rules say to a call.
int tryRules(Shell& shell, const TryArguments& a)
{
    const Result<QJsonObject> arguments = parseJsonObject(QByteArray::fromStdString(a.arguments));
    if (!arguments) {
        return usage(u"the arguments are not a JSON object: %1"_s.arg(arguments.error().message));
    }
    const std::optional<UserPolicy> policy = shell.ask(shell.facade().policy(text(a.user)));
    if (!policy) {
        return shell.status();
    }
    const Result<QList<ToolRule>> rules = parseToolRules(policy->approvalRules);
    if (!rules) {
        return report(rules.error());
    }
    const std::optional<RuleDecision> decision = decide(*rules, text(a.tool), *arguments);
    print(decision ? u"%1  %2"_s.arg(toName(decision->verdict), decision->rule)
                   : u"no rule speaks of this call: the run's --approve decides"_s);
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

QString whereText(const SimulatedFinding& found)
{
    if (found.decision == 0) {
        return toName(found.phase);
    }
    return found.tool.isEmpty() ? u"decision %1"_s.arg(found.decision)
                                : u"decision %1, %2"_s.arg(found.decision).arg(found.tool);
}

void printSimulation(const PolicySimulation& simulation, Money saved, qint64 stopped)
{
    QList<QStringList> rows;
    for (const RunSimulation& run : simulation.runs) {
        const QStringList head{run.run.runId.left(8), toIsoUtc(run.run.startedAtMs), toName(run.run.status)};
        if (run.findings.isEmpty()) {
            rows.append(head + QStringList{run.wouldGoOn ? u"would go on"_s : u"same"_s, {}, {}, {}, {}});
        }
        for (const SimulatedFinding& found : run.findings) {
            const bool last = &found == &run.findings.last();
            const QString numbers = found.limit.isEmpty() && found.actual.isEmpty()
                                        ? found.rule
                                        : u"%1 > %2"_s.arg(found.actual, found.limit);
            rows.append(head + QStringList{toName(found.effect), whereText(found), found.check, numbers,
                                           last ? moneyText(run.saved) : QString()});
        }
    }
    if (!rows.isEmpty()) {
        print(tableText({u"run"_s, u"started"_s, u"recorded"_s, u"then"_s, u"where"_s, u"check"_s, u"numbers or rule"_s,
                         u"saved"_s},
                        rows, {7}));
    }
    print(u"%1 of %2 runs would have been stopped; %3 would not have been spent"_s.arg(
        QString::number(stopped), QString::number(simulation.runs.size()), moneyText(saved)));
    if (simulation.prunedRuns > 0) {
        say(u"%1 older runs have no journal any more and were taken as they were"_s.arg(simulation.prunedRuns));
    }
}

struct SimulateArguments
{
    std::string user;
    std::string run;
    bool all = false;
    bool json = false;
    std::vector<std::string> assignments;
};

int simulatePolicy(Shell& shell, const SimulateArguments& a)
{
    if (!a.run.empty() && a.all) {
        return usage(u"simulate takes --run or --all, not both"_s);
    }
    const std::optional<QJsonObject> changes = readAssignments(a.assignments);
    if (!changes) {
        return ExitUsage;
    }
    QString runId;
    if (!a.run.empty()) {
        const std::optional<QString> found = shell.ask(shell.facade().findRun(text(a.run)));
        if (!found) {
            return shell.status();
        }
        runId = *found;
    }
    const std::optional<PolicySimulation> simulation =
        shell.ask(shell.facade().simulatePolicy(text(a.user), *changes, runId));
    if (!simulation) {
        return shell.status();
    }
    Money saved;
    qint64 stopped = 0;
    QJsonArray runs;
    for (const RunSimulation& run : simulation->runs) {
        saved = saved.plus(run.saved).value_or(saved);
        stopped += run.stopped() ? 1 : 0;
        runs.append(toJson(run));
    }
    if (!a.json) {
        printSimulation(*simulation, saved, stopped);
        return ExitComplete;
    }
    print(indented(QJsonObject{{u"policy"_s, toJson(simulation->policy)},
                               {u"runs"_s, runs},
                               {u"stopped"_s, stopped},
                               {u"saved"_s, saved.toDecimal()},
                               {u"prunedRuns"_s, simulation->prunedRuns}}));
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
                    "requestsPerMinute, requestsPerHour, budgetPerRun, budgetPerDay, budgetPerMonth, team, "
                    "approvalRules (JSON or @FILE, a rule a line), addApprovalRule (VALUE none takes a limit away)")
        ->required();
    commands.append({set, [user, assignments](Shell& shell) { return setPolicy(shell, *user, *assignments); }});
    CLI::App *list = policy->add_subcommand("list", "All users");
    commands.append({list, [](Shell& shell) { return listPolicies(shell); }});

    const auto attempt = std::make_shared<TryArguments>();
    CLI::App *tryApp = policy->add_subcommand("try", "What a user's rules say to a tool call");
    tryApp->add_option("user", attempt->user)->required();
    tryApp->add_option("tool", attempt->tool)->required();
    tryApp->add_option("arguments", attempt->arguments, "A JSON object")->required();
    commands.append({tryApp, [attempt](Shell& shell) { return tryRules(shell, *attempt); }});

    const auto name = std::make_shared<std::string>();
    CLI::App *team = policy->add_subcommand("team", "A team's budgets, or change them");
    team->add_option("team", *name)->required();
    team->add_option("changes", *assignments,
                     "KEY=VALUE: budgetPerDay, budgetPerMonth (VALUE none takes a budget away)");
    commands.append({team, [name, assignments](Shell& shell) { return teamPolicy(shell, *name, *assignments); }});

    const auto simulation = std::make_shared<SimulateArguments>();
    CLI::App *simulate =
        policy->add_subcommand("simulate", "What an edited policy would have done to recorded runs; changes nothing");
    simulate->add_option("user", simulation->user)->required();
    simulate->add_option("changes", simulation->assignments, "KEY=VALUE as for set; none: the policy as it stands");
    simulate->add_option("--run", simulation->run, "This run alone (its id or the beginning of it)");
    simulate->add_flag("--all", simulation->all, "All runs of the user (default)");
    simulate->add_flag("--json", simulation->json, "Print a JSON object");
    commands.append({simulate, [simulation](Shell& shell) { return simulatePolicy(shell, *simulation); }});
}

} // namespace lathe::ctl
