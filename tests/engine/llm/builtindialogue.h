// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/llm/builtinllmclient.h"
#include "tests/support/await.h"

#include <QJsonDocument>

#include <functional>

// A frame played against the built-in planner with tools that a test makes up.

namespace lathe::test {

using namespace Qt::StringLiterals;

struct FakeAnswer
{
    QString text;
    bool error = false;
};
using FakeTools = std::function<FakeAnswer(const ToolCallRequest&)>;

inline ToolDeclaration declareTool(const QString& name, const QJsonObject& schema = {})
{
    return {name, u"A tool."_s, schema};
}

inline QList<ToolDeclaration> usualTools(bool children = false)
{
    QList<ToolDeclaration> tools{declareTool(u"code_executor"_s), declareTool(u"retrieve_context"_s)};
    if (children) {
        tools.append(declareTool(u"llm_call"_s));
    }
    return tools;
}

inline QString compact(const QJsonObject& object)
{
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

/// What code_executor gives back.
inline FakeAnswer ran(const QString& output, int exitCode = 0, const QString& errors = {})
{
    return {compact({{"exitCode"_L1, exitCode},
                     {"stdout"_L1, output},
                     {"stderr"_L1, errors},
                     {"timedOut"_L1, false},
                     {"durationMs"_L1, 12},
                     {"files"_L1, QJsonObject()}})};
}

inline FakeAnswer toolFailed(const QString& code, const QString& message)
{
    return {compact({{"error"_L1, QJsonObject{{"code"_L1, code}, {"message"_L1, message}}}}), true};
}

struct Dialogue
{
    QList<LlmReply> replies;
    QList<ToolCallRequest> calls;
    QList<ChatMessage> messages;
    QString answer;
    bool ended = false;
};

inline LlmOutcome askOnce(const LlmRequest& request, const LlmClient::DeltaSink& sink = {})
{
    const std::unique_ptr<LlmClient> client = makeBuiltinLlmClient();
    return await(client->call(request, sink, {}));
}

/// Plays until an answer or mostTurns replies.
inline Dialogue play(const QString& prompt, const QList<ToolDeclaration>& tools, const FakeTools& answer,
                     const QString& system = u"You are an agent."_s, int mostTurns = 20)
{
    Dialogue dialogue;
    LlmRequest request;
    request.tools = tools;
    request.transcript.append({ChatRole::System, system, {}, {}, {}, false});
    request.transcript.append({ChatRole::User, prompt, {}, {}, {}, false});
    for (int turn = 0; turn < mostTurns && !dialogue.ended; ++turn) {
        const LlmOutcome outcome = askOnce(request);
        if (!outcome.reply) {
            break;
        }
        const LlmReply& reply = *outcome.reply;
        dialogue.replies.append(reply);
        request.transcript.append({ChatRole::Assistant, reply.content, reply.toolCalls, {}, {}, false});
        for (const ToolCallRequest& call : reply.toolCalls) {
            dialogue.calls.append(call);
            const FakeAnswer result = answer(call);
            request.transcript.append({ChatRole::Tool, result.text, {}, call.id, call.name, result.error});
        }
        dialogue.ended = reply.toolCalls.isEmpty();
        dialogue.answer = reply.content;
    }
    dialogue.messages = request.transcript.messages();
    return dialogue;
}

} // namespace lathe::test
