// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/lathectl/shell.h"

#include <CLI/CLI.hpp>
#include <QJsonDocument>
#include <QJsonObject>

#include <functional>

namespace lathe::ctl {

/// One subcommand (or sub-subcommand): its options live as long as the program.
struct Command
{
    CLI::App *app = nullptr;
    std::function<int(Shell&)> run;            ///< does its work; the database is open
    std::function<Result<void>()> check = {};  ///< what is wrong with its arguments, before anything is opened
    std::function<bool()> fullDurability = {}; ///< for --synchronous; full if absent
};

/// Each adds its subcommands to app and to commands. Options common to all are added by the caller.
void addRunCommands(CLI::App& app, QList<Command>& commands);
void addRunsCommands(CLI::App& app, QList<Command>& commands);
void addBillCommand(CLI::App& app, QList<Command>& commands);
void addPricesCommands(CLI::App& app, QList<Command>& commands);
void addPolicyCommands(CLI::App& app, QList<Command>& commands);
void addToolCommands(CLI::App& app, QList<Command>& commands);
void addMcpCommands(CLI::App& app, QList<Command>& commands);
void addJobCommands(CLI::App& app, QList<Command>& commands);
void addKnowledgeCommands(CLI::App& app, QList<Command>& commands);
void addMaintenanceCommands(CLI::App& app, QList<Command>& commands);

[[nodiscard]] inline QString text(const std::string& value)
{
    return QString::fromStdString(value);
}

[[nodiscard]] inline QString indentedText(const QJsonObject& object)
{
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Indented)).trimmed();
}

} // namespace lathe::ctl
