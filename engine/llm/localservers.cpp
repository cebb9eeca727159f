// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/localservers.h"

#include "engine/core/jsonreader.h"
#include "engine/llm/openaiprotocol.h"

#include <QUrl>

#include <vector>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr quint16 kOllamaPort = 11434;
constexpr qint64 kMostBytes = 4LL * 1024 * 1024; // a list of models is some KiB

QString nameOf(LocalProbe::Kind kind)
{
    switch (kind) {
    case LocalProbe::Kind::Ollama:
        return u"Ollama"_s;
    case LocalProbe::Kind::LlamaCpp:
        return u"llama.cpp"_s;
    case LocalProbe::Kind::LmStudio:
        return u"LM Studio"_s;
    case LocalProbe::Kind::Jan:
        return u"Jan"_s;
    case LocalProbe::Kind::Vllm:
        return u"vLLM"_s;
    }
    return {};
}

QUrl urlOf(quint16 port, const QString& path)
{
    QUrl url;
    url.setScheme(u"http"_s);
    url.setHost(u"127.0.0.1"_s);
    url.setPort(port);
    url.setPath(path);
    return url;
}

/// {"models":[{"name","capabilities":["completion","tools"],"details":{"parameter_size","context_length"}}]}
QList<ModelInfo> ollamaModels(const QJsonObject& tags)
{
    QList<ModelInfo> models;
    const QJsonArray entries = tags.value("models"_L1).toArray();
    for (const QJsonValue& entry : entries) {
        ModelInfo model;
        model.id = entry["name"_L1].toString();
        const QJsonValue details = entry["details"_L1];
        model.description =
            u"%1 %2"_s.arg(details["parameter_size"_L1].toString(), details["quantization_level"_L1].toString())
                .trimmed();
        if (const qint64 window = details["context_length"_L1].toInteger(); window > 0) {
            model.contextWindow = window;
        }
        if (entry["capabilities"_L1].isArray()) {
            const QJsonArray capabilities = entry["capabilities"_L1].toArray();
            if (!capabilities.contains(u"completion"_s)) {
                continue; // it only makes embeddings
            }
            model.tools = capabilities.contains(u"tools"_s);
        }
        if (!model.id.isEmpty()) {
            models.append(model);
        }
    }
    return models;
}

} // namespace

QList<LocalProbe> usualProbes(const QString& ollamaHost)
{
    const QUrl named = QUrl::fromUserInput(ollamaHost.contains(u"://"_s) ? ollamaHost : u"http://"_s + ollamaHost);
    const QString host = named.host();
    const bool isHere = host == "127.0.0.1"_L1 || host == "localhost"_L1 || host == "0.0.0.0"_L1;
    const auto ollama = static_cast<quint16>(isHere ? named.port(kOllamaPort) : kOllamaPort);
    return {{LocalProbe::Kind::Ollama, ollama},
            {LocalProbe::Kind::LlamaCpp, 8080},
            {LocalProbe::Kind::LmStudio, 1234},
            {LocalProbe::Kind::Jan, 1337},
            {LocalProbe::Kind::Vllm, 8000}};
}

QCoro::Task<QList<LocalServer>> LocalServers::find(bool again, std::stop_token stop)
{
    if (m_found && !again) {
        const QList<LocalServer> found = *m_found; // what is returned is moved, and is asked for again
        co_return found;
    }
    std::vector<QCoro::Task<std::optional<LocalServer>>> asked;
    asked.reserve(static_cast<size_t>(m_probes.size()));
    for (const LocalProbe& each : std::as_const(m_probes)) {
        asked.push_back(probe(each, stop));
    }
    QList<LocalServer> found;
    for (auto& answer : asked) {
        const std::optional<LocalServer> server = co_await answer;
        if (server) {
            found.append(*server);
        }
    }
    m_found = found;
    co_return found;
}

