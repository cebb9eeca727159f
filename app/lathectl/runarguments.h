// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/lathectl/configuration.h"

#include <CLI/CLI.hpp>

#include <QJsonObject>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lathe::ctl {

/// The options of run and resume as they were typed.
struct RunArguments
{
    std::string job; ///< for resume: the run
    std::string prompt;
    bool hasPrompt = false;
    std::string user;
    std::string provider;
    std::string model;
    std::string baseUrl;
    std::string apiVersion;
    std::string apiKeyVariable;
    std::vector<std::string> tools;
    bool noTools = false;
    std::optional<bool> nativeTools; ///< not said: as provider and model can
    int maxDepth = 0;
    int maxSteps = 0;
    qint64 contextWindow = 0;
    std::string budget;
    std::vector<std::string> attachments;
    bool stream = true;
    bool noCache = false;
    std::string response;
    std::string billing;
    std::string events;
    std::vector<std::string> breakpoints;
    std::string approve = "all";
    int approveTimeout = 0; ///< seconds; 0: none
    std::optional<int> maxRetries;
    std::optional<qint64> maxRetryWait;
    std::optional<qint64> timeout;
    std::string record;
    std::string replay;
    bool quiet = false;
    std::string synchronous = "full";

    /// Whether a result goes to standard output, which then holds nothing else.
    [[nodiscard]] bool ownsOutput() const { return response == "-" || billing == "-" || events == "-"; }
};

/// A whole file, or standard input for "-".
[[nodiscard]] Result<QByteArray> readAll(const QString& path);

void addRunOptions(CLI::App *app, const std::shared_ptr<RunArguments>& arguments);
void addResumeOptions(CLI::App *app, const std::shared_ptr<RunArguments>& arguments);

/// What is wrong with the options of run taken together; empty if nothing is.
[[nodiscard]] QString contradiction(const RunArguments& arguments);
/// Why a result could not be written where it is to go, to be known before anything is paid for.
[[nodiscard]] Result<void> checkTargets(const RunArguments& arguments);

/// The job as JSON, from the file or the prompt and the options that replace its fields.
[[nodiscard]] Result<QJsonObject> jobJson(const RunArguments& arguments, const Configuration& configuration);
[[nodiscard]] Result<RunOptions> runOptions(const RunArguments& arguments, const Configuration& configuration);

} // namespace lathe::ctl
