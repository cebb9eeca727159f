// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lathectl/commands.h"

using namespace Qt::StringLiterals;

namespace lathe::ctl {

namespace {

void printModels(const QList<ModelDescription>& models, const QString& indent)
{
    for (const ModelDescription& model : models) {
        QString line = indent + model.id;
        if (model.contextWindow) {
            line += u"  %1 tokens"_s.arg(*model.contextWindow);
        }
        if (!model.price.isEmpty()) {
            line += u"  $%1 per million"_s.arg(model.price);
        }
        if (model.tools == false) {
            line += u"  no tools"_s;
        }
        if (!model.description.isEmpty()) {
            line += u"  "_s + model.description;
        }
        print(line);
    }
}

int listModels(Shell& shell, const ProviderSettings& wanted)
{
    const std::optional<QList<ModelDescription>> models = shell.ask(shell.facade().models(wanted));
    if (!models) {
        return shell.status();
    }
    printModels(*models, {});
    return ExitComplete;
}

/// The built-in model, those of the configured provider, and those of servers on this machine.
int listAllModels(Shell& shell)
{
    ProviderSettings builtin;
    builtin.provider = u"builtin"_s;
    print(u"builtin"_s);
    const std::optional<QList<ModelDescription>> own = shell.ask(shell.facade().models(builtin));
    if (!own) {
        return shell.status();
    }
    printModels(*own, u"  "_s);
    const ProviderSettings& configured = shell.configuration().provider;
    if (!configured.provider.isEmpty() && configured.provider != builtin.provider) {
        print(configured.baseUrl.isEmpty() ? configured.provider
                                           : u"%1 at %2"_s.arg(configured.provider, configured.baseUrl));
        if (const std::optional<QList<ModelDescription>> models = shell.ask(shell.facade().models(configured))) {
            printModels(*models, u"  "_s);
        } // else it has been said why not, and what is here is listed all the same
    }
    const std::optional<QList<LocalServerInfo>> servers = shell.ask(shell.facade().localServers());
    if (!servers) {
        return shell.status();
    }
    for (const LocalServerInfo& server : *servers) {
        print(u"%1 %2, --provider openai --base-url %3"_s.arg(server.product, server.version, server.baseUrl)
                  .simplified());
        if (!server.note.isEmpty()) {
            print(u"  ("_s + server.note + u')');
        }
        printModels(server.models, u"  "_s);
    }
    return ExitComplete;
}

int listPrompts(Shell& shell, const std::string& name)
{
    const std::optional<QList<PromptText>> prompts = shell.ask(shell.facade().prompts());
    if (!prompts) {
        return shell.status();
    }
    QList<QStringList> rows;
    for (const PromptText& prompt : *prompts) {
        if (prompt.name == text(name)) {
            print(prompt.text);
            return ExitComplete;
        }
        rows.append({prompt.name, prompt.isOwn ? u"own"_s : u"built-in"_s, QString::number(prompt.text.size()),
                     prompt.places.isEmpty() ? u"–"_s : prompt.places});
    }
    if (!name.empty()) {
        return usage(u"there is no prompt %1"_s.arg(text(name)));
    }
    print(tableText({u"prompt"_s, u"from"_s, u"characters"_s, u"must have"_s}, rows, {2}));
    say(u"a file NAME.txt in %1 takes the place of a built-in one"_s.arg(Shell::promptsFolder()));
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
    CLI::App *models =
        app.add_subcommand("models", "The models a provider offers; without --provider those of all that are found");
    models->add_option("--provider", wanted->provider,
                       "builtin, openai, openai-responses, anthropic, gemini, ollama or scripted");
    models->add_option("--base-url", wanted->baseUrl, "Where it is reached");
    models->add_option("--api-version", wanted->apiVersion, "Version of the provider's interface");
    models->add_option("--api-key-env", wanted->apiKeyVariable, "Environment variable that holds the API key");
    commands.append({models, [wanted](Shell& shell) {
                         if (wanted->provider.empty() && wanted->baseUrl.empty()) {
                             return listAllModels(shell);
                         }
                         const ProviderSettings& usual = shell.configuration().provider;
                         ProviderSettings settings = wanted->provider.empty() ? usual : ProviderSettings();
                         settings.provider = wanted->provider.empty() ? usual.provider : text(wanted->provider);
                         settings.baseUrl = wanted->baseUrl.empty() ? settings.baseUrl : text(wanted->baseUrl);
                         settings.apiKeyVariable =
                             wanted->apiKeyVariable.empty() ? settings.apiKeyVariable : text(wanted->apiKeyVariable);
                         settings.apiVersion =
                             wanted->apiVersion.empty() ? settings.apiVersion : text(wanted->apiVersion);
                         return listModels(shell, settings);
                     }});

    const auto prompt = std::make_shared<std::string>();
    CLI::App *prompts = app.add_subcommand("prompts", "The texts that agents work with, or one of them");
    prompts->add_option("name", *prompt, "system, tools, examples, result or repair");
    commands.append({prompts, [prompt](Shell& shell) { return listPrompts(shell, *prompt); }});

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
