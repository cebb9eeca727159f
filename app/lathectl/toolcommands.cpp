// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lathectl/commands.h"

#include "engine/core/canonicaljson.h"

using namespace Qt::StringLiterals;

namespace lathe::ctl {

namespace {

/// With those of MCP servers, once each is connected or has failed.
std::optional<QList<ToolInfo>> allTools(Shell& shell)
{
    const std::optional<QList<McpServerInfo>> servers = shell.ask(shell.facade().mcpServers());
    return servers ? shell.ask(shell.facade().tools()) : std::nullopt;
}

int listTools(Shell& shell, bool json)
{
    const std::optional<QList<ToolInfo>> tools = allTools(shell);
    if (!tools) {
        return shell.status();
    }
    if (json) {
        QJsonArray list;
        for (const ToolInfo& tool : *tools) {
            QJsonObject object{{u"name"_s, tool.name},
                               {u"description"_s, tool.description},
                               {u"inputSchema"_s, tool.inputSchema},
                               {u"sideEffect"_s, toName(tool.sideEffect)},
                               {u"available"_s, tool.available},
                               {u"timeoutMs"_s, tool.timeoutMs}};
            if (!tool.available) {
                object.insert("reason"_L1, tool.reason);
            }
            if (tool.price) {
                object.insert("price"_L1, tool.price->toDecimal());
            }
            list.append(object);
        }
        print(indented(list));
        return ExitComplete;
    }
    QList<QStringList> rows;
    for (const ToolInfo& tool : *tools) {
        rows.append({tool.name, toName(tool.sideEffect), tool.price ? moneyText(*tool.price) : u"unknown"_s,
                     tool.available ? u"available"_s : tool.reason});
    }
    print(tableText({u"tool"_s, u"class"_s, u"price"_s, u"state"_s}, rows, {2}));
    return ExitComplete;
}

int checkTools(Shell& shell)
{
    const std::optional<QList<McpServerInfo>> servers = shell.ask(shell.facade().mcpServers());
    const std::optional<QList<ToolInfo>> tools = servers ? shell.ask(shell.facade().tools()) : std::nullopt;
    if (!tools) {
        return shell.status();
    }
    for (const ToolInfo& tool : *tools) {
        print(u"%1: %2"_s.arg(tool.name, tool.available ? u"ok"_s : tool.reason));
    }
    for (const McpServerInfo& server : *servers) { // a server that failed may have tools, but nobody knows which
        if (!server.error.isEmpty()) {
            print(u"MCP server %1: %2"_s.arg(server.name, server.error));
        }
    }
    return ExitComplete;
}

int callTool(Shell& shell, const std::string& name, const std::string& arguments)
{
    const Result<QJsonObject> parsed = parseJsonObject(QByteArray::fromStdString(arguments));
    if (!parsed) {
        return usage(u"the arguments are not a JSON object: %1"_s.arg(parsed.error().message));
    }
    const std::optional<QJsonObject> result = shell.ask(shell.facade().callTool(text(name), *parsed));
    if (!result) {
        return shell.status();
    }
    const bool ok = result->value("ok"_L1).toBool();
    QJsonObject value = result->value("value"_L1).toObject();
    if (result->contains("files"_L1)) {
        value.insert("files"_L1, result->value("files"_L1));
    }
    if (!ok) {
        value.insert("error"_L1, QJsonObject{{u"code"_s, result->value("errorCode"_L1)},
                                             {u"message"_s, result->value("message"_L1)}});
    }
    print(indented(value));
    return ok ? ExitComplete : ExitInternal;
}

} // namespace

void addToolCommands(CLI::App& app, QList<Command>& commands)
{
    CLI::App *tools = app.add_subcommand("tools", "The tools an agent may use");
    const auto json = std::make_shared<bool>(false);
    CLI::App *toolList = tools->add_subcommand("list", "Tools with class, price and state");
    toolList->add_flag("--json", *json, "Print a JSON array with schemas");
    commands.append({toolList, [json](Shell& shell) { return listTools(shell, *json); }});
    const auto call = std::make_shared<std::pair<std::string, std::string>>();
    CLI::App *toolCall = tools->add_subcommand("call", "Run one tool by hand");
    toolCall->add_option("name", call->first)->required();
    toolCall->add_option("arguments", call->second, "A JSON object")->required();
    commands.append({toolCall, [call](Shell& shell) { return callTool(shell, call->first, call->second); }});
    CLI::App *check = tools->add_subcommand("check", "One line per tool: ok, or what to set");
    commands.append({check, [](Shell& shell) { return checkTools(shell); }});
}

} // namespace lathe::ctl
