// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/lathectl/shell.h"

#include <QFile>

namespace lathe::ctl {

/// What is printed and written while a run goes on: the decision trace for people, the events for programs.
class RunTrace
{
public:
    /// events: a file, "-" for standard output, "" for none.
    RunTrace(bool quiet, QString events);
    /// False after printing why the events cannot be written.
    [[nodiscard]] bool open();
    void add(const QList<RunEvent>& events);
    /// Nothing was lost on the way to the file.
    [[nodiscard]] bool finish();
    [[nodiscard]] const RunRecord& record() const { return m_projector.record(); }

private:
    void tell(const RunEvent& event);

    bool m_quiet;
    QString m_path;
    QFile m_file;
    bool m_failed = false;
    RunProjector m_projector;
};

} // namespace lathe::ctl
