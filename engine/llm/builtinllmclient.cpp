// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/builtinllmclient.h"

#include "engine/core/canonicaljson.h"
#include "engine/core/jsonreader.h"
#include "engine/llm/builtinplanner.h"
#include "engine/llm/tokencounter.h"

#include <QJsonDocument>

namespace lathe {

using namespace Qt::StringLiterals;

namespace {

constexpr QLatin1StringView kModel("builtin-planner-1");
constexpr qint64 kContextWindow = 1'000'000;

QLatin1StringView roleName(ChatRole role)
{
    switch (role) {
    case ChatRole::System:
        return "system"_L1;
    case ChatRole::User:
        return "user"_L1;
    case ChatRole::Assistant:
        return "assistant"_L1;
    case ChatRole::Tool:
        return "tool"_L1;
    }
    return {};
}

QJsonArray toJson(const QList<ToolCallRequest>& calls)
{
    QJsonArray list;
    for (const ToolCallRequest& call : calls) {
        list.append(QJsonObject{{"id"_L1, call.id}, {"name"_L1, call.name}, {"arguments"_L1, call.arguments}});
    }
    return list;
}

QByteArray encodeMessage(const QList<ChatMessage>& messages, qsizetype index)
{
    const ChatMessage& message = messages.at(index);
    QJsonObject json{{"role"_L1, QString(roleName(message.role))}, {"content"_L1, message.content}};
    if (!message.toolCalls.isEmpty()) {
        json["toolCalls"_L1] = toJson(message.toolCalls);
    }
    if (message.role == ChatRole::Tool) {
        json["toolCallId"_L1] = message.toolCallId;
        json["tool"_L1] = message.toolName;
        if (message.toolError) {
            json["error"_L1] = true;
        }
    }
    return compactJson(json);
}

qint64 tokensOf(const QByteArray& bytes)
{
    return estimateTokens(QString::fromUtf8(bytes));
}

/// Part by part, so that no copy of the whole request is made.
qint64 tokensOf(const EncodedRequest& request)
{
    qint64 tokens = tokensOf(request.head) + tokensOf(request.tail);
    for (const QByteArray& message : request.messages) {
        tokens += tokensOf(message);
    }
    return tokens;
}

QJsonObject replyJson(const LlmReply& reply)
{
    QJsonObject json{{"model"_L1, reply.modelBilled},
                     {"stop"_L1, reply.stop == StopReason::ToolCalls ? u"tool_calls"_s
                                 : reply.stop == StopReason::Length  ? u"length"_s
                                                                     : u"final"_s},
                     {"reasoning"_L1, reply.reasoning},
                     {"content"_L1, reply.content}};
    if (!reply.toolCalls.isEmpty()) {
        json["toolCalls"_L1] = toJson(reply.toolCalls);
    }
    return json;
}

QJsonObject usageJson(const Usage& usage)
{
    return {{"input"_L1, usage.input}, {"output"_L1, usage.output}};
}

Usage usageFrom(qint64 input, qint64 output)
{
    Usage usage;
    usage.input = input;
    usage.output = output;
    usage.source = UsageSource::Reported;
    usage.raw = usageJson(usage);
    return usage;
}

/// As every provider does, an answer over the limit is cut and says so by its stop reason.
void keepWithin(LlmReply& reply, qint64 maxTokens)
{
    if (!reply.toolCalls.isEmpty() || tokensOf(compactJson(replyJson(reply))) <= maxTokens) {
        return;
    }
    reply.stop = StopReason::Length;
    const QString whole = reply.content;
    qsizetype low = 0;
    qsizetype high = whole.size();
    while (low < high) {
        const qsizetype middle = (low + high + 1) / 2;
        reply.content = whole.first(middle);
        if (tokensOf(compactJson(replyJson(reply))) <= maxTokens) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    if (low > 0 && low < whole.size() && whole[low - 1].isHighSurrogate()) {
        --low;
    }
    reply.content = whole.first(low);
}

LlmOutcome failed(LlmErrorKind kind, const QString& message)
{
    LlmFailure failure;
    failure.kind = kind;
    failure.errorClass = ErrorClass::TerminalError;
    failure.message = message;
    LlmOutcome outcome;
    outcome.failure = failure;
    return outcome;
}

/// One word with the blanks behind it at a time.
void streamText(LlmDelta::Kind kind, const QString& text, const LlmClient::DeltaSink& onDelta)
{
    qsizetype start = 0;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const bool lastOfWord = i + 1 == text.size() || (text[i].isSpace() && !text[i + 1].isSpace());
        if (lastOfWord) {
            onDelta({kind, text.sliced(start, i + 1 - start)});
            start = i + 1;
        }
    }
}

class BuiltinLlmClient final : public LlmClient
{
public:
    [[nodiscard]] QString provider() const override { return u"builtin"_s; }
    [[nodiscard]] QString defaultModel() const override { return kModel; }
    [[nodiscard]] bool isRemote() const override { return false; }

