// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/anthropicreader.h"

#include "engine/core/canonicaljson.h"
#include "engine/llm/usagedialects.h"
#include "engine/llm/wireparts.h"

#include <algorithm>

namespace lathe {

namespace {

using namespace Qt::StringLiterals;

[[nodiscard]] QString typeOf(const QJsonObject& object)
{
    return object.value("type"_L1).toString();
}

} // namespace

std::optional<ProviderError> anthropicErrorIn(int status, const QJsonObject& object)
{
    const QJsonValue value = object.value("error"_L1);
    if (!value.isObject() && !value.isString()) {
        return std::nullopt;
    }
    ProviderError error;
    error.status = status;
    error.type = value["type"_L1].toString();
    error.code = codeText(value["details"_L1]["error_code"_L1]);
    if (error.code.isEmpty()) {
        error.code = codeText(value["code"_L1]); // of compatible servers
    }
    error.message = value.isString() ? value.toString() : value["message"_L1].toString();
    return error;
}

AnthropicReader::AnthropicReader(LlmClient::DeltaSink onDelta) : ReplyReader(Framing::Events, std::move(onDelta)) {}

AnthropicReader::Block *AnthropicReader::blockAt(qint64 index)
{
    const auto found =
        std::find_if(m_blocks.begin(), m_blocks.end(), [index](const Block& block) { return block.index == index; });
    return found == m_blocks.end() ? nullptr : &*found;
}

void AnthropicReader::takeUsage(const QJsonValue& usage)
{
    if (usage.isObject()) {
        keepLastUsage(m_usage, usage.toObject());
        reply().usage = readUsage(UsageDialect::Anthropic, m_usage);
    }
}

void AnthropicReader::takeMessage(const QJsonObject& message)
{
    m_replyId = message.value("id"_L1).toString();
    reply().modelBilled = message.value("model"_L1).toString();
    takeUsage(message.value("usage"_L1));
    const QJsonArray content = message.value("content"_L1).toArray();
    for (qsizetype i = 0; i < content.size(); ++i) {
        beginBlock(i, content.at(i).toObject());
    }
    takeStop(message);
}

void AnthropicReader::takeStop(const QJsonObject& delta)
{
    const QString reason = delta.value("stop_reason"_L1).toString();
    if (reason.isEmpty()) {
        return;
    }
    m_stopReason = reason;
    if (reason == "refusal"_L1) {
        const QString why = delta.value("stop_details"_L1)["explanation"_L1].toString();
        reply().refusal = why.isEmpty() ? u"the model refused to go on"_s : why;
    }
}

void AnthropicReader::beginBlock(qint64 index, const QJsonObject& json)
{
    Block block;
    block.index = index;
    block.json = json;
    const QString type = typeOf(json);
    if (type == "text"_L1) {
        block.text = json.value("text"_L1).toString();
        addContent(block.text);
    } else if (type == "thinking"_L1) {
        block.text = json.value("thinking"_L1).toString();
        block.signature = json.value("signature"_L1).toString();
        addReasoning(block.text);
    } else if (type == "tool_use"_L1) {
        ToolCallRequest call;
        call.id = json.value("id"_L1).toString();
        call.name = json.value("name"_L1).toString();
        const QJsonObject input = json.value("input"_L1).toObject();
        call.arguments = input.isEmpty() ? QString() : QString::fromUtf8(compactJson(input));
        tell(LlmDelta::Kind::ToolCall, call.name);
        tell(LlmDelta::Kind::ToolCall, call.arguments);
        block.call = reply().toolCalls.size();
        reply().toolCalls.append(call);
    }
    m_blocks.append(block);
}

void AnthropicReader::takeDelta(qint64 index, const QJsonObject& delta)
{
    Block *block = blockAt(index);
    if (block == nullptr) {
        failWith(brokenReply(u"The streamed reply goes on with block %1, which never began"_s.arg(index)));
        return;
    }
    const QString type = typeOf(delta);
    if (type == "text_delta"_L1) {
        const QString text = delta.value("text"_L1).toString();
        block->text += text;
        addContent(text);
    } else if (type == "thinking_delta"_L1) {
        const QString text = delta.value("thinking"_L1).toString();
        block->text += text;
        addReasoning(text);
    } else if (type == "signature_delta"_L1) {
        block->signature += delta.value("signature"_L1).toString();
    } else if (type == "input_json_delta"_L1 && block->call >= 0) {
        const QString piece = delta.value("partial_json"_L1).toString();
        reply().toolCalls[block->call].arguments += piece;
        tell(LlmDelta::Kind::ToolCall, piece);
    }
}

void AnthropicReader::takeChunk(const QJsonObject& chunk, QByteArrayView event)
{
    const QString type = chunk.contains("type"_L1) ? typeOf(chunk) : QString::fromUtf8(event);
    const qint64 index = chunk.value("index"_L1).toInteger();
    if (type == "error"_L1) {
        failWith(failureFor(anthropicErrorIn(200, chunk).value_or(ProviderError{200, {}, {}, {}})));
    } else if (type == "message_start"_L1) {
        takeMessage(chunk.value("message"_L1).toObject());
    } else if (type == "content_block_start"_L1) {
        beginBlock(index, chunk.value("content_block"_L1).toObject());
    } else if (type == "content_block_delta"_L1) {
        takeDelta(index, chunk.value("delta"_L1).toObject());
    } else if (type == "message_delta"_L1) {
        takeStop(chunk.value("delta"_L1).toObject());
        takeUsage(chunk.value("usage"_L1));
    }
}

void AnthropicReader::takeDocument(const QJsonObject& document)
{
    if (const auto error = anthropicErrorIn(200, document)) {
        failWith(failureFor(*error));
    } else if (document.value("content"_L1).isArray()) {
        takeMessage(document);
    } else {
        failWith(brokenReply(u"The reply holds no message with content"_s));
    }
}

QJsonArray AnthropicReader::stateItems() const
{
    QJsonArray items;
    for (const Block& block : m_blocks) {
        QJsonObject json = block.json;
        if (block.call >= 0) {
            json = QJsonObject{{u"type"_s, u"tool_use"_s}, {u"id"_s, reply().toolCalls.at(block.call).id}};
        } else if (typeOf(json) == "thinking"_L1) {
            json.insert("thinking"_L1, block.text);
            json.insert("signature"_L1, block.signature);
        } else if (typeOf(json) == "text"_L1) {
            if (block.text.trimmed().isEmpty()) {
                continue; // an empty text is refused when it comes back
            }
            json = QJsonObject{{u"type"_s, u"text"_s}, {u"text"_s, block.text}};
        }
        items.append(json);
    }
    return items;
}

void AnthropicReader::complete()
{
    if (m_stopReason.isEmpty()) {
        failWith(brokenReply(u"The streamed reply was cut off (stop_reason is missing)"_s));
        return;
    }
    finishToolCalls(&reply().toolCalls, m_replyId);
    const auto thinks = [](const Block& block) { return typeOf(block.json).endsWith("thinking"_L1); };
    if (std::any_of(m_blocks.cbegin(), m_blocks.cend(), thinks)) {
        reply().state = {QString(kAnthropic), stateItems()};
    }
    if (m_stopReason == "max_tokens"_L1 || m_stopReason == "model_context_window_exceeded"_L1) {
        reply().stop = StopReason::Length;
    } else if (m_stopReason == "refusal"_L1) {
        reply().stop = StopReason::Filtered;
    } else if (!reply().toolCalls.isEmpty()) {
        reply().stop = StopReason::ToolCalls;
    } else if (m_stopReason == "pause_turn"_L1) {
        // Only tools that run at the provider pause a turn, and it is asked for none: asked again it goes on.
        failWith(brokenReply(u"The provider paused its reply before the end (pause_turn)"_s));
    }
}

bool AnthropicReader::says(const QString& text) const
{
    const auto inBlock = [&text](const Block& block) { return block.signature.contains(text); };
    return ReplyReader::says(text) || std::any_of(m_blocks.cbegin(), m_blocks.cend(), inBlock);
}

} // namespace lathe
