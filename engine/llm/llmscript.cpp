// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/llmscript.h"

#include "engine/core/canonicaljson.h"
#include "engine/core/jsonreader.h"
#include "engine/llm/errorclassifier.h"

#include <QFile>

#include <algorithm>

namespace lathe {

namespace {

using namespace Qt::StringLiterals;

constexpr qint64 kMaxBytes = 16 * 1024 * 1024;
constexpr qint64 kMaxTokens = 1'000'000'000;
constexpr qint64 kMaxDelayMs = 3'600'000;

template <typename E>
[[nodiscard]] QString namesOf()
{
    QStringList names;
    for (const auto& entry : EnumNames<E>::table) {
        names.append(QString(entry.second));
    }
    return names.join(u", "_s);
}

/// The value of an enum by name; an issue if it has no such name.
template <typename E>
[[nodiscard]] std::optional<E> named(JsonReader& reader, QLatin1StringView key)
{
    const QString name = reader.string(key);
    const auto value = fromName<E>(name);
    if (!value && !name.isEmpty()) {
        reader.addIssue(reader.path() + u'.' + key, u"must be one of %1"_s.arg(namesOf<E>()));
    }
    return value;
}

[[nodiscard]] Usage readUsage(JsonReader reader)
{
    Usage usage;
    usage.input = reader.integer("input"_L1, 0, 0, kMaxTokens);
    usage.cacheRead = reader.integer("cacheRead"_L1, 0, 0, kMaxTokens);
    usage.cacheReadAudio = reader.integer("cacheReadAudio"_L1, 0, 0, kMaxTokens);
    usage.cacheWrite = reader.integer("cacheWrite"_L1, 0, 0, kMaxTokens);
    usage.cacheWrite1h = reader.integer("cacheWrite1h"_L1, 0, 0, kMaxTokens);
    usage.inputAudio = reader.integer("inputAudio"_L1, 0, 0, kMaxTokens);
    usage.output = reader.integer("output"_L1, 0, 0, kMaxTokens);
    usage.outputAudio = reader.integer("outputAudio"_L1, 0, 0, kMaxTokens);
    usage.reasoning = reader.integer("reasoning"_L1, 0, 0, kMaxTokens);
    usage.anyToken = reader.integer("anyToken"_L1, 0, 0, kMaxTokens);
    usage.webSearch = reader.integer("webSearch"_L1, 0, 0, kMaxTokens);
    usage.fileSearch = reader.integer("fileSearch"_L1, 0, 0, kMaxTokens);
    usage.serviceTier = reader.string("serviceTier"_L1);
    usage.region = reader.string("region"_L1);
    usage.source = UsageSource::Reported;
    if (usage.reasoning > usage.output) {
        reader.addIssue(reader.path() + ".reasoning"_L1, u"is part of output and cannot be more than that"_s);
    }
    reader.refuseUnknown();
    return usage;
}

[[nodiscard]] ScriptStep::Match readMatch(JsonReader reader)
{
    ScriptStep::Match match;
    match.task = reader.string("task"_L1);
    match.turn = reader.optionalInteger("turn"_L1, 0, 1'000'000);
    match.last = reader.string("last"_L1);
    match.tool = reader.string("tool"_L1);
    reader.refuseUnknown();
    if (match == ScriptStep::Match()) {
        reader.addIssue(reader.path(), u"must name at least one of task, turn, last, tool"_s);
    }
    return match;
}

[[nodiscard]] LlmFailure readFailure(JsonReader reader)
{
    LlmFailure failure;
    reader.requiredString("kind"_L1);
    failure.kind = named<LlmErrorKind>(reader, "kind"_L1).value_or(LlmErrorKind::Server);
    failure.errorClass = defaultClass(failure.kind);
    failure.httpStatus = static_cast<int>(reader.integer("httpStatus"_L1, 0, 0, 599));
    failure.providerCode = reader.string("code"_L1);
    failure.message = reader.string("message"_L1, u"The script says so"_s);
    if (const auto wait = reader.optionalInteger("retryAfterMs"_L1, 0, 10LL * 365 * 24 * 3'600'000)) {
        failure.retryAfter = std::chrono::milliseconds(*wait);
    }
    failure.requestSent = true;
    if (reader.has("usage"_L1)) {
        failure.usage = readUsage(reader.child("usage"_L1));
        failure.usage.source = UsageSource::Estimated; // of an attempt that failed there is no bill
    }
    reader.refuseUnknown();
    return failure;
}

[[nodiscard]] ToolCallRequest readCall(JsonReader reader)
{
    ToolCallRequest call;
    call.id = reader.string("id"_L1);
    call.name = reader.requiredString("name"_L1);
    const QJsonValue arguments = reader.value("arguments"_L1);
    if (arguments.isObject() || arguments.isUndefined()) {
        call.parsed = arguments.toObject();
        call.arguments = QString::fromUtf8(compactJson(*call.parsed));
    } else if (arguments.isString()) {
        call.arguments = arguments.toString();
        if (const auto parsed = parseJsonObject(call.arguments.toUtf8())) {
            call.parsed = *parsed;
        }
    } else {
        reader.addIssue(reader.path() + ".arguments"_L1, u"must be an object or a text"_s);
    }
    reader.refuseUnknown();
    return call;
}

void readReply(JsonReader& reader, ScriptStep *step)
{
    step->reply.content = reader.string("content"_L1);
    step->reply.reasoning = reader.string("reasoning"_L1);
    const QList<JsonReader> calls = reader.children("toolCalls"_L1);
    for (const JsonReader& call : calls) {
        step->reply.toolCalls.append(readCall(call));
    }
    step->estimateUsage = !reader.has("usage"_L1);
    if (!step->estimateUsage && !reader.value("usage"_L1).isNull()) {
        step->reply.usage = readUsage(reader.child("usage"_L1));
    }
    if (reader.has("cost"_L1)) {
        const Result<Money> cost = Money::fromDecimal(reader.string("cost"_L1));
        if (!cost) {
            reader.addIssue(reader.path() + ".cost"_L1, u"must be a decimal text like \"0.0021\""_s);
        } else {
            step->reply.usage.reportedCost = *cost;
        }
    }
    step->stop = named<StopReason>(reader, "stop"_L1);
}

[[nodiscard]] ScriptStep readStep(JsonReader reader)
{
    ScriptStep step;
    if (reader.has("match"_L1)) {
        step.match = readMatch(reader.child("match"_L1));
    }
    step.delay = std::chrono::milliseconds(reader.integer("delayMs"_L1, 0, 0, kMaxDelayMs));
    if (reader.has("error"_L1)) {
        step.failure = readFailure(reader.child("error"_L1));
    } else {
        const bool says = reader.has("content"_L1) || reader.has("toolCalls"_L1) || reader.has("reasoning"_L1);
        readReply(reader, &step);
        if (!says) {
            reader.addIssue(reader.path(), u"must have content, toolCalls, reasoning or error"_s);
        }
    }
    reader.refuseUnknown();
    return step;
}

[[nodiscard]] qsizetype taskIndex(const QList<ChatMessage>& messages)
{
    for (qsizetype i = messages.size() - 1; i >= 0; --i) {
        if (messages.at(i).role == ChatRole::User) {
            return i;
        }
    }
    return -1;
}

[[nodiscard]] bool ruleFits(const ScriptStep::Match& match, const QString& task, qint64 turn, const ChatMessage& last)
{
    return (match.task.isEmpty() || task.contains(match.task)) && (!match.turn || *match.turn == turn) &&
           (match.last.isEmpty() || last.content.contains(match.last)) &&
           (match.tool.isEmpty() || (last.role == ChatRole::Tool && last.toolName == match.tool));
}

/// Errors come one an attempt; the reply behind them answers every later attempt.
[[nodiscard]] std::optional<ScriptStep> stepOfAttempt(const QList<ScriptStep>& steps, int attempt)
{
    if (attempt <= steps.size()) {
        return steps.at(std::max(attempt, 1) - 1);
    }
    if (!steps.isEmpty() && !steps.last().failure) {
        return steps.last();
    }
    return std::nullopt;
}

/// Steps that answer one turn each: a reply and the errors before it; errors at the end are a turn of their own.
[[nodiscard]] QList<QList<ScriptStep>> turnsOf(const LlmScript& script, const QString& task)
{
    const auto inSequence = [](const ScriptStep& step) { return !step.match.isRule(); };
    const auto fits = [&](const ScriptStep& step) {
        return inSequence(step) && !step.match.task.isEmpty() && task.contains(step.match.task);
    };
    const auto first = std::find_if(script.steps.cbegin(), script.steps.cend(), fits);
    const QString wanted = first == script.steps.cend() ? QString() : first->match.task;
    QList<QList<ScriptStep>> turns;
    bool open = false;
    for (const ScriptStep& step : script.steps) {
        if (!inSequence(step) || step.match.task != wanted) {
            continue;
        }
        if (!open) {
            turns.append(QList<ScriptStep>());
        }
        turns.last().append(step);
        open = step.failure.has_value();
    }
    return turns;
}

} // namespace

Result<LlmScript> readScript(QByteArrayView json, const QString& origin)
{
    const Result<QJsonObject> object = parseJsonObject(json, kMaxBytes);
    if (!object) {
        return fail(ErrorCode::InvalidInput, u"script %1: %2"_s.arg(origin, object.error().message),
                    object.error().detail);
    }
    JsonReader reader(*object);
    LlmScript script;
    script.model = reader.string("model"_L1, script.model);
    script.repeatLast = reader.boolean("repeatLast"_L1, false);
    const QList<JsonReader> steps = reader.children("steps"_L1);
    for (const JsonReader& step : steps) {
        script.steps.append(readStep(step));
    }
    if (!reader.has("steps"_L1) || (steps.isEmpty() && reader.issues().isEmpty())) {
        reader.addIssue(u"$.steps"_s, u"must be a list with at least one step"_s);
    }
    reader.refuseUnknown();
    const Result<void> checked = reader.finish();
    if (!checked) {
        return fail(ErrorCode::InvalidInput, u"script %1: %2"_s.arg(origin, checked.error().message),
                    checked.error().detail);
    }
    return script;
}

Result<LlmScript> loadScript(const QString& path)
{
    if (path.isEmpty()) {
        return fail(ErrorCode::InvalidInput,
                    u"The scripted provider needs the path of a script as its model (--model FILE.json)"_s);
    }
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        return fail(ErrorCode::InvalidInput, u"script %1: %2"_s.arg(path, file.errorString()));
    }
    if (file.size() > kMaxBytes) {
        return fail(ErrorCode::InvalidInput, u"script %1: larger than %2 MiB"_s.arg(path).arg(kMaxBytes / 1024 / 1024));
    }
    const QByteArray json = file.readAll();
    return readScript(json, path);
}