    [[nodiscard]] EncodedRequest encode(const LlmRequest& request) const override
    {
        EncodedRequest encoded;
        const QString model = request.model.isEmpty() ? QString(kModel) : request.model;
        encoded.head = "{\"model\":" + canonicalJson(model) + ",\"messages\":[";
        encoded.messages = request.transcript.encoded(&encodeMessage);
        QJsonArray tools;
        for (const ToolDeclaration& tool : request.tools) {
            tools.append(QJsonObject{
                {"name"_L1, tool.name}, {"description"_L1, tool.description}, {"parameters"_L1, tool.parameters}});
        }
        encoded.tail = "],\"tools\":" + canonicalJson(tools) +
                       ",\"maxOutputTokens\":" + QByteArray::number(request.parameters.maxOutputTokens) + '}';
        return encoded;
    }

    QCoro::Task<LlmOutcome> call(LlmRequest request, DeltaSink onDelta, std::stop_token stop) override
    {
        if (stop.stop_requested()) {
            co_return failed(LlmErrorKind::Cancelled, u"The call was cancelled."_s);
        }
        if (!request.model.isEmpty() && request.model != kModel) {
            const QString message =
                u"The built-in planner has one model, %1; “%2” is unknown."_s.arg(kModel, request.model);
            co_return failed(LlmErrorKind::ModelMissing, message);
        }
        LlmOutcome outcome;
        outcome.reply = answer(request);
        QJsonObject json = replyJson(*outcome.reply);
        json["usage"_L1] = usageJson(outcome.reply->usage);
        outcome.rawReply = compactJson(json);
        if (request.stream && onDelta) {
            streamText(LlmDelta::Kind::Reasoning, outcome.reply->reasoning, onDelta);
            streamText(LlmDelta::Kind::Content, outcome.reply->content, onDelta);
            for (const ToolCallRequest& toolCall : outcome.reply->toolCalls) {
                onDelta({LlmDelta::Kind::ToolCall, toolCall.name});
            }
        }
        co_return outcome;
    }

    [[nodiscard]] LlmOutcome decode(const QByteArray& rawReply, bool streamed) const override
    {
        Q_UNUSED(streamed) // the recorded bytes are the same either way
        const Result<QJsonObject> json = parseJsonObject(rawReply);
        if (!json) {
            return failed(LlmErrorKind::StreamBroken,
                          u"The recorded reply of the built-in planner is not valid: %1"_s.arg(json.error().message));
        }
        JsonReader reader(*json);
        LlmReply reply;
        reply.modelBilled = reader.requiredString("model"_L1);
        const QString stop = reader.requiredString("stop"_L1);
        reply.stop = stop == "tool_calls"_L1 ? StopReason::ToolCalls
                     : stop == "length"_L1   ? StopReason::Length
                                             : StopReason::Final;
        reply.reasoning = reader.string("reasoning"_L1);
        reply.content = reader.string("content"_L1);
        for (JsonReader& call : reader.children("toolCalls"_L1)) {
            ToolCallRequest request;
            request.id = call.requiredString("id"_L1);
            request.name = call.requiredString("name"_L1);
            request.arguments = call.requiredString("arguments"_L1);
            if (const Result<QJsonObject> parsed = parseJsonObject(request.arguments.toUtf8())) {
                request.parsed = *parsed;
            }
            reply.toolCalls.append(request);
        }
        JsonReader usage = reader.child("usage"_L1);
        constexpr qint64 most = Q_INT64_C(1) << 53;
        const qint64 input = usage.integer("input"_L1, 0, 0, most);
        const qint64 output = usage.integer("output"_L1, 0, 0, most);
        reply.usage = usageFrom(input, output);
        if (const Result<void> read = reader.finish(); !read) {
            return failed(LlmErrorKind::StreamBroken,
                          u"The recorded reply of the built-in planner is not valid: %1"_s.arg(read.error().message));
        }
        LlmOutcome outcome;
        outcome.reply = reply;
        outcome.rawReply = rawReply;
        return outcome;
    }

    QCoro::Task<Result<QList<ModelInfo>>> models(std::stop_token stop) override
    {
        Q_UNUSED(stop)
        ModelInfo info;
        info.id = kModel;
        info.description = u"built-in planner, not a language model"_s;
        info.contextWindow = kContextWindow;
        const QList<ModelInfo> list{info};
        co_return list;
    }

private:
    LlmReply answer(const LlmRequest& request) const
    {
        const builtin::Turn turn = builtin::planTurn(request);
        LlmReply reply;
        reply.modelBilled = kModel;
        reply.reasoning = turn.reasoning;
        reply.content = turn.answer;
        reply.toolCalls = turn.calls;
        reply.stop = turn.calls.isEmpty() ? StopReason::Final : StopReason::ToolCalls;
        keepWithin(reply, request.parameters.maxOutputTokens);
        reply.usage = usageFrom(tokensOf(encode(request)), tokensOf(compactJson(replyJson(reply))));
        return reply;
    }
};

} // namespace

std::unique_ptr<LlmClient> makeBuiltinLlmClient()
{
    return std::make_unique<BuiltinLlmClient>();
}

} // namespace lathe
