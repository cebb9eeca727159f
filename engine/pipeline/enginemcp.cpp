// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/pipeline/engine.h"

using namespace Qt::StringLiterals;

// The part of the engine that is about servers of the Model Context Protocol.

namespace lathe {

void Engine::openMcp()
{
    McpServersHooks hooks;
    hooks.onChanged = m_hooks.onMcpChanged;
    if (m_hooks.onElicitation) {
        hooks.ask = [this](McpElicitation asked, std::stop_token stop) {
            return elicit(std::move(asked), std::move(stop));
        };
    }
    m_mcp =
        std::make_unique<McpServers>(m_settings.mcpFile, environmentVariables(), m_registry, m_clock, std::move(hooks));
    const Result<void> loaded = m_mcp->load();
    if (!loaded) {
        m_mcpError = loaded.error();
    }
}

QCoro::Task<> Engine::startMcp()
{
    co_await m_mcp->ready();
}

QCoro::Task<McpElicitationAnswer> Engine::elicit(McpElicitation asked, std::stop_token stop)
{
    const qint64 id = ++m_lastElicitation;
    asked.id = id;
    const auto answered = std::make_shared<Awaited<McpElicitationAnswer>>();
    m_elicitations.insert(id, answered);
    auto cancel = [answered] {
        McpElicitationAnswer closed;
        closed.action = McpElicitationAnswer::Action::Cancel;
        answered->set(closed);
    };
    const std::stop_callback onStop(stop, cancel);
    m_hooks.onElicitation(asked);
    const McpElicitationAnswer answer = co_await answered->value();
    m_elicitations.remove(id);
    m_hooks.onElicitationEnded(id);
    co_return answer;
}

void Engine::answerElicitation(qint64 id, const McpElicitationAnswer& answer)
{
    if (const auto answered = m_elicitations.value(id)) {
        answered->set(answer);
    }
}

QCoro::Task<Result<QList<McpServerInfo>>> Engine::mcpServers(bool settled)
{
    if (m_mcpError) {
        co_return fail(*m_mcpError);
    }
    if (settled) {
        co_await m_mcp->ready();
    } else {
        m_tasks.spawn(startMcp(), u"start MCP servers"_s);
    }
    co_return m_mcp->servers();
}

QCoro::Task<Result<QStringList>> Engine::mcpLog(QString name)
{
    co_return m_mcp->log(name);
}

QCoro::Task<Result<void>> Engine::setMcpServer(QString name, QJsonObject settings)
{
    const Result<void> set = co_await m_mcp->set(name, settings);
    co_return set;
}

QCoro::Task<Result<void>> Engine::removeMcpServer(QString name)
{
    const Result<void> removed = co_await m_mcp->remove(name);
    co_return removed;
}

QCoro::Task<Result<QStringList>> Engine::importMcpServers(QJsonObject foreign)
{
    const Result<QStringList> notes = co_await m_mcp->import(foreign);
    co_return notes;
}

QCoro::Task<Result<void>> Engine::reconnectMcpServer(QString name)
{
    const Result<void> connected = co_await m_mcp->reconnect(name);
    co_return connected;
}

} // namespace lathe
