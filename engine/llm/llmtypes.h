// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/enumnames.h"
#include "engine/domain/enums.h"
#include "engine/domain/job.h"
#include "engine/domain/usage.h"

#include <QByteArray>
#include <QJsonArray>
#include <QJsonObject>
#include <QList>
#include <QString>

#include <chrono>
#include <memory>
#include <optional>

// The neutral request and reply that every provider translates from and to.

namespace lathe {

enum class ChatRole
{
    System,
    User,
    Assistant,
    Tool
};

/// A tool call as a model asked for it. arguments is what the model wrote; parsed is set when that is a JSON object.
struct ToolCallRequest
{
    QString id;
    QString name;
    QString arguments;
    std::optional<QJsonObject> parsed;

    bool operator==(const ToolCallRequest&) const = default;
};

/// What a provider wants to get back with an assistant message, in its own words: thinking with its signature,
/// encrypted reasoning. Opaque, and sent to nobody but the provider it came from. Rebuilt from the reply's bytes, never
/// stored by itself.
struct ProviderState
{
    QString provider;
    QJsonArray items;

    [[nodiscard]] bool isEmpty() const { return items.isEmpty(); }
    /// The items, if they are this provider's.
    [[nodiscard]] QJsonArray of(QLatin1StringView asked) const { return provider == asked ? items : QJsonArray(); }
    bool operator==(const ProviderState&) const = default;
};

struct ChatMessage
{
    ChatRole role = ChatRole::User;
    QString content;
    QList<ToolCallRequest> toolCalls; ///< of an assistant message
    QString toolCallId;               ///< of a tool message
    QString toolName;                 ///< of a tool message
    bool toolError = false;
    QList<Attachment> attachments{}; ///< of a user message: images and documents, before the text
    ProviderState state{};           ///< of an assistant message

    bool operator==(const ChatMessage&) const = default;
};

/// A function the model may call.
struct ToolDeclaration
{
    QString name;
    QString description;
    QJsonObject parameters; ///< JSON Schema

    bool operator==(const ToolDeclaration&) const = default;
};

/// The append-only list of messages of one frame. Serialised forms and the running hash are kept and only appended
/// to, so a turn costs what it adds. Copies share data until one is changed, and encoded messages even then: what a
/// request encoded is there when its frame makes the next one. A transcript and its copies stay on one thread.
class Transcript
{
public:
    void append(ChatMessage message);
    /// Replaces message at index (a human's edit); everything kept for it and later ones is made anew.
    void replace(qsizetype index, ChatMessage message);
    [[nodiscard]] const QList<ChatMessage>& messages() const { return m_messages; }
    /// SHA-256 over the hashes of the messages in order, as raw bytes; O(1).
    [[nodiscard]] QByteArray chainHash() const { return m_chain.isEmpty() ? QByteArray() : m_chain.last(); }
    /// Characters (UTF-16 units) of all contents and tool calls, without attachments and provider state; O(1).
    [[nodiscard]] qint64 characters() const { return m_characters; }

    /// Encodes the message at index. It may look at the messages before it, and at those after it if all of them are
    /// tool results: results that follow one another may be one message on the wire, in the place of the last of them.
    using Encoder = QByteArray (*)(const QList<ChatMessage>& messages, qsizetype index);
    /// One encoded message each (see EncodedRequest about empty ones), made once as long as the encoder is the same
    /// function. The list is good until the next call on this transcript or a copy of it.
    [[nodiscard]] const QList<QByteArray>& encoded(Encoder encoder) const;

private:
    /// Valid as far as its chain equals that of the transcript that asks.
    struct EncodedCache
    {
        Encoder encoder = nullptr;
        QList<QByteArray> chain;
        QList<QByteArray> encoded;
    };
    [[nodiscard]] qsizetype reusable(const EncodedCache& cache) const;

