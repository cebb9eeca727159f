// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/tools/jsonschema.h"
#include "engine/tools/mcpclient.h"
#include "engine/tools/tool.h"

#include <memory>

namespace lathe {

/// "server__tool" in letters that every model takes, at most 64 and unlike all of taken; the same for the same names.
[[nodiscard]] QString mcpToolName(const QString& server, const QString& tool, const QStringList& taken);

/// The class that a server's hints make of a tool: Reads for readOnlyHint, Writes if it says that nothing is destroyed,
/// else Irreversible. Hints decide what is done again after a crash, never what may be done.
[[nodiscard]] SideEffect sideEffectOf(const QJsonObject& annotations);

/// A reply as a result: text, structured content, links; pictures, sound and embedded files become files of the
/// result. outputSchema: of the structured content; may be null.
[[nodiscard]] ToolResult toolResultOf(const McpToolReply& reply, const JsonSchema *outputSchema);

/// One tool of a server.
class McpTool final : public Tool
{
public:
    /// InvalidInput if one of its schemas cannot be used.
    [[nodiscard]] static Result<std::unique_ptr<McpTool>> make(std::shared_ptr<McpClient> client, const QString& server,
                                                               const McpToolInfo& info, const QString& name,
                                                               std::chrono::milliseconds maxTimeout);

    [[nodiscard]] const ToolSpec& spec() const override { return m_spec; }
    [[nodiscard]] ToolAvailability availability() const override { return {}; }
    QCoro::Task<ToolResult> run(ToolInvocation invocation, std::stop_token stop) override;

private:
    McpTool() = default;
    [[nodiscard]] ToolResult failed(const McpFailure& failure) const;

    std::shared_ptr<McpClient> m_client;
    QString m_server;
    McpToolInfo m_info;
    ToolSpec m_spec;
    std::optional<JsonSchema> m_outputSchema;
};

} // namespace lathe
