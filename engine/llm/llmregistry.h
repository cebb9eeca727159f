// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/clock.h"
#include "engine/core/result.h"
#include "engine/llm/llmclient.h"
#include "engine/net/httpclient.h"

#include <memory>

namespace lathe {

/// How a provider is reached. The key itself is never stored in a value that could be written anywhere:
/// it is asked for when a request is sent.
struct LlmSettings
{
    QString provider;                ///< builtin, openai, scripted
    QString model;                   ///< for scripted: the path of the script file
    QString baseUrl;                 ///< ends where the provider's version path ends (".../v1")
    std::function<QString()> apiKey; ///< may return an empty string (local servers)
    QString apiKeyVariable;          ///< the variable named instead of the usual one, for messages
    HttpDeadlines deadlines;
};

struct ProviderInfo
{
    QString name;
    QString description; ///< builtin: "built-in planner, not a language model"
    bool needsBaseUrl = false;
    QString defaultBaseUrl;
    QString keyVariable; ///< OPENAI_API_KEY; empty if none is used
};

/// InvalidInput if settings.apiKeyVariable is no name of a variable: then it may be the key itself, typed into the
/// wrong place, and is neither told nor kept. Capital letters, digits and "_" are a name; others only if they lead to a
/// key.
[[nodiscard]] Result<void> checkKeyVariable(const LlmSettings& settings);
[[nodiscard]] QList<ProviderInfo> llmProviders();
/// Makes the client for settings.provider; an InvalidInput error for an unknown name or unusable settings.
[[nodiscard]] Result<std::unique_ptr<LlmClient>> makeLlmClient(const LlmSettings& settings, HttpClient& http,
                                                               Clock& clock);

} // namespace lathe
