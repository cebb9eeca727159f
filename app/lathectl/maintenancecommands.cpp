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
        std::string apiKeyVariable;
    };
    const auto wanted = std::make_shared<ModelArguments>();
    CLI::App *models = app.add_subcommand("models", "The models a provider offers");
    models->add_option("--provider", wanted->provider, "builtin, openai or scripted");
    models->add_option("--base-url", wanted->baseUrl, "Where it is reached");
    models->add_option("--api-key-env", wanted->apiKeyVariable, "Environment variable that holds the API key");
    commands.append({models, [wanted](Shell& shell) {
                         return listModels(
                             shell, {text(wanted->provider), text(wanted->baseUrl), {}, text(wanted->apiKeyVariable)});
                     }});

    const auto rebuild = std::make_shared<bool>(false);
    CLI::App *doctorApp = app.add_subcommand("doctor", "Check the database against its journal, and the sandbox");
    doctorApp->add_flag("--rebuild", *rebuild, "Replace what differs by what the journal says");
    commands.append({doctorApp, [rebuild](Shell& shell) { return doctor(shell, *rebuild); }});
}

} // namespace lathe::ctl
