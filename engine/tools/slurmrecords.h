// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/paralleljob.h"

#include <QHash>
#include <QStringView>

namespace lathe {

/// What "scontrol show job ID --oneliner" says of the tasks of an array, by task number. Wire format: one record a
/// line, fields NAME=VALUE parted by spaces; tasks that wait share a record (ArrayTaskId=2-4,7%2). Read with
/// Slurm 22.05; unknown states count as failed, with their name as the reason.
[[nodiscard]] QHash<int, JobTask> readSlurmRecords(QStringView text);
/// How one of Slurm's job states counts here.
[[nodiscard]] JobState stateOfSlurm(QStringView state);
/// The numbers of "0", "2-4", "1,3-9:2%2"; empty if it is none.
[[nodiscard]] QList<int> readSlurmRange(QStringView text);

} // namespace lathe
