// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/trace/tracefile.h"

#include "engine/core/canonicaljson.h"
#include "engine/core/jsonreader.h"
#include "engine/net/ssereader.h"
#include "engine/trace/aguiimport.h"
#include "engine/trace/otlpimport.h"
#include "engine/trace/runfile.h"

#include <QJsonDocument>
#include <QRegularExpression>
#include <QSet>

#include <cctype>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

/// JSON objects with the place where each stands in the file.
struct Objects
{
    QList<std::pair<QString, QJsonObject>> list;
    QString cutOff; ///< place of a last object that is not whole
};

Error atPlace(const QString& place, const Error& error)
{
    return {ErrorCode::InvalidInput, place + u": "_s + error.message, error.detail};
}

bool isStream(QByteArrayView text)
{
    for (const char *field : {"data:", "event:", "id:", "retry:", ":"}) {
        if (text.startsWith(field)) {
            return true;
        }
    }
    return false;
}

Result<Objects> readStream(QByteArrayView text)
{
    Objects objects;
    std::optional<Error> wrong;
    qint64 number = 0;
    SseReader reader([&](const SseEvent& event) {
        ++number;
        if (wrong) {
            return;
        }
        const QString place = u"event %1"_s.arg(number);
        const Result<QJsonObject> object = parseJsonObject(event.data);
        if (object) {
            objects.list.append({place, *object});
        } else {
            wrong = atPlace(place, object.error());
        }
    });
    Result<void> fed = reader.feed(text);
    if (fed) {
        fed = reader.finish();
    }
    if (!fed) {
        return fail(ErrorCode::InvalidInput, u"event %1: %2"_s.arg(number + 1).arg(fed.error().message));
    }
    const bool endsWhole = text.endsWith('\n');
    if (wrong && !endsWhole && wrong->message.startsWith(u"event %1:"_s.arg(number))) {
        objects.cutOff = u"event %1"_s.arg(number); // the writer died, or the file is not all there
        return objects;
    }
    if (wrong) {
        return fail(*wrong);
    }
    return objects;
}

Result<Objects> readLines(QByteArrayView text)
{
    Objects objects;
    qint64 number = 0;
    for (qsizetype from = 0; from < text.size();) {
        ++number;
        qsizetype to = text.indexOf('\n', from);
        const bool whole = to >= 0;
        to = whole ? to : text.size();
        const QByteArrayView line = text.sliced(from, to - from).trimmed();
        from = to + 1;
        if (line.isEmpty()) {
            continue;
        }
        const QString place = u"line %1"_s.arg(number);
        const Result<QJsonObject> object = parseJsonObject(line);
        if (object) {
            objects.list.append({place, *object});
        } else if (!whole && !objects.list.isEmpty()) {
            objects.cutOff = place;
        } else {
            return fail(atPlace(place, object.error()));
        }
    }
    return objects;
}

Result<Objects> readArray(QByteArrayView text)
{
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(text.toByteArray(), &error);
    if (!document.isArray()) {
        return fail(ErrorCode::InvalidInput,
                    u"the file is no JSON: %1 at byte %2"_s.arg(error.errorString()).arg(error.offset));
    }
    Objects objects;
    const QJsonArray array = document.array();
    for (qsizetype i = 0; i < array.size(); ++i) {
        const QString place = u"$[%1]"_s.arg(i);
        if (!array.at(i).isObject()) {
            return fail(ErrorCode::InvalidInput, place + u" is no object"_s);
        }
        objects.list.append({place, array.at(i).toObject()});
    }
    return objects;
}

Result<Objects> readObjects(QByteArrayView text)
{
    if (isStream(text)) {
        return readStream(text);
    }
    if (text.startsWith('[')) {
        return readArray(text);
    }
    const qsizetype end = text.indexOf('\n');
    const QByteArrayView first = end < 0 ? text : text.first(end);
    if (end >= 0 && parseJsonObject(first.trimmed()) && !text.sliced(end).trimmed().isEmpty()) {
        return readLines(text);
    }
    const Result<QJsonObject> document = parseJsonObject(text);
    if (!document) {
        return fail(document.error());
    }
    Objects objects;
    objects.list.append({u"$"_s, *document});
    return objects;
}

/// Journals of Lathe, one after another, and the bodies of the one before.
class JournalReader
{
public:
    Result<void> take(const QString& place, const QJsonObject& json)
    {
        if (json.contains("format"_L1)) {
            return {}; // the head of a whole run
        }
        return json.contains("body"_L1) ? takeBody(place, json) : takeEvent(place, json);
    }

