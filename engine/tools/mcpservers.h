// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/tools/mcpconfig.h"
#include "engine/tools/toolregistry.h"

#include <memory>
#include <vector>

namespace lathe {

struct McpServersHooks
{
    std::function<void()> onChanged; ///< a state, or the tools in the registry
    std::function<QCoro::Task<McpElicitationAnswer>(McpElicitation asked, std::stop_token stop)> ask;
};

/// The servers of the user's file and their tools in the registry. They are started when somebody needs them. One
/// thread; await close() before it dies.
class McpServers
{
public:
    /// Lines of each server's log that are kept.
    static constexpr qsizetype kLogLines = 500;

    /// file: empty means that there are none.
    McpServers(QString file, McpVariables variables, ToolRegistry& registry, Clock& clock, McpServersHooks hooks);
    ~McpServers();

    /// Reads the file. What is wrong with a single server is in its state.
    [[nodiscard]] Result<void> load();
    /// Starts those that were not; completes when each is connected or has failed.
    QCoro::Task<> ready();
    [[nodiscard]] QList<McpServerInfo> servers() const;
    [[nodiscard]] Result<QStringList> log(const QString& name) const;

    /// Adds a server, or puts new settings in place of the old ones.
    QCoro::Task<Result<void>> set(QString name, QJsonObject settings);
    QCoro::Task<Result<void>> remove(QString name);
    /// Adds those that are not there yet; gives what there is to say.
    QCoro::Task<Result<QStringList>> import(QJsonObject foreign);
    /// Ends the connection and makes another.
    QCoro::Task<Result<void>> reconnect(QString name);
    QCoro::Task<> close();

private:
    struct Server;

    [[nodiscard]] std::shared_ptr<Server> find(const QString& name) const;
    std::shared_ptr<Server> make(const QString& name, const QJsonObject& settings);
    std::unique_ptr<McpTransport> transport(const McpServerConfig& config, McpEvents events) const;
    QCoro::Task<> drop(std::shared_ptr<Server> server);
    void changed(Server& server);
    void registerTools(Server& server);
    void unregisterTools(Server& server);
    [[nodiscard]] Result<void> write() const;
    void tell() const;

    QString m_file;
    McpVariables m_variables;
    ToolRegistry& m_registry;
    Clock& m_clock;
    McpServersHooks m_hooks;
    std::vector<std::shared_ptr<Server>> m_servers;
};

} // namespace lathe
