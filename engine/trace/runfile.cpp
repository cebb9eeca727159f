// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/trace/runfile.h"

#include "engine/core/canonicaljson.h"

#include <QSet>
#include <QStringDecoder>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

QJsonObject bodyLine(const QString& ref, const QByteArray& bytes)
{
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
    const QString text = decoder(bytes);
    // Only what comes back byte for byte is written as text.
    if (!decoder.hasError() && text.toUtf8() == bytes) {
        return {{u"body"_s, ref}, {u"text"_s, text}};
    }
    return {{u"body"_s, ref}, {u"base64"_s, QString::fromLatin1(bytes.toBase64())}};
}

} // namespace

QByteArray toJsonLines(const QList<RunEvent>& events)
{
    QByteArray lines;
    for (const RunEvent& event : events) {
        lines += canonicalJson(toJson(event)) + '\n';
    }
    return lines;
}

QStringList bodyRefs(const QList<RunEvent>& events)
{
    QStringList refs;
    QSet<QByteArray> seen;
    for (const RunEvent& event : events) {
        for (const QByteArray& name : event.details.bodies()) {
            if (!seen.contains(name)) {
                seen.insert(name);
                refs.append(QString::fromLatin1(name));
            }
        }
    }
    return refs;
}

QByteArray toRunFile(const QList<RunEvent>& events, const QHash<QString, QByteArray>& bodies,
                     const QString& programVersion)
{
    QStringList refs = bodyRefs(events);
    refs.removeIf([&bodies](const QString& ref) { return !bodies.contains(ref); });
    QByteArray file = canonicalJson(QJsonObject{{u"format"_s, kRunFileFormat},
                                                {u"run"_s, events.isEmpty() ? QString() : events.first().runId},
                                                {u"programVersion"_s, programVersion},
                                                {u"events"_s, events.size()},
                                                {u"bodies"_s, refs.size()}}) +
                      '\n';
    file += toJsonLines(events);
    for (const QString& ref : std::as_const(refs)) {
        file += canonicalJson(bodyLine(ref, bodies.value(ref))) + '\n';
    }
    return file;
}

} // namespace lathe
