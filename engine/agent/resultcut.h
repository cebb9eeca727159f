// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace lathe {

/// The result of a tool as the model gets it, if it has at most limit characters of room (the note in the middle comes
/// on top): the beginning and the end, and between them how much was left out. The whole stays in the journal.
[[nodiscard]] QString fittingResult(const QString& text, qsizetype limit);

/// The room of each of so many results of one decision: together half of the context, at 4 characters a token.
[[nodiscard]] qsizetype roomForResult(qint64 contextTokens, qsizetype results);

} // namespace lathe
