// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/pipeline/facadetypes.h"

namespace lathe::ctl {

/// What the user's configuration file says; command line options win over it.
struct Configuration
{
    QString database;
    QString user;
    ProviderSettings provider;

    /// Who runs a job that does not say: the configured user, or who is logged in.
    [[nodiscard]] QString userOrLogin() const;
};

/// Reads this file, or for an empty path lathectl.json in the user's configuration folder, which need not exist.
[[nodiscard]] Result<Configuration> readConfiguration(const QString& path);

} // namespace lathe::ctl
