// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/mcpconfig.h"

#include "engine/core/jsonreader.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QSaveFile>

#include <limits>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr qint64 kMaxFileBytes = 4 * 1024 * 1024;

bool isSecretName(const QString& name)
{
    static const QRegularExpression secret(
        u"token|secret|passw|credential|authori[sz]ation|cookie|api.?key|access.?key|private.?key|_pat$|_key$"_s,
        QRegularExpression::CaseInsensitiveOption);
    return secret.match(name).hasMatch();
}

/// Keys of well-known services give themselves away.
bool isSecretValue(const QString& value)
{
    static const QRegularExpression secret(
        uR"((^|[\s=:])(sk-[A-Za-z0-9_-]{16,}|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|)"
        uR"(xox[abprs]-[\w-]{10,}|AKIA[A-Z0-9]{16}|AIza[\w-]{30,}|Bearer\s+[^\s$]{8,}|Basic\s+[A-Za-z0-9+/=]{8,}))"_s);
    return secret.match(value).hasMatch();
}

const QRegularExpression& variablePattern()
{
    static const QRegularExpression pattern(uR"(\$\{([A-Za-z_][A-Za-z0-9_]*)(:-([^}]*))?\})"_s);
    return pattern;
}

QMap<QString, QString> readTexts(JsonReader& reader, QLatin1StringView key)
{
    QMap<QString, QString> texts;
    const QJsonObject object = reader.object(key);
    for (auto it = object.begin(); it != object.end(); ++it) {
        // Numbers and yes or no are common for ports and switches.
        if (it->isObject() || it->isArray() || it->isNull()) {
            reader.addIssueAt(key, u"%1 is not a text"_s.arg(it.key()));
        } else {
            texts.insert(it.key(), it->toVariant().toString());
        }
    }
    return texts;
}

/// What to say of a value that looks like a secret; nothing if there is none.
std::optional<QString> writtenSecret(const McpServerConfig& config)
{
    const auto advice = [](const QString& where) {
        return u"%1 looks like a secret: put it into an environment variable and write ${NAME_OF_THE_VARIABLE} here"_s
            .arg(where);
    };
    for (auto it = config.environment.begin(); it != config.environment.end(); ++it) {
        const bool named = variablePattern().match(*it).hasMatch();
        if ((isSecretName(it.key()) && !named && !it->isEmpty()) || isSecretValue(*it)) {
            return advice(u"the value of %1 in \"env\""_s.arg(it.key()));
        }
    }
    for (auto it = config.headers.begin(); it != config.headers.end(); ++it) {
        const bool named = variablePattern().match(*it).hasMatch();
        if ((isSecretName(it.key()) && !named && !it->isEmpty()) || isSecretValue(*it)) {
            return advice(u"the value of %1 in \"headers\""_s.arg(it.key()));
        }
    }
    for (const QString& argument : config.arguments) {
        if (isSecretValue(argument)) {
            return advice(u"one of \"args\""_s);
        }
    }
    if (isSecretValue(config.url) || !QUrl(config.url).password().isEmpty()) {
        return advice(u"a part of \"url\""_s);
    }
    return std::nullopt;
}

void checkHeaders(JsonReader& reader, const McpServerConfig& config)
{
    static const QStringList made{u"host"_s,       u"content-length"_s,  u"content-type"_s,      u"accept"_s,
                                  u"connection"_s, u"accept-encoding"_s, u"transfer-encoding"_s, u"user-agent"_s};
    for (auto it = config.headers.begin(); it != config.headers.end(); ++it) {
        const QString name = it.key().toLower();
        if (!isHttpToken(it.key().toLatin1()) || !isHttpFieldValue(it->toUtf8())) {
            reader.addIssueAt("headers"_L1, u"%1 is not a header"_s.arg(it.key()));
        } else if (made.contains(name) || name.startsWith("mcp-"_L1)) {
            reader.addIssueAt("headers"_L1, u"%1 is set by Lathe itself"_s.arg(it.key()));
        }
    }
}

} // namespace

