// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/agent/jsondecision.h"

#include "engine/core/canonicaljson.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

// What a reply may hold is a stranger's: objects are looked for in so many places, calls are taken up to so many.
constexpr int kMostObjects = 64;
constexpr int kMostCalls = 64;

constexpr QLatin1StringView kThinkingTags[] = {"think"_L1, "thinking"_L1, "thought"_L1, "reasoning"_L1,
                                               "reflection"_L1};

/// Thinking aloud, as models mark it, goes out of text; gives what was thought. One pass, since a model that fell into
/// a loop writes nothing but opening tags.
QString takeThinking(QString& text)
{
    QStringList thoughts;
    QString rest;
    qsizetype from = 0; // of what is not in rest yet
    bool neverEnds[std::size(kThinkingTags)] = {};
    for (qsizetype at = text.indexOf(u'<'); at >= 0; at = text.indexOf(u'<', at)) {
        ++at;
        for (size_t i = 0; i < std::size(kThinkingTags); ++i) {
            const QString tag = kThinkingTags[i] + u'>';
            if (neverEnds[i] || QStringView(text).mid(at, tag.size()).compare(tag, Qt::CaseInsensitive) != 0) {
                continue;
            }
            const qsizetype begin = at + tag.size();
            const QString closing = u"</"_s + tag;
            const qsizetype end = text.indexOf(closing, begin, Qt::CaseInsensitive);
            neverEnds[i] = end < 0;
            if (end >= 0) {
                thoughts << text.mid(begin, end - begin).trimmed();
                rest += QStringView(text).mid(from, at - 1 - from);
                from = at = end + closing.size();
            }
            break;
        }
    }
    text = rest + text.mid(from);
    // Some servers put the opening tag into the prompt.
    static const QRegularExpression onlyEnd(u"</(?:think|thinking|thought|reasoning)>"_s,
                                            QRegularExpression::CaseInsensitiveOption);
    if (const QRegularExpressionMatch match = onlyEnd.match(text); match.hasMatch()) {
        thoughts << text.left(match.capturedStart()).trimmed();
        text = text.mid(match.capturedEnd());
    }
    return thoughts.join(u"\n\n"_s).trimmed();
}

/// Where the object that begins at from ends, exclusive; -1 if it does not. Braces in strings are text.
qsizetype endOfObject(QStringView text, qsizetype from)
{
    int depth = 0;
    bool inString = false;
    for (qsizetype i = from; i < text.size(); ++i) {
        const QChar c = text.at(i);
        if (inString) {
            if (c == u'\\') {
                ++i;
            } else if (c == u'"') {
                inString = false;
            }
        } else if (c == u'"') {
            inString = true;
        } else if (c == u'{') {
            ++depth;
        } else if (c == u'}' && --depth == 0) {
            return i + 1;
        }
    }
    return -1;
}

/// Without commas before a closing bracket.
QString withoutStrayCommas(QStringView text)
{
    QString clean;
    clean.reserve(text.size());
    bool inString = false;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const QChar c = text.at(i);
        if (inString && c == u'\\' && i + 1 < text.size()) {
            clean += c;
            clean += text.at(++i);
            continue;
        }
        if (c == u'"') {
            inString = !inString;
        }
        if (!inString && c == u',') {
            qsizetype next = i + 1;
            while (next < text.size() && text.at(next).isSpace()) {
                ++next;
            }
            if (next < text.size() && (text.at(next) == u'}' || text.at(next) == u']')) {
                continue;
            }
        }
        clean += c;
    }
    return clean;
}

std::optional<QJsonObject> objectIn(QStringView text)
{
    QJsonParseError error;
    QJsonDocument document = QJsonDocument::fromJson(text.toUtf8(), &error);
    if (error.error != QJsonParseError::NoError) {
        document = QJsonDocument::fromJson(withoutStrayCommas(text).toUtf8(), &error);
    }
    return error.error == QJsonParseError::NoError && document.isObject() ? std::optional(document.object())
                                                                          : std::nullopt;
}

QJsonValue firstOf(const QJsonObject& object, std::initializer_list<QLatin1StringView> names)
{
    for (const QLatin1StringView name : names) {
        if (object.contains(name)) {
            return object.value(name);
        }
    }
    return QJsonValue(QJsonValue::Undefined);
}

/// {"tool": NAME, "arguments": {...}} and the like; also {"function": {"name", "arguments"}}.
std::optional<ToolCallRequest> callIn(const QJsonObject& object)
{
    if (object.value("function"_L1).isObject()) {
        return callIn(object.value("function"_L1).toObject());
    }
    ToolCallRequest call;
    call.name = firstOf(object, {"tool"_L1, "name"_L1, "function"_L1, "tool_name"_L1}).toString();
    if (call.name.isEmpty()) {
        return std::nullopt;
    }
    const QJsonValue arguments =
        firstOf(object, {"arguments"_L1, "args"_L1, "parameters"_L1, "input"_L1, "tool_input"_L1});
    if (arguments.isString()) { // as the servers of others have them: JSON in a string
        call.arguments = arguments.toString();
        call.parsed = objectIn(call.arguments);
    } else if (arguments.isObject() || arguments.isUndefined() || arguments.isNull()) {
        call.parsed = arguments.toObject();
    } else {
        call.arguments = QString::fromUtf8(canonicalJson(arguments));
    }
    if (call.parsed) {
        call.arguments = QString::fromUtf8(compactJson(*call.parsed));
    }
    return call;
}

QString answerText(const QJsonValue& answer)
{
    return answer.isString() || answer.isNull() ? answer.toString() : QString::fromUtf8(canonicalJson(answer));
}

