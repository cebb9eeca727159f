// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/mcptool.h"

#include "engine/core/canonicaljson.h"

#include <QJsonDocument>
#include <QMimeDatabase>
#include <QRegularExpression>
#include <QUrl>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr qsizetype kMaxName = 64;
constexpr qsizetype kMaxDescription = 4'000;
constexpr qsizetype kMaxSchemaBytes = 64 * 1024; // every request to the model has it

QString plainName(const QString& text)
{
    static const QRegularExpression other(u"[^A-Za-z0-9_-]"_s);
    QString name = text;
    return name.replace(other, u"_"_s);
}

/// A file name for content that has none, or one that is a path.
QString fileName(const QString& wanted, const QString& mediaType, qsizetype number)
{
    static const QRegularExpression other(u"[^A-Za-z0-9._-]"_s);
    QString name = QUrl(wanted).fileName();
    name.replace(other, u"_"_s);
    if (!name.isEmpty() && !name.startsWith(u'.')) {
        return name.right(100);
    }
    const QString suffix = QMimeDatabase().mimeTypeForName(mediaType).preferredSuffix();
    return u"content-%1.%2"_s.arg(number).arg(suffix.isEmpty() ? u"bin"_s : suffix);
}

/// The parts of a reply, sorted by what becomes of them.
class Content
{
public:
    void take(const QJsonObject& part)
    {
        const QString type = part.value("type"_L1).toString();
        if (type == "text"_L1) {
            texts.append(part.value("text"_L1).toString());
        } else if (type == "image"_L1 || type == "audio"_L1) {
            addFile({}, part.value("mimeType"_L1).toString(), part.value("data"_L1).toString().toLatin1());
        } else if (type == "resource_link"_L1) {
            links.append(QJsonObject{{u"uri"_s, part.value("uri"_L1)}, {u"name"_s, part.value("name"_L1)}});
        } else if (type == "resource"_L1) {
            const QJsonObject resource = part.value("resource"_L1).toObject();
            if (resource.contains("blob"_L1)) {
                addFile(resource.value("uri"_L1).toString(), resource.value("mimeType"_L1).toString(),
                        resource.value("blob"_L1).toString().toLatin1());
            } else {
                texts.append(
                    u"%1:\n%2"_s.arg(resource.value("uri"_L1).toString(), resource.value("text"_L1).toString()));
            }
        } else {
            texts.append(u"(content of the unknown type \"%1\" was left out)"_s.arg(type.left(40)));
        }
    }

    QStringList texts;
    QJsonArray links;
    QList<Attachment> files;

private:
    void addFile(const QString& wanted, const QString& mediaType, const QByteArray& base64)
    {
        const auto decoded = QByteArray::fromBase64Encoding(base64, QByteArray::AbortOnBase64DecodingErrors);
        if (!decoded) {
            texts.append(u"(a file of type %1 was left out: it is not valid base64)"_s.arg(mediaType.left(100)));
            return;
        }
        QString name = fileName(wanted, mediaType, files.size() + 1);
        for (const Attachment& file : std::as_const(files)) {
            if (file.name == name) {
                name = u"%1-%2"_s.arg(files.size() + 1).arg(name);
                break;
            }
        }
        files.append({name, mediaType.left(100), *decoded});
    }
};

/// Servers repeat structured content as text for old clients; the model needs it once.
bool isSameAs(const QString& text, const QJsonValue& structured)
{
    const QJsonDocument document = QJsonDocument::fromJson(text.toUtf8());
    return (document.isObject() && structured == QJsonValue(document.object())) ||
           (document.isArray() && structured == QJsonValue(document.array()));
}

} // namespace

QString mcpToolName(const QString& server, const QString& tool, const QStringList& taken)
{
    const QString plain = plainName(server) + u"__"_s + plainName(tool);
    const bool exact = plain == QString(server + u"__"_s + tool) || plain.size() <= kMaxName;
    if (exact && plain.size() <= kMaxName && !taken.contains(plain)) {
        return plain;
    }
    const QString digest = QString::fromLatin1(sha256Hex(QString(server + u'\n' + tool).toUtf8()).left(8));
    return plain.left(kMaxName - 9) + u'_' + digest;
}

SideEffect sideEffectOf(const QJsonObject& annotations)
{
    if (annotations.value("readOnlyHint"_L1).toBool()) {
        return SideEffect::Reads;
    }
    return annotations.value("destructiveHint"_L1).toBool(true) ? SideEffect::Irreversible : SideEffect::Writes;
}

