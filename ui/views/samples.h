// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/job.h"

#include <QList>
#include <QString>

namespace lathe {

/// A task that ships with the program: a job as JSON in the resources.
struct Sample
{
    QString title;
    AguiRunJob job;
};

/// All of :/lathe/samples, by file name; those that cannot be read are left out.
[[nodiscard]] QList<Sample> loadSamples();

} // namespace lathe
