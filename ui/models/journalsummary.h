// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/runevent.h"

#include <QCoreApplication>
#include <QString>

namespace lathe {

class JournalSummary
{
    Q_DECLARE_TR_FUNCTIONS(lathe::JournalSummary)

public:
    /// One line of plain words for a journal entry.
    [[nodiscard]] static QString of(const RunEvent& event);
};

} // namespace lathe
