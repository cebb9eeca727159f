// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>

#include <optional>
#include <utility>

namespace lathe {

using HttpHeaders = QList<std::pair<QByteArray, QByteArray>>;

/// The first value of a header, compared without case.
[[nodiscard]] std::optional<QByteArray> headerValue(const HttpHeaders& headers, QByteArrayView name);

/// Whether a header that is a list of words ("Connection: keep-alive, close") holds word, in any of its lines.
[[nodiscard]] bool headerListContains(const HttpHeaders& headers, QByteArrayView name, QByteArrayView word);

/// A token of RFC 9110: what methods and header names are made of.
[[nodiscard]] bool isHttpToken(QByteArrayView text);

/// Without CR, LF, NUL and other control bytes but tab; bytes over 0x7f pass.
[[nodiscard]] bool isHttpFieldValue(QByteArrayView text);

} // namespace lathe
