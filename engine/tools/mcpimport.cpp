// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/mcpconfig.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;

// Reading the files of other tools: their ways to name variables are put into ours, and secrets that are written out
// are left behind.

namespace lathe {

namespace {

QString variableName(const QString& text)
{
    static const QRegularExpression other(u"[^A-Za-z0-9]+"_s);
    QString name = text.toUpper();
    name.replace(other, u"_"_s);
    if (name.isEmpty() || name.front().isDigit()) {
        name.prepend(u'_');
    }
    return name;
}

/// "${env:TOKEN}" and "${input:api-key}" of VS Code and Cursor.
QString ownVariables(QString text, QStringList& notes)
{
    static const QRegularExpression foreign(uR"(\$\{(env|input):([^}]+)\})"_s);
    for (auto match = foreign.match(text); match.hasMatch(); match = foreign.match(text)) {
        const QString name = match.captured(1) == "env"_L1 ? match.captured(2) : variableName(match.captured(2));
        if (match.captured(1) == "input"_L1) {
            notes.append(u"set the environment variable %1: the other tool asks for it"_s.arg(name));
        }
        text.replace(match.capturedStart(), match.capturedLength(), u"${"_s + name + u'}');
    }
    text.replace("${userHome}"_L1, "${HOME}"_L1);
    return text;
}

QJsonValue ownVariables(const QJsonValue& value, QStringList& notes)
{
    if (value.isString()) {
        return ownVariables(value.toString(), notes);
    }
    if (value.isArray()) {
        QJsonArray list;
        const QJsonArray entries = value.toArray();
        for (const QJsonValue entry : entries) {
            list.append(ownVariables(entry, notes));
        }
        return list;
    }
    if (value.isObject()) {
        QJsonObject object;
        const QJsonObject members = value.toObject();
        for (auto it = members.begin(); it != members.end(); ++it) {
            object.insert(it.key(), ownVariables(*it, notes));
        }
        return object;
    }
    return value;
}

/// The names in "env" or "headers" whose value is a secret, one after the other, as the reader of settings finds them.
void leaveSecretsBehind(const QString& server, QJsonObject& settings, QLatin1StringView part, QStringList& notes)
{
    QJsonObject texts = settings.value(part).toObject();
    const QStringList names = texts.keys();
    for (const QString& name : names) {
        QJsonObject probe{{u"command"_s, u"x"_s}, {QString(part), QJsonObject{{name, texts.value(name)}}}};
        const Result<McpServerConfig> read = readMcpServer(u"probe"_s, probe);
        if (read || !read.error().message.contains("looks like a secret"_L1)) {
            continue;
        }
        const QString text = texts.value(name).toString();
        const QString variable = part == "env"_L1 ? variableName(name) : variableName(server + u'_' + name);
        const qsizetype blank = text.indexOf(u' ');
        const bool hasScheme = part == "headers"_L1 && blank > 0; // "Bearer ..."
        const QString scheme = hasScheme ? text.left(blank + 1) : QString();
        texts.insert(name, QString(scheme + u"${"_s + variable + u'}'));
        notes.append(u"%1: the secret in %2 was left behind; set the environment variable %3 to it"_s.arg(server, name,
                                                                                                          variable));
    }
    if (!texts.isEmpty()) {
        settings.insert(part, texts);
    }
}

QJsonObject ownSettings(const QString& name, const QJsonObject& foreign, QStringList& notes)
{
    QJsonObject settings;
    for (const auto key : {"type"_L1, "command"_L1, "args"_L1, "env"_L1, "cwd"_L1, "url"_L1, "headers"_L1,
                           "disabled"_L1, "protocol"_L1, "timeoutMs"_L1, "maxTimeoutMs"_L1}) {
        if (foreign.contains(key)) {
            settings.insert(key, foreign.value(key));
        }
    }
    for (const auto other : {"serverUrl"_L1, "httpUrl"_L1}) {
        if (!settings.contains("url"_L1) && foreign.contains(other)) {
            settings.insert("url"_L1, foreign.value(other));
        }
    }
    QString type = settings.value("type"_L1).toString();
    if (type == "streamable-http"_L1 || type == "streamableHttp"_L1) {
        settings.insert("type"_L1, u"http"_s);
    }
    if (foreign.contains("envFile"_L1)) {
        notes.append(u"%1: \"envFile\" is not read; set its variables before Lathe is started"_s.arg(name));
    }
    leaveSecretsBehind(name, settings, "env"_L1, notes);
    leaveSecretsBehind(name, settings, "headers"_L1, notes);
    return settings;
}

} // namespace

Result<McpImport> readMcpImport(const QJsonObject& foreign)
{
    QJsonValue found = foreign.value("mcpServers"_L1);
    if (!found.isObject()) {
        found = foreign.value("servers"_L1);
    }
    if (!found.isObject()) { // the settings of VS Code have it one step down
        found = foreign.value("mcp"_L1).toObject().value("servers"_L1);
    }
    if (!found.isObject()) {
        return fail(ErrorCode::InvalidInput, u"there is neither \"mcpServers\" nor \"servers\" in it"_s);
    }
    McpImport import;
    const QJsonObject servers = found.toObject();
    for (auto it = servers.begin(); it != servers.end(); ++it) {
        const QJsonObject settings =
            ownSettings(it.key(), ownVariables(it.value(), import.notes).toObject(), import.notes);
        const Result<McpServerConfig> read = readMcpServer(it.key(), settings);
        if (read) {
            import.servers.insert(it.key(), settings);
        } else {
            import.notes.append(u"%1 was left out: %2"_s.arg(it.key(), read.error().message));
        }
    }
    return import;
}

} // namespace lathe
