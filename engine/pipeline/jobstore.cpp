// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/pipeline/jobstore.h"

#include "engine/domain/jsonvalues.h"
#include "engine/domain/runeventdetails.h"

using namespace Qt::StringLiterals;

namespace lathe {

QJsonObject storeJob(RunEvent& event, const AguiRunJob& job)
{
    AguiRunJob bare = job;
    bare.attachments.clear();
    QJsonObject stored = toJson(bare);
    Fields prompt;
    putText(event, prompt, "prompt"_L1, job.prompt);
    const QJsonObject prompts = prompt.toJson();
    for (auto it = prompts.constBegin(); it != prompts.constEnd(); ++it) {
        stored.insert(it.key(), it.value());
    }
    QJsonArray attachments;
    for (const Attachment& attachment : job.attachments) {
        Body body = makeBody(attachment.content);
        QJsonObject about{{u"name"_s, attachment.name},
                          {u"mediaType"_s, attachment.mediaType},
                          {u"size"_s, attachment.content.size()},
                          {u"contentRef"_s, QString::fromLatin1(body.sha256)}};
        insertTrue(about, "inPrompt"_L1, attachment.inPrompt);
        attachments.append(about);
        event.bodies.append(std::move(body));
    }
    if (!attachments.isEmpty()) {
        stored.insert("attachments"_L1, attachments);
    }
    return stored;
}

QStringList bodiesOfStoredJob(const QJsonObject& stored)
{
    QStringList names;
    if (stored.contains("promptRef"_L1)) {
        names.append(stored.value("promptRef"_L1).toString());
    }
    for (const QJsonValue& attachment : stored.value("attachments"_L1).toArray()) {
        names.append(attachment.toObject().value("contentRef"_L1).toString());
    }
    return names;
}

Result<AguiRunJob> restoreJob(const QJsonObject& stored, const QHash<QString, QByteArray>& bodies)
{
    const auto missing = [](const QString& what, const QString& name) {
        return fail(ErrorCode::Database, u"the stored job lacks %1"_s.arg(what), u"body %1"_s.arg(name));
    };
    QJsonObject json = stored;
    json.remove("attachments"_L1);
    if (json.contains("promptRef"_L1)) {
        const QString name = json.take("promptRef"_L1).toString();
        if (!bodies.contains(name)) {
            return missing(u"its prompt"_s, name);
        }
        json.insert("prompt"_L1, QString::fromUtf8(bodies.value(name)));
    }
    JobReading reading = readJob(json);
    for (const QJsonValue& value : stored.value("attachments"_L1).toArray()) {
        const QJsonObject object = value.toObject();
        const QString name = object.value("contentRef"_L1).toString();
        if (!bodies.contains(name)) {
            return missing(u"attachment "_s + object.value("name"_L1).toString(), name);
        }
        // Runs of versions that showed no files to models have no mark, and are taken up again without.
        reading.job.attachments.append({object.value("name"_L1).toString(), object.value("mediaType"_L1).toString(),
                                        bodies.value(name), object.value("inPrompt"_L1).toBool()});
    }
    // Issues are no reason to refuse: an invalid job was stored as it was given.
    return reading.job;
}

} // namespace lathe
