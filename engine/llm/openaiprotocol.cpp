// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/openaiprotocol.h"

#include "engine/llm/openaireader.h"
#include "engine/llm/wireparts.h"

namespace lathe {

namespace {

using namespace Qt::StringLiterals;

[[nodiscard]] bool isAzure(const QUrl& url)
{
    return url.host().endsWith(".azure.com"_L1, Qt::CaseInsensitive);
}

[[nodiscard]] ModelInfo modelFrom(const QJsonObject& object)
{
    ModelInfo model;
    model.id = object.value("id"_L1).toString();
    model.description = object.value("name"_L1).toString(object.value("owned_by"_L1).toString());
    const QJsonObject meta = object.value("meta"_L1).toObject();
    for (const QJsonValue& window : {object.value("max_model_len"_L1), object.value("context_length"_L1),
                                     object.value("max_context_length"_L1), meta.value("n_ctx_train"_L1)}) {
        if (!model.contextWindow && window.toInteger() > 0) {
            model.contextWindow = window.toInteger();
        }
    }
    // OpenRouter lists "supported_parameters", Ollama and LM Studio "capabilities".
    for (const QLatin1StringView list : {"supported_parameters"_L1, "capabilities"_L1}) {
        if (object.value(list).isArray()) {
            const QJsonArray names = object.value(list).toArray();
            model.tools = names.contains(u"tools"_s) || names.contains(u"tool_use"_s);
        }
    }
    return model;
}

} // namespace

OpenAiProtocol::OpenAiProtocol(QUrl base, const LlmSettings& settings)
    : m_base(std::move(base)),
      m_model(settings.model),
      m_apiVersion(settings.apiVersion),
      m_dialect(openAiDialectFor(m_base))
{}

QString OpenAiProtocol::defaultModel() const
{
    // Only OpenAI itself is known to have a certain model; elsewhere the user must say which.
    const bool isOpenAi = m_base.host().compare("api.openai.com"_L1, Qt::CaseInsensitive) == 0;
    return m_model.isEmpty() && isOpenAi ? u"gpt-4.1-mini"_s : m_model;
}

bool OpenAiProtocol::needsKey() const
{
    // Public services; on any other host there may be a server that wants none.
    const QString host = m_base.host().toLower();
    return host == "api.openai.com"_L1 || host.endsWith(".api.openai.com"_L1) || host == "openrouter.ai"_L1 ||
           isAzure(m_base);
}

HttpHeaders OpenAiProtocol::headers(const QByteArray& key) const
{
    if (key.isEmpty()) {
        return {};
    }
    return isAzure(m_base) ? HttpHeaders{{"api-key", key}} : HttpHeaders{{"Authorization", "Bearer " + key}};
}

bool OpenAiProtocol::takes(QStringView mediaType) const
{
    return isCommonImage(mediaType) || (m_dialect.documents && isPdf(mediaType));
}

QUrl OpenAiProtocol::versioned(QUrl url) const
{
    if (isAzure(m_base) && !m_apiVersion.isEmpty()) {
        url.setQuery(u"api-version="_s + m_apiVersion);
    }
    return url;
}

QUrl OpenAiProtocol::requestUrl(const LlmRequest& request) const
{
    // Azure's older addresses name the deployment in the path and a version in the query; its newer ones do not.
    const bool isClassic = isAzure(m_base) && !m_apiVersion.isEmpty();
    const bool isNamed = m_base.path().contains("/deployments/"_L1);
    const QString deployment = isClassic && !isNamed ? u"/deployments/"_s + pathSegment(request.model) : QString();
    return versioned(urlBelow(m_base, deployment + u"/chat/completions"_s));
}

EncodedRequest OpenAiProtocol::encode(const LlmRequest& request) const
{
    return encodeOpenAiRequest(request, m_tools.of(request.tools), m_dialect);
}

std::unique_ptr<ReplyReader> OpenAiProtocol::reader(LlmClient::DeltaSink onDelta) const
{
    return std::make_unique<OpenAiReader>(std::move(onDelta));
}

ProviderError OpenAiProtocol::readError(int status, const QByteArray& body) const
{
    return readOpenAiError(status, body);
}

QUrl OpenAiProtocol::modelsUrl() const
{
    return versioned(urlBelow(m_base, u"/models"_s));
}

std::optional<QList<ModelInfo>> OpenAiProtocol::readModels(const QJsonObject& document) const
{
    if (!document.value("data"_L1).isArray()) {
        return std::nullopt;
    }
    QList<ModelInfo> models;
    const QJsonArray items = document.value("data"_L1).toArray();
    for (const QJsonValue& item : items) {
        ModelInfo model = modelFrom(item.toObject());
        if (!model.id.isEmpty()) {
            models.append(std::move(model));
        }
    }
    return models;
}

} // namespace lathe
