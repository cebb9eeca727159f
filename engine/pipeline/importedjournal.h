// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/billing/pricebook.h"
#include "engine/trace/recordedrun.h"

namespace lathe {

/// Most frames inside one another.
inline constexpr int kMaxImportedDepth = 128;

/// The journal that Lathe would have written of a run of others: numbered from 1, RUN_IMPORTED last. Frames and
/// decisions are numbered in the order in which a run walks them. A cost that the file tells is Reported; tokens
/// without a cost are priced by prices and are Estimated; a model call of which neither is told has an Unknown cost.
/// Tools have a fee only if the file tells one.
[[nodiscard]] Result<QList<RunEvent>> journalOf(const RecordedRun& run, const PriceBook& prices, const QString& format,
                                                const QString& fileName, qint64 nowMs);

/// A journal of Lathe as it is taken in: with RUN_IMPORTED last. Its bodies go with the first event.
[[nodiscard]] QList<RunEvent> journalOf(TraceFile::Journal journal, const QString& format, const QString& fileName,
                                        qint64 nowMs);

} // namespace lathe
