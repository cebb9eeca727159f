// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/domain/runevent.h"

#include "engine/core/canonicaljson.h"
#include "engine/core/clock.h"
#include "engine/domain/jsonvalues.h"
#include "engine/domain/runeventdetails.h"

#include <limits>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr qsizetype kShownOfLongText = 200;

/// The first characters of text, never half of a surrogate pair.
QString beginning(const QString& text)
{
    qsizetype length = kShownOfLongText;
    if (text.at(length - 1).isHighSurrogate()) {
        --length;
    }
    return text.left(length);
}

void putBody(RunEvent& event, Fields& fields, QLatin1StringView key, QByteArray bytes)
{
    Body body = makeBody(std::move(bytes));
    fields.insert(key + "Ref"_L1, QString::fromLatin1(body.sha256));
    event.bodies.append(std::move(body));
}

} // namespace

Body makeBody(QByteArray bytes)
{
    QByteArray sha256 = sha256Hex(bytes);
    return {std::move(sha256), std::move(bytes)};
}

QJsonObject toJson(const RunEvent& event)
{
    QJsonObject json;
    json.insert("seq"_L1, event.seq);
    json.insert("time"_L1, toIsoUtc(event.timeMs));
    json.insert("run"_L1, event.runId);
    json.insert("phase"_L1, event.phase ? QJsonValue(QString(toName(*event.phase))) : QJsonValue());
    json.insert("event"_L1, QString(toName(event.type)));
    json.insert("details"_L1, event.details.toJson());
    return json;
}

Result<RunEvent> runEventFromJson(const QJsonObject& json)
{
    JsonReader reader(json);
    RunEvent event;
    event.seq = reader.integer("seq"_L1, 0, 1, std::numeric_limits<qint64>::max());
    if (!reader.has("seq"_L1)) {
        reader.addIssueAt("seq"_L1, u"is missing"_s);
    }
    event.timeMs = readTime(reader, "time"_L1);
    event.runId = reader.requiredString("run"_L1);
    if (!reader.value("phase"_L1).isNull()) {
        event.phase = readName<Phase>(reader, "phase"_L1);
    }
    const auto type = readName<EventType>(reader, "event"_L1);
    if (type) {
        event.type = *type;
    } else if (!reader.has("event"_L1)) {
        reader.addIssueAt("event"_L1, u"is missing"_s);
    }
    event.details = reader.object("details"_L1);
    if (const auto read = reader.finish(); !read) {
        return fail(read.error());
    }
    return event;
}

void putText(RunEvent& event, Fields& fields, QLatin1StringView key, const QString& text)
{
    if (text.size() <= kInlineTextLimit) {
        fields.add(key, text);
        return;
    }
    fields.add(key, beginning(text));
    putBody(event, fields, key, text.toUtf8());
}

void putObject(RunEvent& event, Fields& fields, QLatin1StringView key, const QJsonObject& value)
{
    QByteArray bytes = canonicalJson(value);
    if (bytes.size() <= kInlineTextLimit) {
        fields.add(key, value);
        return;
    }
    putBody(event, fields, key, std::move(bytes));
}

bool RunEvent::operator==(const RunEvent& other) const
{
    return seq == other.seq && timeMs == other.timeMs && runId == other.runId && phase == other.phase &&
           type == other.type && details == other.details && bodies == other.bodies;
}

} // namespace lathe
