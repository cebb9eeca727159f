// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/builtintools.h"

#include "engine/tools/codeexecutor.h"
#include "engine/tools/googlesearch.h"
#include "engine/tools/paralleljobtool.h"
#include "engine/tools/retrievecontext.h"
#include "engine/tools/workflowtool.h"

namespace lathe {

Result<void> addBuiltinTools(ToolRegistry& registry, const ToolSettings& settings, ContextSource& context, Clock& clock,
                             std::shared_ptr<ParallelJobs> jobs)
{
    std::vector<std::unique_ptr<Tool>> tools;
    tools.push_back(makeCodeExecutor(settings, clock));
    tools.push_back(std::make_unique<RetrieveContextTool>(context));
    tools.push_back(std::make_unique<GoogleSearchTool>(settings, clock));
    tools.push_back(std::make_unique<WorkflowTool>(settings, clock));
    tools.push_back(std::make_unique<ParallelJobTool>(std::move(jobs)));
    for (std::unique_ptr<Tool>& tool : tools) {
        const Result<void> added = registry.add(std::move(tool));
        if (!added) {
            return added;
        }
    }
    return {};
}

} // namespace lathe
