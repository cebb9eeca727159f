// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/llm/errorclassifier.h"
#include "engine/llm/llmclient.h"
#include "engine/llm/llmsettings.h"
#include "engine/llm/replyreader.h"

#include <memory>

namespace lathe {

/// The wire format of one provider, and its manners: what is asked where, with which headers, and how answers read.
/// HttpLlmClient does the rest. All functions are deterministic and know no key but the one they are given.
class LlmProtocol
{
public:
    virtual ~LlmProtocol() = default;

    /// Empty if the user must name one.
    [[nodiscard]] virtual QString defaultModel() const = 0;
    /// Whether nobody gets an answer there without a key.
    [[nodiscard]] virtual bool needsKey() const = 0;
    /// Whether files of this media type can stand in a prompt (images, PDF).
    [[nodiscard]] virtual bool takes(QStringView mediaType) const = 0;
    /// The key's header, unless the key is empty, and what else the provider wants.
    [[nodiscard]] virtual HttpHeaders headers(const QByteArray& key) const = 0;

    [[nodiscard]] virtual QUrl requestUrl(const LlmRequest& request) const = 0;
    /// For the header Accept.
    [[nodiscard]] virtual QByteArray accepts(bool stream) const
    {
        return stream ? QByteArrayLiteral("text/event-stream") : QByteArrayLiteral("application/json");
    }
    [[nodiscard]] virtual EncodedRequest encode(const LlmRequest& request) const = 0;
    /// Reads one reply, streamed or whole, whichever comes. onDelta may be empty.
    [[nodiscard]] virtual std::unique_ptr<ReplyReader> reader(LlmClient::DeltaSink onDelta) const = 0;
    /// What the body of an answer that is not 2xx says.
    [[nodiscard]] virtual ProviderError readError(int status, const QByteArray& body) const = 0;

    [[nodiscard]] virtual QUrl modelsUrl() const = 0;
    /// Nothing if the document is no list of models.
    [[nodiscard]] virtual std::optional<QList<ModelInfo>> readModels(const QJsonObject& document) const = 0;
};

/// base with path, which is percent-encoded, appended to its own.
[[nodiscard]] inline QUrl urlBelow(QUrl base, const QString& path)
{
    base.setPath(base.path(QUrl::FullyEncoded) + path, QUrl::TolerantMode);
    return base;
}
/// One part of a path: a model's name cannot lead elsewhere.
[[nodiscard]] inline QString pathSegment(const QString& name)
{
    return QString::fromLatin1(QUrl::toPercentEncoding(name));
}

/// The tools of a run are one shared list: encoded once. The copy keeps it from being changed in place.
class EncodedTools
{
public:
    using Encoder = QByteArray (*)(const QList<ToolDeclaration>&);
    explicit EncodedTools(Encoder encoder) : m_encoder(encoder) {}
    [[nodiscard]] const QByteArray& of(const QList<ToolDeclaration>& tools)
    {
        if (!tools.isSharedWith(m_tools)) {
            m_tools = tools;
            m_json = m_encoder(tools);
        }
        return m_json;
    }

private:
    Encoder m_encoder;
    QList<ToolDeclaration> m_tools;
    QByteArray m_json;
};

} // namespace lathe
