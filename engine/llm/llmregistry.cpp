// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/llmregistry.h"

#include "engine/llm/anthropicprotocol.h"
#include "engine/llm/builtinllmclient.h"
#include "engine/llm/geminiprotocol.h"
#include "engine/llm/httpllmclient.h"
#include "engine/llm/ollamaprotocol.h"
#include "engine/llm/openaiprotocol.h"
#include "engine/llm/openairesponsesprotocol.h"
#include "engine/llm/scriptedllmclient.h"

#include <QRegularExpression>

namespace lathe {

namespace {

using namespace Qt::StringLiterals;

using Made = Result<std::unique_ptr<LlmClient>>;

[[nodiscard]] Made makeBuiltin(const ProviderInfo& info, const LlmSettings& settings, HttpTransport& http, Clock& clock)
{
    Q_UNUSED(info)
    Q_UNUSED(settings)
    Q_UNUSED(http)
    Q_UNUSED(clock)
    return makeBuiltinLlmClient();
}

template <typename Protocol>
[[nodiscard]] Made makeHttp(const ProviderInfo& info, const LlmSettings& settings, HttpTransport& http, Clock& clock)
{
    const Result<QUrl> base = checkBaseUrl(settings.baseUrl.isEmpty() ? info.defaultBaseUrl : settings.baseUrl);
    if (!base) {
        return fail(base.error());
    }
    auto protocol = std::make_unique<Protocol>(*base, settings);
    return std::make_unique<HttpLlmClient>(info, std::move(protocol), settings, http, clock);
}

[[nodiscard]] Made makeScripted(const ProviderInfo& info, const LlmSettings& settings, HttpTransport& http,
                                Clock& clock)
{
    Q_UNUSED(info)
    Q_UNUSED(http)
    Result<LlmScript> script = loadScript(settings.model);
    if (!script) {
        return fail(script.error());
    }
    return std::make_unique<ScriptedLlmClient>(std::move(*script), settings.model, clock);
}

struct Provider
{
    ProviderInfo info;
    Made (*make)(const ProviderInfo&, const LlmSettings&, HttpTransport&, Clock&);
};

/// A new provider is one line here.
[[nodiscard]] const QList<Provider>& providers()
{
    static const QList<Provider> list{
        {{u"builtin"_s, u"built-in planner, not a language model"_s, false, {}, {}}, makeBuiltin},
        {{u"openai"_s, u"any server that speaks OpenAI's chat/completions"_s, true, u"https://api.openai.com/v1"_s,
          u"OPENAI_API_KEY"_s},
         makeHttp<OpenAiProtocol>},
        {{u"openai-responses"_s, u"OpenAI's Responses API, without anything kept at the provider"_s, true,
          u"https://api.openai.com/v1"_s, u"OPENAI_API_KEY"_s},
         makeHttp<OpenAiResponsesProtocol>},
        {{u"anthropic"_s, u"Anthropic's Messages API"_s, true, u"https://api.anthropic.com/v1"_s,
          u"ANTHROPIC_API_KEY"_s},
         makeHttp<AnthropicProtocol>},
        {{u"gemini"_s, u"Google's Gemini API"_s, true, u"https://generativelanguage.googleapis.com/v1beta"_s,
          u"GEMINI_API_KEY"_s},
         makeHttp<GeminiProtocol>},
        {{u"ollama"_s, u"Ollama's own API, for models on this computer"_s, true, u"http://127.0.0.1:11434/api"_s,
          u"OLLAMA_API_KEY"_s},
         makeHttp<OllamaProtocol>},
        {{u"scripted"_s, u"answers from a script file, for tests and demonstrations"_s, false, {}, {}}, makeScripted},
    };
    return list;
}

} // namespace

Result<void> checkKeyVariable(const LlmSettings& settings)
{
    static const QRegularExpression usual(u"\\A[A-Z_][A-Z0-9_]{0,127}\\z"_s);
    static const QRegularExpression possible(u"\\A[A-Za-z_][A-Za-z0-9_]{0,127}\\z"_s);
    const QString& name = settings.apiKeyVariable;
    if (name.isEmpty() || usual.match(name).hasMatch() ||
        (possible.match(name).hasMatch() && settings.apiKey && !settings.apiKey().isEmpty())) {
        return {};
    }
    return fail(ErrorCode::InvalidInput,
                u"What is given for the key is not the name of an environment variable (like OPENAI_API_KEY); "
                "a key itself belongs in the keychain or the environment"_s);
}

QList<ProviderInfo> llmProviders()
{
    QList<ProviderInfo> infos;
    for (const Provider& provider : providers()) {
        infos.append(provider.info);
    }
    return infos;
}

Result<std::unique_ptr<LlmClient>> makeLlmClient(const LlmSettings& settings, HttpTransport& http, Clock& clock)
{
    const Result<void> variable = checkKeyVariable(settings);
    if (!variable) {
        return fail(variable.error());
    }
    const Result<void> version = checkApiVersion(settings.apiVersion);
    if (!version) {
        return fail(version.error());
    }
    QStringList names;
    for (const Provider& provider : providers()) {
        if (provider.info.name == settings.provider) {
            return provider.make(provider.info, settings, http, clock);
        }
        names.append(provider.info.name);
    }
    return fail(ErrorCode::InvalidInput,
                u"There is no provider \"%1\"; there are %2"_s.arg(settings.provider.left(60), names.join(u", "_s)));
}

} // namespace lathe
