// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/clock.h"
#include "engine/core/result.h"
#include "engine/llm/llmclient.h"
#include "engine/llm/llmsettings.h"

#include <memory>

namespace lathe {

/// InvalidInput if settings.apiKeyVariable is no name of a variable: then it may be the key itself, typed into the
/// wrong place, and is neither told nor kept. Capital letters, digits and "_" are a name; others only if they lead to a
/// key.
[[nodiscard]] Result<void> checkKeyVariable(const LlmSettings& settings);
[[nodiscard]] QList<ProviderInfo> llmProviders();
/// Makes the client for settings.provider; an InvalidInput error for an unknown name or unusable settings.
[[nodiscard]] Result<std::unique_ptr<LlmClient>> makeLlmClient(const LlmSettings& settings, HttpTransport& http,
                                                               Clock& clock);

} // namespace lathe
