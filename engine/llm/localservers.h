// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/llm/llmclient.h"
#include "engine/net/httpclient.h"

#include <QCoroTask>

#include <optional>

namespace lathe {

/// A server of models that was found on this machine.
struct LocalServer
{
    QString product; ///< "Ollama"
    QString baseUrl; ///< for the provider openai: "http://127.0.0.1:11434/v1"
    QString version; ///< empty: not told
    QList<ModelInfo> models;
    QString note; ///< why there are no models, in one sentence: loading, or a key is wanted
};

/// How one product is known: what is asked, and what tells it from another that happens to listen there.
struct LocalProbe
{
    enum class Kind
    {
        Ollama,   ///< GET /api/version has "version"
        LlamaCpp, ///< GET /props has "default_generation_settings"; 503: it still loads
        LmStudio, ///< GET /api/v0/models or /api/v1/models is a list
        Jan,      ///< GET /v1/models: a list, or 401 without a key
        Vllm      ///< GET /version has "version", and the models are owned by vllm
    };
    Kind kind;
    quint16 port = 0;
};
/// The usual ports; of Ollama that of OLLAMA_HOST, if it names this machine.
[[nodiscard]] QList<LocalProbe> usualProbes(const QString& ollamaHost);

/// Looks for servers of models on 127.0.0.1 and nowhere else: all at once, each given 300 ms to be connected with.
/// Found once; asked again only if told to. One thread (the engine's); await what find() gives before it dies.
class LocalServers
{
public:
    LocalServers(HttpClient& http, QList<LocalProbe> probes) : m_http(http), m_probes(std::move(probes)) {}

    /// In the order of the probes. again: forget what was found before.
    QCoro::Task<QList<LocalServer>> find(bool again, std::stop_token stop);

private:
    struct Answer
    {
        int status = 0;
        QJsonObject body; ///< empty if it is none
    };
    QCoro::Task<std::optional<LocalServer>> probe(LocalProbe probe, std::stop_token stop);
    /// Nothing if nobody answers.
    QCoro::Task<std::optional<Answer>> get(quint16 port, QString path, std::stop_token stop);
    QCoro::Task<std::optional<QList<ModelInfo>>> openAiModels(quint16 port, std::stop_token stop);

    HttpClient& m_http;
    QList<LocalProbe> m_probes;
    std::optional<QList<LocalServer>> m_found;
};

} // namespace lathe