/// What the objects of a reply say; false if they say nothing.
bool readObject(const QJsonObject& object, LlmReply& read)
{
    const QString reasoning = firstOf(object, {"reasoning"_L1, "thought"_L1, "thoughts"_L1, "rationale"_L1}).toString();
    const QJsonValue calls = firstOf(object, {"calls"_L1, "tool_calls"_L1, "tools"_L1});
    bool any = false;
    for (const QJsonValue& entry : calls.toArray()) {
        const std::optional<ToolCallRequest> call = callIn(entry.toObject());
        if (call && read.toolCalls.size() < kMostCalls) {
            read.toolCalls.append(*call);
            any = true;
        }
    }
    const QJsonValue answer = firstOf(object, {"answer"_L1, "final_answer"_L1, "finalAnswer"_L1});
    if (!any && answer.isUndefined()) {
        const std::optional<ToolCallRequest> call = callIn(object);
        if (call && read.toolCalls.size() < kMostCalls) {
            read.toolCalls.append(*call);
            any = true;
        }
    }
    if (!any && !answer.isUndefined() && !answerText(answer).trimmed().isEmpty()) {
        read.content = answerText(answer);
        any = true;
    }
    if (any && !reasoning.isEmpty()) {
        read.reasoning += (read.reasoning.isEmpty() ? QString() : u"\n\n"_s) + reasoning;
    }
    return any;
}

} // namespace

QString toolSection(const PromptSet& prompts, const QList<ToolDeclaration>& tools)
{
    QStringList lines;
    for (const ToolDeclaration& tool : tools) {
        lines << u"- %1: %2\n  arguments: %3"_s.arg(tool.name, tool.description.simplified(),
                                                    QString::fromUtf8(canonicalJson(tool.parameters)));
    }
    QString section = u"\n\n"_s + filled(prompts.tools, "tools"_L1,
                                         lines.isEmpty() ? u"(none: answer without)"_s : lines.join(u'\n'));
    if (!prompts.examples.trimmed().isEmpty()) {
        section += u"\n\n"_s + prompts.examples;
    }
    return section;
}

AgentDecision parseJsonDecision(const LlmReply& reply)
{
    if (!reply.toolCalls.isEmpty() || reply.stop == StopReason::Filtered || !reply.refusal.isEmpty() ||
        reply.content.trimmed().isEmpty()) {
        return parseDecision(reply); // there is nothing to read, or the server has read it
    }
    QString text = reply.content;
    LlmReply read = reply;
    read.content.clear();
    const QString thoughts = takeThinking(text);
    if (read.reasoning.isEmpty()) {
        read.reasoning = thoughts;
    }
    bool any = false;
    bool broken = false;
    qsizetype at = text.indexOf(u'{');
    for (int seen = 0; at >= 0 && seen < kMostObjects; ++seen) {
        const qsizetype end = endOfObject(text, at);
        const std::optional<QJsonObject> object =
            end < 0 ? std::nullopt : objectIn(QStringView(text).mid(at, end - at));
        broken = broken || !object;
        if (object && readObject(*object, read)) {
            any = true;
            if (read.toolCalls.isEmpty()) {
                break; // the answer ends it; what follows is chatter
            }
        }
        at = text.indexOf(u'{', object ? end : at + 1);
    }
    if (any) {
        if (!read.toolCalls.isEmpty()) {
            read.content.clear();
        }
        return parseDecision(read);
    }
    AgentDecision decision;
    decision.action = AgentActionType::LlmCall;
    decision.status = AgentStatus::NextStep;
    decision.reasoning = read.reasoning;
    decision.text = reply.content;
    decision.malformed = reply.stop == StopReason::Length ? u"it was cut off before its end"_s
                         : broken                         ? u"its JSON cannot be read"_s
                         : text.contains(u'{')            ? u"its JSON names neither a tool nor an answer"_s
                                                          : QString(kNoJson);
    return decision;
}

ChatMessage jsonDecisionMessage(const AgentDecision& decision)
{
    ChatMessage message;
    message.role = ChatRole::Assistant;
    if (!decision.malformed.isEmpty()) {
        message.content = decision.text;
        return message;
    }
    QJsonObject json{{"reasoning"_L1, decision.reasoning}};
    if (decision.calls.isEmpty()) {
        json.insert("action"_L1, u"final_answer"_s);
        json.insert("answer"_L1, decision.finalAnswer);
    } else {
        QJsonArray calls;
        for (const ToolCallRequest& call : decision.calls) {
            calls.append(
                QJsonObject{{"tool"_L1, call.name},
                            {"arguments"_L1, call.parsed ? QJsonValue(*call.parsed) : QJsonValue(call.arguments)}});
        }
        json.insert("action"_L1, u"tool_call"_s);
        json.insert("calls"_L1, calls);
    }
    message.content = QString::fromUtf8(compactJson(json));
    return message;
}

ChatMessage toolResultMessage(const PromptSet& prompts, const ToolCallRequest& call, const QString& text)
{
    ChatMessage message;
    message.role = ChatRole::User;
    message.toolCallId = call.id; // tells it from what the user asked
    message.toolName = call.name;
    // The result last: what stands in it is a stranger's, and must not be filled in.
    message.content = filled(filled(prompts.result, "tool"_L1, call.name), "result"_L1, text);
    return message;
}

ChatMessage repairMessage(const PromptSet& prompts, const QString& problem)
{
    ChatMessage message;
    message.role = ChatRole::User;
    message.content = filled(prompts.repair, "problem"_L1, problem);
    return message;
}

} // namespace lathe
