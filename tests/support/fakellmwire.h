// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>
#include <QString>

#include <optional>

// The bytes of the OpenAI-compatible chat/completions wire, as real servers send them.

namespace lathe::test {

struct FakeToolCall
{
    QString id = QStringLiteral("call_1");
    QString name;
    QString arguments = QStringLiteral("{}"); ///< a string of JSON, sent as it is, also if it is none
};

/// cached is a part of prompt, reasoning a part of completion; 0 leaves the detail out.
struct FakeUsage
{
    qint64 prompt = 10;
    qint64 completion = 5;
    qint64 cached = 0;
    qint64 cacheWrite = 0;
    qint64 reasoning = 0;
};

/// One answer of a model. content is null on the wire if it is not set.
struct FakeCompletion
{
    QString id = QStringLiteral("chatcmpl-1");
    QString model = QStringLiteral("mock-1");
    std::optional<QString> content;
    QString reasoning{}; ///< with a reasoning_details entry that is to come back
    QString refusal;
    QList<FakeToolCall> toolCalls;
    QString finishReason; ///< empty: tool_calls if there are any, else stop
    std::optional<FakeUsage> usage = FakeUsage{};
};

[[nodiscard]] FakeCompletion textCompletion(const QString& content);
[[nodiscard]] FakeCompletion toolCompletion(const QString& name, const QString& argumentsJson);

/// The body of an answer that is not streamed.
[[nodiscard]] QByteArray completionJson(const FakeCompletion& completion);
/// The events ("data: ...\n\n") of a streamed answer: the role, text and arguments in that many pieces, tool calls
/// interleaved by index, the finish reason, the usage chunk (choices []) and [DONE].
[[nodiscard]] QList<QByteArray> completionEvents(const FakeCompletion& completion, int pieces = 3);
/// {"error":{"message","type","param":null,"code"}}
[[nodiscard]] QByteArray errorJson(const QString& message, const QString& type, const QString& code);

} // namespace lathe::test
