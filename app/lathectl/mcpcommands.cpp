// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lathectl/commands.h"

#include "engine/core/jsonreader.h"

#include <QFile>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe::ctl {

namespace {

QJsonObject toJson(const McpServerInfo& server)
{
    QJsonObject json{{u"name"_s, server.name},
                     {u"target"_s, server.target},
                     {u"state"_s, toName(server.state)},
                     {u"tools"_s, QJsonArray::fromStringList(server.tools)},
                     {u"issues"_s, QJsonArray::fromStringList(server.issues)},
                     {u"settings"_s, server.settings}};
    if (!server.error.isEmpty()) {
        json.insert("error"_L1, server.error);
    }
    if (!server.protocol.isEmpty()) {
        json.insert("protocol"_L1, server.protocol);
        json.insert("serverName"_L1, server.serverName);
        json.insert("serverVersion"_L1, server.serverVersion);
    }
    return json;
}

int listServers(Shell& shell, bool json)
{
    const std::optional<QList<McpServerInfo>> servers = shell.ask(shell.facade().mcpServers());
    if (!servers) {
        return shell.status();
    }
    if (json) {
        QJsonArray list;
        for (const McpServerInfo& server : *servers) {
            list.append(toJson(server));
        }
        print(indented(list));
        return ExitComplete;
    }
    QList<QStringList> rows;
    for (const McpServerInfo& server : *servers) {
        rows.append({server.name, toName(server.state), QString::number(server.tools.size()), server.protocol,
                     server.error.isEmpty() ? server.target : server.error});
    }
    print(tableText({u"server"_s, u"state"_s, u"tools"_s, u"protocol"_s, u"program or address"_s}, rows, {2}));
    return ExitComplete;
}

int testServers(Shell& shell, const QString& name)
{
    const std::optional<QList<McpServerInfo>> servers = shell.ask(shell.facade().mcpServers());
    if (!servers) {
        return shell.status();
    }
    bool found = name.isEmpty();
    bool good = true;
    for (const McpServerInfo& server : *servers) {
        if (!name.isEmpty() && server.name != name) {
            continue;
        }
        found = true;
        if (server.state == McpServerState::Ready) {
            const QString name = QString(server.serverName + u' ' + server.serverVersion).trimmed();
            print(u"%1: ok, %2 tools, %3, protocol %4"_s.arg(server.name, QString::number(server.tools.size()),
                                                             name.isEmpty() ? u"a server without a name"_s : name,
                                                             server.protocol));
        } else {
            print(u"%1: %2"_s.arg(server.name, server.error.isEmpty() ? QString(toName(server.state)) : server.error));
            good = good && server.state == McpServerState::Disabled;
        }
        for (const QString& issue : server.issues) {
            print(u"  left out: %1"_s.arg(issue));
        }
    }
    if (!found) {
        return report(Error{ErrorCode::NotFound, u"there is no MCP server named \"%1\""_s.arg(name), {}});
    }
    return good ? ExitComplete : ExitInternal;
}

struct Addition
{
    std::string name;
    std::vector<std::string> command;
    std::string url;
    std::vector<std::string> environment;
    std::vector<std::string> headers;
    std::string folder;
    bool disabled = false;
};

/// "NAME=VALUE" and "Name: value"; nothing if one of them is something else.
std::optional<QJsonObject> pairs(const std::vector<std::string>& texts, QChar separator)
{
    QJsonObject object;
    for (const std::string& entry : texts) {
        const QString line = text(entry);
        const qsizetype at = line.indexOf(separator);
        if (at < 1) {
            return std::nullopt;
        }
        object.insert(line.left(at).trimmed(), line.mid(at + 1).trimmed());
    }
    return object;
}

int addServer(Shell& shell, const Addition& addition)
{
    QJsonObject settings;
    if (!addition.command.empty()) {
        settings.insert("command"_L1, text(addition.command.front()));
        QJsonArray arguments;
        for (std::size_t i = 1; i < addition.command.size(); ++i) {
            arguments.append(text(addition.command[i]));
        }
        settings.insert("args"_L1, arguments);
    }
    if (!addition.url.empty()) {
        settings.insert("type"_L1, u"http"_s);
        settings.insert("url"_L1, text(addition.url));
    }
    const std::optional<QJsonObject> environment = pairs(addition.environment, u'=');
    const std::optional<QJsonObject> headers = pairs(addition.headers, u':');
    if (!environment || !headers) {
        return usage(u"--env is NAME=VALUE, --header is \"Name: value\""_s);
    }
    if (!environment->isEmpty()) {
        settings.insert("env"_L1, *environment);
    }
    if (!headers->isEmpty()) {
        settings.insert("headers"_L1, *headers);
    }
    if (!addition.folder.empty()) {
        settings.insert("cwd"_L1, text(addition.folder));
    }
    if (addition.disabled) {
        settings.insert("disabled"_L1, true);
    }
    return shell.ask(shell.facade().setMcpServer(text(addition.name), settings)) ? static_cast<int>(ExitComplete)
                                                                                 : shell.status();
}

int importServers(Shell& shell, const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        return report(Error{ErrorCode::File, u"%1 cannot be read: %2"_s.arg(path, file.errorString()), {}});
    }
    const Result<QJsonObject> json = parseJsonObject(file.readAll());
    if (!json) {
        return report(Error{json.error().code, u"%1: %2"_s.arg(path, json.error().message), json.error().detail});
    }
    const std::optional<QStringList> notes = shell.ask(shell.facade().importMcpServers(*json));
    if (!notes) {
        return shell.status();
    }
    for (const QString& note : *notes) {
        print(note);
    }
    return ExitComplete;
}

