// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

#include <optional>

namespace lathe {

/// The same JSON with every number as a string of its own digits, so that no double comes between.
[[nodiscard]] QByteArray numbersAsText(const QByteArray& json);
/// number x 10^shift as a plain decimal of at most twelve decimals; nothing if it is negative, no number or not exact.
[[nodiscard]] std::optional<QString> scaledDecimal(QStringView number, int shift);

} // namespace lathe
