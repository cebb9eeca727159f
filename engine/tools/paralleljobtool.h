// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/tools/builtintools.h"
#include "engine/tools/localjobs.h"
#include "engine/tools/paralleljobs.h"
#include "engine/tools/tool.h"

namespace lathe {

/// submit_parallel_job: work that runs beside the agent, as many tasks of one script, and may outlast a step.
/// {"action":"submit","script",...} -> the job with its "jobId", pending; then status, logs, cancel and list.
class ParallelJobTool final : public Tool
{
public:
    explicit ParallelJobTool(std::shared_ptr<ParallelJobs> jobs);
    [[nodiscard]] const ToolSpec& spec() const override { return m_spec; }
    [[nodiscard]] ToolAvailability availability() const override;
    QCoro::Task<ToolResult> run(ToolInvocation invocation, std::stop_token stop) override;

private:
    QCoro::Task<ToolResult> submit(ToolInvocation invocation, std::stop_token stop);
    QCoro::Task<ToolResult> list(std::stop_token stop);

    std::shared_ptr<ParallelJobs> m_jobs;
    ToolSpec m_spec;
};

/// The executors that the settings ask for, this machine first.
[[nodiscard]] std::shared_ptr<ParallelJobs> makeParallelJobs(const ToolSettings& settings, Clock& clock);
/// The same with another runner than the sandbox; usable: nothing if it works.
[[nodiscard]] std::shared_ptr<ParallelJobs> makeParallelJobs(const ToolSettings& settings, Clock& clock,
                                                             LocalJobs::Runner runner,
                                                             std::function<Result<void>()> usable);

} // namespace lathe
