// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/domain/job.h"

#include "engine/core/canonicaljson.h"
#include "engine/domain/jsonvalues.h"

#include <algorithm>
#include <limits>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr qint64 kMaxDepth = 100;
constexpr qint64 kMaxSteps = 10'000;
constexpr qint64 kMaxContextTokens = 100'000'000;
constexpr qint64 kMaxOutputTokens = 1'000'000;

std::optional<QByteArray> readContent(JsonReader& reader)
{
    const bool hasText = reader.has("text"_L1);
    const bool hasBase64 = reader.has("base64"_L1);
    const QString text = reader.string("text"_L1);
    const QString base64 = reader.string("base64"_L1);
    if (hasText == hasBase64) {
        reader.addIssue(reader.path(), hasText ? u"must have either text or base64, not both"_s
                                               : u"must have its content as text or base64"_s);
        return std::nullopt;
    }
    if (hasText) {
        return text.toUtf8();
    }
    auto decoded = QByteArray::fromBase64Encoding(base64.toLatin1(), QByteArray::AbortOnBase64DecodingErrors);
    if (!decoded) {
        reader.addIssueAt("base64"_L1, u"is not valid base64"_s);
        return std::nullopt;
    }
    return *decoded;
}

QList<Attachment> readAttachments(JsonReader& job)
{
    QList<Attachment> attachments;
    auto readers = job.children("attachments"_L1);
    for (JsonReader& reader : readers) {
        Attachment attachment;
        attachment.name = reader.requiredString("name"_L1);
        attachment.mediaType = reader.string("mediaType"_L1);
        attachment.content = readContent(reader).value_or(QByteArray());
        attachment.inPrompt = reader.boolean("inPrompt"_L1, true);
        reader.refuseUnknown();
        attachments.append(attachment);
    }
    return attachments;
}

ModelParameters readParameters(JsonReader& job)
{
    JsonReader reader = job.child("parameters"_L1);
    ModelParameters parameters;
    if (reader.has("temperature"_L1)) {
        const double temperature = reader.number("temperature"_L1, -1, 0, 2);
        if (temperature >= 0) {
            parameters.temperature = temperature;
        }
    }
    parameters.seed =
        reader.optionalInteger("seed"_L1, std::numeric_limits<qint64>::min(), std::numeric_limits<qint64>::max());
    parameters.maxOutputTokens = reader.integer("maxOutputTokens"_L1, parameters.maxOutputTokens, 1, kMaxOutputTokens);
    parameters.reasoning = readName<ReasoningEffort>(reader, "reasoning"_L1);
    parameters.toolChoice = readName<ToolChoice>(reader, "toolChoice"_L1).value_or(ToolChoice::Auto);
    if (reader.has("responseSchema"_L1)) {
        parameters.responseSchema = reader.object("responseSchema"_L1);
    }
    if (reader.has("nativeTools"_L1)) {
        parameters.nativeTools = reader.boolean("nativeTools"_L1, true);
    }
    reader.refuseUnknown();
    return parameters;
}

/// Text where it can be told apart from other bytes without loss, so that a person can read the job.
QJsonObject attachmentToJson(const Attachment& attachment)
{
    QJsonObject json;
    json.insert("name"_L1, attachment.name);
    insertText(json, "mediaType"_L1, attachment.mediaType);
    const QString text = QString::fromUtf8(attachment.content);
    if (text.toUtf8() == attachment.content) {
        json.insert("text"_L1, text);
    } else {
        json.insert("base64"_L1, QString::fromLatin1(attachment.content.toBase64()));
    }
    if (!attachment.inPrompt) {
        json.insert("inPrompt"_L1, false);
    }
    return json;
}

QJsonObject parametersToJson(const ModelParameters& parameters)
{
    QJsonObject json;
    if (parameters.temperature) {
        json.insert("temperature"_L1, *parameters.temperature);
    }
    if (parameters.seed) {
        json.insert("seed"_L1, *parameters.seed);
    }
    json.insert("maxOutputTokens"_L1, parameters.maxOutputTokens);
    if (parameters.reasoning) {
        json.insert("reasoning"_L1, QString(toName(*parameters.reasoning)));
    }
    if (parameters.toolChoice != ToolChoice::Auto) {
        json.insert("toolChoice"_L1, QString(toName(parameters.toolChoice)));
    }
    if (parameters.responseSchema) {
        json.insert("responseSchema"_L1, *parameters.responseSchema);
    }
    if (parameters.nativeTools) {
        json.insert("nativeTools"_L1, *parameters.nativeTools);
    }
    return json;
}

} // namespace

