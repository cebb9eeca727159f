// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/llm/builtinarithmetic.h"
#include "engine/llm/builtindirectives.h"
#include "engine/llm/builtinextract.h"
#include "engine/llm/builtinobservations.h"
#include "engine/llm/builtinprompt.h"

// From a task to steps, and from what is known so far to the next calls. Pure functions of the request: nothing is
// remembered between turns, so a resumed, replayed or edited run plans the same.

namespace lathe::builtin {

/// A frame makes no more calls than this.
inline constexpr qsizetype kMostCalls = 12;

/// One thing to do for a task. A step without a tool needs no call.
struct Step
{
    enum class Kind
    {
        SubTask,    ///< a child frame
        Code,       ///< a fenced block
        Arithmetic, ///< a calculation
        Retrieve,   ///< a question to the knowledge base and the attachments
        Summary,    ///< of the passages
        Tool,       ///< named by the prompt
        Note        ///< something to say
    };
    Kind kind = Kind::Note;
    QString title; ///< what it is, in a few words
    QString tool;  ///< empty: nothing to call
    QJsonObject arguments;
    QString question;        ///< of Retrieve
    QList<Passage> passages; ///< attachments to answer from
    QString note;            ///< of Note
    bool waits = false;      ///< needs the result of an earlier step first

    /// Eight hex digits that tell this step from others of the task; the same whenever it is planned again.
    [[nodiscard]] QString key() const;
};

/// Something to say behind the results; its title is shortened.
[[nodiscard]] Step note(const QString& title, const QString& text);

/// What planning a task may use.
struct Scene
{
    QList<ToolDeclaration> tools;
    QList<Observation> observations;
    QList<AttachmentText> attachments;
    QList<std::pair<QString, QString>> known; ///< earlier parts of the task with their results
};

/// The steps of a task that is not split any further.
[[nodiscard]] QList<Step> planTask(const QString& task, const Scene& scene);
/// The call that was made for a step, or one with the same tool and arguments; nothing if there is none.
[[nodiscard]] const Observation *findObservation(const QList<Observation>& observations, const Step& step);

/// What the model says next: calls, or an answer.
struct Turn
{
    QString reasoning;
    QList<ToolCallRequest> calls;
    QString answer;
};
[[nodiscard]] Turn planTurn(const LlmRequest& request);

} // namespace lathe::builtin
