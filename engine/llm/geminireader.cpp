// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/geminireader.h"

#include "engine/core/canonicaljson.h"
#include "engine/llm/usagedialects.h"
#include "engine/llm/wireparts.h"

#include <algorithm>
#include <utility>

namespace lathe {

namespace {

using namespace Qt::StringLiterals;

constexpr auto kSignature = "thoughtSignature"_L1;

[[nodiscard]] bool isFilter(QStringView reason)
{
    static constexpr QLatin1StringView kFilters[] = {"SAFETY"_L1,      "PROHIBITED_CONTENT"_L1, "BLOCKLIST"_L1,
                                                     "SPII"_L1,        "RECITATION"_L1,         "LANGUAGE"_L1,
                                                     "IMAGE_SAFETY"_L1};
    return std::any_of(std::begin(kFilters), std::end(kFilters), [reason](auto filter) { return reason == filter; });
}

/// A duration of protobuf's JSON: "46s", "1.5s".
[[nodiscard]] std::optional<std::chrono::milliseconds> durationOf(const QString& text)
{
    bool isNumber = false;
    const double seconds = text.endsWith(u's') ? text.chopped(1).toDouble(&isNumber) : 0;
    constexpr double kLongest = 10.0 * 366 * 24 * 3600;
    if (!isNumber || !(seconds >= 0 && seconds <= kLongest)) {
        return std::nullopt;
    }
    return std::chrono::milliseconds(static_cast<qint64>(seconds * 1000));
}

} // namespace

std::optional<ProviderError> geminiErrorIn(int status, const QJsonObject& object)
{
    const QJsonValue value = object.value("error"_L1);
    if (!value.isObject()) {
        return std::nullopt;
    }
    ProviderError error;
    error.status = status;
    error.code = codeText(value["code"_L1]);
    error.type = value["status"_L1].toString();
    error.message = value["message"_L1].toString();
    const QJsonArray details = value["details"_L1].toArray();
    for (const QJsonValue& detail : details) {
        if (detail["@type"_L1].toString().endsWith("RetryInfo"_L1)) {
            error.retryAfter = durationOf(detail["retryDelay"_L1].toString());
        }
        const QJsonArray violations = detail["violations"_L1].toArray();
        for (const QJsonValue& violation : violations) {
            error.detail += violation["quotaId"_L1].toString() + u' ';
        }
    }
    return error;
}

GeminiReader::GeminiReader(LlmClient::DeltaSink onDelta) : ReplyReader(Framing::Events, std::move(onDelta)) {}

void GeminiReader::keepText(const QJsonObject& part, const QString& text)
{
    // A signature belongs to the part it came with: only parts without one are put together.
    if (!part.contains(kSignature)) {
        m_text += text;
        return;
    }
    endText();
    m_items.append(QJsonObject{{u"text"_s, text}, {QString(kSignature), part.value(kSignature)}});
}

void GeminiReader::endText()
{
    if (!m_text.isEmpty()) {
        m_items.append(QJsonObject{{u"text"_s, std::exchange(m_text, {})}});
    }
}

void GeminiReader::takePart(const QJsonObject& part)
{
    const QJsonValue function = part.value("functionCall"_L1);
    if (function.isObject()) {
        ToolCallRequest call;
        call.id = function["id"_L1].toString();
        call.name = function["name"_L1].toString();
        call.arguments = QString::fromUtf8(compactJson(function["args"_L1].toObject()));
        tell(LlmDelta::Kind::ToolCall, call.name);
        tell(LlmDelta::Kind::ToolCall, call.arguments);
        reply().toolCalls.append(call);
        QJsonObject kept{{u"functionCall"_s, QJsonObject()}};
        if (part.contains(kSignature)) {
            kept.insert(kSignature, part.value(kSignature));
        }
        endText();
        m_callsAt.append(m_items.size());
        m_items.append(kept);
        return;
    }
    const QString text = part.value("text"_L1).toString();
    if (part.value("thought"_L1).toBool()) {
        addReasoning(text); // a summary for people; the model's own thoughts are in the signature
        return;
    }
    addContent(text);
    if (!text.isEmpty() || part.contains(kSignature)) {
        keepText(part, text);
    }
}

void GeminiReader::takeChunk(const QJsonObject& chunk, QByteArrayView event)
{
    Q_UNUSED(event)
    if (const auto error = geminiErrorIn(200, chunk)) {
        failWith(failureFor(*error));
        return;
    }
    if (chunk.value("usageMetadata"_L1).isObject()) {
        reply().usage = readUsage(UsageDialect::Gemini, chunk.value("usageMetadata"_L1));
    }
    if (reply().modelBilled.isEmpty()) {
        reply().modelBilled = chunk.value("modelVersion"_L1).toString();
    }
    if (m_replyId.isEmpty()) {
        m_replyId = chunk.value("responseId"_L1).toString();
    }
    const QString blocked = chunk.value("promptFeedback"_L1)["blockReason"_L1].toString();
    m_blockReason = blocked.isEmpty() ? m_blockReason : blocked;
    const QJsonArray candidates = chunk.value("candidates"_L1).toArray();
    for (const QJsonValue& candidate : candidates) {
        if (candidate["index"_L1].toInteger(0) != 0) {
            continue;
        }
        const QJsonArray parts = candidate["content"_L1]["parts"_L1].toArray();
        for (const QJsonValue& part : parts) {
            takePart(part.toObject());
        }
        const QString finish = candidate["finishReason"_L1].toString();
        if (!finish.isEmpty()) {
            m_finishReason = finish;
            m_finishMessage = candidate["finishMessage"_L1].toString();
        }
    }
}

void GeminiReader::takeDocument(const QJsonObject& document)
{
    takeChunk(document, {});
}

void GeminiReader::complete()
{
    if (m_finishReason.isEmpty() && m_blockReason.isEmpty()) {
        failWith(brokenReply(u"The reply was cut off (finishReason is missing)"_s));
        return;
    }
    finishToolCalls(&reply().toolCalls, m_replyId);
    endText();
    bool isSigned = false;
    for (qsizetype i = 0; i < m_callsAt.size(); ++i) {
        QJsonObject item = m_items.at(m_callsAt.at(i)).toObject();
        item.insert("functionCall"_L1, QJsonObject{{u"id"_s, reply().toolCalls.at(i).id}});
        m_items[m_callsAt.at(i)] = item;
    }
    for (const QJsonValue& item : std::as_const(m_items)) {
        isSigned = isSigned || item.toObject().contains(kSignature);
    }
    if (isSigned) {
        reply().state = {QString(kGemini), m_items};
    }
    if (!m_blockReason.isEmpty()) {
        reply().refusal = u"the prompt was blocked (%1)"_s.arg(m_blockReason);
        reply().stop = StopReason::Filtered;
    } else if (isFilter(m_finishReason)) {
        const QString why = m_finishMessage.isEmpty() ? QString() : u": "_s + m_finishMessage;
        reply().refusal = u"the provider withheld the reply (%1)"_s.arg(m_finishReason) + why;
        reply().stop = StopReason::Filtered;
    } else if (m_finishReason == "MAX_TOKENS"_L1) {
        reply().stop = StopReason::Length;
    } else if (!reply().toolCalls.isEmpty()) {
        reply().stop = StopReason::ToolCalls;
    } else if (m_finishReason != "STOP"_L1 && m_finishReason != "FINISH_REASON_UNSPECIFIED"_L1) {
        // MALFORMED_FUNCTION_CALL, CONTINUATION, OTHER ...: no answer, and another try may give one.
        const QString why = m_finishMessage.isEmpty() ? QString() : u": "_s + m_finishMessage;
        failWith(brokenReply(u"The provider ended the reply with %1"_s.arg(m_finishReason) + why));
    }
}

} // namespace lathe