JobReading readJob(const QJsonObject& json)
{
    JobReading reading;
    AguiRunJob& job = reading.job;
    JsonReader reader(json);
    job.userId = reader.requiredString("userId"_L1);
    job.prompt = reader.requiredString("prompt"_L1);
    job.correlationId = reader.string("correlationId"_L1);
    job.name = reader.string("name"_L1);
    job.provider = reader.string("provider"_L1);
    job.model = reader.string("model"_L1);
    job.parameters = readParameters(reader);
    job.maxDepth = static_cast<int>(reader.integer("maxDepth"_L1, job.maxDepth, 1, kMaxDepth));
    job.currentDepth = static_cast<int>(reader.integer("currentDepth"_L1, 0, 0, kMaxDepth));
    job.maxSteps = static_cast<int>(reader.integer("maxSteps"_L1, job.maxSteps, 1, kMaxSteps));
    job.contextWindowLimit = reader.integer("contextWindowLimit"_L1, job.contextWindowLimit, 1, kMaxContextTokens);
    job.previousContext = reader.array("previousContext"_L1);
    job.toolResults = reader.array("toolResults"_L1);
    job.metadata = reader.object("metadata"_L1);
    if (reader.has("tools"_L1)) {
        job.tools = reader.stringList("tools"_L1);
    }
    job.budget = readMoney(reader, "budget"_L1);
    job.attachments = readAttachments(reader);
    reader.refuseUnknown();

    // What reading already complained about is not complained about again.
    reading.issues = reader.issues();
    const QList<JsonIssue> rules = validate(job);
    for (const JsonIssue& issue : rules) {
        const auto samePath = [&issue](const JsonIssue& known) { return known.path == issue.path; };
        if (std::none_of(reading.issues.cbegin(), reading.issues.cend(), samePath)) {
            reading.issues.append(issue);
        }
    }
    return reading;
}

QJsonObject toJson(const AguiRunJob& job)
{
    QJsonObject json;
    json.insert("userId"_L1, job.userId);
    json.insert("prompt"_L1, job.prompt);
    insertText(json, "correlationId"_L1, job.correlationId);
    insertText(json, "name"_L1, job.name);
    insertText(json, "provider"_L1, job.provider);
    insertText(json, "model"_L1, job.model);
    json.insert("parameters"_L1, parametersToJson(job.parameters));
    json.insert("maxDepth"_L1, job.maxDepth);
    json.insert("currentDepth"_L1, job.currentDepth);
    json.insert("maxSteps"_L1, job.maxSteps);
    json.insert("contextWindowLimit"_L1, job.contextWindowLimit);
    json.insert("previousContext"_L1, job.previousContext);
    json.insert("toolResults"_L1, job.toolResults);
    json.insert("metadata"_L1, job.metadata);
    if (job.tools) {
        json.insert("tools"_L1, QJsonArray::fromStringList(*job.tools));
    }
    insertMoney(json, "budget"_L1, job.budget);
    QJsonArray attachments;
    for (const Attachment& attachment : job.attachments) {
        attachments.append(attachmentToJson(attachment));
    }
    json.insert("attachments"_L1, attachments);
    return json;
}

QString intentSignature(const AguiRunJob& job)
{
    QJsonObject limits;
    limits.insert("maxDepth"_L1, job.maxDepth);
    limits.insert("maxSteps"_L1, job.maxSteps);
    limits.insert("contextWindowLimit"_L1, job.contextWindowLimit);
    insertMoney(limits, "budget"_L1, job.budget);

    // Contents by hash: the signature of a job with large files costs one pass over them.
    QJsonArray attachments;
    for (const Attachment& attachment : job.attachments) {
        QJsonObject entry;
        entry.insert("name"_L1, attachment.name);
        entry.insert("mediaType"_L1, attachment.mediaType);
        entry.insert("sha256"_L1, QString::fromLatin1(sha256Hex(attachment.content)));
        attachments.append(entry);
    }

    QJsonObject intent;
    intent.insert("userId"_L1, job.userId);
    intent.insert("prompt"_L1, job.prompt);
    intent.insert("provider"_L1, job.provider);
    intent.insert("model"_L1, job.model);
    intent.insert("parameters"_L1, parametersToJson(job.parameters));
    intent.insert("limits"_L1, limits);
    if (job.tools) {
        QStringList tools = *job.tools;
        tools.sort();
        tools.removeDuplicates();
        intent.insert("tools"_L1, QJsonArray::fromStringList(tools));
    }
    intent.insert("previousContext"_L1, job.previousContext);
    intent.insert("toolResults"_L1, job.toolResults);
    intent.insert("attachments"_L1, attachments);
    intent.insert("metadata"_L1, job.metadata);
    return QString::fromLatin1(sha256Hex(canonicalJson(intent)));
}

} // namespace lathe
