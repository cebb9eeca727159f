// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringView>

namespace lathe {

/// The contract estimate: UTF-16 units / 4, rounded up.
[[nodiscard]] qint64 estimateTokensByLength(qint64 characters);
/// The better one-pass estimate (runs of letters, digits, punctuation, scripts); see llm-wire section 7, estimator B.
[[nodiscard]] qint64 estimateTokens(QStringView text);

} // namespace lathe
