// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/contextsource.h"
#include "engine/tools/tool.h"

namespace lathe {

/// retrieve_context: passages of the knowledge bases that fit a query, best first.
/// {"query","topK"} -> {"query","count","passages":[ContextPassage]}. The source outlives the tool's calls.
class RetrieveContextTool final : public Tool
{
public:
    explicit RetrieveContextTool(ContextSource& source);
    [[nodiscard]] const ToolSpec& spec() const override { return m_spec; }
    [[nodiscard]] ToolAvailability availability() const override { return {}; }
    QCoro::Task<ToolResult> run(ToolInvocation invocation, std::stop_token stop) override;

private:
    ContextSource& m_source;
    ToolSpec m_spec;
};

} // namespace lathe