    QList<ChatMessage> m_messages;
    QList<QByteArray> m_chain;
    qint64 m_characters = 0;
    mutable std::shared_ptr<EncodedCache> m_encoded;
};

struct LlmRequest
{
    QString model;
    Transcript transcript;
    QList<ToolDeclaration> tools;
    ModelParameters parameters;
    qint64 contextTokens = 0; ///< what the prompt may be at most; 0 if nobody says. Servers that would cut a longer one
                              ///< in silence are told
    bool stream = true;
    QString idempotencyKey; ///< one for each logical call, the same in its retries
    int attempt = 1;        ///< which send of the call this is, from 1; ResilientLlmClient sets it
    /// SHA-256 (hex) of provider, model, parameters, tools and the transcript's chain: what makes a recorded reply
    /// usable again; contextTokens, stream, idempotencyKey and attempt do not
    /// count. Its cost does not grow with the history, and is
    /// least if tools is a copy of the same list each time.
    [[nodiscard]] QByteArray hash(QStringView provider) const;
};

enum class StopReason
{
    Final,
    ToolCalls,
    Length,
    Filtered
};

struct LlmReply
{
    QString content;
    QString reasoning;
    QString refusal;
    QList<ToolCallRequest> toolCalls;
    StopReason stop = StopReason::Final;
    Usage usage;
    QString modelBilled; ///< as the provider names it
    ProviderState state{};
    bool operator==(const LlmReply&) const = default;
};

/// The classes of failure of a model call.
enum class LlmErrorKind
{
    ContextOverflow,
    ContentFiltered,
    BadRequest,
    Auth,
    Quota,
    Forbidden,
    ModelMissing,
    Timeout,
    Conflict,
    RateLimited,
    Server,
    Overloaded,
    Network,
    Tls,
    Proxy,
    StreamBroken,
    CircuitOpen, ///< not sent: the endpoint failed too often of late
    Cancelled
};
enum class ErrorClass
{
    TransientError,
    TerminalError
};

/// The names by which errors of a model appear in journals, responses and exports.
// clang-format off
template <> struct EnumNames<LlmErrorKind> { static constexpr std::pair<LlmErrorKind, QLatin1StringView> table[] = {
    {LlmErrorKind::ContextOverflow, QLatin1StringView("CONTEXT_OVERFLOW")},
    {LlmErrorKind::ContentFiltered, QLatin1StringView("CONTENT_FILTERED")},
    {LlmErrorKind::BadRequest, QLatin1StringView("BAD_REQUEST")},
    {LlmErrorKind::Auth, QLatin1StringView("AUTH")},
    {LlmErrorKind::Quota, QLatin1StringView("QUOTA")},
    {LlmErrorKind::Forbidden, QLatin1StringView("FORBIDDEN")},
    {LlmErrorKind::ModelMissing, QLatin1StringView("MODEL_MISSING")},
    {LlmErrorKind::Timeout, QLatin1StringView("TIMEOUT")},
    {LlmErrorKind::Conflict, QLatin1StringView("CONFLICT")},
    {LlmErrorKind::RateLimited, QLatin1StringView("RATE_LIMITED")},
    {LlmErrorKind::Server, QLatin1StringView("SERVER")},
    {LlmErrorKind::Overloaded, QLatin1StringView("OVERLOADED")},
    {LlmErrorKind::Network, QLatin1StringView("NETWORK")},
    {LlmErrorKind::Tls, QLatin1StringView("TLS")},
    {LlmErrorKind::Proxy, QLatin1StringView("PROXY")},
    {LlmErrorKind::StreamBroken, QLatin1StringView("STREAM_BROKEN")},
    {LlmErrorKind::CircuitOpen, QLatin1StringView("CIRCUIT_OPEN")},
    {LlmErrorKind::Cancelled, QLatin1StringView("CANCELLED")}}; };
// clang-format on

struct LlmFailure
{
    LlmErrorKind kind = LlmErrorKind::Network;
    ErrorClass errorClass = ErrorClass::TerminalError;
    QString message;
    int httpStatus = 0;
    QString providerCode;
    std::optional<std::chrono::milliseconds> retryAfter;
    bool requestSent = false; ///< the provider may have seen, and billed, it
    Usage usage;              ///< what was reported or can be estimated of a broken stream

    bool operator==(const LlmFailure&) const = default;
};

/// The end of one attempt.
struct LlmOutcome
{
    std::optional<LlmReply> reply; ///< exactly one of reply and failure is set
    std::optional<LlmFailure> failure;
    QByteArray rawReply; ///< exact bytes of the body as received
    qint64 firstByteMs = 0;
    qint64 durationMs = 0;
};

/// The exact bytes of a request, in parts that can be stored once: head + messages joined by "," + tail.
struct EncodedRequest
{
    QByteArray head;
    QList<QByteArray> messages; ///< one for each of the transcript; those that stand elsewhere (system texts in head,
                                ///< results in the message of the last of them) are empty and left out
    QByteArray tail;
    [[nodiscard]] QByteArray joined() const;
};

/// A piece of a reply while it streams. Of a tool call: its name when it begins, then pieces of its arguments.
struct LlmDelta
{
    enum class Kind
    {
        Content,
        Reasoning,
        ToolCall
    } kind = Kind::Content;
    QString text;
};

// clang-format off
template <> struct EnumNames<ChatRole> { static constexpr std::pair<ChatRole, QLatin1StringView> table[] = {
    {ChatRole::System, QLatin1StringView("system")}, {ChatRole::User, QLatin1StringView("user")},
    {ChatRole::Assistant, QLatin1StringView("assistant")}, {ChatRole::Tool, QLatin1StringView("tool")}}; };
template <> struct EnumNames<StopReason> { static constexpr std::pair<StopReason, QLatin1StringView> table[] = {
    {StopReason::Final, QLatin1StringView("final")}, {StopReason::ToolCalls, QLatin1StringView("tool_calls")},
    {StopReason::Length, QLatin1StringView("length")}, {StopReason::Filtered, QLatin1StringView("filtered")}}; };
template <> struct EnumNames<ErrorClass> { static constexpr std::pair<ErrorClass, QLatin1StringView> table[] = {
    {ErrorClass::TransientError, QLatin1StringView("transient")},
    {ErrorClass::TerminalError, QLatin1StringView("terminal")}}; };
// clang-format on

} // namespace lathe
