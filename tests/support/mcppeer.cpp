// SPDX-License-Identifier: GPL-3.0-or-later

// A server of the Model Context Protocol on standard input and output, for tests: `mcp-peer [WORD...]`. The words say
// how it behaves: modern (only 2026-07-28), silent (no answer before initialize), touchy (dies of what comes before
// initialize), stubborn (stays when its input ends and ignores SIGTERM), future (a version that nobody knows).

#include <QCoreApplication>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcessEnvironment>

#include <csignal>
#include <cstdio>
#include <iostream>
#include <string>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace {

QStringList words;
bool grown = false;
bool initialized = false;
qint64 ownId = 0;

void write(QJsonObject message)
{
    message.insert("jsonrpc"_L1, u"2.0"_s);
    const QByteArray line = QJsonDocument(message).toJson(QJsonDocument::Compact) + '\n';
    std::cout.write(line.constData(), line.size());
    std::cout.flush();
}

/// The next message; ends the program when there is none.
QJsonObject read()
{
    std::string line;
    if (!std::getline(std::cin, line)) {
        while (words.contains(u"stubborn"_s)) {
            ::pause();
        }
        std::exit(0);
    }
    return QJsonDocument::fromJson(QByteArray::fromStdString(line)).object();
}

void log(const QString& text)
{
    std::cerr << text.toStdString() << std::endl;
}

QJsonObject text(const QString& words)
{
    return {{u"type"_s, u"text"_s}, {u"text"_s, words}};
}

QJsonObject content(const QJsonArray& parts)
{
    return {{u"content"_s, parts}};
}

/// Asks the client something and gives what it answers.
QJsonObject ask(const QString& method, const QJsonObject& params)
{
    write({{u"id"_s, ownId}, {u"method"_s, method}, {u"params"_s, params}});
    const QJsonObject answer = read();
    ++ownId;
    return answer;
}

QJsonObject tool(const QString& name, const QJsonObject& more = {})
{
    QJsonObject tool{{u"name"_s, name},
                     {u"description"_s, QString(u"does "_s + name)},
                     {u"inputSchema"_s, QJsonObject{{u"type"_s, u"object"_s}}}};
    for (auto it = more.begin(); it != more.end(); ++it) {
        tool.insert(it.key(), *it);
    }
    return tool;
}

QJsonObject list(const QJsonObject& params)
{
    const QJsonObject count{{u"type"_s, u"object"_s},
                            {u"properties"_s, QJsonObject{{u"n"_s, QJsonObject{{u"type"_s, u"integer"_s}}}}},
                            {u"required"_s, QJsonArray{u"n"_s}}};
    if (params.value("cursor"_L1).toString() != "p2"_L1) {
        const QJsonArray tools{tool(u"echo"_s, {{u"annotations"_s, QJsonObject{{u"readOnlyHint"_s, true}}}}),
                               tool(u"fail"_s), tool(u"die"_s), tool(u"hang"_s)};
        return {{u"tools"_s, tools}, {u"nextCursor"_s, u"p2"_s}};
    }
    QJsonArray tools{tool(u"ask"_s),
                     tool(u"picture"_s),
                     tool(u"environment"_s),
                     tool(u"steps"_s),
                     tool(u"questions"_s),
                     tool(u"grow"_s),
                     tool(u"big"_s),
                     tool(u"count"_s, {{u"outputSchema"_s, count}}),
                     tool(u"miscount"_s, {{u"outputSchema"_s, count}}),
                     tool(u"nothing"_s, {{u"outputSchema"_s, count}}),
                     tool(u"batch"_s, {{u"execution"_s, QJsonObject{{u"taskSupport"_s, u"required"_s}}}}),
                     tool(u"broken"_s, {{u"inputSchema"_s, QJsonObject{{u"type"_s, 7}}}})};
    if (grown) {
        tools.append(tool(u"extra"_s));
    }
    return {{u"tools"_s, tools}};
}

QJsonObject elicitation()
{
    const QJsonObject properties{
        {u"name"_s, QJsonObject{{u"type"_s, u"string"_s}}},
        {u"age"_s, QJsonObject{{u"type"_s, u"integer"_s}, {u"default"_s, 30}}},
    };
    return {
        {u"message"_s, u"Who are you?"_s},
        {u"requestedSchema"_s,
         QJsonObject{{u"type"_s, u"object"_s}, {u"properties"_s, properties}, {u"required"_s, QJsonArray{u"name"_s}}}}};
}

QString jsonText(const QJsonValue& value)
{
    return QString::fromUtf8(QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact));
}

