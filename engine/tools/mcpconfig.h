// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/tools/mcpclient.h"
#include "engine/tools/mcphttp.h"
#include "engine/tools/mcpstdio.h"

#include <QMap>

#include <functional>
#include <optional>

// Which servers there are: the usual `mcpServers` JSON in a file of the user's. A secret is named in it and never
// written: "${GITHUB_TOKEN}" takes the value of that environment variable when the server is started. What looks like a
// secret itself is refused, so that none gets into the file, a screenshot or an export by accident.

namespace lathe {

struct McpServerConfig
{
    QString name; ///< 1 to 64 letters, digits, blanks, _ - . and /
    bool disabled = false;
    // A process:
    QString command;
    QStringList arguments;
    QMap<QString, QString> environment;
    QString folder; ///< "cwd"
    // Or an address:
    QString url;
    QMap<QString, QString> headers;

    McpClientSettings::Speech speech = McpClientSettings::Speech::Auto; ///< "protocol": auto, legacy or modern
    std::chrono::milliseconds timeout{60'000};                          ///< "timeoutMs": without a word of progress
    std::chrono::milliseconds maxTimeout{600'000};                      ///< "maxTimeoutMs": of a whole call

    [[nodiscard]] bool isProcess() const { return !command.isEmpty(); }
    /// For lists: variables as they are written.
    [[nodiscard]] QString target() const;
    bool operator==(const McpServerConfig&) const = default;
};

/// InvalidInput names what is wrong and what to do. Members that are not known are left alone: other tools share the
/// form.
[[nodiscard]] Result<McpServerConfig> readMcpServer(const QString& name, const QJsonObject& json);

/// Gives the value of a variable, or nothing if it is not set.
using McpVariables = std::function<std::optional<QString>(const QString& name)>;
[[nodiscard]] McpVariables environmentVariables();

/// A server with the values of its variables; kept only as long as it is started.
struct McpLaunch
{
    McpCommand command;
    McpAddress address;
    McpSecrets secrets;
};
/// Unavailable names the variable that is not set.
[[nodiscard]] Result<McpLaunch> resolve(const McpServerConfig& config, const McpVariables& variables);

/// The servers of a file by name; none if there is no file.
[[nodiscard]] Result<QJsonObject> readMcpFile(const QString& path);
/// Whole or not at all, readable by its owner alone. What else is in the file stays.
[[nodiscard]] Result<void> writeMcpFile(const QString& path, const QJsonObject& servers);

/// Servers from the file of another tool: `mcpServers` (Claude Desktop, Cursor and many more) or `servers` (VS Code).
struct McpImport
{
    QJsonObject servers;
    QStringList notes; ///< what was changed and what is to be done, such as variables to set
};
[[nodiscard]] Result<McpImport> readMcpImport(const QJsonObject& foreign);

} // namespace lathe
