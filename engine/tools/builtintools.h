// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/clock.h"
#include "engine/domain/contextsource.h"
#include "engine/tools/toolregistry.h"

#include <memory>

namespace lathe {

class ParallelJobs;

/// Settings of the tools that need any; empty means not configured.
struct ToolSettings
{
    QString searchProvider;             ///< searxng, brave, tavily, google or empty
    QString searchUrl;                  ///< https://searx.example/; empty: the provider's own
    QString searchKeyVariable;          ///< environment variable that holds its key; empty: the usual one
    QString searchEngineId;             ///< google: a Programmable Search Engine
    bool safeSearch = true;             ///< without what is meant for adults
    QString workflowUrl;                ///< base of the webhooks
    QString workflowTokenVariable;      ///< environment variable that holds a bearer token
    QString bubblewrapPath;             ///< empty: found on PATH
    QString jobFolder;                  ///< where submit_parallel_job keeps its jobs; empty: not configured
    bool useSlurm = false;              ///< jobs may go to the Slurm cluster that this machine belongs to
    QString slurmPartition;             ///< empty: the cluster's default
    bool allowPrivateAddresses = false; ///< outgoing requests of tools to private and loopback addresses
};

/// Registers workflow_orchestrator, google_search, code_executor, submit_parallel_job and retrieve_context.
/// jobs: those of makeParallelJobs(), whose list others may show.
[[nodiscard]] Result<void> addBuiltinTools(ToolRegistry& registry, const ToolSettings& settings, ContextSource& context,
                                           Clock& clock, std::shared_ptr<ParallelJobs> jobs);

} // namespace lathe
