// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/mcpservers.h"

#include "engine/tools/mcptool.h"

#include <QDateTime>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

// Runs wait for the servers, so one that hangs must not hold them up for long.
constexpr std::chrono::milliseconds kProbeTime{5'000};

/// In place of a server whose variables are not set: says so when it is opened.
class NoTransport final : public McpTransport
{
public:
    explicit NoTransport(Error why) : m_why(std::move(why)) {}
    [[nodiscard]] bool isProcess() const override { return false; }
    QCoro::Task<Result<void>> open() override
    {
        const Result<void> refused = fail(m_why);
        co_return refused;
    }
    void request(const McpMessage&, const HttpHeaders&) override {}
    QCoro::Task<> tell(McpMessage) override { co_return; }
    void abandon(qint64) override {}
    void established(const McpPeer&) override {}
    void listen() override {}
    QCoro::Task<> close() override { co_return; }

private:
    Error m_why;
};

} // namespace

struct McpServers::Server
{
    QString name;
    QJsonObject settings;
    McpServerConfig config;
    QString refusal; ///< of its settings
    std::shared_ptr<McpClient> client;
    QList<McpToolInfo> registered;
    QStringList toolNames;
    QStringList toolIssues;
    QStringList log;
};

McpServers::McpServers(QString file, McpVariables variables, ToolRegistry& registry, Clock& clock,
                       McpServersHooks hooks)
    : m_file(std::move(file)),
      m_variables(std::move(variables)),
      m_registry(registry),
      m_clock(clock),
      m_hooks(std::move(hooks))
{}

McpServers::~McpServers() = default;

void McpServers::tell() const
{
    if (m_hooks.onChanged) {
        m_hooks.onChanged();
    }
}

Result<void> McpServers::load()
{
    if (m_file.isEmpty()) {
        return {};
    }
    const Result<QJsonObject> servers = readMcpFile(m_file);
    if (!servers) {
        return fail(servers.error());
    }
    for (auto it = servers->begin(); it != servers->end(); ++it) {
        m_servers.push_back(make(it.key(), it->toObject()));
    }
    return {};
}

std::shared_ptr<McpServers::Server> McpServers::find(const QString& name) const
{
    const auto found = std::find_if(m_servers.begin(), m_servers.end(),
                                    [&name](const std::shared_ptr<Server>& server) { return server->name == name; });
    return found == m_servers.end() ? nullptr : *found;
}

std::unique_ptr<McpTransport> McpServers::transport(const McpServerConfig& config, McpEvents events) const
{
    const Result<McpLaunch> launch = resolve(config, m_variables);
    if (!launch) {
        return std::make_unique<NoTransport>(launch.error());
    }
    if (config.isProcess()) {
        return std::make_unique<McpStdio>(launch->command, launch->secrets, m_clock, std::move(events));
    }
    return std::make_unique<McpHttp>(launch->address, launch->secrets, m_clock, std::move(events));
}

std::shared_ptr<McpServers::Server> McpServers::make(const QString& name, const QJsonObject& settings)
{
    auto server = std::make_shared<Server>();
    server->name = name;
    server->settings = settings;
    const Result<McpServerConfig> config = readMcpServer(name, settings);
    if (!config) {
        server->refusal = config.error().message;
        return server;
    }
    server->config = *config;
    McpClientSettings client;
    client.name = name;
    client.speech = config->speech;
    client.timeout = config->timeout;
    client.probeTime = std::min(kProbeTime, config->timeout);
    McpClientHooks hooks;
    hooks.makeTransport = [this, config = *config](McpEvents events) { return transport(config, std::move(events)); };
    // The hooks belong to the client, which belongs to the server.
    const std::weak_ptr<Server> weak = server;
    hooks.onChanged = [this, weak] {
        if (const auto owner = weak.lock()) {
            changed(*owner);
        }
    };
    hooks.onLog = [this, weak](const QString& line) {
        if (const auto owner = weak.lock()) {
            owner->log.append(toIsoUtc(m_clock.nowMs()) + u' ' + line);
            if (owner->log.size() > kLogLines) {
                owner->log.removeFirst();
            }
        }
    };
    hooks.ask = m_hooks.ask;
    server->client = std::make_shared<McpClient>(client, std::move(hooks), m_clock);
    return server;
}

void McpServers::changed(Server& server)
{
    // The tools of a server that died stay: a call connects again, or says why it cannot.
    if (server.client->state() == McpServerState::Ready && server.registered != server.client->tools()) {
        unregisterTools(server);
        registerTools(server);
    }
    tell();
}

void McpServers::unregisterTools(Server& server)
{
    for (const QString& name : std::as_const(server.toolNames)) {
        m_registry.remove(name);
    }
    server.toolNames.clear();
    server.toolIssues.clear();
    server.registered.clear();
}

void McpServers::registerTools(Server& server)
{
    server.registered = server.client->tools();
    for (const McpToolInfo& info : std::as_const(server.registered)) {
        const QString name = mcpToolName(server.name, info.name, m_registry.names());
        Result<std::unique_ptr<McpTool>> tool =
            McpTool::make(server.client, server.name, info, name, server.config.maxTimeout);
        if (!tool) {
            server.toolIssues.append(tool.error().message);
            continue;
        }
        const Result<void> added = m_registry.add(std::move(*tool));
        if (added) {
            server.toolNames.append(name);
        } else {
            server.toolIssues.append(added.error().message);
        }
    }
}

