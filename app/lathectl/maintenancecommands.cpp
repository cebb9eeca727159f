// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lathectl/commands.h"

using namespace Qt::StringLiterals;

namespace lathe::ctl {

namespace {

int listModels(Shell& shell, const ProviderSettings& wanted)
{
    ProviderSettings settings = wanted;
    if (settings.provider.isEmpty()) {
        settings = shell.configuration().provider;
    }
    const std::optional<QList<ModelDescription>> models = shell.ask(shell.facade().models(settings));
    if (!models) {
        return shell.status();
    }
    for (const ModelDescription& model : *models) {
        QString line = model.id;
        if (model.contextWindow) {
            line += u"  %1 tokens"_s.arg(*model.contextWindow);
        }
        if (!model.description.isEmpty()) {
            line += u"  "_s + model.description;
        }
        print(line);
    }
    return ExitComplete;
}

int prune(Shell& shell, bool yes)
{
    const std::optional<PruneReport> report = shell.ask(shell.facade().prune(yes));
    if (!report) {
        return shell.status();
    }
    QList<QStringList> rows;
    for (const PruneReport::Tier& tier : report->tiers) {
        rows.append({toName(tier.tier), QString::number(auditDays(tier.tier)), QString::number(tier.runs),
                     QString::number(tier.entries), QString::number(tier.bytes)});
    }
    print(tableText({u"tier"_s, u"days"_s, u"runs"_s, u"entries"_s, u"bytes"_s}, rows, {1, 2, 3, 4}));
    if (report->runs() == 0) {
        say(u"no journal is older than its time"_s);
    } else if (yes) {
        say(u"the journals of %1 runs are gone; their summaries and cost lines are kept"_s.arg(report->runs()));
    } else {
        say(u"nothing was changed; with --yes the journals of these %1 runs go, their summaries and cost lines "
            u"stay"_s.arg(report->runs()));
    }
    return ExitComplete;
}

int doctor(Shell& shell, bool rebuild)
{
    const std::optional<DoctorReport> report = shell.ask(shell.facade().doctor(rebuild));
    if (!report) {
        return shell.status();
    }
    print(u"database   %1"_s.arg(report->database));
    print(u"journal    %1 entries of %2 runs, %3"_s.arg(
        QString::number(report->events), QString::number(report->runs),
        report->gaps.isEmpty() ? u"no gaps"_s : u"gaps: "_s + report->gaps.join(u"; "_s)));
    print(u"integrity  %1"_s.arg(report->integrity.isEmpty() ? u"ok"_s : report->integrity.join(u"; "_s)));
    print(u"rebuild    %1"_s.arg(
        report->differences.isEmpty()
            ? u"decisions, tool calls, cost lines and totals agree with the journal"_s
            : u"%1 differences%2\n  %3"_s.arg(QString::number(report->differences.size()),
                                              rebuild ? u", now replaced from the journal"_s : QString(),
                                              report->differences.join(u"\n  "_s))));
    print(u"sandbox    %1"_s.arg(report->sandbox));
    return report->healthy() || (rebuild && report->gaps.isEmpty() && report->integrity.isEmpty()) ? ExitComplete
                                                                                                   : ExitDatabase;
}

} // namespace

void addMaintenanceCommands(CLI::App& app, QList<Command>& commands)
{
    struct ModelArguments
    {
        std::string provider;
        std::string baseUrl;
        std::string apiVersion;
        std::string apiKeyVariable;
    };
    const auto wanted = std::make_shared<ModelArguments>();
    CLI::App *models = app.add_subcommand("models", "The models a provider offers");
    models->add_option("--provider", wanted->provider,
                       "builtin, openai, openai-responses, anthropic, gemini, ollama or scripted");
    models->add_option("--base-url", wanted->baseUrl, "Where it is reached");
    models->add_option("--api-version", wanted->apiVersion, "Version of the provider's interface");
    models->add_option("--api-key-env", wanted->apiKeyVariable, "Environment variable that holds the API key");
    commands.append({models, [wanted](Shell& shell) {
                         return listModels(shell, {text(wanted->provider),
                                                   text(wanted->baseUrl),
                                                   {},
                                                   text(wanted->apiKeyVariable),
                                                   text(wanted->apiVersion)});
                     }});

    struct DoctorArguments
    {
        bool rebuild = false;
        bool prune = false;
        bool yes = false;
    };
    const auto wishes = std::make_shared<DoctorArguments>();
    CLI::App *doctorApp = app.add_subcommand("doctor", "Check the database against its journal, and the sandbox");
    doctorApp->add_flag("--rebuild", wishes->rebuild, "Replace what differs by what the journal says");
    doctorApp->add_flag("--prune", wishes->prune,
                        "Show the journals that were kept for their time: free 7, pro 30, enterprise 90 days");
    doctorApp->add_flag("--yes", wishes->yes, "With --prune: take them away");
    commands.append({doctorApp, [wishes](Shell& shell) {
                         return wishes->prune ? prune(shell, wishes->yes) : doctor(shell, wishes->rebuild);
                     }});
}

} // namespace lathe::ctl
