// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringView>

namespace lathe {

/// The contract estimate: UTF-16 units / 4, rounded up.
[[nodiscard]] qint64 estimateTokensByLength(qint64 characters);
/// The better one-pass estimate (runs of letters, digits, punctuation, scripts); see llm-wire section 7, estimator B.
[[nodiscard]] qint64 estimateTokens(QStringView text);
/// What an image or a document in a prompt costs, roughly: 1,600 tokens an image, which is what a large one costs at
/// most where they are counted by area; of a document 2,500 for each 100 kB begun.
[[nodiscard]] qint64 estimateAttachmentTokens(QStringView mediaType, qint64 bytes);

} // namespace lathe
