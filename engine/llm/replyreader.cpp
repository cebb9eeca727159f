// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/replyreader.h"

#include "engine/core/jsonreader.h"
#include "engine/llm/errorclassifier.h"
#include "engine/llm/tokencounter.h"
#include "engine/llm/wireparts.h"

#include <QJsonDocument>

#include <algorithm>

namespace lathe {

namespace {

using namespace Qt::StringLiterals;

/// Whether a body is one JSON document and no event stream.
[[nodiscard]] bool isDocument(const QByteArray& body)
{
    const auto isBlank = [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; };
    const auto first = std::find_if_not(body.begin(), body.end(), isBlank);
    return first != body.end() && (*first == '{' || *first == '[');
}

} // namespace

ReplyReader::ReplyReader(Framing framing, LlmClient::DeltaSink onDelta, qsizetype maxEventBytes)
    : m_framing(framing),
      m_onDelta(std::move(onDelta)),
      m_events([this](const SseEvent& event) { takeEvent(event); }, maxEventBytes)
{}

void ReplyReader::feed(QByteArrayView bytes)
{
    m_raw.append(bytes);
    if (m_framing == Framing::Lines) {
        takeLines(bytes);
        return;
    }
    const Result<void> fed = m_events.feed(bytes);
    if (!fed && !m_failure && !isDocument(m_raw)) {
        m_failure = brokenReply(fed.error().message);
    }
}

void ReplyReader::takeEvent(const SseEvent& event)
{
    if (m_done || m_failure) {
        return;
    }
    const QByteArray data = event.data.toByteArray().trimmed();
    m_done = data == "[DONE]";
    if (!m_done) {
        takeObject(data, event.event, m_events.eventCount());
    }
}

void ReplyReader::takeLines(QByteArrayView bytes)
{
    while (!m_failure && !bytes.isEmpty()) {
        const qsizetype end = bytes.indexOf('\n');
        if (end < 0) {
            if (m_line.size() + bytes.size() > SseReader::defaultMaxEventBytes) {
                m_failure = brokenReply(u"A line of the streamed reply is longer than 10 MiB"_s);
                return;
            }
            m_line.append(bytes);
            return;
        }
        m_line.append(bytes.first(end));
        bytes = bytes.sliced(end + 1);
        takeLine(std::exchange(m_line, {}));
    }
}

void ReplyReader::takeLine(const QByteArray& line)
{
    ++m_lines;
    takeObject(line.trimmed(), {}, m_lines);
}

void ReplyReader::takeObject(const QByteArray& json, QByteArrayView event, qint64 number)
{
    if (json.isEmpty()) {
        return;
    }
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(json, &problem);
    if (document.isObject()) {
        takeChunk(document.object(), event);
        return;
    }
    const QString reason = problem.error == QJsonParseError::NoError ? u"no object"_s : problem.errorString();
    const QString what = m_framing == Framing::Events ? u"Event"_s : u"Line"_s;
    m_failure =
        brokenReply(u"%1 %2 of the streamed reply is not JSON: %3"_s.arg(what, QString::number(number), reason));
}

void ReplyReader::takeWhole()
{
    const auto document = parseJsonObject(m_raw, std::max<qint64>(m_raw.size(), 1));
    if (document) {
        takeDocument(*document);
    } else {
        m_failure = brokenReply(u"The reply is not JSON: %1"_s.arg(document.error().message));
    }
}

void ReplyReader::finishLines()
{
    if (!m_failure) {
        takeLine(std::exchange(m_line, {}));
    }
    if (!m_failure || m_lines > 1) {
        return;
    }
    // No object in the first line: it may be one document over several lines, or a line longer than any of a stream.
    if (const auto document = parseJsonObject(m_raw, std::max<qint64>(m_raw.size(), 1))) {
        m_failure.reset();
        takeDocument(*document);
    }
}

LlmOutcome ReplyReader::finish()
{
    const bool whole = m_framing == Framing::Events && isDocument(m_raw);
    if (whole) {
        m_failure.reset();
        takeWhole();
    } else if (m_framing == Framing::Lines) {
        finishLines();
    } else if (const Result<void> ended = m_events.finish(); !ended && !m_failure) {
        m_failure = brokenReply(ended.error().message);
    }
    const bool isPage = m_framing == Framing::Events && !whole && !m_done && m_events.eventCount() == 0 &&
                        m_events.commentCount() == 0 && !m_raw.trimmed().isEmpty();
    if (isPage) {
        failWith(brokenReply(u"The reply is not JSON, and no event stream either: %1"_s.arg(pageText(m_raw))));
    }
    if (!m_failure) {
        complete();
    }
    LlmOutcome outcome;
    outcome.rawReply = m_raw;
    if (m_failure) {
        m_failure->usage = whole ? m_reply.usage : usageOfBroken();
        outcome.failure = m_failure;
    } else {
        outcome.reply = m_reply;
    }
    return outcome;
}

void ReplyReader::tell(LlmDelta::Kind kind, const QString& text) const
{
    if (m_onDelta && !text.isEmpty()) {
        m_onDelta({kind, text});
    }
}

void ReplyReader::addContent(const QString& text)
{
    m_reply.content += text;
    tell(LlmDelta::Kind::Content, text);
}

void ReplyReader::addReasoning(const QString& text)
{
    m_reply.reasoning += text;
    tell(LlmDelta::Kind::Reasoning, text);
}

void ReplyReader::failWith(LlmFailure failure)
{
    if (!m_failure) {
        m_failure = std::move(failure);
    }
}

bool ReplyReader::says(const QString& text) const
{
    const auto inCall = [&text](const ToolCallRequest& call) {
        return call.arguments.contains(text) || call.name.contains(text) || call.id.contains(text);
    };
    return m_reply.content.contains(text) || m_reply.reasoning.contains(text) || m_reply.refusal.contains(text) ||
           std::any_of(m_reply.toolCalls.cbegin(), m_reply.toolCalls.cend(), inCall);
}

Usage ReplyReader::usageOfBroken() const
{
    Usage usage = m_reply.usage;
    qint64 characters = m_reply.content.size() + m_reply.reasoning.size() + m_reply.refusal.size();
    for (const ToolCallRequest& call : m_reply.toolCalls) {
        characters += call.name.size() + call.arguments.size();
    }
    if (usage.source == UsageSource::Missing && characters == 0) {
        return usage;
    }
    // What was reported before the end may be of the beginning only.
    usage.output = std::max(usage.output, estimateTokensByLength(characters));
    usage.source = UsageSource::Estimated;
    return usage;
}

} // namespace lathe