ToolResult toolResultOf(const McpToolReply& reply, const JsonSchema *outputSchema)
{
    Content content;
    for (const QJsonValue part : reply.content) {
        content.take(part.toObject());
    }
    ToolResult result;
    result.files = content.files;
    const QString text = content.texts.join(u"\n"_s);
    const bool hasStructured = !reply.structured.isUndefined();
    if (!text.isEmpty() && !(hasStructured && isSameAs(text, reply.structured))) {
        result.value.insert("text"_L1, text);
    }
    if (hasStructured) {
        result.value.insert("structured"_L1, reply.structured);
    }
    if (!content.links.isEmpty()) {
        result.value.insert("links"_L1, content.links);
    }
    if (reply.isError) {
        result.ok = false;
        result.errorCode = u"TOOL_FAILED"_s;
        result.message = text.isEmpty() ? u"the tool failed and does not say why"_s : text.left(2000);
        result.value.remove("text"_L1);
        if (text.size() > result.message.size()) {
            result.value.insert("text"_L1, text);
        }
        return result;
    }
    if (!outputSchema) {
        return result;
    }
    const QList<JsonIssue> issues =
        hasStructured ? outputSchema->validate(reply.structured)
                      : QList<JsonIssue>{{u"$"_s, u"there is no structured content, which its schema promises"_s}};
    if (!issues.isEmpty()) {
        result.ok = false;
        result.errorCode = u"INVALID_REPLY"_s;
        result.message = u"the result does not fit the schema of the tool: %1: %2"_s.arg(issues.first().path,
                                                                                         issues.first().message);
    }
    return result;
}

Result<std::unique_ptr<McpTool>> McpTool::make(std::shared_ptr<McpClient> client, const QString& server,
                                               const McpToolInfo& info, const QString& name,
                                               std::chrono::milliseconds maxTimeout)
{
    if (compactJson(info.inputSchema).size() > kMaxSchemaBytes) {
        return fail(
            ErrorCode::InvalidInput,
            u"%1: the schema of its arguments is over %2 KiB"_s.arg(info.name.left(100)).arg(kMaxSchemaBytes / 1024));
    }
    auto tool = std::unique_ptr<McpTool>(new McpTool());
    tool->m_client = std::move(client);
    tool->m_server = server;
    tool->m_info = info;
    tool->m_spec.name = name;
    const QString words = info.description.isEmpty() ? info.title : info.description;
    tool->m_spec.description =
        words.isEmpty() ? u"The tool %1 of the MCP server %2."_s.arg(info.name, server) : words.left(kMaxDescription);
    tool->m_spec.inputSchema = info.inputSchema;
    tool->m_spec.sideEffect = sideEffectOf(info.annotations);
    tool->m_spec.timeout = maxTimeout;
    if (info.outputSchema) {
        Result<JsonSchema> schema = JsonSchema::compile(*info.outputSchema);
        if (!schema) {
            return fail(ErrorCode::InvalidInput,
                        u"%1: the schema of its result cannot be used: %2"_s.arg(info.name, schema.error().message));
        }
        tool->m_outputSchema = std::move(*schema);
    }
    return tool;
}

QCoro::Task<ToolResult> McpTool::run(ToolInvocation invocation, std::stop_token stop)
{
    const QJsonObject arguments = invocation.arguments;
    const std::function<void(McpProgress)> onProgress;
    const tl::expected<McpToolReply, McpFailure> reply =
        co_await m_client->callTool(m_info, arguments, onProgress, stop);
    if (!reply) {
        co_return failed(reply.error());
    }
    co_return toolResultOf(*reply, m_outputSchema ? &*m_outputSchema : nullptr);
}

ToolResult McpTool::failed(const McpFailure& failure) const
{
    QString code;
    bool mayHaveRun = false;
    switch (failure.kind) {
    case McpFailure::Kind::Rpc:
    case McpFailure::Kind::Http:
        code = u"MCP_ERROR"_s;
        break;
    case McpFailure::Kind::Lost:
        code = u"SERVER_LOST"_s;
        mayHaveRun = true;
        break;
    case McpFailure::Kind::TimedOut:
        code = u"TIMEOUT"_s;
        mayHaveRun = true;
        break;
    case McpFailure::Kind::Cancelled:
        code = u"CANCELLED"_s;
        mayHaveRun = true;
        break;
    case McpFailure::Kind::Invalid:
        code = u"INVALID_REPLY"_s;
        break;
    }
    QString message = u"%2 of the MCP server %1 failed: %3"_s.arg(m_server, m_info.name, failure.message);
    if (mayHaveRun && m_spec.sideEffect != SideEffect::Reads && !failure.message.startsWith("it is not connected"_L1)) {
        message += u"; it may have had its effect, so look before you call it again"_s;
    }
    return toolError(code, message);
}

} // namespace lathe