QCoro::Task<std::optional<LocalServers::Answer>> LocalServers::get(quint16 port, QString path, std::stop_token stop)
{
    HttpRequest request;
    request.method = "GET";
    request.url = urlOf(port, path);
    request.headers.emplaceBack("Accept", "application/json");
    request.deadlines.connect = std::chrono::milliseconds(300);
    request.deadlines.firstByte = std::chrono::seconds(2);
    request.deadlines.total = std::chrono::seconds(3);
    request.maxBodyBytes = kMostBytes;
    HttpClient::Sink none;
    const HttpResult result = co_await m_http.send(std::move(request), std::move(none), stop);
    if (!result) {
        co_return std::nullopt;
    }
    Answer answer;
    answer.status = result->status;
    const Result<QJsonObject> body = parseJsonObject(result->body);
    if (body) {
        answer.body = *body;
    }
    co_return answer;
}

QCoro::Task<std::optional<QList<ModelInfo>>> LocalServers::openAiModels(quint16 port, std::stop_token stop)
{
    const std::optional<Answer> answer = co_await get(port, u"/v1/models"_s, stop);
    if (!answer || answer->status != 200) {
        co_return std::nullopt;
    }
    const LlmSettings none;
    const OpenAiProtocol protocol(urlOf(port, u"/v1"_s), none);
    co_return protocol.readModels(answer->body);
}

QCoro::Task<std::optional<LocalServer>> LocalServers::probe(LocalProbe probe, std::stop_token stop)
{
    LocalServer server;
    server.product = nameOf(probe.kind);
    server.baseUrl = urlOf(probe.port, u"/v1"_s).toString();
    const QString decisive = probe.kind == LocalProbe::Kind::Ollama     ? u"/api/version"_s
                             : probe.kind == LocalProbe::Kind::LlamaCpp ? u"/props"_s
                             : probe.kind == LocalProbe::Kind::LmStudio ? u"/api/v0/models"_s
                             : probe.kind == LocalProbe::Kind::Jan      ? u"/v1/models"_s
                                                                        : u"/version"_s;
    std::optional<Answer> answer = co_await get(probe.port, decisive, stop);
    if (!answer) {
        co_return std::nullopt;
    }
    server.version = answer->body.value("version"_L1).toString();
    bool known = false;
    switch (probe.kind) {
    case LocalProbe::Kind::Ollama:
    case LocalProbe::Kind::Vllm:
        known = answer->status == 200 && !server.version.isEmpty();
        break;
    case LocalProbe::Kind::LlamaCpp:
        known = answer->body.contains("default_generation_settings"_L1) || answer->status == 503;
        server.note = answer->status == 503 ? u"it is still loading its model"_s : QString();
        break;
    case LocalProbe::Kind::LmStudio:
        if (answer->status != 200) {
            answer = co_await get(probe.port, u"/api/v1/models"_s, stop);
        }
        known = answer && answer->status == 200 &&
                (answer->body.value("data"_L1).isArray() || answer->body.value("models"_L1).isArray());
        break;
    case LocalProbe::Kind::Jan:
        known = answer->status == 401 || (answer->status == 200 && answer->body.value("data"_L1).isArray());
        server.note = answer->status == 401 ? u"it wants an API key to list its models"_s : QString();
        break;
    }
    if (!known) {
        co_return std::nullopt;
    }
    if (!server.note.isEmpty()) {
        co_return server;
    }
    if (probe.kind == LocalProbe::Kind::Ollama) {
        const std::optional<Answer> tags = co_await get(probe.port, u"/api/tags"_s, stop);
        if (tags) {
            server.models = ollamaModels(tags->body);
        }
        co_return server;
    }
    const std::optional<QList<ModelInfo>> models = co_await openAiModels(probe.port, stop);
    if (models) {
        server.models = *models;
    } else {
        server.note = u"it does not list its models"_s;
    }
    co_return server;
}

} // namespace lathe
