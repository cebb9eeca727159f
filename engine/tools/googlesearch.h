// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/tools/builtintools.h"
#include "engine/tools/googlesearchproviders.h"
#include "engine/tools/tool.h"
#include "engine/tools/toolhttp.h"

namespace lathe {

/// google_search: a web search through the provider of the settings (googlesearchproviders.h); the name is the
/// contract's. {"query","topK","language","timeRange"} ->
/// {"query","provider","count","results":[{"rank","title","url","snippet","engines","published"}],
/// "unresponsiveEngines":[{"engine","reason"}]}. Results are by score, each address once. A provider whose quota is
/// used up is left alone until it said to ask again.
class GoogleSearchTool final : public Tool
{
public:
    GoogleSearchTool(const ToolSettings& settings, Clock& clock);
    [[nodiscard]] const ToolSpec& spec() const override { return m_spec; }
    [[nodiscard]] ToolAvailability availability() const override;
    QCoro::Task<ToolResult> run(ToolInvocation invocation, std::stop_token stop) override;

private:
    [[nodiscard]] HttpRequest request(const QJsonObject& arguments) const;

    [[nodiscard]] QByteArray key() const;

    QString m_providerName;
    const SearchProvider *m_provider; ///< null: not known
    QUrl m_url;
    QString m_keyVariable;
    QString m_engineId;
    bool m_safe;
    Clock& m_clock;
    qint64 m_askAgainAtMs = 0;
    ToolHttp m_http;
    ToolSpec m_spec;
};

/// A provider's reply as the result of the tool; at most topK results.
[[nodiscard]] ToolResult readSearchReply(const SearchProvider& provider, const QJsonObject& reply, const QString& query,
                                         int topK);

} // namespace lathe
