// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/runevent.h"

#include <QByteArray>
#include <QHash>
#include <QStringList>

namespace lathe {

/// The journal, one event a line.
[[nodiscard]] QByteArray toJsonLines(const QList<RunEvent>& events);

/// Every body that events refer to, once each, in the order they are first named.
[[nodiscard]] QStringList bodyRefs(const QList<RunEvent>& events);

/// All of a run in JSON lines: {"format":"lathe.run/1","run","programVersion","events","bodies"}, the events of its
/// journal, then its bodies, {"body": SHA-256, "text": ...} or, if they are not UTF-8, {"body", "base64"}.
/// bodies: those of bodyRefs(events) that are there.
[[nodiscard]] QByteArray toRunFile(const QList<RunEvent>& events, const QHash<QString, QByteArray>& bodies,
                                   const QString& programVersion);

inline constexpr QLatin1StringView kRunFileFormat("lathe.run/1");

} // namespace lathe
