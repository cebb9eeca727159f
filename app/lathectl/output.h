// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/response.h"

#include <QByteArray>
#include <QJsonValue>
#include <QList>
#include <QString>
#include <QStringList>

// What the command line writes: machine-readable output to standard output or a file, messages to standard error.
// Main thread.

namespace lathe::ctl {

void say(const QString& message); ///< a line to standard error
void print(const QString& text);  ///< a line to standard output
/// Writes to a file, or to standard output for "-" and "". False after saying why not.
[[nodiscard]] bool write(const QString& path, const QByteArray& bytes);
/// Whether something for standard output was lost: it is full, or whoever read it has gone.
[[nodiscard]] bool outputWasLost();
/// Why nothing can be written to this file, before the work is done whose results are to go there; empty if it can.
[[nodiscard]] QString whyNotWritable(const QString& path);
/// The path as people know it: "-" is standard output.
[[nodiscard]] QString placeName(const QString& path);

[[nodiscard]] QString indented(const QJsonValue& value);
/// Text in columns: the widest cell decides, numbers to the right (columns named in right).
[[nodiscard]] QString tableText(const QStringList& header, const QList<QStringList>& rows, const QList<int>& right);
/// "2026-11-22 10:00:00", UTC.
[[nodiscard]] QString timeText(qint64 ms);
/// "$0.017468": all digits, as scripts and people both can trust.
[[nodiscard]] QString moneyText(Money amount);
[[nodiscard]] QString moneyText(const CostGroup& group);

} // namespace lathe::ctl
