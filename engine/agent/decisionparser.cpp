// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/agent/decisionparser.h"

#include "engine/agent/llmprompts.h"
#include "engine/core/canonicaljson.h"
#include "engine/core/jsonreader.h"

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

/// Action, status and next prompt follow from the calls and the answer.
void classify(AgentDecision& decision)
{
    if (decision.calls.isEmpty()) {
        decision.action = AgentActionType::FinalAnswer;
        decision.status = decision.failure ? AgentStatus::Error : AgentStatus::Complete;
        return;
    }
    decision.action = AgentActionType::ToolCall;
    decision.status = AgentStatus::ToolDispatched;
    for (const ToolCallRequest& call : decision.calls) {
        if (call.name == kLlmCallName) {
            decision.action = AgentActionType::LlmCall;
            decision.status = AgentStatus::NextStep;
            decision.nextPrompt = call.parsed.value_or(QJsonObject()).value("prompt"_L1).toString();
            return;
        }
    }
}

} // namespace

AgentDecision parseDecision(const LlmReply& reply)
{
    AgentDecision decision;
    decision.reasoning = reply.reasoning;
    decision.calls = reply.toolCalls;
    decision.state = reply.state;
    // Some servers leave ids out or repeat them; results are matched by id, so each call gets one of its own.
    QStringList seen;
    for (ToolCallRequest& call : decision.calls) {
        for (qsizetype n = seen.size() + 1; call.id.isEmpty() || seen.contains(call.id); ++n) {
            call.id = u"call_%1"_s.arg(n);
        }
        seen.append(call.id);
    }
    if (decision.calls.isEmpty()) {
        decision.finalAnswer = reply.content;
        if (reply.stop == StopReason::Filtered || !reply.refusal.isEmpty()) {
            decision.failure.emplace();
            decision.failure->kind = LlmErrorKind::ContentFiltered;
            decision.failure->message = reply.refusal.isEmpty() ? u"the provider withheld the reply (content filter)"_s
                                                                : u"the model refused: %1"_s.arg(reply.refusal);
        } else if (reply.content.trimmed().isEmpty()) {
            decision.failure.emplace();
            decision.failure->kind = LlmErrorKind::BadRequest;
            decision.failure->message = u"the model's reply holds neither an answer nor a tool call"_s;
        }
    } else {
        decision.text = reply.content;
        if (decision.reasoning.isEmpty()) {
            decision.reasoning = reply.content; // what a model says beside its calls is why it makes them
        }
    }
    classify(decision);
    return decision;
}

Result<AgentDecision> decisionFromJson(const QJsonObject& json)
{
    JsonReader reader(json, u"$.decision"_s);
    AgentDecision decision;
    const QString action = reader.string("action"_L1);
    decision.reasoning = reader.string("reasoning"_L1);
    decision.finalAnswer = reader.string("finalAnswer"_L1);
    for (JsonReader& item : reader.children("calls"_L1)) {
        ToolCallRequest call;
        call.id = item.requiredString("id"_L1);
        call.name = item.requiredString("name"_L1);
        call.parsed = item.object("arguments"_L1);
        call.arguments = QString::fromUtf8(compactJson(*call.parsed));
        item.refuseUnknown();
        decision.calls.append(call);
    }
    reader.string("nextPrompt"_L1);
    reader.string("status"_L1);
    reader.refuseUnknown();
    classify(decision);
    if (decision.calls.isEmpty() && decision.finalAnswer.trimmed().isEmpty()) {
        reader.addIssue(u"$.decision"_s, u"needs calls or a finalAnswer"_s);
    }
    if (!decision.calls.isEmpty() && !decision.finalAnswer.isEmpty()) {
        reader.addIssue(u"$.decision.finalAnswer"_s, u"must be empty when there are calls"_s);
    }
    if (!action.isEmpty() && action != toName(decision.action)) {
        reader.addIssue(u"$.decision.action"_s,
                        u"%1 does not fit the calls, which make it %2"_s.arg(action, toName(decision.action)));
    }
    if (const auto finished = reader.finish(); !finished) {
        return fail(finished.error());
    }
    return decision;
}

QJsonObject toJson(const AgentDecision& decision)
{
    QJsonArray calls;
    for (const ToolCallRequest& call : decision.calls) {
        QJsonObject object{{"id"_L1, call.id}, {"name"_L1, call.name}};
        object.insert("arguments"_L1, call.parsed ? QJsonValue(*call.parsed) : QJsonValue(call.arguments));
        calls.append(object);
    }
    QJsonObject json{{"action"_L1, toName(decision.action)}, {"reasoning"_L1, decision.reasoning}};
    if (decision.calls.isEmpty()) {
        json.insert("finalAnswer"_L1, decision.finalAnswer);
    } else {
        json.insert("calls"_L1, calls);
    }
    return json;
}

ChatMessage assistantMessage(const AgentDecision& decision)
{
    ChatMessage message;
    message.role = ChatRole::Assistant;
    message.content = decision.calls.isEmpty() ? decision.finalAnswer : decision.text;
    message.toolCalls = decision.calls;
    message.state = decision.state;
    return message;
}

} // namespace lathe
