// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/llmtypes.h"

#include "engine/core/canonicaljson.h"
#include "engine/core/sha256.h"

#include <QtEndian>

#include <algorithm>
#include <array>

namespace lathe {

namespace {

// Every field goes into a hash with its length before it, so that no two different values give the same bytes.

void addNumber(Sha256& hash, qint64 value)
{
    std::array<char, sizeof(qint64)> bytes;
    qToLittleEndian(value, bytes.data());
    hash.addData(QByteArrayView(bytes));
}

void addBytes(Sha256& hash, QByteArrayView bytes)
{
    addNumber(hash, bytes.size());
    hash.addData(bytes);
}

void addText(Sha256& hash, QStringView text)
{
    addBytes(hash, text.toUtf8());
}

[[nodiscard]] QByteArray messageHash(const ChatMessage& message)
{
    Sha256 hash;
    addNumber(hash, static_cast<qint64>(message.role));
    addText(hash, message.content);
    addNumber(hash, message.toolCalls.size());
    for (const ToolCallRequest& call : message.toolCalls) {
        addText(hash, call.id);
        addText(hash, call.name);
        addText(hash, call.arguments);
    }
    addText(hash, message.toolCallId);
    addText(hash, message.toolName);
    addNumber(hash, message.toolError ? 1 : 0);
    // Messages without them keep the hash they had before there were any, which recorded runs are compared by.
    if (!message.attachments.isEmpty()) {
        addText(hash, u"attachments");
        for (const Attachment& attachment : message.attachments) {
            addText(hash, attachment.name);
            addText(hash, attachment.mediaType);
            addBytes(hash, attachment.content);
        }
    }
    if (!message.state.isEmpty()) {
        addText(hash, u"state");
        addText(hash, message.state.provider);
        addBytes(hash, canonicalJson(QJsonValue(message.state.items)));
    }
    return hash.result();
}

[[nodiscard]] QByteArray link(const QByteArray& before, const ChatMessage& message)
{
    Sha256 hash;
    hash.addData(before);
    hash.addData(messageHash(message));
    return hash.result();
}

[[nodiscard]] qint64 charactersOf(const ChatMessage& message)
{
    qint64 characters = message.content.size();
    for (const ToolCallRequest& call : message.toolCalls) {
        characters += call.name.size() + call.arguments.size();
    }
    return characters;
}

[[nodiscard]] QByteArray hashTools(const QList<ToolDeclaration>& tools)
{
    Sha256 hash;
    addNumber(hash, tools.size());
    for (const ToolDeclaration& tool : tools) {
        addText(hash, tool.name);
        addText(hash, tool.description);
        addBytes(hash, canonicalJson(tool.parameters));
    }
    return hash.result();
}

/// The tools of a run are the same list in every request; holding a copy of it keeps anyone from changing it in place.
[[nodiscard]] QByteArray toolsHash(const QList<ToolDeclaration>& tools)
{
    thread_local QList<ToolDeclaration> lastTools;
    thread_local QByteArray lastHash;
    if (lastHash.isEmpty() || !tools.isSharedWith(lastTools)) {
        lastTools = tools;
        lastHash = hashTools(tools);
    }
    return lastHash;
}

} // namespace

void Transcript::append(ChatMessage message)
{
    if (!m_encoded) {
        m_encoded = std::make_shared<EncodedCache>();
    }
    m_chain.append(link(chainHash(), message));
    m_characters += charactersOf(message);
    m_messages.append(std::move(message));
}

void Transcript::replace(qsizetype index, ChatMessage message)
{
    Q_ASSERT(index >= 0 && index < m_messages.size());
    m_characters += charactersOf(message) - charactersOf(m_messages.at(index));
    m_messages[index] = std::move(message);
    m_chain.resize(index);
    for (qsizetype i = index; i < m_messages.size(); ++i) {
        m_chain.append(link(chainHash(), m_messages.at(i)));
    }
}

qsizetype Transcript::reusable(const EncodedCache& cache) const
{
    // Links depend on all before them, so equal links at one place mean equal messages up to there.
    const qsizetype common = std::min(m_chain.size(), cache.chain.size());
    if (common == 0 || m_chain.at(common - 1) == cache.chain.at(common - 1)) {
        return common;
    }
    const auto first = m_chain.cbegin();
    const auto different = std::mismatch(first, first + common, cache.chain.cbegin()).first;
    return static_cast<qsizetype>(different - first);
}

const QList<QByteArray>& Transcript::encoded(Encoder encoder) const
{
    if (!m_encoded || (m_encoded->encoder != encoder && m_encoded->encoder != nullptr)) {
        m_encoded = std::make_shared<EncodedCache>();
    }
    m_encoded->encoder = encoder;
    qsizetype reuse = reusable(*m_encoded);
    const auto isResult = [this](qsizetype i) { return m_messages.at(i).role == ChatRole::Tool; };
    while (reuse > 0 && reuse < m_messages.size() && isResult(reuse) && isResult(reuse - 1)) {
        --reuse; // results that follow one another may be encoded together
    }
    if (reuse < m_encoded->chain.size()) {
        // Another copy went elsewhere or further: it keeps its cache, this one begins its own with what they share.
        const auto own = std::make_shared<EncodedCache>();
        own->encoder = encoder;
        own->chain = m_encoded->chain.first(reuse);
        own->encoded = m_encoded->encoded.first(reuse);
        m_encoded = own;
    }
    for (qsizetype i = reuse; i < m_messages.size(); ++i) {
        m_encoded->encoded.append(encoder(m_messages, i));
        m_encoded->chain.append(m_chain.at(i));
    }
    return m_encoded->encoded;
}

QByteArray LlmRequest::hash(QStringView provider) const
{
    Sha256 hash;
    addText(hash, u"lathe-llm-request-1");
    addText(hash, provider);
    addText(hash, model);
    QJsonObject values{{QStringLiteral("maxOutputTokens"), parameters.maxOutputTokens}};
    if (parameters.temperature) {
        values.insert(QStringLiteral("temperature"), *parameters.temperature);
    }
    if (parameters.seed) {
        values.insert(QStringLiteral("seed"), *parameters.seed);
    }
    if (parameters.reasoning) {
        values.insert(QStringLiteral("reasoning"), QString(toName(*parameters.reasoning)));
    }
    if (parameters.toolChoice != ToolChoice::Auto) {
        values.insert(QStringLiteral("toolChoice"), QString(toName(parameters.toolChoice)));
    }
    if (parameters.responseSchema) {
        values.insert(QStringLiteral("responseSchema"), *parameters.responseSchema);
    }
    addBytes(hash, canonicalJson(values));
    hash.addData(toolsHash(tools));
    addBytes(hash, transcript.chainHash());
    return hash.result().toHex();
}

QByteArray EncodedRequest::joined() const
{
    qsizetype size = head.size() + tail.size() + messages.size();
    for (const QByteArray& message : messages) {
        size += message.size();
    }
    QByteArray all;
    all.reserve(size);
    all.append(head);
    bool isFirst = true;
    for (const QByteArray& message : messages) {
        if (message.isEmpty()) {
            continue;
        }
        all.append(isFirst ? "" : ",");
        all.append(message);
        isFirst = false;
    }
    all.append(tail);
    return all;
}

} // namespace lathe