/// The result of a call, or nothing if there is to be none.
QJsonObject call(const QJsonObject& params)
{
    const QString name = params.value("name"_L1).toString();
    const QJsonObject arguments = params.value("arguments"_L1).toObject();
    if (name == "echo"_L1) {
        return content({text(arguments.value("text"_L1).toString())});
    }
    if (name == "fail"_L1) {
        QJsonObject result = content({text(u"no such city"_s)});
        result.insert("isError"_L1, true);
        return result;
    }
    if (name == "die"_L1) {
        log(u"out of memory"_s);
        std::exit(3);
    }
    if (name == "hang"_L1) {
        const QJsonObject next = read();
        log(u"told: "_s + jsonText(next));
        return {};
    }
    if (name == "ask"_L1) {
        if (words.contains(u"modern"_s)) {
            const QJsonObject answers = params.value("inputResponses"_L1).toObject();
            if (answers.isEmpty()) {
                const QJsonObject wanted{{u"method"_s, u"elicitation/create"_s}, {u"params"_s, elicitation()}};
                return {{u"resultType"_s, u"input_required"_s},
                        {u"inputRequests"_s, QJsonObject{{u"who"_s, wanted}}},
                        {u"requestState"_s, u"state ="_s}};
            }
            const QString state = params.value("requestState"_L1).toString();
            return content({text(state + jsonText(answers.value("who"_L1)))});
        }
        const QJsonObject answer = ask(u"elicitation/create"_s, elicitation());
        return content({text(jsonText(answer.value("result"_L1)))});
    }
    if (name == "questions"_L1) {
        const QJsonObject ping = ask(u"ping"_s, {});
        const QJsonObject roots = ask(u"roots/list"_s, {});
        return content({text(jsonText(ping)), text(jsonText(roots))});
    }
    if (name == "picture"_L1) {
        const QJsonObject resource{{u"uri"_s, u"file:///tmp/a/data.bin"_s}, {u"blob"_s, u"AAEC"_s}};
        return content(
            {text(u"two files"_s),
             QJsonObject{{u"type"_s, u"image"_s}, {u"data"_s, u"iVBORw0KGgo="_s}, {u"mimeType"_s, u"image/png"_s}},
             QJsonObject{{u"type"_s, u"resource"_s}, {u"resource"_s, resource}},
             QJsonObject{{u"type"_s, u"resource_link"_s}, {u"uri"_s, u"https://a.example/b"_s}, {u"name"_s, u"b"_s}}});
    }
    if (name == "environment"_L1) {
        const QStringList all = QProcessEnvironment::systemEnvironment().toStringList();
        log(u"starting with "_s + qEnvironmentVariable("PEER_TOKEN"));
        return content({text(all.join(u'\n'))});
    }
    if (name == "steps"_L1) {
        const QJsonValue token = params.value("_meta"_L1).toObject().value("progressToken"_L1);
        for (int i = 1; i <= 3; ++i) {
            write({{u"method"_s, u"notifications/progress"_s},
                   {u"params"_s, QJsonObject{{u"progressToken"_s, token}, {u"progress"_s, i}, {u"total"_s, 3}}}});
        }
        return content({text(u"done"_s)});
    }
    if (name == "grow"_L1) {
        grown = true;
        for (int i = 0; i < 3; ++i) {
            write({{u"method"_s, u"notifications/tools/list_changed"_s}});
        }
        return content({text(u"grown"_s)});
    }
    if (name == "big"_L1) {
        return content({text(QString(11 * 1024 * 1024, u'x'))});
    }
    if (name == "count"_L1 || name == "miscount"_L1) {
        const QJsonObject structured{{u"n"_s, name == "count"_L1 ? QJsonValue(3) : QJsonValue(u"three"_s)}};
        QJsonObject result = content({text(jsonText(structured))});
        result.insert("structuredContent"_L1, structured);
        return result;
    }
    return content({});
}

void refuse(const QJsonValue& id, int code, const QString& message)
{
    write({{u"id"_s, id}, {u"error"_s, QJsonObject{{u"code"_s, code}, {u"message"_s, message}}}});
}

QJsonObject capabilities()
{
    return {{u"tools"_s, QJsonObject{{u"listChanged"_s, true}}}};
}

void handle(const QJsonObject& message)
{
    const QString method = message.value("method"_L1).toString();
    const QJsonObject params = message.value("params"_L1).toObject();
    const QJsonValue id = message.value("id"_L1);
    const bool modern = words.contains(u"modern"_s);
    QJsonObject result;
    if (!initialized && method != "initialize"_L1 && !modern) {
        if (words.contains(u"touchy"_s)) {
            std::exit(9);
        }
        if (words.contains(u"silent"_s)) {
            return;
        }
    }
    if (method == "server/discover"_L1 && modern) {
        result = {{u"supportedVersions"_s, QJsonArray{u"2026-07-28"_s}}, {u"capabilities"_s, capabilities()}};
    } else if (method == "initialize"_L1 && !modern) {
        initialized = true;
        result = {{u"protocolVersion"_s, words.contains(u"future"_s) ? u"2099-01-01"_s : u"2025-06-18"_s},
                  {u"capabilities"_s, capabilities()},
                  {u"serverInfo"_s, QJsonObject{{u"name"_s, u"peer"_s}, {u"version"_s, u"1"_s}}}};
    } else if (method == "tools/list"_L1) {
        result = list(params);
    } else if (method == "tools/call"_L1) {
        result = call(params);
        if (result.isEmpty()) {
            return;
        }
    } else if (method == "subscriptions/listen"_L1 && modern) {
        return; // stays open
    } else if (!id.isUndefined()) {
        refuse(id, -32601, u"no method "_s + method);
        return;
    } else {
        return;
    }
    if (modern && !result.contains("resultType"_L1)) {
        result.insert("resultType"_L1, u"complete"_s);
    }
    write({{u"id"_s, id}, {u"result"_s, result}});
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    words = QCoreApplication::arguments().mid(1);
    if (words.contains(u"stubborn"_s)) {
        std::signal(SIGTERM, SIG_IGN);
    }
    std::cout << "Peer is ready" << std::endl; // greetings on standard output are common
    for (;;) {
        handle(read());
    }
}
