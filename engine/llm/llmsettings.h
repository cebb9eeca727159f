// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/result.h"
#include "engine/net/httptransport.h"

#include <QString>
#include <QUrl>

#include <functional>

namespace lathe {

/// How a provider is reached. The key itself is never stored in a value that could be written anywhere:
/// it is asked for when a request is sent.
struct LlmSettings
{
    QString provider;                ///< a name of llmProviders()
    QString model;                   ///< for scripted: the path of the script file
    QString baseUrl;                 ///< ends where the provider's version path ends (".../v1")
    std::function<QString()> apiKey; ///< may return an empty string (local servers)
    QString apiVersion;              ///< of Anthropic (2023-06-01, 2026-10-21) or Azure; empty: the usual one
    QString apiKeyVariable;          ///< the variable named instead of the usual one, for messages
    HttpDeadlines deadlines;
    qint64 maxReplyBytes = HttpRequest().maxBodyBytes; ///< a longer reply is broken off
};

struct ProviderInfo
{
    QString name;
    QString description; ///< builtin: "built-in planner, not a language model"
    bool needsBaseUrl = false;
    QString defaultBaseUrl;
    QString keyVariable; ///< OPENAI_API_KEY; empty if none is used
};

/// The base URL without a last slash: http or https with a host, no user info, query or fragment; else InvalidInput.
[[nodiscard]] Result<QUrl> checkBaseUrl(const QString& text);
/// InvalidInput if it is no version like 2023-06-01, 2024-10-21-preview or v1: it goes into addresses and journals.
[[nodiscard]] Result<void> checkApiVersion(const QString& text);
/// A URL as people may see it: without user info, query and fragment.
[[nodiscard]] QString shownUrl(const QUrl& url);

} // namespace lathe
