// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/tools/builtintools.h"
#include "engine/tools/tool.h"
#include "engine/tools/toolhttp.h"

namespace lathe {

/// workflow_orchestrator: calls a webhook of a workflow engine (n8n, Node-RED,
/// Activepieces or the like) once.
/// {"workflow","method","payload","timeoutMs"} ->
/// {"workflow","status","reply","executionId"}. 202 with an id, or an answer
/// that says it has only started, is pending. A request that may have been
/// taken is never repeated, and every failure says whether the workflow may
/// have run (requestSent).
class WorkflowTool final : public Tool
{
public:
    WorkflowTool(const ToolSettings& settings, Clock& clock);
    [[nodiscard]] const ToolSpec& spec() const override { return m_spec; }
    [[nodiscard]] ToolAvailability availability() const override;
    QCoro::Task<ToolResult> run(ToolInvocation invocation, std::stop_token stop) override;

private:
    [[nodiscard]] HttpRequest request(const ToolInvocation& invocation) const;
    [[nodiscard]] ToolResult read(const HttpResponse& reply, const ToolInvocation& invocation) const;

    QUrl m_url;
    QString m_tokenVariable;
    ToolHttp m_http;
    ToolSpec m_spec;
};

} // namespace lathe
