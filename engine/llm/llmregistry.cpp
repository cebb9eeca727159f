// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/llmregistry.h"

#include "engine/llm/builtinllmclient.h"
#include "engine/llm/openaiclient.h"
#include "engine/llm/scriptedllmclient.h"

namespace lathe {

namespace {

using namespace Qt::StringLiterals;

using Made = Result<std::unique_ptr<LlmClient>>;

[[nodiscard]] Made makeBuiltin(const LlmSettings& settings, HttpClient& http, Clock& clock)
{
    Q_UNUSED(settings)
    Q_UNUSED(http)
    Q_UNUSED(clock)
    return makeBuiltinLlmClient();
}

[[nodiscard]] Made makeOpenAi(const LlmSettings& settings, HttpClient& http, Clock& clock)
{
    LlmSettings checked = settings;
    if (checked.baseUrl.isEmpty()) {
        checked.baseUrl = u"https://api.openai.com/v1"_s;
    }
    const Result<QUrl> base = checkBaseUrl(checked.baseUrl);
    if (!base) {
        return fail(base.error());
    }
    return std::make_unique<OpenAiClient>(std::move(checked), http, clock);
}

[[nodiscard]] Made makeScripted(const LlmSettings& settings, HttpClient& http, Clock& clock)
{
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
    Made (*make)(const LlmSettings&, HttpClient&, Clock&);
};

/// A new provider is one line here.
[[nodiscard]] const QList<Provider>& providers()
{
    static const QList<Provider> list{
        {{u"builtin"_s, u"built-in planner, not a language model"_s, false, {}, {}}, makeBuiltin},
        {{u"openai"_s, u"any server that speaks OpenAI's chat/completions"_s, true, u"https://api.openai.com/v1"_s,
          u"OPENAI_API_KEY"_s},
         makeOpenAi},
        {{u"scripted"_s, u"answers from a script file, for tests and demonstrations"_s, false, {}, {}}, makeScripted},
    };
    return list;
}

} // namespace

QList<ProviderInfo> llmProviders()
{
    QList<ProviderInfo> infos;
    for (const Provider& provider : providers()) {
        infos.append(provider.info);
    }
    return infos;
}

Result<std::unique_ptr<LlmClient>> makeLlmClient(const LlmSettings& settings, HttpClient& http, Clock& clock)
{
    QStringList names;
    for (const Provider& provider : providers()) {
        if (provider.info.name == settings.provider) {
            return provider.make(settings, http, clock);
        }
        names.append(provider.info.name);
    }
    return fail(ErrorCode::InvalidInput,
                u"There is no provider \"%1\"; there are %2"_s.arg(settings.provider.left(60), names.join(u", "_s)));
}

} // namespace lathe
