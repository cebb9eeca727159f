// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/llm/builtintext.h"
#include "engine/llm/llmtypes.h"

#include <QJsonArray>

// What the built-in planner makes of a prompt: the task itself, what came with it, and its parts. Pure functions.

namespace lathe::builtin {

/// An attachment that stands in the request, in a section of its own:
///     Attachment sales.csv (text/csv, 420 bytes), its beginning:
///     region,amount
/// The section ends at the next one, before the results known beforehand, or at the end of the message. Attachments
/// that are not text have the first line alone.
struct AttachmentText
{
    QString name;
    QString mediaType;
    qint64 size = 0;  ///< bytes of the whole file
    QString text;     ///< empty if it is not text
    bool cut = false; ///< text is only the beginning of the file

    bool operator==(const AttachmentText&) const = default;
};

/// Takes the attachment sections out of text; what is left is trimmed.
[[nodiscard]] QList<AttachmentText> takeAttachments(QString& text);

/// The task of a frame.
struct Task
{
    QString text;     ///< without attachments and without what is known
    QString previous; ///< the lines under "Known so far:" that an earlier part of the task left
    QList<AttachmentText> attachments;
    QJsonArray knownResults; ///< {tool, arguments, result} that the job brought along
};
/// The last user message is the task; attachments and known results may stand in any system message.
[[nodiscard]] Task readTask(const QList<ChatMessage>& messages);

/// What earlier parts of a task found, in the form that readTask() understands.
[[nodiscard]] QString withKnown(const QString& task, const QList<std::pair<QString, QString>>& known);

/// The parts of a task that holds several: items of a list, or steps joined by "then", "after that", "finally". One
/// element, the task itself, if it is a single one. Fenced code and quotations stay whole; a list is split only if its
/// items are tasks.
[[nodiscard]] QStringList splitTask(const QString& task);

/// Whether text begins as a request or a question does.
[[nodiscard]] bool startsAsTask(const QString& text);
[[nodiscard]] bool isQuestion(const QString& text);
/// Whether text speaks of something said before: "it", "the result", "these".
[[nodiscard]] bool refersBack(const QString& text);

} // namespace lathe::builtin
