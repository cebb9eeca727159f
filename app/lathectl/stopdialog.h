// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/lathectl/shell.h"

namespace lathe::ctl {

/// Asks the person at the terminal what to do at a stop.
class StopDialog
{
public:
    explicit StopDialog(Shell& shell) : m_shell(shell) {}
    /// Returns when the run goes on, or after interrupting it because standard input has ended.
    void at(const QString& runId, const StopState& stop);

private:
    /// Whether the run goes on with what was said.
    [[nodiscard]] bool obey(const QString& runId, const QString& said);
    void edit(const QString& runId, const QString& assignment);

    Shell& m_shell;
};

} // namespace lathe::ctl
