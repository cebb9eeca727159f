// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/builtinplanner.h"

#include "engine/core/canonicaljson.h"
#include "engine/llm/builtinanswer.h"

#include <QRegularExpression>

namespace lathe::builtin {

using namespace Qt::StringLiterals;

namespace {

constexpr QLatin1StringView kSubTask("llm_call");
constexpr int kDeepestSplit = 3;
constexpr qsizetype kLongestToSplit = 50'000;
constexpr qsizetype kMostAtOnce = 4;

QList<std::pair<QString, QString>> readKnown(const QString& lines)
{
    QList<std::pair<QString, QString>> known;
    for (const QString& line : lines.split(u'\n', Qt::SkipEmptyParts)) {
        const QString text = line.startsWith("- "_L1) ? line.sliced(2) : line;
        known.append({text.section(u": "_s, 0, 0), text.section(u": "_s, 1)});
    }
    return known;
}

/// Without child frames the parts of parts are worked off here too.
QStringList flattened(const QString& task, int depth)
{
    const QStringList parts = splitTask(task);
    if (parts.size() < 2 || depth >= kDeepestSplit) {
        return {task};
    }
    QStringList all;
    for (const QString& part : parts) {
        all += flattened(part, depth + 1);
    }
    return all;
}

QString partTitle(const QString& part)
{
    static const QRegularExpression ending(u"[\\s.:;,]+$"_s);
    const QString prose = withoutFences(part).trimmed();
    QString title = shortened(prose.isEmpty() ? part : prose.section(u'\n', 0, 0), 100).remove(ending);
    if (!title.isEmpty()) {
        title[0] = title[0].toUpper();
    }
    return title;
}

QString reasonFor(const Step& step)
{
    switch (step.kind) {
    case Step::Kind::SubTask:
        return u"This part is a task of its own, so I hand it to a child frame: “%1”."_s.arg(step.title);
    case Step::Kind::Code:
        return u"The prompt holds a fenced %1. I run it in the sandbox to see what it prints."_s.arg(step.title);
    case Step::Kind::Arithmetic:
        return u"“%1” is a calculation. I run a small exact program for it instead of guessing a figure."_s.arg(
            step.title);
    case Step::Kind::Retrieve:
        return u"“%1” is a question. I look for passages in the knowledge base that I can quote."_s.arg(step.title);
    case Step::Kind::Tool:
        return u"The prompt asks for the tool %1: “%2”."_s.arg(step.tool, step.title);
    case Step::Kind::Summary:
    case Step::Kind::Note:
        break;
    }
    return {};
}

/// Goes through the parts of a task in order until one has something open.
class TurnPlanner
{
public:
    explicit TurnPlanner(const LlmRequest& request) : m_history(request.transcript.chainHash())
    {
        const QList<ChatMessage>& messages = request.transcript.messages();
        const Task task = readTask(messages);
        m_task = task.text;
        m_scene.tools = request.tools;
        m_scene.attachments = task.attachments;
        m_scene.known = readKnown(task.previous);
        m_scene.observations = readObservations(messages);
        m_calls = m_scene.observations.size();
        m_scene.observations += readKnownResults(task.knownResults);
    }

    Turn run()
    {
        if (m_task.isEmpty()) {
            return {u"There is no task in the request."_s, {}, u"The request holds no task. "_s + introduction()};
        }
        const bool children = findTool(m_scene.tools, kSubTask) != nullptr;
        QStringList parts{m_task};
        if (m_task.size() <= kLongestToSplit) {
            parts = children ? splitTask(m_task) : flattened(m_task, 0);
        }
        QList<std::pair<QString, QString>> answers;
        for (const QString& part : parts) {
            QList<Step> steps;
            if (parts.size() > 1 && children) {
                steps = {subTask(part)};
            } else {
                steps = planTask(part, m_scene);
            }
            if (Turn turn = callsFor(steps); !turn.calls.isEmpty()) {
                if (parts.size() > 1) {
                    turn.reasoning = u"Part %1 of %2. "_s.arg(answers.size() + 1).arg(parts.size()) + turn.reasoning;
                }
                return turn;
            }
            answers.append({partTitle(part), taskAnswer(steps, m_scene.observations)});
            m_scene.known.append(answers.last());
        }
        Turn turn;
        turn.answer = parts.size() > 1 ? joinedAnswer(answers) : answers.first().second;
        turn.reasoning = finalReason(parts.size());
        return turn;
    }

private:
    Step subTask(const QString& part) const
    {
        Step step;
        step.kind = Step::Kind::SubTask;
        step.title = partTitle(part);
        step.tool = kSubTask;
        const QString prompt = refersBack(part) ? withKnown(part, m_scene.known) : part;
        step.arguments = {{"prompt"_L1, prompt}};
        return step;
    }

    /// The next calls: one, or several questions to the knowledge base at once. A call that was made is not made
    /// again, whoever made it.
    Turn callsFor(const QList<Step>& steps)
    {
        Turn turn;
        QList<QJsonObject> asked;
        for (const Step& step : steps) {
            const bool room = m_calls + turn.calls.size() < kMostCalls;
            const bool open = !step.tool.isEmpty() && !step.waits && !findObservation(m_scene.observations, step) &&
                              !asked.contains(step.arguments);
            if (!open || !room) {
                continue;
            }
            const bool together = step.kind == Step::Kind::Retrieve;
            if (!turn.calls.isEmpty() && (!together || turn.calls.size() >= kMostAtOnce)) {
                break;
            }
            ToolCallRequest call;
            call.id = callId(step.key(), m_history, turn.calls.size());
            call.name = step.tool;
            call.arguments = QString::fromUtf8(compactJson(step.arguments));
            call.parsed = step.arguments;
            turn.calls.append(call);
            asked.append(step.arguments);
            turn.reasoning = turn.calls.size() == 1 ? reasonFor(step)
                                                    : u"The prompt asks %1 questions that do not need each other, so I "
                                                      "look for all of them at once."_s.arg(turn.calls.size());
            if (!together) {
                break;
            }
        }
        return turn;
    }

    [[nodiscard]] QString finalReason(qsizetype parts) const
    {
        if (m_calls == 0) {
            return u"Nothing here needs a tool, so I answer at once."_s;
        }
        qsizetype failed = 0;
        for (const Observation& observation : m_scene.observations) {
            failed += observation.failed ? 1 : 0;
        }
        QString text = parts > 1 ? u"All %1 parts are worked off. I put their results together."_s.arg(parts)
                                 : u"Every step has its result. I put them together."_s;
        if (failed > 0) {
            text += u" %1 of %2 calls failed; the answer says so."_s.arg(failed).arg(m_calls);
        }
        return text;
    }

    QByteArray m_history;
    QString m_task;
    Scene m_scene;
    qsizetype m_calls = 0; ///< made in this frame
};

} // namespace

Turn planTurn(const LlmRequest& request)
{
    TurnPlanner planner(request);
    return planner.run();
}

} // namespace lathe::builtin
