// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fakeproviderwire.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace lathe::test {
namespace {

using namespace Qt::StringLiterals;

QByteArray compact(const QJsonObject& object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

QByteArray named(const QJsonObject& event)
{
    return "event: " + event["type"_L1].toString().toUtf8() + "\ndata: " + compact(event) + "\n\n";
}

QJsonObject arguments(const FakeToolCall& call)
{
    return QJsonDocument::fromJson(call.arguments.toUtf8()).object();
}

QString piece(const QString& text, int index, int pieces)
{
    const qsizetype from = text.size() * index / pieces;
    return text.mid(from, text.size() * (index + 1) / pieces - from);
}

bool isCut(const FakeCompletion& completion)
{
    return completion.finishReason == "length"_L1;
}

// Anthropic

QJsonArray anthropicBlocks(const FakeCompletion& completion)
{
    QJsonArray blocks;
    if (!completion.reasoning.isEmpty()) {
        blocks.append(QJsonObject{
            {u"type"_s, u"thinking"_s}, {u"thinking"_s, completion.reasoning}, {u"signature"_s, u"sig-1"_s}});
        blocks.append(QJsonObject{{u"type"_s, u"redacted_thinking"_s}, {u"data"_s, u"hidden-1"_s}});
    }
    if (completion.content) {
        blocks.append(QJsonObject{{u"type"_s, u"text"_s}, {u"text"_s, *completion.content}});
    }
    for (const FakeToolCall& call : completion.toolCalls) {
        blocks.append(QJsonObject{
            {u"type"_s, u"tool_use"_s}, {u"id"_s, call.id}, {u"name"_s, call.name}, {u"input"_s, arguments(call)}});
    }
    return blocks;
}

QJsonObject anthropicUsage(const FakeUsage& usage)
{
    QJsonObject object{{u"input_tokens"_s, usage.prompt - usage.cached - usage.cacheWrite},
                       {u"cache_read_input_tokens"_s, usage.cached},
                       {u"cache_creation_input_tokens"_s, usage.cacheWrite},
                       {u"output_tokens"_s, usage.completion}};
    if (usage.reasoning > 0) {
        object.insert("output_tokens_details"_L1, QJsonObject{{u"thinking_tokens"_s, usage.reasoning}});
    }
    return object;
}

QJsonObject anthropicEnd(const FakeCompletion& completion)
{
    QString reason = completion.toolCalls.isEmpty() ? u"end_turn"_s : u"tool_use"_s;
    reason = isCut(completion) ? u"max_tokens"_s : completion.refusal.isEmpty() ? reason : u"refusal"_s;
    QJsonObject end{{u"stop_reason"_s, reason}, {u"stop_sequence"_s, QJsonValue::Null}};
    if (!completion.refusal.isEmpty()) {
        end.insert("stop_details"_L1, QJsonObject{{u"type"_s, u"refusal"_s}, {u"explanation"_s, completion.refusal}});
    }
    return end;
}

QJsonObject anthropicMessage(const FakeCompletion& completion)
{
    return {{u"id"_s, completion.id},
            {u"type"_s, u"message"_s},
            {u"role"_s, u"assistant"_s},
            {u"model"_s, completion.model}};
}

QByteArray anthropicWhole(const FakeCompletion& completion)
{
    QJsonObject message = anthropicMessage(completion);
    message["content"_L1] = anthropicBlocks(completion);
    const QJsonObject end = anthropicEnd(completion);
    for (auto it = end.constBegin(); it != end.constEnd(); ++it) {
        message.insert(it.key(), it.value());
    }
    if (completion.usage) {
        message["usage"_L1] = anthropicUsage(*completion.usage);
    }
    return compact(message);
}

QList<QByteArray> anthropicEvents(const FakeCompletion& completion, int pieces)
{
    QList<QByteArray> events;
    QJsonObject message = anthropicMessage(completion);
    message["content"_L1] = QJsonArray();
    if (completion.usage) {
        QJsonObject begun = anthropicUsage(*completion.usage);
        begun["output_tokens"_L1] = 1;
        message["usage"_L1] = begun;
    }
    events.append(named({{u"type"_s, u"message_start"_s}, {u"message"_s, message}}));
    events.append(named({{u"type"_s, u"ping"_s}}));
    const QJsonArray blocks = anthropicBlocks(completion);
    for (int index = 0; index < blocks.size(); ++index) {
        QJsonObject block = blocks.at(index).toObject();
        const QString type = block["type"_L1].toString();
        const auto delta = [&events, index](const QJsonObject& json) {
            events.append(named({{u"type"_s, u"content_block_delta"_s}, {u"index"_s, index}, {u"delta"_s, json}}));
        };
        QString text;
        QString deltaType;
        QString key;
        if (type == "text"_L1 || type == "thinking"_L1) {
            key = type;
            deltaType = type + "_delta"_L1;
            text = block[type].toString();
            block[type] = QString();
            block.remove("signature"_L1);
        } else if (type == "tool_use"_L1) {
            key = u"partial_json"_s;
            deltaType = u"input_json_delta"_s;
            text = QString::fromUtf8(compact(block["input"_L1].toObject()));
            block["input"_L1] = QJsonObject();
        }
        events.append(named({{u"type"_s, u"content_block_start"_s}, {u"index"_s, index}, {u"content_block"_s, block}}));
        for (int part = 0; part < pieces && !key.isEmpty(); ++part) {
            delta({{u"type"_s, deltaType}, {key, piece(text, part, pieces)}});
        }
        if (type == "thinking"_L1) {
            delta({{u"type"_s, u"signature_delta"_s}, {u"signature"_s, u"sig-1"_s}});
        }
        events.append(named({{u"type"_s, u"content_block_stop"_s}, {u"index"_s, index}}));
    }
    QJsonObject end{{u"type"_s, u"message_delta"_s}, {u"delta"_s, anthropicEnd(completion)}};
    if (completion.usage) {
        QJsonObject usage{{u"output_tokens"_s, completion.usage->completion}};
        if (completion.usage->reasoning > 0) {
            usage.insert("output_tokens_details"_L1, QJsonObject{{u"thinking_tokens"_s, completion.usage->reasoning}});
        }
        end["usage"_L1] = usage;
    }
    events.append(named(end));
    events.append(named({{u"type"_s, u"message_stop"_s}}));
    return events;
}

QByteArray anthropicError(int status, const QString& message, const QString& code)
{
    Q_UNUSED(status)
    return compact({{u"type"_s, u"error"_s},
                    {u"error"_s, QJsonObject{{u"type"_s, code}, {u"message"_s, message}}},
                    {u"request_id"_s, u"req_1"_s}});
}

// Gemini

QJsonObject geminiUsage(const FakeUsage& usage)
{
    QJsonObject object{{u"promptTokenCount"_s, usage.prompt},
                       {u"candidatesTokenCount"_s, usage.completion - usage.reasoning},
                       {u"totalTokenCount"_s, usage.prompt + usage.completion}};
    if (usage.cached > 0) {
        object.insert("cachedContentTokenCount"_L1, usage.cached);
    }
    if (usage.reasoning > 0) {
        object.insert("thoughtsTokenCount"_L1, usage.reasoning);
    }
    return object;
}

QJsonObject geminiChunk(const FakeCompletion& completion, const QJsonArray& parts, bool isLast)
{
    QJsonObject candidate{{u"content"_s, QJsonObject{{u"role"_s, u"model"_s}, {u"parts"_s, parts}}}, {u"index"_s, 0}};
    if (isLast) {
        candidate["finishReason"_L1] = isCut(completion)              ? u"MAX_TOKENS"_s
                                       : completion.refusal.isEmpty() ? u"STOP"_s
                                                                      : u"SAFETY"_s;
        candidate["finishMessage"_L1] = completion.refusal;
    }
    QJsonObject chunk{{u"candidates"_s, QJsonArray{candidate}},
                      {u"modelVersion"_s, completion.model},
                      {u"responseId"_s, completion.id}};
    if (completion.usage) {
        FakeUsage seen = *completion.usage;
        seen.completion = isLast ? seen.completion : seen.reasoning;
        chunk["usageMetadata"_L1] = geminiUsage(seen);
    }
    return chunk;
}

QJsonArray geminiParts(const FakeCompletion& completion, int pieces)
{
    QJsonArray parts;
    if (!completion.reasoning.isEmpty()) {
        parts.append(QJsonObject{{u"text"_s, completion.reasoning}, {u"thought"_s, true}});
    }
    for (int part = 0; part < pieces && completion.content; ++part) {
        parts.append(QJsonObject{{u"text"_s, piece(*completion.content, part, pieces)}});
    }
    bool isSigned = completion.reasoning.isEmpty();
    for (const FakeToolCall& call : completion.toolCalls) {
        QJsonObject function{{u"name"_s, call.name}, {u"args"_s, arguments(call)}};
        if (!call.id.isEmpty()) {
            function.insert("id"_L1, call.id);
        }
        QJsonObject part{{u"functionCall"_s, function}};
        if (!isSigned) {
            part.insert("thoughtSignature"_L1, u"sig-1"_s);
            isSigned = true;
        }
        parts.append(part);
    }
    return parts;
}

QByteArray geminiWhole(const FakeCompletion& completion)
{
    return compact(geminiChunk(completion, geminiParts(completion, 1), true));
}

QList<QByteArray> geminiEvents(const FakeCompletion& completion, int pieces)
{
    QList<QByteArray> events;
    const QJsonArray parts = geminiParts(completion, pieces);
    for (qsizetype i = 0; i < parts.size(); ++i) {
        const bool isLast = i + 1 == parts.size();
        events.append("data: " + compact(geminiChunk(completion, {parts.at(i)}, isLast)) + "\n\n");
    }
    if (parts.isEmpty()) {
        events.append("data: " + compact(geminiChunk(completion, {}, true)) + "\n\n");
    }
    return events;
}

QByteArray geminiError(int status, const QString& message, const QString& code)
{
    return compact({{u"error"_s, QJsonObject{{u"code"_s, status}, {u"message"_s, message}, {u"status"_s, code}}}});
}

// OpenAI Responses

QJsonArray responsesOutput(const FakeCompletion& completion)
{
    QJsonArray output;
    if (!completion.reasoning.isEmpty()) {
        const QJsonObject summary{{u"type"_s, u"summary_text"_s}, {u"text"_s, completion.reasoning}};
        output.append(QJsonObject{{u"type"_s, u"reasoning"_s},
                                  {u"id"_s, u"rs_1"_s},
                                  {u"summary"_s, QJsonArray{summary}},
                                  {u"encrypted_content"_s, u"sig-1"_s}});
    }
    if (completion.content || !completion.refusal.isEmpty()) {
        const QJsonObject part = completion.refusal.isEmpty()
                                     ? QJsonObject{{u"type"_s, u"output_text"_s},
                                                   {u"text"_s, completion.content.value_or(QString())},
                                                   {u"annotations"_s, QJsonArray()}}
                                     : QJsonObject{{u"type"_s, u"refusal"_s}, {u"refusal"_s, completion.refusal}};
        output.append(QJsonObject{{u"type"_s, u"message"_s},
                                  {u"id"_s, u"msg_1"_s},
                                  {u"role"_s, u"assistant"_s},
                                  {u"status"_s, u"completed"_s},
                                  {u"content"_s, QJsonArray{part}}});
    }
    for (const FakeToolCall& call : completion.toolCalls) {
        output.append(QJsonObject{{u"type"_s, u"function_call"_s},
                                  {u"id"_s, QString(u"fc_"_s + call.id)},
                                  {u"call_id"_s, call.id},
                                  {u"name"_s, call.name},
                                  {u"arguments"_s, call.arguments},
                                  {u"status"_s, u"completed"_s}});
    }
    return output;
}

QJsonObject responsesObject(const FakeCompletion& completion, bool isDone)
{
    QJsonObject object{{u"id"_s, completion.id},
                       {u"object"_s, u"response"_s},
                       {u"model"_s, completion.model},
                       {u"error"_s, QJsonValue::Null},
                       {u"incomplete_details"_s, QJsonValue::Null},
                       {u"status"_s, isDone ? u"completed"_s : u"in_progress"_s},
                       {u"output"_s, isDone ? responsesOutput(completion) : QJsonArray()}};
    if (isDone && isCut(completion)) {
        object["status"_L1] = u"incomplete"_s;
        object["incomplete_details"_L1] = QJsonObject{{u"reason"_s, u"max_output_tokens"_s}};
    }
    if (isDone && completion.usage) {
        const FakeUsage& usage = *completion.usage;
        object["usage"_L1] =
            QJsonObject{{u"input_tokens"_s, usage.prompt},
                        {u"input_tokens_details"_s,
                         QJsonObject{{u"cached_tokens"_s, usage.cached}, {u"cache_write_tokens"_s, usage.cacheWrite}}},
                        {u"output_tokens"_s, usage.completion},
                        {u"output_tokens_details"_s, QJsonObject{{u"reasoning_tokens"_s, usage.reasoning}}},
                        {u"total_tokens"_s, usage.prompt + usage.completion}};
    }
    return object;
}

QByteArray responsesWhole(const FakeCompletion& completion)
{
    return compact(responsesObject(completion, true));
}

QList<QByteArray> responsesEvents(const FakeCompletion& completion, int pieces)
{
    QList<QByteArray> events;
    events.append(named({{u"type"_s, u"response.created"_s}, {u"response"_s, responsesObject(completion, false)}}));
    const QJsonArray output = responsesOutput(completion);
    for (int index = 0; index < output.size(); ++index) {
        const QJsonObject item = output.at(index).toObject();
        QJsonObject begun = item;
        const QString type = item["type"_L1].toString();
        QString delta;
        QString text;
        if (type == "function_call"_L1) {
            delta = u"response.function_call_arguments.delta"_s;
            text = item["arguments"_L1].toString();
            begun["arguments"_L1] = QString();
        } else if (type == "reasoning"_L1) {
            delta = u"response.reasoning_summary_text.delta"_s;
            text = completion.reasoning;
            begun["summary"_L1] = QJsonArray();
            begun.remove("encrypted_content"_L1);
        } else {
            const bool isRefusal = !completion.refusal.isEmpty();
            delta = isRefusal ? u"response.refusal.delta"_s : u"response.output_text.delta"_s;
            text = isRefusal ? completion.refusal : completion.content.value_or(QString());
            begun["content"_L1] = QJsonArray();
        }
        const auto add = [&events, index](const QString& name, const QString& key, const QJsonValue& value) {
            events.append(named({{u"type"_s, name}, {u"output_index"_s, index}, {key, value}}));
        };
        add(u"response.output_item.added"_s, u"item"_s, begun);
        for (int part = 0; part < pieces; ++part) {
            add(delta, u"delta"_s, piece(text, part, pieces));
        }
        add(u"response.output_item.done"_s, u"item"_s, item);
    }
    const QString end = isCut(completion) ? u"response.incomplete"_s : u"response.completed"_s;
    events.append(named({{u"type"_s, end}, {u"response"_s, responsesObject(completion, true)}}));
    return events;
}

// Ollama

QJsonObject ollamaLine(const FakeCompletion& completion, const QJsonObject& message)
{
    QJsonObject with = message;
    with["role"_L1] = u"assistant"_s;
    if (!with.contains("content"_L1)) {
        with["content"_L1] = QString();
    }
    return {{u"model"_s, completion.model},
            {u"created_at"_s, u"2026-11-22T07:00:00Z"_s},
            {u"message"_s, with},
            {u"done"_s, false}};
}

QJsonArray ollamaCalls(const FakeCompletion& completion)
{
    QJsonArray calls;
    for (int index = 0; index < completion.toolCalls.size(); ++index) {
        const FakeToolCall& call = completion.toolCalls.at(index);
        const QJsonObject function{{u"index"_s, index}, {u"name"_s, call.name}, {u"arguments"_s, arguments(call)}};
        QJsonObject object{{u"function"_s, function}};
        if (!call.id.isEmpty()) {
            object.insert("id"_L1, call.id);
        }
        calls.append(object);
    }
    return calls;
}

void finishOllama(QJsonObject& line, const FakeCompletion& completion)
{
    line["done"_L1] = true;
    line["done_reason"_L1] = isCut(completion) ? u"length"_s : u"stop"_s;
    line["total_duration"_L1] = 900'000'000;
    if (completion.usage) {
        line["prompt_eval_count"_L1] = completion.usage->prompt;
        line["eval_count"_L1] = completion.usage->completion;
    }
}

QByteArray ollamaWhole(const FakeCompletion& completion)
{
    QJsonObject message{{u"content"_s, completion.content.value_or(QString())}};
    if (!completion.reasoning.isEmpty()) {
        message["thinking"_L1] = completion.reasoning;
    }
    if (!completion.toolCalls.isEmpty()) {
        message["tool_calls"_L1] = ollamaCalls(completion);
    }
    QJsonObject line = ollamaLine(completion, message);
    finishOllama(line, completion);
    return compact(line);
}

QList<QByteArray> ollamaLines(const FakeCompletion& completion, int pieces)
{
    QList<QByteArray> lines;
    const auto add = [&lines](const QJsonObject& line) { lines.append(compact(line) + '\n'); };
    for (int part = 0; part < pieces && !completion.reasoning.isEmpty(); ++part) {
        add(ollamaLine(completion, {{u"thinking"_s, piece(completion.reasoning, part, pieces)}}));
    }
    for (int part = 0; part < pieces && completion.content; ++part) {
        add(ollamaLine(completion, {{u"content"_s, piece(*completion.content, part, pieces)}}));
    }
    const QJsonArray calls = ollamaCalls(completion);
    for (const QJsonValue& call : calls) {
        add(ollamaLine(completion, {{u"tool_calls"_s, QJsonArray{call}}}));
    }
    QJsonObject last = ollamaLine(completion, {});
    finishOllama(last, completion);
    add(last);
    return lines;
}

QByteArray ollamaError(int status, const QString& message, const QString& code)
{
    Q_UNUSED(status)
    Q_UNUSED(code)
    return compact({{u"error"_s, message}});
}

QByteArray openAiError(int status, const QString& message, const QString& code)
{
    Q_UNUSED(status)
    return errorJson(message, code, code);
}

} // namespace

const QList<FakeProviderWire>& fakeProviderWires()
{
    static const QList<FakeProviderWire> wires{
        {u"openai"_s, u"/v1"_s, completionJson, completionEvents, openAiError},
        {u"openai-responses"_s, u"/v1"_s, responsesWhole, responsesEvents, openAiError},
        {u"anthropic"_s, u"/v1"_s, anthropicWhole, anthropicEvents, anthropicError},
        {u"gemini"_s, u"/v1beta"_s, geminiWhole, geminiEvents, geminiError},
        {u"ollama"_s, u"/api"_s, ollamaWhole, ollamaLines, ollamaError},
    };
    return wires;
}

const FakeProviderWire& fakeProviderWire(const QString& provider)
{
    const QList<FakeProviderWire>& wires = fakeProviderWires();
    const auto found = std::find_if(wires.cbegin(), wires.cend(),
                                    [&provider](const FakeProviderWire& wire) { return wire.provider == provider; });
    Q_ASSERT(found != wires.cend());
    return *found;
}

} // namespace lathe::test
