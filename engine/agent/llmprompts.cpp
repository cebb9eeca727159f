// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/agent/llmprompts.h"

#include "engine/core/canonicaljson.h"

#include <QStringDecoder>

#include <algorithm>
#include <iterator>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

// How much of a text attachment stands in the prompt; all of it lies in the working folder of code_executor.
constexpr qsizetype kAttachmentPreview = 2000;

/// Whether the model is shown the file itself, so that the text needs no word of its content.
bool isShown(const Attachment& attachment)
{
    const QString type = attachment.mediaType.toLower();
    return attachment.inPrompt && (type.startsWith("image/"_L1) || type == "application/pdf"_L1);
}

QString attachmentSection(const Attachment& attachment, bool shown)
{
    QString section = u"Attachment %1 (%2, %3 bytes)"_s.arg(
        attachment.name, attachment.mediaType.isEmpty() ? u"unknown type"_s : attachment.mediaType,
        QString::number(attachment.content.size()));
    if (shown) {
        return section + u": shown with the task"_s;
    }
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
    const QString text = decoder(attachment.content.first(qMin(attachment.content.size(), kAttachmentPreview * 3)));
    const bool whole = attachment.content.size() <= kAttachmentPreview * 3;
    if ((whole && decoder.hasError()) || text.contains(QChar::Null)) {
        return section + u": not text"_s;
    }
    const bool cut = !whole || text.size() > kAttachmentPreview;
    section += cut ? u", its beginning:\n"_s : u":\n"_s;
    section += text.left(kAttachmentPreview);
    return section;
}

} // namespace

QString systemPrompt(const AguiRunJob& job, const PromptSet& prompts, bool showsFiles)
{
    QString prompt = prompts.system;
    if (!job.attachments.isEmpty()) {
        prompt +=
            u"\n\nThe user attached files. They lie in the working folder of code_executor under their own names."_s;
        for (const Attachment& attachment : job.attachments) {
            prompt += u"\n\n"_s + attachmentSection(attachment, showsFiles && isShown(attachment));
        }
    }
    return prompt;
}

ToolDeclaration llmCallDeclaration()
{
    ToolDeclaration declaration;
    declaration.name = kLlmCallName;
    declaration.description =
        u"Works on one part of the task in a fresh conversation, one level deeper, and returns its "
        u"answer. Give it everything it needs to know: it does not see this conversation."_s;
    const QJsonObject prompt{
        {"type"_L1, u"string"_s}, {"minLength"_L1, 1}, {"description"_L1, u"The sub-task, complete in itself."_s}};
    declaration.parameters = QJsonObject{{"type"_L1, u"object"_s},
                                         {"properties"_L1, QJsonObject{{"prompt"_L1, prompt}}},
                                         {"required"_L1, QJsonArray{u"prompt"_s}},
                                         {"additionalProperties"_L1, false}};
    return declaration;
}

Transcript rootTranscript(const AguiRunJob& job, const PromptSet& prompts)
{
    Transcript transcript;
    ChatMessage system;
    system.role = ChatRole::System;
    system.content = systemPrompt(job, prompts, true);
    if (!job.toolResults.isEmpty()) {
        system.content +=
            u"\n\nResults known beforehand:\n"_s + QString::fromUtf8(canonicalJson(QJsonValue(job.toolResults)));
    }
    if (job.parameters.responseSchema) {
        system.content += u"\n\nYour final answer is one JSON document, without any text around it, that fits this "
                          u"JSON Schema:\n"_s +
                          QString::fromUtf8(canonicalJson(*job.parameters.responseSchema));
    }
    transcript.append(system);
    for (const QJsonValue& entry : job.previousContext) {
        const QJsonObject object = entry.toObject();
        ChatMessage message;
        message.role = object.value("role"_L1).toString() == "assistant"_L1 ? ChatRole::Assistant : ChatRole::User;
        message.content = object.value("content"_L1).toString();
        transcript.append(message);
    }
    ChatMessage user;
    user.role = ChatRole::User;
    user.content = job.prompt;
    std::copy_if(job.attachments.cbegin(), job.attachments.cend(), std::back_inserter(user.attachments), isShown);
    transcript.append(user);
    return transcript;
}

Transcript childTranscript(const AguiRunJob& job, const PromptSet& prompts, const QString& task)
{
    Transcript transcript;
    ChatMessage system;
    system.role = ChatRole::System;
    system.content = systemPrompt(job, prompts, false);
    transcript.append(system);
    ChatMessage user;
    user.role = ChatRole::User;
    user.content = task;
    transcript.append(user);
    return transcript;
}

} // namespace lathe