qint64 turnOf(const Transcript& transcript)
{
    const QList<ChatMessage>& messages = transcript.messages();
    const auto isAssistant = [](const ChatMessage& message) { return message.role == ChatRole::Assistant; };
    return std::count_if(messages.cbegin() + (taskIndex(messages) + 1), messages.cend(), isAssistant);
}

Result<ScriptStep> stepFor(const LlmScript& script, const Transcript& transcript, int attempt)
{
    const QList<ChatMessage>& messages = transcript.messages();
    const qsizetype at = taskIndex(messages);
    const QString task = at < 0 ? QString() : messages.at(at).content;
    const qint64 turn = turnOf(transcript);
    const ChatMessage last = messages.isEmpty() ? ChatMessage() : messages.last();

    QList<ScriptStep> rules;
    for (const ScriptStep& step : script.steps) {
        if (step.match.isRule() && ruleFits(step.match, task, turn, last)) {
            rules.append(step);
            if (!step.failure) {
                break;
            }
        }
    }
    const bool rulesAnswer = !rules.isEmpty() && (attempt <= rules.size() || !rules.last().failure);
    const QList<QList<ScriptStep>> turns = turnsOf(script, task);
    QList<ScriptStep> steps;
    if (rulesAnswer) {
        steps = rules;
    } else if (turn < turns.size()) {
        steps = turns.at(turn);
    } else if (script.repeatLast && !turns.isEmpty()) {
        steps = turns.last();
    }
    if (const auto step = stepOfAttempt(steps, attempt)) {
        return *step;
    }
    if (script.repeatLast && !steps.isEmpty()) {
        return steps.last();
    }
    return fail(ErrorCode::NotFound, u"The script has no step for turn %1, attempt %2 of the task \"%3\""_s.arg(
                                         QString::number(turn), QString::number(attempt), task.left(60)));
}

} // namespace lathe
