// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lathectl/commands.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace lathe::ctl {

namespace {

/// Options common to every subcommand, those that only hold others too.
void addCommonOptions(CLI::App& app, std::string& database, std::string& config)
{
    app.add_option("--db", database, "SQLite file (default: lathe.db in the data folder; LATHE_DB sets it too)");
    app.add_option("--config", config,
                   "Configuration file (JSON: database, user, provider, model, baseUrl, apiVersion, apiKeyEnv)");
    for (CLI::App *below : app.get_subcommands({})) {
        addCommonOptions(*below, database, config);
    }
}

/// "lathectl runs" is no command by itself: says what could follow.
int sayWhatFollows(const CLI::App& app)
{
    const CLI::App *last = &app;
    QString name = u"lathectl"_s;
    while (!last->get_subcommands().empty()) {
        last = last->get_subcommands().front();
        name += u' ' + text(last->get_name());
    }
    QStringList names;
    for (const CLI::App *below : last->get_subcommands([](const CLI::App *) { return true; })) {
        names.append(text(below->get_name()));
    }
    say(u"%1: a subcommand is missing, one of %2"_s.arg(name, names.join(u", "_s)));
    return ExitUsage;
}

int runCommand(const Command& command, CommonOptions options)
{
    if (command.check) {
        const Result<void> checked = command.check();
        if (!checked) {
            return report(checked.error());
        }
    }
    options.fullDurability = !command.fullDurability || command.fullDurability();
    Shell shell(std::move(options));
    const int opened = shell.open();
    const int status = opened == ExitComplete ? command.run(shell) : opened;
    return status == ExitComplete && outputWasLost() ? static_cast<int>(ExitDatabase) : status;
}

} // namespace

} // namespace lathe::ctl

int main(int argc, char **argv)
{
    using namespace lathe::ctl;
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(u"lathe"_s);
    QCoreApplication::setApplicationVersion(QStringLiteral(LATHE_VERSION));

    CLI::App app{"Lathe from the command line: run agents, look at what they did and what it cost", "lathectl"};
    app.set_version_flag("--version", "lathectl " LATHE_VERSION);
    QList<Command> commands;
    addRunCommands(app, commands);
    addRunsCommands(app, commands);
    addBillCommand(app, commands);
    addPricesCommands(app, commands);
    addPolicyCommands(app, commands);
    addToolCommands(app, commands);
    addMcpCommands(app, commands);
    addJobCommands(app, commands);
    addKnowledgeCommands(app, commands);
    addMaintenanceCommands(app, commands);
    std::string database;
    std::string config;
    addCommonOptions(app, database, config);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int code = app.exit(error);
        return code == 0 ? static_cast<int>(ExitComplete) : static_cast<int>(ExitUsage);
    }
    for (const Command& command : std::as_const(commands)) {
        if (command.app->parsed()) {
            return runCommand(command, {text(database), text(config)});
        }
    }
    return sayWhatFollows(app);
}
