// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QList>
#include <QString>
#include <QStringList>

namespace lathe::test {

/// The events of a text/event-stream as AG-UI clients cut it: blocks parted by "\n\n", each "data: {...}". Complaints:
/// CR anywhere, lines that are no data, no JSON object, no end.
[[nodiscard]] QList<QJsonObject> readAguiStream(const QByteArray& stream, QStringList *complaints);

/// What an AG-UI 1.0 client rejects of a sequence of events (verifyEvents, and the schemas of its events: fields that
/// have to be there, their types, no null anywhere): empty if it takes all of it.
[[nodiscard]] QStringList verifyAgui(const QList<QJsonObject>& events);

} // namespace lathe::test
