// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/tools/builtintools.h"
#include "engine/tools/tool.h"
#include "engine/tools/toolhttp.h"

namespace lathe {

/// google_search: a web search through the provider of the settings; the name
/// is the contract's, the provider is a SearXNG instance.
/// {"query","topK","language","timeRange"} ->
/// {"query","provider","count","results":[{"rank","title","url","snippet","engines","published"}],
/// "unresponsiveEngines":[{"engine","reason"}]}. Results are by score, each
/// address once.
class GoogleSearchTool final : public Tool
{
public:
    GoogleSearchTool(const ToolSettings& settings, Clock& clock);
    [[nodiscard]] const ToolSpec& spec() const override { return m_spec; }
    [[nodiscard]] ToolAvailability availability() const override;
    QCoro::Task<ToolResult> run(ToolInvocation invocation, std::stop_token stop) override;

private:
    [[nodiscard]] HttpRequest request(const QJsonObject& arguments) const;

    QString m_provider;
    QUrl m_url;
    ToolHttp m_http;
    ToolSpec m_spec;
};

/// The reply of SearXNG's JSON format as the result of the tool; at most topK
/// results.
[[nodiscard]] ToolResult readSearxngReply(const QJsonObject& reply, const QString& query, int topK);

} // namespace lathe