int showLog(Shell& shell, const QString& name)
{
    const std::optional<QList<McpServerInfo>> servers = shell.ask(shell.facade().mcpServers()); // starts it
    const std::optional<QStringList> lines = servers ? shell.ask(shell.facade().mcpLog(name)) : std::nullopt;
    if (!lines) {
        return shell.status();
    }
    for (const QString& line : *lines) {
        print(line);
    }
    return ExitComplete;
}

} // namespace

void addMcpCommands(CLI::App& app, QList<Command>& commands)
{
    CLI::App *mcp = app.add_subcommand("mcp", "Servers of the Model Context Protocol, whose tools an agent may use");
    const auto json = std::make_shared<bool>(false);
    CLI::App *list = mcp->add_subcommand("list", "Servers with state and number of tools");
    list->add_flag("--json", *json, "Print a JSON array with settings and names of tools");
    commands.append({list, [json](Shell& shell) { return listServers(shell, *json); }});

    const auto addition = std::make_shared<Addition>();
    CLI::App *add = mcp->add_subcommand("add", "Add a server, or give it new settings: add NAME -- PROGRAM ARGS...");
    add->add_option("name", addition->name)->required();
    CLI::Option *program = add->add_option("command", addition->command, "Program and arguments, after --");
    add->add_option("--url", addition->url, "Address of a server on the network")->excludes(program);
    add->add_option("--env", addition->environment, "NAME=VALUE; a secret as NAME=${VARIABLE}")
        ->allow_extra_args(false);
    add->add_option("--header", addition->headers, "\"Name: value\"; a secret as \"Authorization: Bearer ${VARIABLE}\"")
        ->allow_extra_args(false);
    add->add_option("--cwd", addition->folder, "Folder to run the program in");
    add->add_flag("--disabled", addition->disabled, "Keep the settings, but do not start it");
    commands.append({add, [addition](Shell& shell) { return addServer(shell, *addition); }});

    const auto name = std::make_shared<std::string>();
    CLI::App *remove = mcp->add_subcommand("remove", "Take a server out of the settings");
    remove->add_option("name", *name)->required();
    commands.append({remove, [name](Shell& shell) {
                         return shell.ask(shell.facade().removeMcpServer(text(*name))) ? static_cast<int>(ExitComplete)
                                                                                       : shell.status();
                     }});
    CLI::App *import = mcp->add_subcommand("import", "Add servers from the file of another tool");
    import->add_option("file", *name, "JSON with mcpServers (Claude Desktop, Cursor) or servers (VS Code)")->required();
    commands.append({import, [name](Shell& shell) { return importServers(shell, text(*name)); }});
    CLI::App *log = mcp->add_subcommand("log", "Start a server and show what it wrote");
    log->add_option("name", *name)->required();
    commands.append({log, [name](Shell& shell) { return showLog(shell, text(*name)); }});
    CLI::App *test = mcp->add_subcommand("test", "Connect, and say what is wrong; status 0 if all is well");
    test->add_option("name", *name, "Only this server");
    commands.append({test, [name](Shell& shell) { return testServers(shell, text(*name)); }});
}

} // namespace lathe::ctl
