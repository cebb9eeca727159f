// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/ollamareader.h"

#include "engine/core/canonicaljson.h"
#include "engine/llm/openaiwire.h"
#include "engine/llm/usagedialects.h"
#include "engine/llm/wireparts.h"

namespace lathe {

namespace {

using namespace Qt::StringLiterals;

/// Counts and times, which stand among all else in the last object.
[[nodiscard]] QJsonObject usageIn(const QJsonObject& chunk)
{
    QJsonObject usage;
    for (auto it = chunk.constBegin(); it != chunk.constEnd(); ++it) {
        if (it.key().endsWith("_count"_L1) || it.key().endsWith("_duration"_L1)) {
            usage.insert(it.key(), it.value());
        }
    }
    return usage;
}

} // namespace

OllamaReader::OllamaReader(LlmClient::DeltaSink onDelta) : ReplyReader(Framing::Lines, std::move(onDelta)) {}

void OllamaReader::takeChunk(const QJsonObject& chunk, QByteArrayView event)
{
    Q_UNUSED(event)
    if (const auto error = openAiErrorIn(200, chunk)) {
        failWith(failureFor(*error));
        return;
    }
    if (reply().modelBilled.isEmpty()) {
        reply().modelBilled = chunk.value("model"_L1).toString();
        m_createdAt = chunk.value("created_at"_L1).toString();
    }
    const QJsonValue message = chunk.value("message"_L1);
    addReasoning(message["thinking"_L1].toString());
    addContent(message["content"_L1].toString());
    const QJsonArray calls = message["tool_calls"_L1].toArray();
    for (const QJsonValue& item : calls) {
        const QJsonValue arguments = item["function"_L1]["arguments"_L1];
        ToolCallRequest call;
        call.id = item["id"_L1].toString();
        call.name = item["function"_L1]["name"_L1].toString();
        call.arguments =
            arguments.isString() ? arguments.toString() : QString::fromUtf8(compactJson(arguments.toObject()));
        tell(LlmDelta::Kind::ToolCall, call.name);
        tell(LlmDelta::Kind::ToolCall, call.arguments);
        reply().toolCalls.append(call);
    }
    if (chunk.value("done"_L1).toBool()) {
        m_isDone = true;
        m_doneReason = chunk.value("done_reason"_L1).toString();
        reply().usage = readUsage(UsageDialect::Ollama, usageIn(chunk));
    }
}

void OllamaReader::takeDocument(const QJsonObject& document)
{
    takeChunk(document, {});
}

void OllamaReader::complete()
{
    if (!m_isDone) {
        failWith(brokenReply(u"The reply was cut off (no line says \"done\")"_s));
        return;
    }
    finishToolCalls(&reply().toolCalls, reply().modelBilled + m_createdAt);
    if (!reply().reasoning.isEmpty()) {
        reply().state = {QString(kOllama), QJsonArray{QJsonObject{{u"thinking"_s, reply().reasoning}}}};
    }
    if (m_doneReason == "length"_L1) {
        reply().stop = StopReason::Length;
    } else if (!reply().toolCalls.isEmpty()) {
        reply().stop = StopReason::ToolCalls;
    }
}

} // namespace lathe