QString McpServerConfig::target() const
{
    return isProcess() ? (QStringList{command} + arguments).join(u' ') : url;
}

Result<McpServerConfig> readMcpServer(const QString& name, const QJsonObject& json)
{
    static const QRegularExpression validName(uR"(\A[\w .\-/]{1,64}\z)"_s);
    if (!validName.match(name).hasMatch()) {
        return fail(
            ErrorCode::InvalidInput,
            u"\"%1\" is not a name of a server: 1 to 64 letters, digits, blanks, _ - . or /"_s.arg(name.left(100)));
    }
    JsonReader reader(json, u"$.mcpServers."_s + name);
    McpServerConfig config;
    config.name = name;
    config.disabled = reader.boolean("disabled"_L1, false);
    config.command = reader.string("command"_L1);
    config.arguments = reader.stringList("args"_L1);
    config.environment = readTexts(reader, "env"_L1);
    config.folder = reader.string("cwd"_L1);
    config.url = reader.string("url"_L1);
    config.headers = readTexts(reader, "headers"_L1);
    const QString type = reader.string("type"_L1);
    const QString speech = reader.string("protocol"_L1, u"auto"_s);
    constexpr qint64 kHour = 3'600'000;
    config.timeout = std::chrono::milliseconds(reader.integer("timeoutMs"_L1, config.timeout.count(), 1'000, kHour));
    config.maxTimeout = std::chrono::milliseconds(
        reader.integer("maxTimeoutMs"_L1, std::max(config.maxTimeout, config.timeout).count(), 1'000, 24 * kHour));
    if (config.command.isEmpty() == config.url.isEmpty()) {
        reader.addIssue(reader.path(), u"needs either \"command\" (a program) or \"url\" (an address)"_s);
    } else if (type == "sse"_L1) {
        reader.addIssueAt("type"_L1, u"is the transport of 2024, which Lathe does not speak; most servers also offer "
                                     u"Streamable HTTP (\"type\": \"http\") at an address of its own"_s);
    } else if (!type.isEmpty() && (type == "stdio"_L1) != config.isProcess()) {
        reader.addIssueAt("type"_L1, u"is stdio for a \"command\", and http for a \"url\""_s);
    }
    if (!config.url.isEmpty()) {
        const QUrl url(config.url);
        const bool named = variablePattern().match(config.url).hasMatch();
        if (!named &&
            (!url.isValid() || url.host().isEmpty() || (url.scheme() != "http"_L1 && url.scheme() != "https"_L1))) {
            reader.addIssueAt("url"_L1, u"is not an http or https address"_s);
        }
    }
    if (speech == "legacy"_L1) {
        config.speech = McpClientSettings::Speech::Legacy;
    } else if (speech == "modern"_L1) {
        config.speech = McpClientSettings::Speech::Modern;
    } else if (speech != "auto"_L1) {
        reader.addIssueAt("protocol"_L1, u"is none of auto, legacy, modern"_s);
    }
    checkHeaders(reader, config);
    if (const std::optional<QString> secret = writtenSecret(config)) {
        reader.addIssue(reader.path(), *secret);
    }
    const Result<void> finished = reader.finish();
    if (!finished) {
        return fail(finished.error());
    }
    return config;
}

McpVariables environmentVariables()
{
    return [](const QString& name) -> std::optional<QString> {
        const QByteArray key = name.toLocal8Bit();
        if (!qEnvironmentVariableIsSet(key.constData())) {
            return std::nullopt;
        }
        return qEnvironmentVariable(key.constData());
    };
}

namespace {

/// Puts the values of variables in; the values that are secrets are remembered to be masked.
class Expander
{
public:
    Expander(const McpVariables& variables, McpSecrets& secrets) : m_variables(variables), m_secrets(secrets) {}

    QString expand(const QString& text, bool secret)
    {
        QString result;
        qsizetype at = 0;
        auto matches = variablePattern().globalMatch(text);
        while (matches.hasNext()) {
            const QRegularExpressionMatch match = matches.next();
            result += QStringView(text).mid(at, match.capturedStart() - at);
            at = match.capturedEnd();
            const QString name = match.captured(1);
            std::optional<QString> value = m_variables(name);
            if (!value && match.hasCaptured(2)) {
                value = match.captured(3);
            }
            if (!value) {
                m_missing.append(name);
                continue;
            }
            if (secret || isSecretName(name)) {
                m_secrets.add(*value);
            }
            result += *value;
        }
        return result + QStringView(text).mid(at);
    }
    [[nodiscard]] const QStringList& missing() const { return m_missing; }

private:
    const McpVariables& m_variables;
    McpSecrets& m_secrets;
    QStringList m_missing;
};

} // namespace

Result<McpLaunch> resolve(const McpServerConfig& config, const McpVariables& variables)
{
    McpLaunch launch;
    Expander expander(variables, launch.secrets);
    launch.command.program = expander.expand(config.command, false);
    for (const QString& argument : config.arguments) {
        launch.command.arguments.append(expander.expand(argument, false));
    }
    launch.command.folder = expander.expand(config.folder, false);
    for (auto it = config.environment.begin(); it != config.environment.end(); ++it) {
        launch.command.environment.insert(it.key(), expander.expand(*it, isSecretName(it.key())));
    }
    launch.address.url = QUrl(expander.expand(config.url, true));
    for (auto it = config.headers.begin(); it != config.headers.end(); ++it) {
        const QByteArray value = expander.expand(*it, true).toUtf8();
        if (!isHttpFieldValue(value)) {
            return fail(ErrorCode::Unavailable,
                        u"the variable in the header %1 has a value that no header can have"_s.arg(it.key()));
        }
        launch.address.headers.append({it.key().toLatin1(), value});
    }
    if (!expander.missing().isEmpty()) {
        return fail(
            ErrorCode::Unavailable,
            u"the environment variable %1 is not set: set it and start Lathe again"_s.arg(expander.missing().first()));
    }
    if (!config.isProcess() && (!launch.address.url.isValid() || launch.address.url.host().isEmpty())) {
        return fail(ErrorCode::Unavailable, u"\"url\" is not an address once its variables are put in"_s);
    }
    return launch;
}

namespace {

Result<QJsonObject> readWholeFile(const QString& path)
{
    QFile file(path);
    if (!file.exists()) {
        return QJsonObject();
    }
    if (!file.open(QIODevice::ReadOnly)) {
        return fail(ErrorCode::File, u"%1 cannot be read: %2"_s.arg(path, file.errorString()));
    }
    Result<QJsonObject> json = parseJsonObject(file.readAll(), kMaxFileBytes);
    if (!json) {
        return fail(ErrorCode::InvalidInput, u"%1: %2"_s.arg(path, json.error().message), json.error().detail);
    }
    return json;
}

} // namespace

Result<QJsonObject> readMcpFile(const QString& path)
{
    const Result<QJsonObject> json = readWholeFile(path);
    if (!json) {
        return fail(json.error());
    }
    const QJsonValue servers = json->value("mcpServers"_L1);
    if (!servers.isUndefined() && !servers.isObject()) {
        return fail(ErrorCode::InvalidInput, u"%1: $.mcpServers is not an object"_s.arg(path));
    }
    return servers.toObject();
}

Result<void> writeMcpFile(const QString& path, const QJsonObject& servers)
{
    Result<QJsonObject> json = readWholeFile(path);
    if (!json) {
        return fail(json.error());
    }
    json->insert("mcpServers"_L1, servers);
    QDir().mkpath(QFileInfo(path).absolutePath());
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly)) {
        return fail(ErrorCode::File, u"%1 cannot be written: %2"_s.arg(path, file.errorString()));
    }
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    file.write(QJsonDocument(*json).toJson(QJsonDocument::Indented));
    if (!file.commit()) {
        return fail(ErrorCode::File, u"%1 cannot be written: %2"_s.arg(path, file.errorString()));
    }
    return {};
}

} // namespace lathe
