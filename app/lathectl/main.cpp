// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lathectl/commands.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

int main(int argc, char **argv)
{
    using namespace lathe::ctl;
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(u"lathe"_s);
    QCoreApplication::setApplicationVersion(QStringLiteral(LATHE_VERSION));

    CLI::App app{"Lathe from the command line: run agents, look at what they did and what it cost", "lathectl"};
    app.set_version_flag("--version", "lathectl " LATHE_VERSION);
    app.require_subcommand(1);
    QList<Command> commands;
    addRunCommands(app, commands);
    addReportCommands(app, commands);
    addPolicyCommands(app, commands);
    addAdminCommands(app, commands);

    std::string database;
    std::string config;
    for (const Command& command : std::as_const(commands)) {
        command.app->add_option("--db", database,
                                "SQLite file (default: lathe.db in the data folder; LATHE_DB sets it too)");
        command.app->add_option("--config", config,
                                "Configuration file (JSON: database, user, provider, model, baseUrl, apiKeyEnv)");
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int code = app.exit(error);
        return code == 0 ? static_cast<int>(ExitComplete) : static_cast<int>(ExitUsage);
    }
    Shell shell({text(database), text(config)});
    int status = ExitUsage;
    for (const Command& command : std::as_const(commands)) {
        if (command.app->parsed()) {
            status = command.run(shell);
            break;
        }
    }
    shell.close();
    return status;
}
