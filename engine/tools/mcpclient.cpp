// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/mcpclient.h"

#include "engine/core/awaited.h"
#include "engine/core/canonicaljson.h"
#include "engine/tools/jsonschema.h"

#include <QCoroFuture>

using namespace Qt::StringLiterals;

namespace lathe {

/// A request that waits for its answer.
struct McpClient::Pending
{
    Awaited<McpReply> reply;
    std::stop_source done; ///< ends the watch over its time
    bool active = false;   ///< progress came since the watch looked last
    std::function<void(McpProgress)> onProgress;
};

McpClient::McpClient(McpClientSettings settings, McpClientHooks hooks, Clock& clock)
    : m_settings(std::move(settings)), m_hooks(std::move(hooks)), m_clock(clock)
{}

McpClient::~McpClient() = default;

void McpClient::log(const QString& line) const
{
    if (m_hooks.onLog) {
        m_hooks.onLog(line);
    }
}

void McpClient::setState(McpServerState state, const QString& error)
{
    m_state = state;
    m_error = error;
    if (m_hooks.onChanged) {
        m_hooks.onChanged();
    }
}

QCoro::Task<Result<void>> McpClient::connect()
{
    if (m_state == McpServerState::Ready) {
        co_return Result<void>();
    }
    std::shared_ptr<OneShot<bool>> going = m_attempt;
    if (!going) {
        going = std::make_shared<OneShot<bool>>();
        m_attempt = going;
        m_tasks.spawn(attempt(), u"MCP connect"_s);
    }
    QFuture<bool> ended = going->future();
    const bool done = co_await ended;
    Q_UNUSED(done)
    if (m_state != McpServerState::Ready) {
        co_return fail(ErrorCode::Unavailable, m_error);
    }
    co_return Result<void>();
}

QCoro::Task<> McpClient::attempt()
{
    setState(McpServerState::Connecting);
    m_connection = std::stop_source();
    const Result<void> connected = co_await negotiate();
    if (connected) {
        setState(McpServerState::Ready);
        if (m_peer.era == McpEra::Modern && m_peer.tellsListChanged) {
            m_tasks.spawn(subscribe(), u"MCP subscription"_s);
        }
    } else {
        co_await dropTransport();
        setState(McpServerState::Failed, connected.error().message);
        log(u"not connected: %1"_s.arg(connected.error().message));
    }
    const std::shared_ptr<OneShot<bool>> going = std::exchange(m_attempt, nullptr);
    going->set(true);
}

QCoro::Task<> McpClient::dropTransport()
{
    if (m_transport) {
        const std::shared_ptr<McpTransport> old = std::exchange(m_transport, nullptr);
        co_await old->close();
    }
}

QCoro::Task<Result<void>> McpClient::openTransport()
{
    co_await dropTransport();
    if (m_closing) {
        co_return fail(ErrorCode::Cancelled, u"stopped while connecting"_s);
    }
    McpEvents events;
    events.onMessage = [this](const McpMessage& message) { receive(message); };
    events.onFailed = [this](qint64 id, const McpFailure& failure) {
        if (const auto pending = m_pending.value(id)) {
            pending->reply.set(tl::unexpected(failure));
        }
    };
    events.onClosed = [this](const QString& why) { lost(why); };
    events.onLog = [this](const QString& line) { log(line); };
    m_transport = m_hooks.makeTransport(std::move(events));
    const Result<void> opened = co_await m_transport->open();
    co_return opened;
}

QCoro::Task<Result<void>> McpClient::negotiate()
{
    const Result<void> opened = co_await openTransport();
    if (!opened) {
        co_return fail(opened.error());
    }
    bool modern = false;
    if (m_settings.speech != McpClientSettings::Speech::Legacy) {
        const Result<bool> found = co_await discover();
        if (!found) {
            co_return fail(found.error());
        }
        modern = *found;
    }
    if (!modern) {
        const Result<void> begun = co_await initialize();
        if (!begun) {
            co_return fail(begun.error());
        }
        m_transport->listen();
    }
    const QString name = QString(m_peer.serverName + u' ' + m_peer.serverVersion).trimmed();
    log(u"connected to %1, protocol %2"_s.arg(name.isEmpty() ? u"a server without a name"_s : name, m_peer.version));
    const Result<void> listed = co_await listTools();
    co_return listed;
}

QCoro::Task<Result<bool>> McpClient::discover()
{
    m_peer = McpPeer{};
    m_peer.era = McpEra::Modern;
    Options options;
    options.timeout = m_transport->isProcess() ? m_settings.probeTime : m_settings.timeout;
    options.mayCancel = false;
    const std::stop_token stop = m_connection.get_token();
    const bool only = m_settings.speech == McpClientSettings::Speech::Modern;
    const McpReply reply = co_await request(u"server/discover"_s, {}, options, stop);
    if (reply) {
        const Result<McpPeer> peer = readDiscover(*reply);
        if (!peer && only) {
            co_return fail(peer.error());
        }
        if (peer) {
            m_peer = *peer;
            m_transport->established(m_peer);
        }
        co_return peer.has_value();
    }
    if (only || afterProbe(reply.error(), m_transport->isProcess()) == McpProbe::GiveUp) {
        co_return fail(toError(reply.error()));
    }
    if (reply.error().kind == McpFailure::Kind::Lost) {
        const Result<void> again = co_await openTransport(); // the question was too much for it
        if (!again) {
            co_return fail(again.error());
        }
    }
    co_return false;
}

QCoro::Task<Result<void>> McpClient::initialize()
{
    m_peer = McpPeer{};
    Options options;
    options.timeout = m_settings.timeout;
    options.mayCancel = false;
    const std::stop_token stop = m_connection.get_token();
    const QJsonObject params = initializeParams();
    const McpReply reply = co_await request(u"initialize"_s, params, options, stop);
    if (!reply) {
        co_return fail(toError(reply.error()));
    }
    const Result<McpPeer> peer = readInitialize(*reply);
    if (!peer) {
        co_return fail(peer.error());
    }
    m_peer = *peer;
    m_transport->established(m_peer);
    const McpMessage initialized = McpMessage::notification(u"notifications/initialized"_s);
    co_await m_transport->tell(initialized);
    co_return Result<void>();
}

QCoro::Task<Result<void>> McpClient::listTools()
{
    QList<McpToolInfo> tools;
    QStringList issues;
    QSet<QString> names;
    QSet<QString> cursors;
    QString cursor;
    const bool byHeaders = m_peer.era == McpEra::Modern && !m_transport->isProcess();
    for (int page = 0; m_peer.hasTools; ++page) {
        QJsonObject params;
        if (!cursor.isEmpty()) {
            params.insert("cursor"_L1, cursor);
        }
        Options options;
        options.timeout = m_settings.timeout;
        const std::stop_token stop = m_connection.get_token();
        const McpReply reply = co_await request(u"tools/list"_s, params, options, stop);
        if (!reply) {
            co_return fail(toError(reply.error()));
        }
        const Result<McpToolPage> read = readToolPage(*reply);
        if (!read) {
            co_return fail(read.error());
        }
        issues += read->issues;
        for (const McpToolInfo& tool : read->tools) {
            const Result<HttpHeaders> headers = byHeaders ? paramHeaders(tool.inputSchema, {}) : Result<HttpHeaders>();
            if (names.contains(tool.name)) {
                issues.append(u"%1 is listed twice"_s.arg(tool.name.left(100)));
            } else if (tool.needsTask) {
                issues.append(u"%1 runs only as a task, which Lathe does not do"_s.arg(tool.name.left(100)));
            } else if (!headers) {
                issues.append(u"%1: %2"_s.arg(tool.name.left(100), headers.error().message));
            } else if (tools.size() < kMaxTools) {
                names.insert(tool.name);
                tools.append(tool);
            }
        }
        cursor = read->nextCursor;
        if (cursor.isEmpty()) {
            break;
        }
        if (page + 1 == kMaxPages || cursors.contains(cursor) || tools.size() == kMaxTools) {
            issues.append(u"the list of tools does not end; those after the first %1 are left out"_s.arg(tools.size()));
            break;
        }
        cursors.insert(cursor);
    }
    const bool changed = tools != m_tools || issues != m_issues;
    m_tools = tools;
    m_issues = issues;
    if (changed && m_state == McpServerState::Ready && m_hooks.onChanged) {
        m_hooks.onChanged();
    }
    co_return Result<void>();
}

QCoro::Task<> McpClient::listAgain()
{
    const std::stop_token stop = m_connection.get_token();
    bool goesOn = true;
    do {
        goesOn = co_await m_clock.sleepFor(kListDelay, stop);
    } while (goesOn && m_state == McpServerState::Connecting);
    m_listPending = false;
    if (!goesOn || m_state != McpServerState::Ready) {
        co_return;
    }
    const Result<void> listed = co_await listTools();
    if (!listed) {
        log(u"the tools could not be listed again: %1"_s.arg(listed.error().message));
    }
}

QCoro::Task<> McpClient::subscribe()
{
    const QJsonObject wanted{{u"toolsListChanged"_s, true}};
    const QJsonObject params{{u"notifications"_s, wanted}};
    const Options options; // it stays open as long as the connection
    const std::stop_token stop = m_connection.get_token();
    const McpReply reply = co_await request(u"subscriptions/listen"_s, params, options, stop);
    if (!reply && reply.error().kind != McpFailure::Kind::Cancelled) {
        log(u"changes of the tools are not told: %1"_s.arg(reply.error().message));
    }
}

QCoro::Task<McpReply> McpClient::request(QString method, QJsonObject params, Options options, std::stop_token stop)
{
    if (!m_transport) {
        co_return mcpFail(McpFailure::Kind::Lost, u"it is not connected"_s);
    }
    const auto pending = std::make_shared<Pending>();
    const qint64 id = ++m_nextId;
    HttpHeaders headers = options.headers;
    if (options.onProgress) {
        pending->onProgress = options.onProgress;
        params = withProgressToken(params, id);
    }
    const bool modern = m_peer.era == McpEra::Modern;
    if (modern) {
        params = withModernMeta(params);
        headers = modernHeaders(method, params) + headers;
    }
    m_pending.insert(id, pending);
    m_transport->request(McpMessage::request(id, method, params), headers);
    if (options.timeout.count() > 0) {
        m_tasks.spawn(watch(pending, options.timeout), u"MCP time-out"_s);
    }
    auto cancel = [pending] { pending->reply.set(mcpFail(McpFailure::Kind::Cancelled, u"it was stopped"_s)); };
    const std::stop_callback onStop(stop, cancel);
    McpReply reply = co_await pending->reply.value();
    pending->done.request_stop();
    m_pending.remove(id);
    const bool unanswered = !reply && (reply.error().kind == McpFailure::Kind::Cancelled ||
                                       reply.error().kind == McpFailure::Kind::TimedOut);
    if (unanswered && m_transport) {
        m_transport->abandon(id);
        if (options.mayCancel && (!modern || m_transport->isProcess())) {
            const QJsonObject told{{u"requestId"_s, id}, {u"reason"_s, reply.error().message}};
            m_tasks.spawn(send(McpMessage::notification(u"notifications/cancelled"_s, told)), u"MCP cancel"_s);
        }
    }
    co_return reply;
}

QCoro::Task<> McpClient::send(McpMessage message)
{
    if (m_transport) {
        co_await m_transport->tell(message);
    }
}

QCoro::Task<> McpClient::watch(std::shared_ptr<Pending> pending, std::chrono::milliseconds timeout)
{
    const std::stop_token done = pending->done.get_token();
    for (;;) {
        pending->active = false;
        const bool passed = co_await m_clock.sleepFor(timeout, done);
        if (!passed) {
            co_return;
        }
        if (!pending->active && m_eliciting == 0) {
            pending->reply.set(mcpFail(
                McpFailure::Kind::TimedOut,
                u"it did not answer within %1 s"_s.arg(QString::number(static_cast<double>(timeout.count()) / 1000))));
            co_return;
        }
    }
}

QCoro::Task<tl::expected<McpToolReply, McpFailure>> McpClient::callTool(McpToolInfo tool, QJsonObject arguments,
                                                                        std::function<void(McpProgress)> onProgress,
                                                                        std::stop_token stop)
{
    const bool wasReady = m_state == McpServerState::Ready;
    tl::expected<McpToolReply, McpFailure> first = co_await callOnce(tool, arguments, onProgress, stop);
    // A server that was started anew does not know the session, and has not looked at the call.
    const bool forgotten =
        !first && wasReady && m_peer.era == McpEra::Legacy && first.error().kind == McpFailure::Kind::Http &&
        (first.error().code == 404 ||
         (first.error().code == 400 && first.error().message.contains("session"_L1, Qt::CaseInsensitive)));
    if (!forgotten || stop.stop_requested()) {
        co_return first;
    }
    log(u"the session is over; a new one is begun"_s);
    lost(u"its session is over"_s);
    tl::expected<McpToolReply, McpFailure> second = co_await callOnce(tool, arguments, onProgress, stop);
    co_return second;
}

QCoro::Task<tl::expected<McpToolReply, McpFailure>> McpClient::callOnce(McpToolInfo tool, QJsonObject arguments,
                                                                        std::function<void(McpProgress)> onProgress,
                                                                        std::stop_token stop)
{
    const Result<void> connected = co_await connect();
    if (!connected) {
        co_return mcpFail(McpFailure::Kind::Lost, u"it is not connected: "_s + connected.error().message);
    }
    QJsonObject params{{u"name"_s, tool.name}, {u"arguments"_s, arguments}};
    const QJsonObject plain = params;
    for (int round = 0; round < kMaxInputRounds && m_transport; ++round) {
        Options options;
        options.timeout = m_settings.timeout;
        options.onProgress = onProgress ? onProgress : [](const McpProgress&) {};
        if (m_peer.era == McpEra::Modern && !m_transport->isProcess()) {
            const Result<HttpHeaders> headers = paramHeaders(tool.inputSchema, arguments);
            options.headers = headers.value_or(HttpHeaders());
        }
        const McpReply reply = co_await request(u"tools/call"_s, params, options, stop);
        if (!reply) {
            co_return tl::unexpected(reply.error());
        }
        const Result<McpCallReading> reading = readToolCall(*reply, m_peer.era);
        if (!reading) {
            co_return mcpFail(McpFailure::Kind::Invalid, reading.error().message);
        }
        if (!reading->inputRequired) {
            co_return reading->reply;
        }
        const McpInputRequired asked = *reading->inputRequired;
        const QJsonObject responses = co_await answerInputs(asked, stop);
        params = withInputResponses(plain, asked, responses);
    }
    co_return mcpFail(McpFailure::Kind::Invalid,
                      u"it asked for input %1 times without coming to a result"_s.arg(kMaxInputRounds));
}

QCoro::Task<QJsonObject> McpClient::answerInputs(McpInputRequired asked, std::stop_token stop)
{
    QJsonObject responses;
    const QStringList keys = asked.requests.keys();
    for (const QString& key : keys) {
        const QJsonObject wanted = asked.requests.value(key).toObject();
        QJsonObject response{{u"action"_s, u"decline"_s}};
        if (wanted.value("method"_L1).toString() == "elicitation/create"_L1) {
            const QJsonObject params = wanted.value("params"_L1).toObject();
            response = co_await elicit(params, stop);
        } else if (wanted.value("method"_L1).toString() == "roots/list"_L1) {
            response = QJsonObject{{u"roots"_s, QJsonArray()}};
        }
        responses.insert(key, response);
    }
    co_return responses;
}

QCoro::Task<QJsonObject> McpClient::elicit(QJsonObject params, std::stop_token stop)
{
    std::optional<McpElicitation> asked = readElicitation(params);
    McpElicitationAnswer answer;
    if (!asked || !m_hooks.ask) {
        log(u"the server asked for input, which was declined: %1"_s.arg(asked ? u"nobody is there"_s
                                                                              : u"it is not a form"_s));
        co_return elicitationResult(answer, {});
    }
    asked->server = m_settings.name;
    const McpElicitation question = *asked;
    ++m_eliciting;
    answer = co_await m_hooks.ask(question, stop);
    --m_eliciting;
    QJsonObject result = elicitationResult(answer, question.schema);
    if (answer.action == McpElicitationAnswer::Action::Accept) {
        const Result<JsonSchema> schema = JsonSchema::compile(question.schema);
        const QList<JsonIssue> issues = schema ? schema->validate(result.value("content"_L1)) : QList<JsonIssue>();
        if (!issues.isEmpty()) {
            log(u"the answer does not fit the server's form and was not sent: %1 %2"_s.arg(issues.first().path,
                                                                                           issues.first().message));
            result = elicitationResult({McpElicitationAnswer::Action::Cancel, {}}, {});
        }
    }
    co_return result;
}

void McpClient::receive(const McpMessage& message)
{
    switch (message.kind) {
    case McpMessage::Kind::Result:
    case McpMessage::Kind::Error: {
        const auto pending = m_pending.value(message.id.toInteger(-1));
        if (!pending) {
            log(u"an answer to a request that nobody waits for was dropped"_s);
        } else if (message.kind == McpMessage::Kind::Result) {
            pending->reply.set(message.result);
        } else {
            McpFailure failure;
            failure.kind = McpFailure::Kind::Rpc;
            failure.code = message.error.code;
            failure.message =
                u"it answered with the error %1: %2"_s.arg(message.error.code).arg(message.error.message.left(2000));
            failure.data = message.error.data;
            pending->reply.set(tl::unexpected(failure));
        }
        break;
    }
    case McpMessage::Kind::Notification:
        notified(message);
        break;
    case McpMessage::Kind::Request:
        m_tasks.spawn(answer(message), u"MCP answer"_s);
        break;
    }
}

void McpClient::notified(const McpMessage& message)
{
    if (message.method == "notifications/progress"_L1) {
        const auto pending = m_pending.value(message.params.value("progressToken"_L1).toInteger(-1));
        if (pending && pending->onProgress) {
            pending->active = true;
            pending->onProgress({message.params.value("progress"_L1).toDouble(),
                                 message.params.value("total"_L1).toDouble(),
                                 message.params.value("message"_L1).toString().left(500)});
        }
    } else if (message.method == "notifications/tools/list_changed"_L1) {
        if (!m_listPending) {
            m_listPending = true;
            m_tasks.spawn(listAgain(), u"MCP list"_s);
        }
    } else if (message.method == "notifications/message"_L1) {
        const QJsonValue data = message.params.value("data"_L1);
        const QString text = data.isString() ? data.toString() : QString::fromUtf8(canonicalJson(data));
        log(u"%1: %2"_s.arg(message.params.value("level"_L1).toString(), text.left(2000)));
    } else if (message.method == "notifications/cancelled"_L1) {
        const QByteArray id = canonicalJson(message.params.value("requestId"_L1));
        if (const auto question = m_questions.value(id)) {
            question->request_stop();
        }
    }
}

QCoro::Task<> McpClient::answer(McpMessage message)
{
    McpMessage reply = McpMessage::refusal(message.id, mcpcode::kMethodNotFound,
                                           u"Lathe has no method %1"_s.arg(message.method.left(100)));
    if (message.method == "ping"_L1) {
        reply = McpMessage::answer(message.id, {});
    } else if (message.method == "elicitation/create"_L1) {
        const QByteArray id = canonicalJson(message.id);
        const auto question = std::make_shared<std::stop_source>();
        m_questions.insert(id, question);
        const QJsonObject params = message.params;
        const std::stop_token stop = question->get_token();
        const QJsonObject result = co_await elicit(params, stop);
        m_questions.remove(id);
        if (question->stop_requested()) {
            co_return; // the server does not wait for it any more
        }
        reply = McpMessage::answer(message.id, result);
    }
    co_await send(reply);
}

void McpClient::failPending(const McpFailure& failure)
{
    const auto waiting = m_pending;
    for (const auto& pending : waiting) {
        pending->reply.set(tl::unexpected(failure));
    }
    const auto questions = m_questions;
    for (const auto& question : questions) {
        question->request_stop();
    }
}

void McpClient::lost(const QString& why)
{
    log(u"disconnected: %1"_s.arg(why));
    McpFailure failure;
    failure.message = why;
    failPending(failure);
    if (m_state == McpServerState::Ready) {
        m_connection.request_stop();
        setState(McpServerState::Failed, why);
    }
}

QCoro::Task<> McpClient::close()
{
    m_closing = true;
    m_connection.request_stop();
    McpFailure failure;
    failure.kind = McpFailure::Kind::Cancelled;
    failure.message = u"it was closed"_s;
    failPending(failure);
    if (const std::shared_ptr<McpTransport> transport = m_transport) {
        co_await transport->close();
    }
    if (m_attempt) {
        QFuture<bool> ended = m_attempt->future();
        const bool done = co_await ended;
        Q_UNUSED(done)
    }
    co_await dropTransport();
    co_await m_tasks.joined();
    m_closing = false;
    setState(McpServerState::Idle);
}

} // namespace lathe
