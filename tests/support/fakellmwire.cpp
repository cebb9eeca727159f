// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fakellmwire.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace lathe::test {
namespace {

using namespace Qt::StringLiterals;

constexpr qint64 created = 1'790'000'000;

QByteArray compact(const QJsonObject& object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

QString finishReason(const FakeCompletion& completion)
{
    if (!completion.finishReason.isEmpty()) {
        return completion.finishReason;
    }
    return completion.toolCalls.isEmpty() ? u"stop"_s : u"tool_calls"_s;
}

QJsonObject usageObject(const FakeUsage& usage)
{
    QJsonObject object;
    object["prompt_tokens"_L1] = usage.prompt;
    object["completion_tokens"_L1] = usage.completion;
    object["total_tokens"_L1] = usage.prompt + usage.completion;
    QJsonObject promptDetails;
    if (usage.cached > 0) {
        promptDetails["cached_tokens"_L1] = usage.cached;
    }
    if (usage.cacheWrite > 0) {
        promptDetails["cache_write_tokens"_L1] = usage.cacheWrite;
    }
    if (!promptDetails.isEmpty()) {
        object["prompt_tokens_details"_L1] = promptDetails;
    }
    if (usage.reasoning > 0) {
        QJsonObject details;
        details["reasoning_tokens"_L1] = usage.reasoning;
        object["completion_tokens_details"_L1] = details;
    }
    return object;
}

QJsonObject callObject(const FakeToolCall& call, const QString& arguments)
{
    QJsonObject function;
    function["name"_L1] = call.name;
    function["arguments"_L1] = arguments;
    QJsonObject object;
    object["id"_L1] = call.id;
    object["type"_L1] = u"function"_s;
    object["function"_L1] = function;
    return object;
}

/// Makes the events of one streamed answer.
class Chunks
{
public:
    explicit Chunks(const FakeCompletion& completion) : m_completion(completion) {}

    void delta(const QJsonObject& delta, const QJsonValue& finish = QJsonValue::Null)
    {
        QJsonObject choice;
        choice["index"_L1] = 0;
        choice["delta"_L1] = delta;
        choice["finish_reason"_L1] = finish;
        QJsonArray choices;
        choices.append(choice);
        add(choices, QJsonValue::Null);
    }
    void usage(const FakeUsage& usage) { add(QJsonArray(), usageObject(usage)); }
    void done() { m_events.append(QByteArrayLiteral("data: [DONE]\n\n")); }
    [[nodiscard]] QList<QByteArray> take() { return std::move(m_events); }

private:
    void add(const QJsonArray& choices, const QJsonValue& usage)
    {
        QJsonObject chunk;
        chunk["id"_L1] = m_completion.id;
        chunk["object"_L1] = u"chat.completion.chunk"_s;
        chunk["created"_L1] = created;
        chunk["model"_L1] = m_completion.model;
        chunk["choices"_L1] = choices;
        chunk["usage"_L1] = usage;
        QByteArray event("data: ");
        event += compact(chunk);
        event += "\n\n";
        m_events.append(event);
    }

    const FakeCompletion& m_completion;
    QList<QByteArray> m_events;
};

void addReasoning(QJsonObject& message, const QString& reasoning)
{
    const QJsonObject detail{
        {u"type"_s, u"reasoning.encrypted"_s}, {u"index"_s, 0}, {u"data"_s, u"sig-1"_s}, {u"format"_s, u"f1"_s}};
    message["reasoning"_L1] = reasoning;
    message["reasoning_details"_L1] = QJsonArray{detail};
}

QString piece(const QString& text, int index, int pieces)
{
    const qsizetype from = text.size() * index / pieces;
    const qsizetype to = text.size() * (index + 1) / pieces;
    return text.mid(from, to - from);
}

void addCallPieces(Chunks& chunks, const QList<FakeToolCall>& calls, int pieces)
{
    for (int index = 0; index < calls.size(); ++index) {
        QJsonObject first = callObject(calls.at(index), QString());
        first["index"_L1] = index;
        QJsonObject delta;
        delta["tool_calls"_L1] = QJsonArray{first};
        chunks.delta(delta);
    }
    for (int part = 0; part < pieces; ++part) {
        QJsonArray parts;
        for (int index = 0; index < calls.size(); ++index) {
            QJsonObject function;
            function["arguments"_L1] = piece(calls.at(index).arguments, part, pieces);
            QJsonObject call;
            call["index"_L1] = index;
            call["function"_L1] = function;
            parts.append(call);
        }
        QJsonObject delta;
        delta["tool_calls"_L1] = parts;
        chunks.delta(delta);
    }
}

} // namespace

FakeCompletion textCompletion(const QString& content)
{
    FakeCompletion completion;
    completion.content = content;
    return completion;
}

FakeCompletion toolCompletion(const QString& name, const QString& argumentsJson)
{
    FakeToolCall call;
    call.name = name;
    call.arguments = argumentsJson;
    FakeCompletion completion;
    completion.toolCalls.append(call);
    return completion;
}

QByteArray completionJson(const FakeCompletion& completion)
{
    QJsonObject message;
    message["role"_L1] = u"assistant"_s;
    message["content"_L1] = completion.content ? QJsonValue(*completion.content) : QJsonValue(QJsonValue::Null);
    message["refusal"_L1] = completion.refusal.isEmpty() ? QJsonValue(QJsonValue::Null) : completion.refusal;
    if (!completion.reasoning.isEmpty()) {
        addReasoning(message, completion.reasoning);
    }
    if (!completion.toolCalls.isEmpty()) {
        QJsonArray calls;
        for (const FakeToolCall& call : completion.toolCalls) {
            calls.append(callObject(call, call.arguments));
        }
        message["tool_calls"_L1] = calls;
    }
    QJsonObject choice;
    choice["index"_L1] = 0;
    choice["message"_L1] = message;
    choice["logprobs"_L1] = QJsonValue::Null;
    choice["finish_reason"_L1] = finishReason(completion);
    QJsonArray choices;
    choices.append(choice);
    QJsonObject body;
    body["id"_L1] = completion.id;
    body["object"_L1] = u"chat.completion"_s;
    body["created"_L1] = created;
    body["model"_L1] = completion.model;
    body["choices"_L1] = choices;
    if (completion.usage) {
        body["usage"_L1] = usageObject(*completion.usage);
    }
    return compact(body);
}

QList<QByteArray> completionEvents(const FakeCompletion& completion, int pieces)
{
    Chunks chunks(completion);
    QJsonObject role;
    role["role"_L1] = u"assistant"_s;
    role["content"_L1] = completion.content ? QJsonValue(u""_s) : QJsonValue(QJsonValue::Null);
    chunks.delta(role);
    if (!completion.reasoning.isEmpty()) {
        QJsonObject delta;
        addReasoning(delta, completion.reasoning);
        chunks.delta(delta);
    }
    if (completion.content) {
        for (int part = 0; part < pieces; ++part) {
            QJsonObject delta;
            delta["content"_L1] = piece(*completion.content, part, pieces);
            chunks.delta(delta);
        }
    }
    if (!completion.refusal.isEmpty()) {
        QJsonObject delta;
        delta["refusal"_L1] = completion.refusal;
        chunks.delta(delta);
    }
    if (!completion.toolCalls.isEmpty()) {
        addCallPieces(chunks, completion.toolCalls, pieces);
    }
    chunks.delta(QJsonObject(), finishReason(completion));
    if (completion.usage) {
        chunks.usage(*completion.usage);
    }
    chunks.done();
    return chunks.take();
}

QByteArray errorJson(const QString& message, const QString& type, const QString& code)
{
    QJsonObject error;
    error["message"_L1] = message;
    error["type"_L1] = type;
    error["param"_L1] = QJsonValue::Null;
    error["code"_L1] = code.isEmpty() ? QJsonValue(QJsonValue::Null) : QJsonValue(code);
    QJsonObject body;
    body["error"_L1] = error;
    return compact(body);
}

} // namespace lathe::test