    QList<TraceFile::Journal> journals()
    {
        for (TraceFile::Journal& journal : m_journals) {
            // Of bodies, only what the journal names is kept.
            QSet<QByteArray> named;
            for (const RunEvent& event : std::as_const(journal.events)) {
                const BodyNames names = event.details.bodies();
                named.unite(QSet<QByteArray>(names.cbegin(), names.cend()));
            }
            journal.bodies.removeIf([&named](const Body& body) { return !named.contains(body.sha256); });
        }
        return std::move(m_journals);
    }

private:
    static Error wrong(const QString& place, const QString& what)
    {
        return {ErrorCode::InvalidInput, place + u": "_s + what, {}};
    }

    Result<void> takeEvent(const QString& place, const QJsonObject& json)
    {
        const Result<RunEvent> event = runEventFromJson(json);
        if (!event) {
            return fail(atPlace(place, event.error()));
        }
        const bool begins = event->seq == 1;
        if (begins && event->type != EventType::RunCreated) {
            return fail(wrong(place, u"a journal begins with RUN_CREATED"_s));
        }
        static const QRegularExpression id(u"^[A-Za-z0-9-]{4,64}$"_s);
        if (!id.match(event->runId).hasMatch()) {
            return fail(wrong(place, u"\"run\" is no id of a run"_s));
        }
        if (begins) {
            m_journals.append(TraceFile::Journal());
        } else if (m_journals.isEmpty()) {
            return fail(wrong(
                place, u"the beginning of the journal is missing: its first entry is number %1"_s.arg(event->seq)));
        }
        QList<RunEvent>& events = m_journals.last().events;
        const bool follows = begins || (events.last().seq + 1 == event->seq && events.last().runId == event->runId);
        if (!follows) {
            return fail(wrong(place, u"entry %1 of run %2 does not follow entry %3 of run %4"_s.arg(event->seq)
                                         .arg(event->runId)
                                         .arg(events.last().seq)
                                         .arg(events.last().runId)));
        }
        events.append(*event);
        return {};
    }

    Result<void> takeBody(const QString& place, const QJsonObject& json)
    {
        if (m_journals.isEmpty()) {
            return fail(wrong(place, u"a body comes before its journal"_s));
        }
        const QByteArray bytes = json.contains("base64"_L1)
                                     ? QByteArray::fromBase64(json.value("base64"_L1).toString().toLatin1())
                                     : json.value("text"_L1).toString().toUtf8();
        Body body = makeBody(bytes);
        if (QString::fromLatin1(body.sha256) != json.value("body"_L1).toString()) {
            return fail(wrong(place, u"the body is not the one that its SHA-256 names: the file was changed"_s));
        }
        m_journals.last().bodies.append(std::move(body));
        return {};
    }

    QList<TraceFile::Journal> m_journals;
};

Result<TraceFile> readJournals(const Objects& objects, const QString& format)
{
    JournalReader reader;
    for (const auto& [place, json] : objects.list) {
        const Result<void> taken = reader.take(place, json);
        if (!taken) {
            return fail(taken.error());
        }
    }
    TraceFile file;
    file.format = format;
    file.journals = reader.journals();
    if (file.journals.isEmpty()) {
        return fail(ErrorCode::InvalidInput, u"the file holds no journal"_s);
    }
    return file;
}

} // namespace

Result<TraceFile> readTraceFile(QByteArrayView bytes, qint64 nowMs)
{
    if (bytes.size() > kMaxTraceFile) {
        return fail(ErrorCode::InvalidInput,
                    u"the file has %1 bytes, more than %2 MiB"_s.arg(bytes.size()).arg(kMaxTraceFile / 1024 / 1024));
    }
    QByteArrayView text = bytes;
    if (text.startsWith("\xef\xbb\xbf")) {
        text = text.sliced(3);
    }
    while (!text.isEmpty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) {
        text = text.sliced(1);
    }
    if (text.isEmpty()) {
        return fail(ErrorCode::InvalidInput, u"the file is empty"_s);
    }
    const Result<Objects> objects = readObjects(text);
    if (!objects) {
        return fail(objects.error());
    }
    const QJsonObject first = objects->list.isEmpty() ? QJsonObject() : objects->list.first().second;
    Result<TraceFile> file =
        fail(ErrorCode::InvalidInput, u"the file holds no runs: it has to be OTLP/JSON traces, AG-UI events, or what "
                                      "lathectl export writes as jsonl, otlp, agui or run"_s);
    if (first.contains("resourceSpans"_L1)) {
        file = readOtlp(objects->list);
    } else if (first.value("format"_L1) == kRunFileFormat) {
        file = readJournals(*objects, u"run"_s);
    } else if (first.contains("seq"_L1) && first.contains("event"_L1)) {
        file = readJournals(*objects, u"jsonl"_s);
    } else if (first.value("type"_L1).isString()) {
        file = readAgui(objects->list, nowMs);
    }
    if (file && !objects->cutOff.isEmpty()) {
        file->notes.append(u"%1 is cut off and left out"_s.arg(objects->cutOff));
    }
    return file;
}

} // namespace lathe
