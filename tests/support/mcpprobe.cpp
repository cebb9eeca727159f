// SPDX-License-Identifier: GPL-3.0-or-later

// A client for the conformance suite of the Model Context Protocol, on the project's own classes:
//     npx @modelcontextprotocol/conformance@0.1.13 client --command mcp-probe --scenario tools_call
// Connects to the address that is its last argument, lists the tools, calls each, accepts what it is asked with the
// defaults, and ends with status 0. `mcp-probe -- PROGRAM ARGS...` does the same with a program.

#include "engine/tools/mcpclient.h"
#include "engine/tools/mcphttp.h"
#include "engine/tools/mcpstdio.h"

#include <QCoreApplication>
#include <QTimer>

#include <cstdio>

using namespace lathe;
using namespace Qt::StringLiterals;

namespace {

/// Something for each required argument.
QJsonObject argumentsFor(const QJsonObject& schema)
{
    QJsonObject arguments;
    const QJsonArray required = schema.value("required"_L1).toArray();
    const QJsonObject properties = schema.value("properties"_L1).toObject();
    for (const QJsonValue name : required) {
        const QJsonObject property = properties.value(name.toString()).toObject();
        const QString type = property.value("type"_L1).toString();
        QJsonValue value(u"text"_s);
        if (type == "number"_L1 || type == "integer"_L1) {
            value = arguments.size() + 2;
        } else if (type == "boolean"_L1) {
            value = true;
        } else if (type == "array"_L1) {
            value = QJsonArray();
        } else if (type == "object"_L1) {
            value = QJsonObject();
        } else if (property.value("enum"_L1).isArray()) {
            value = property.value("enum"_L1).toArray().first();
        }
        arguments.insert(name.toString(), value);
    }
    return arguments;
}

QCoro::Task<McpElicitationAnswer> accept(McpElicitation, std::stop_token)
{
    McpElicitationAnswer answer;
    answer.action = McpElicitationAnswer::Action::Accept;
    co_return answer;
}

QCoro::Task<> probe(McpClient *client)
{
    int status = 0;
    const Result<void> connected = co_await client->connect();
    if (!connected) {
        std::fprintf(stderr, "not connected: %s\n", qPrintable(connected.error().message));
        status = 1;
    }
    const QList<McpToolInfo> tools = client->tools();
    for (const McpToolInfo& tool : tools) {
        const QJsonObject arguments = argumentsFor(tool.inputSchema);
        const std::function<void(McpProgress)> onProgress;
        const std::stop_token stop;
        const tl::expected<McpToolReply, McpFailure> reply =
            co_await client->callTool(tool, arguments, onProgress, stop);
        if (!reply) {
            std::fprintf(stderr, "%s: %s\n", qPrintable(tool.name), qPrintable(reply.error().message));
            status = 1;
        } else {
            std::fprintf(stderr, "%s: %s\n", qPrintable(tool.name), reply->isError ? "failed" : "ok");
        }
    }
    co_await client->close();
    QCoreApplication::exit(status);
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    const QStringList words = QCoreApplication::arguments().mid(1);
    if (words.isEmpty()) {
        std::fprintf(stderr, "mcp-probe URL, or mcp-probe -- PROGRAM ARGS...\n");
        return 2;
    }
    SystemClock clock;
    McpClientSettings settings;
    settings.name = u"probe"_s;
    if (qEnvironmentVariable("LATHE_PROBE_ERA") == "legacy"_L1) {
        settings.speech = McpClientSettings::Speech::Legacy;
    }
    McpClientHooks hooks;
    hooks.ask = accept;
    hooks.onLog = [](const QString& line) { std::fprintf(stderr, "| %s\n", qPrintable(line)); };
    hooks.makeTransport = [&](McpEvents events) -> std::unique_ptr<McpTransport> {
        const qsizetype dashes = words.indexOf(u"--"_s);
        if (dashes >= 0) {
            McpCommand command;
            command.program = words.value(dashes + 1);
            command.arguments = words.mid(dashes + 2);
            return std::make_unique<McpStdio>(command, McpSecrets(), clock, std::move(events));
        }
        McpAddress address;
        address.url = QUrl(words.last());
        return std::make_unique<McpHttp>(address, McpSecrets(), clock, std::move(events));
    };
    McpClient client(settings, hooks, clock);
    QTimer::singleShot(0, &application, [&client] { const QCoro::Task<> running = probe(&client); });
    return QCoreApplication::exec();
}
