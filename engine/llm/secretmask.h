// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

namespace lathe {

/// Puts as many asterisks in the place of every occurrence of secret (also with its slashes escaped as JSON allows), so
/// that what a server echoes never reaches a record, a log or a person. Secrets shorter than four characters are
/// placeholders and stay.
[[nodiscard]] QByteArray maskSecret(const QByteArray& bytes, const QByteArray& secret);
[[nodiscard]] QString maskSecret(const QString& text, const QByteArray& secret);

} // namespace lathe
