// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/workflowtool.h"

#include "engine/core/canonicaljson.h"
#include "engine/tools/toolschema.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QUrlQuery>

namespace lathe {

namespace {

constexpr int kDefaultTimeoutMs = 60'000;
constexpr int kMaxTimeoutMs = 300'000;
constexpr qint64 kMaxReplyBytes = 4 * 1024 * 1024;
constexpr qsizetype kTextShown = 64 * 1024;

QString methodOf(const QJsonObject& arguments)
{
    return arguments.value(QStringLiteral("method")).toString(QStringLiteral("POST"));
}

/// The id under which the engine goes on: of the body, or of a header.
QString executionId(const HttpResponse& reply, const QJsonObject& body)
{
    for (const char *key : {"executionId", "execution_id", "runId", "id"}) {
        const QJsonValue found = body.value(QLatin1StringView(key));
        if (found.isString() && !found.toString().isEmpty()) {
            return found.toString();
        }
        if (found.isDouble()) {
            return QString::number(found.toInteger());
        }
    }
    return QString::fromUtf8(headerValue(reply.headers, "x-webhook-id").value_or(QByteArray()));
}

QString withWords(const QString& message, const HttpResponse& reply)
{
    const QString words = serverWords(reply);
    return words.isEmpty() ? message : QString(message + QStringLiteral(": ") + words);
}

} // namespace

WorkflowTool::WorkflowTool(const ToolSettings& settings, Clock& clock)
    : m_url(settings.workflowUrl),
      m_tokenVariable(settings.workflowTokenVariable),
      m_http(clock, settings.allowPrivateAddresses)
{
    m_spec.name = QStringLiteral("workflow_orchestrator");
    m_spec.description = QStringLiteral("Starts a workflow of the user's workflow engine by its "
                                        "webhook and returns what the workflow answers. Use it "
                                        "for business actions that exist as a workflow, such as "
                                        "sending a message or updating a record. Its effects "
                                        "cannot be undone, so call it once, and never again after "
                                        "a time-out: the workflow may have run. If the result "
                                        "is pending, the workflow goes on by itself.");
    m_spec.inputSchema = schemaFromText(uR"({
        "type": "object",
        "properties": {
            "workflow": {
                "type": "string", "maxLength": 200, "pattern": "^[A-Za-z0-9_~-][A-Za-z0-9._~-]*(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*$",
                "description": "Path of the workflow's webhook below the configured address, such as orders/new."
            },
            "method": {
                "enum": ["POST", "GET"], "default": "POST",
                "description": "How the webhook listens. With GET the payload becomes query parameters."
            },
            "payload": {
                "type": "object", "default": {}, "maxProperties": 1000,
                "description": "What the workflow is given, as JSON."
            },
            "timeoutMs": {
                "type": "integer", "minimum": 1000, "maximum": 300000, "default": 60000,
                "description": "How long to wait for the answer, in milliseconds."
            }
        },
        "required": ["workflow"],
        "additionalProperties": false
    })");
    m_spec.sideEffect = SideEffect::Irreversible;
    // Above the largest timeoutMs, so that the request's own, more telling end
    // comes first.
    m_spec.timeout = std::chrono::milliseconds(kMaxTimeoutMs + 10'000);
}

ToolAvailability WorkflowTool::availability() const
{
    const bool isWeb = m_url.scheme() == QStringLiteral("http") || m_url.scheme() == QStringLiteral("https");
    if (!m_url.isValid() || !isWeb || m_url.host().isEmpty()) {
        return {false, QStringLiteral("not configured: set the workflow address to "
                                      "the base of the engine's webhooks, "
                                      "such as https://n8n.example/webhook")};
    }
    if (!m_tokenVariable.isEmpty() && qEnvironmentVariableIsEmpty(m_tokenVariable.toLocal8Bit().constData())) {
        return {false, QStringLiteral("not configured: set the environment "
                                      "variable %1 to the token of the workflow "
                                      "engine")
                           .arg(m_tokenVariable)};
    }
    return {};
}

HttpRequest WorkflowTool::request(const ToolInvocation& invocation) const
{
    const QJsonObject& arguments = invocation.arguments;
    const QJsonObject payload = arguments.value(QStringLiteral("payload")).toObject();
    HttpRequest request;
    request.method = methodOf(arguments).toLatin1();
    request.url = m_url;
    QString path = m_url.path();
    while (path.endsWith(QLatin1Char('/'))) {
        path.chop(1);
    }
    request.url.setPath(path + QLatin1Char('/') + arguments.value(QStringLiteral("workflow")).toString());
    request.headers.append({QByteArrayLiteral("Accept"), QByteArrayLiteral("application/json")});
    if (request.method == "POST") {
        request.headers.append({QByteArrayLiteral("Content-Type"), QByteArrayLiteral("application/json")});
        request.body = {compactJson(payload)};
    } else {
        QUrlQuery query(m_url.query());
        for (auto it = payload.begin(); it != payload.end(); ++it) {
            const QString text = it->isString() ? it->toString() : QString::fromUtf8(canonicalJson(*it));
            query.addQueryItem(QString::fromLatin1(QUrl::toPercentEncoding(it.key())),
                               QString::fromLatin1(QUrl::toPercentEncoding(text)));
        }
        request.url.setQuery(query);
    }
    if (!invocation.idempotencyKey.isEmpty()) {
        request.headers.append({QByteArrayLiteral("Idempotency-Key"), invocation.idempotencyKey.toUtf8()});
    }
    if (!m_tokenVariable.isEmpty()) {
        const QByteArray token = qgetenv(m_tokenVariable.toLocal8Bit().constData()).trimmed();
        request.headers.append({QByteArrayLiteral("Authorization"), "Bearer " + token});
    }
    const std::chrono::milliseconds limit(arguments.value(QStringLiteral("timeoutMs")).toInt(kDefaultTimeoutMs));
    request.deadlines.firstByte = limit;
    request.deadlines.stall = limit;
    request.deadlines.total = limit;
    request.maxBodyBytes = kMaxReplyBytes;
    return request;
}

QCoro::Task<ToolResult> WorkflowTool::run(ToolInvocation invocation, std::stop_token stop)
{
    HttpRequest call = request(invocation);
    const ToolHttpReply reply = co_await m_http.send(std::move(call), false, stop);
    if (!reply) {
        ToolResult error = reply.error();
        error.value.insert(QStringLiteral("workflow"), invocation.arguments.value(QStringLiteral("workflow")));
        if (error.value.value(QStringLiteral("requestSent")).toBool()) {
            error.message += QStringLiteral("; the request had been sent, so the workflow may have run");
        }
        co_return error;
    }
    co_return read(*reply, invocation);
}

ToolResult WorkflowTool::read(const HttpResponse& reply, const ToolInvocation& invocation) const
{
    const QString workflow = invocation.arguments.value(QStringLiteral("workflow")).toString();
    QJsonObject value{{QStringLiteral("workflow"), workflow},
                      {QStringLiteral("status"), reply.status},
                      {QStringLiteral("requestSent"), true}};
    const auto error = [&](const char *code, const QString& message) {
        return toolError(QString::fromLatin1(code), withWords(message, reply), value);
    };
    switch (reply.status) {
    case 401:
    case 403:
        return error("UNAUTHORIZED",
                     m_tokenVariable.isEmpty()
                         ? QStringLiteral("the workflow engine wants credentials; set the "
                                          "name of the environment "
                                          "variable that holds its token")
                         : QStringLiteral("the workflow engine refuses the token in %1").arg(m_tokenVariable));
    case 404:
    case 405:
        return error("WORKFLOW_NOT_FOUND", QStringLiteral("there is no workflow \"%1\" that listens for "
                                                          "%2 at %3: check the name and the "
                                                          "method, and that the workflow is active")
                                               .arg(workflow, methodOf(invocation.arguments),
                                                    m_url.toDisplayString(QUrl::RemoveQuery | QUrl::RemoveUserInfo)));
    case 429:
        return error("RATE_LIMITED", QStringLiteral("the workflow engine takes no more calls for now"));
    default:
        break;
    }
    if (reply.status < 200 || reply.status > 299) {
        return error("WORKFLOW_FAILED",
                     QStringLiteral("the workflow \"%1\" answered with status %2").arg(workflow).arg(reply.status));
    }
    if (reply.status == 200 && reply.body.trimmed().isEmpty()) {
        return error("EMPTY_REPLY", QStringLiteral("the workflow \"%1\" answered 200 with an empty body: it probably "
                                                   "failed before its answer; look at its last execution")
                                        .arg(workflow));
    }
    QJsonParseError parse;
    const QJsonDocument document = QJsonDocument::fromJson(reply.body, &parse);
    const QByteArray type = headerValue(reply.headers, "Content-Type").value_or(QByteArray()).toLower();
    if (parse.error == QJsonParseError::NoError) {
        value.insert(QStringLiteral("reply"), document.isArray() ? QJsonValue(document.array()) : document.object());
    } else if (type.startsWith("application/json") && !reply.body.trimmed().isEmpty()) {
        // A JSON text may be a bare value, which QJsonDocument does not take.
        const QJsonDocument wrapped = QJsonDocument::fromJson("[" + reply.body + "]");
        if (wrapped.array().size() != 1) {
            return error("INVALID_REPLY", QStringLiteral("the workflow \"%1\" announced JSON but sent something else "
                                                         "(%2 at byte %3)")
                                              .arg(workflow, parse.errorString())
                                              .arg(parse.offset));
        }
        value.insert(QStringLiteral("reply"), wrapped.array().at(0));
    } else if (!reply.body.isEmpty()) {
        const QString text = QString::fromUtf8(reply.body);
        value.insert(QStringLiteral("reply"), text.left(kTextShown));
        if (text.size() > kTextShown) {
            value.insert(QStringLiteral("replyCut"), true);
        }
    }
    const QJsonObject body = document.object();
    ToolResult result;
    // n8n answers this, and no id, if a workflow is set to answer at once.
    result.pending = reply.status == 202 ||
                     body.value(QStringLiteral("message")).toString() == QStringLiteral("Workflow was started");
    const QString id = executionId(reply, body);
    if (!id.isEmpty()) {
        value.insert(QStringLiteral("executionId"), id);
    }
    result.value = value;
    return result;
}

} // namespace lathe
