// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/domain/job.h"

#include <QSet>

#include <algorithm>

using namespace Qt::StringLiterals;

// The rules for the values of a job; readJob() checks the form of its JSON.

namespace lathe {

namespace {

constexpr qsizetype kMaxPromptBytes = 10 * 1024 * 1024;
constexpr qsizetype kMaxIdCharacters = 255;
constexpr qsizetype kMaxFileNameBytes = 255;

using Issues = QList<JsonIssue>;

void checkRange(Issues& issues, const QString& path, qint64 value, qint64 min, qint64 max)
{
    if (value < min || value > max) {
        issues.append({path, u"must be from %1 to %2, not %3"_s.arg(min).arg(max).arg(value)});
    }
}

void checkLength(Issues& issues, const QString& path, const QString& text)
{
    if (text.size() > kMaxIdCharacters) {
        issues.append({path, u"must have at most %1 characters, not %2"_s.arg(kMaxIdCharacters).arg(text.size())});
    }
}

/// Bytes of text in UTF-8 without encoding it.
qsizetype utf8Size(QStringView text)
{
    qsizetype size = 0;
    for (const QChar c : text) {
        // Each half of a surrogate pair counts two of the pair's four bytes.
        size += c.unicode() < 0x80 ? 1 : (c.unicode() < 0x800 || c.isSurrogate()) ? 2 : 3;
    }
    return size;
}

bool isUuid(QStringView text)
{
    if (text.size() != 36) {
        return false;
    }
    for (qsizetype i = 0; i < text.size(); ++i) {
        const char16_t c = text.at(i).unicode();
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        const bool hex = (c >= u'0' && c <= u'9') || (c >= u'a' && c <= u'f') || (c >= u'A' && c <= u'F');
        if (dash ? c != u'-' : !hex) {
            return false;
        }
    }
    return true;
}

void checkIdentity(Issues& issues, const AguiRunJob& job)
{
    if (job.userId.trimmed().isEmpty()) {
        issues.append({u"$.userId"_s, u"must not be blank"_s});
    }
    checkLength(issues, u"$.userId"_s, job.userId);
    checkLength(issues, u"$.name"_s, job.name);
    checkLength(issues, u"$.provider"_s, job.provider);
    checkLength(issues, u"$.model"_s, job.model);
    if (!job.correlationId.isEmpty() && !isUuid(job.correlationId)) {
        issues.append(
            {u"$.correlationId"_s, u"must be a UUID like 123e4567-e89b-42d3-a456-426614174000, not \"%1\""_s.arg(
                                       job.correlationId.left(60))});
    }
}

void checkPrompt(Issues& issues, const QString& prompt)
{
    const auto blank = [](QChar c) { return c.isSpace() || c.isNull(); };
    if (std::all_of(prompt.begin(), prompt.end(), blank)) {
        issues.append({u"$.prompt"_s, u"must not be blank"_s});
        return;
    }
    const qsizetype bytes = utf8Size(prompt);
    if (bytes > kMaxPromptBytes) {
        issues.append(
            {u"$.prompt"_s, u"has %1 bytes; at most %2 (10 MiB) are taken: attach long texts as files"_s.arg(bytes).arg(
                                kMaxPromptBytes)});
    }
}

void checkParameters(Issues& issues, const ModelParameters& parameters)
{
    if (parameters.temperature && !(*parameters.temperature >= 0 && *parameters.temperature <= 2)) {
        issues.append({u"$.parameters.temperature"_s, u"must be from 0 to 2, not %1"_s.arg(*parameters.temperature)});
    }
    checkRange(issues, u"$.parameters.maxOutputTokens"_s, parameters.maxOutputTokens, 1, 1'000'000);
}

void checkPreviousContext(Issues& issues, const QJsonArray& messages)
{
    static const QStringList roles = {u"system"_s, u"user"_s, u"assistant"_s};
    for (qsizetype i = 0; i < messages.size(); ++i) {
        const QString path = u"$.previousContext[%1]"_s.arg(i);
        if (!messages.at(i).isObject()) {
            issues.append({path, u"must be a message {\"role\", \"content\"}"_s});
            continue;
        }
        JsonReader message(messages.at(i).toObject(), path);
        const QString role = message.requiredString("role"_L1);
        message.requiredString("content"_L1);
        message.refuseUnknown();
        issues.append(message.issues());
        if (!role.isEmpty() && !roles.contains(role)) {
            issues.append(
                {QString(path + ".role"_L1), u"must be system, user or assistant, not \"%1\""_s.arg(role.left(60))});
        }
    }
}

void checkToolResults(Issues& issues, const QJsonArray& results)
{
    for (qsizetype i = 0; i < results.size(); ++i) {
        const QString path = u"$.toolResults[%1]"_s.arg(i);
        if (!results.at(i).isObject()) {
            issues.append({path, u"must be a result {\"tool\", \"arguments\", \"result\"}"_s});
            continue;
        }
        JsonReader result(results.at(i).toObject(), path);
        if (result.requiredString("tool"_L1).isEmpty() && result.has("tool"_L1) && result.issues().isEmpty()) {
            result.addIssueAt("tool"_L1, u"must not be blank"_s);
        }
        result.object("arguments"_L1);
        if (result.value("result"_L1).isUndefined()) {
            result.addIssueAt("result"_L1, u"is missing"_s);
        }
        result.refuseUnknown();
        issues.append(result.issues());
    }
}

void checkTools(Issues& issues, const QStringList& tools)
{
    QSet<QString> seen;
    for (qsizetype i = 0; i < tools.size(); ++i) {
        const QString path = u"$.tools[%1]"_s.arg(i);
        if (tools.at(i).trimmed().isEmpty()) {
            issues.append({path, u"must not be blank"_s});
        } else if (seen.contains(tools.at(i))) {
            issues.append({path, u"names \"%1\" a second time"_s.arg(tools.at(i).left(60))});
        }
        seen.insert(tools.at(i));
    }
}

/// Empty, or what is wrong with a name that becomes a file in the sandbox.
QString fileNameProblem(const QString& name)
{
    const auto control = [](QChar c) { return c.unicode() < 0x20 || c.unicode() == 0x7F; };
    if (name.trimmed().isEmpty()) {
        return u"must not be blank"_s;
    }
    if (name == "."_L1 || name == ".."_L1) {
        return u"must be a file name, not \"%1\""_s.arg(name);
    }
    if (name.contains(u'/') || name.contains(u'\\')) {
        return u"must be a plain file name without slashes"_s;
    }
    if (std::any_of(name.begin(), name.end(), control)) {
        return u"must not contain control characters"_s;
    }
    if (utf8Size(name) > kMaxFileNameBytes) {
        return u"must have at most %1 bytes"_s.arg(kMaxFileNameBytes);
    }
    return {};
}

void checkAttachments(Issues& issues, const QList<Attachment>& attachments)
{
    QSet<QString> seen;
    for (qsizetype i = 0; i < attachments.size(); ++i) {
        const QString& name = attachments.at(i).name;
        const QString path = u"$.attachments[%1].name"_s.arg(i);
        const QString problem = fileNameProblem(name);
        if (!problem.isEmpty()) {
            issues.append({path, problem});
        } else if (seen.contains(name)) {
            issues.append({path, u"\"%1\" is the name of another attachment"_s.arg(name.left(60))});
        }
        seen.insert(name);
    }
}

} // namespace

QList<JsonIssue> validate(const AguiRunJob& job)
{
    Issues issues;
    checkIdentity(issues, job);
    checkPrompt(issues, job.prompt);
    checkParameters(issues, job.parameters);
    checkRange(issues, u"$.maxDepth"_s, job.maxDepth, 1, 100);
    checkRange(issues, u"$.currentDepth"_s, job.currentDepth, 0, 100);
    checkRange(issues, u"$.maxSteps"_s, job.maxSteps, 1, 10'000);
    checkRange(issues, u"$.contextWindowLimit"_s, job.contextWindowLimit, 1, 100'000'000);
    checkPreviousContext(issues, job.previousContext);
    checkToolResults(issues, job.toolResults);
    if (job.tools) {
        checkTools(issues, *job.tools);
    }
    if (job.budget && *job.budget < Money()) {
        issues.append({u"$.budget"_s, u"must not be negative"_s});
    }
    checkAttachments(issues, job.attachments);
    return issues;
}

} // namespace lathe
