// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/pipeline/enginefacade.h"

#include <QTemporaryDir>

#include <memory>

namespace lathe::test {

/// An engine on a database of its own, and runs of every kind that it really ran, for tests of what is made of runs.
class RecordedRuns
{
public:
    RecordedRuns();
    ~RecordedRuns();

    /// complete, tools (with three calls at once), frames, retries, reported (costs by the provider), refused (policy),
    /// invalid, failed, stopped, cached, paused (in a sub-agent), interrupted, long (texts stored apart).
    [[nodiscard]] static QStringList kinds();
    /// The id of a run of that kind; a null string if it could not be made.
    [[nodiscard]] QString make(const QString& kind);

    [[nodiscard]] EngineFacade& facade() { return *m_facade; }
    [[nodiscard]] RunRecord record(const QString& runId);
    [[nodiscard]] QByteArray exported(const QString& runId, RunFormat format, bool content = false);

private:
    void open();
    [[nodiscard]] QString run(const QByteArray& script, const AguiRunJob& job, const RunOptions& options = {});
    [[nodiscard]] QString script(const QByteArray& json);
    [[nodiscard]] QString interrupted();

    QTemporaryDir m_folder;
    std::unique_ptr<EngineFacade> m_facade;
    int m_scripts = 0;
};

} // namespace lathe::test