QCoro::Task<> McpServers::ready()
{
    std::vector<QCoro::Task<Result<void>>> going;
    const std::vector<std::shared_ptr<Server>> servers = m_servers;
    for (const auto& server : servers) {
        const bool waits =
            server->client && !server->config.disabled &&
            (server->client->state() == McpServerState::Idle || server->client->state() == McpServerState::Connecting);
        if (waits) {
            going.push_back(server->client->connect());
        }
    }
    for (QCoro::Task<Result<void>>& one : going) {
        const Result<void> connected = co_await one;
        Q_UNUSED(connected) // its state says it
    }
}

QList<McpServerInfo> McpServers::servers() const
{
    QList<McpServerInfo> list;
    for (const auto& server : m_servers) {
        McpServerInfo info;
        info.name = server->name;
        info.settings = server->settings;
        if (!server->client) {
            info.state = McpServerState::Refused;
            info.error = server->refusal;
        } else {
            info.target = server->config.target();
            info.state = server->config.disabled ? McpServerState::Disabled : server->client->state();
            info.error = server->client->error();
            info.protocol = server->client->peer().version;
            info.serverName = server->client->peer().serverName;
            info.serverVersion = server->client->peer().serverVersion;
            info.tools = server->toolNames;
            info.issues = server->client->issues() + server->toolIssues;
        }
        list.append(info);
    }
    return list;
}

Result<QStringList> McpServers::log(const QString& name) const
{
    const auto server = find(name);
    if (!server) {
        return fail(ErrorCode::NotFound, u"there is no MCP server named \"%1\""_s.arg(name));
    }
    return server->log;
}

Result<void> McpServers::write() const
{
    if (m_file.isEmpty()) {
        return fail(ErrorCode::Unavailable, u"there is no file for MCP servers"_s);
    }
    QJsonObject servers;
    for (const auto& server : m_servers) {
        servers.insert(server->name, server->settings);
    }
    return writeMcpFile(m_file, servers);
}

QCoro::Task<> McpServers::drop(std::shared_ptr<Server> server)
{
    unregisterTools(*server);
    if (server->client) {
        co_await server->client->close();
    }
}

QCoro::Task<Result<void>> McpServers::set(QString name, QJsonObject settings)
{
    const Result<McpServerConfig> config = readMcpServer(name, settings);
    if (!config) {
        co_return fail(config.error());
    }
    const auto old = find(name);
    const auto fresh = make(name, settings);
    if (old) {
        std::replace(m_servers.begin(), m_servers.end(), old, fresh);
    } else {
        m_servers.push_back(fresh);
    }
    const Result<void> written = write();
    if (!written) {
        if (old) {
            std::replace(m_servers.begin(), m_servers.end(), fresh, old);
        } else {
            m_servers.pop_back();
        }
        co_return fail(written.error());
    }
    if (old) {
        co_await drop(old);
    }
    tell();
    co_return Result<void>();
}

QCoro::Task<Result<void>> McpServers::remove(QString name)
{
    const auto server = find(name);
    if (!server) {
        co_return fail(ErrorCode::NotFound, u"there is no MCP server named \"%1\""_s.arg(name));
    }
    const std::vector<std::shared_ptr<Server>> before = m_servers;
    std::erase(m_servers, server);
    const Result<void> written = write();
    if (!written) {
        m_servers = before;
        co_return fail(written.error());
    }
    co_await drop(server);
    tell();
    co_return Result<void>();
}

QCoro::Task<Result<QStringList>> McpServers::import(QJsonObject foreign)
{
    Result<McpImport> read = readMcpImport(foreign);
    if (!read) {
        co_return fail(read.error());
    }
    QStringList notes = read->notes;
    const std::vector<std::shared_ptr<Server>> before = m_servers;
    for (auto it = read->servers.begin(); it != read->servers.end(); ++it) {
        if (find(it.key())) {
            notes.append(u"%1 is there already and stays as it is"_s.arg(it.key()));
            continue;
        }
        m_servers.push_back(make(it.key(), it->toObject()));
        notes.append(u"%1 was added"_s.arg(it.key()));
    }
    const Result<void> written = write();
    if (!written) {
        m_servers = before;
        co_return fail(written.error());
    }
    tell();
    co_return notes;
}

QCoro::Task<Result<void>> McpServers::reconnect(QString name)
{
    const auto server = find(name);
    if (!server) {
        co_return fail(ErrorCode::NotFound, u"there is no MCP server named \"%1\""_s.arg(name));
    }
    if (!server->client || server->config.disabled) {
        co_return fail(ErrorCode::Unavailable,
                       server->client ? u"the MCP server %1 is disabled in its settings"_s.arg(name) : server->refusal);
    }
    co_await server->client->close();
    const Result<void> connected = co_await server->client->connect();
    co_return connected;
}

QCoro::Task<> McpServers::close()
{
    std::vector<QCoro::Task<>> going;
    const std::vector<std::shared_ptr<Server>> servers = m_servers;
    going.reserve(servers.size());
    for (const auto& server : servers) {
        going.push_back(drop(server));
    }
    for (QCoro::Task<>& one : going) {
        co_await one;
    }
}

} // namespace lathe
