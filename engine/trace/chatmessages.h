// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QJsonArray>
#include <QList>
#include <QString>

// Messages of a conversation with a model, as traces have them, whatever the provider.

namespace lathe {

struct TraceMessage
{
    struct Call
    {
        QString id;
        QString name;
        QString arguments; ///< JSON as text

        bool operator==(const Call&) const = default;
    };
    QString role; ///< system, user, assistant, tool
    QString content;
    QString reasoning;
    QList<Call> calls;
    QString toolCallId; ///< of a tool message

    bool operator==(const TraceMessage&) const = default;
};

/// What a request to a provider says, message by message: chat completions, Responses, Messages, Gemini and Ollama.
/// Texts of several parts are joined; what is no text is named ("[image]"). Empty if it is none of these.
[[nodiscard]] QList<TraceMessage> messagesOfRequest(QByteArrayView request);

/// gen_ai.input.messages and gen_ai.output.messages: [{role, parts: [{type: text|reasoning|tool_call|...}]}].
[[nodiscard]] QJsonArray toGenAiMessages(const QList<TraceMessage>& messages);
/// The same read back; members that are missing or odd are left out.
[[nodiscard]] QList<TraceMessage> fromGenAiMessages(const QJsonArray& messages);

} // namespace lathe
