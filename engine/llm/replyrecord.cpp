// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/replyrecord.h"

#include "engine/core/canonicaljson.h"
#include "engine/core/jsonreader.h"

namespace lathe {

namespace {

using namespace Qt::StringLiterals;

constexpr QByteArrayView kBegin("{\"latheReply\":");

} // namespace

QByteArray encodeReplyRecord(const LlmReply& reply)
{
    QJsonArray calls;
    for (const ToolCallRequest& call : reply.toolCalls) {
        calls.append(QJsonObject{{u"id"_s, call.id}, {u"name"_s, call.name}, {u"arguments"_s, call.arguments}});
    }
    const QJsonObject inner{{u"content"_s, reply.content},
                            {u"reasoning"_s, reply.reasoning},
                            {u"refusal"_s, reply.refusal},
                            {u"toolCalls"_s, calls},
                            {u"stateProvider"_s, reply.state.provider},
                            {u"state"_s, reply.state.items},
                            {u"stop"_s, QString(toName(reply.stop))},
                            {u"usage"_s, toJson(reply.usage)},
                            {u"modelBilled"_s, reply.modelBilled}};
    return compactJson(QJsonObject{{u"latheReply"_s, inner}});
}

std::optional<LlmReply> decodeReplyRecord(const QByteArray& bytes)
{
    if (!bytes.startsWith(kBegin)) {
        return std::nullopt;
    }
    const auto document = parseJsonObject(bytes, bytes.size());
    if (!document) {
        return std::nullopt;
    }
    const QJsonObject inner = document->value("latheReply"_L1).toObject();
    const Result<Usage> usage = usageFromJson(inner.value("usage"_L1).toObject());
    const std::optional<StopReason> stop = fromName<StopReason>(inner.value("stop"_L1).toString());
    if (!usage || !stop) {
        return std::nullopt;
    }
    LlmReply reply;
    reply.content = inner.value("content"_L1).toString();
    reply.reasoning = inner.value("reasoning"_L1).toString();
    reply.refusal = inner.value("refusal"_L1).toString();
    const QJsonArray calls = inner.value("toolCalls"_L1).toArray();
    for (const QJsonValue& item : calls) {
        ToolCallRequest call;
        call.id = item.toObject().value("id"_L1).toString();
        call.name = item.toObject().value("name"_L1).toString();
        call.arguments = item.toObject().value("arguments"_L1).toString();
        if (const auto parsed = parseJsonObject(call.arguments.toUtf8())) {
            call.parsed = *parsed;
        } else if (call.arguments.trimmed().isEmpty()) {
            call.parsed = QJsonObject();
        }
        reply.toolCalls.append(call);
    }
    reply.state.provider = inner.value("stateProvider"_L1).toString();
    reply.state.items = inner.value("state"_L1).toArray();
    reply.stop = *stop;
    reply.usage = *usage;
    reply.modelBilled = inner.value("modelBilled"_L1).toString();
    return reply;
}

} // namespace lathe
