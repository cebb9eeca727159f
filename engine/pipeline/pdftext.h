// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/result.h"

#include <QString>

#include <chrono>

namespace lathe {

/// Bounds for reading a file that may have been made to do harm.
struct PdfLimits
{
    QString program; ///< empty: pdftotext, where the system has it
    std::chrono::seconds time{60};
    qint64 memoryBytes = 1024LL * 1024 * 1024;
    qint64 textBytes = 32LL * 1024 * 1024;
};

/// The text of a PDF, its pages parted by form feeds, by poppler's pdftotext: a process of its own with bounds of time,
/// memory and output, so that a hostile file can end no more than that. Errors: Unavailable without pdftotext,
/// InvalidInput for what it cannot read, TimedOut. Waits: not for the GUI or engine thread.
[[nodiscard]] Result<QString> textOfPdf(const QString& path, const PdfLimits& limits = {});

} // namespace lathe
