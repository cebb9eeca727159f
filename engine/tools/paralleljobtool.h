// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/tools/builtintools.h"
#include "engine/tools/localjobs.h"
#include "engine/tools/tool.h"

namespace lathe {

/// submit_parallel_job: work that runs beside the agent, as many tasks of one script, and may outlast a step.
/// {"action":"submit","script",...} -> the job with its "jobId", pending; then status, logs, cancel and list.
class ParallelJobTool final : public Tool
{
public:
    ParallelJobTool(const ToolSettings& settings, Clock& clock);
    /// With another runner than the sandbox, for tests; nothing in available means it can run.
    ParallelJobTool(const ToolSettings& settings, Clock& clock, LocalJobs::Runner runner,
                    std::function<Result<void>()> available);
    [[nodiscard]] const ToolSpec& spec() const override { return m_spec; }
    [[nodiscard]] ToolAvailability availability() const override;
    QCoro::Task<ToolResult> run(ToolInvocation invocation, std::stop_token stop) override;

private:
    ParallelJobTool(const ToolSettings& settings, Clock& clock, const std::shared_ptr<SandboxRunner>& sandbox);
    [[nodiscard]] ToolResult submit(const ToolInvocation& invocation);
    [[nodiscard]] ToolResult list() const;

    QString m_folder;
    std::function<Result<void>()> m_available;
    LocalJobs m_jobs;
    ToolSpec m_spec;
};

} // namespace lathe
