// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/lathectl/shell.h"

#include <CLI/CLI.hpp>
#include <QJsonDocument>
#include <QJsonObject>

namespace lathe::ctl {

/// One subcommand (or sub-subcommand): its options live as long as the program; run does its work.
struct Command
{
    CLI::App *app = nullptr;
    std::function<int(Shell&)> run;
};

/// Each adds its subcommands to app and to commands. Options common to all are added by the caller.
void addRunCommands(CLI::App& app, QList<Command>& commands);
void addReportCommands(CLI::App& app, QList<Command>& commands);
void addPolicyCommands(CLI::App& app, QList<Command>& commands);
void addAdminCommands(CLI::App& app, QList<Command>& commands);

[[nodiscard]] inline QString text(const std::string& value)
{
    return QString::fromStdString(value);
}

[[nodiscard]] inline QString indentedText(const QJsonObject& object)
{
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Indented)).trimmed();
}

} // namespace lathe::ctl
