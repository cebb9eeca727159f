// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/result.h"
#include "engine/domain/job.h"
#include "engine/domain/runevent.h"

#include <QHash>

namespace lathe {

/// The job as RUN_CREATED keeps it: attachments (and long texts) as bodies of the event.
[[nodiscard]] QJsonObject storeJob(RunEvent& event, const AguiRunJob& job);
/// The names of the bodies a stored job refers to.
[[nodiscard]] QStringList bodiesOfStoredJob(const QJsonObject& stored);
/// The job again, with the bodies by their SHA-256.
[[nodiscard]] Result<AguiRunJob> restoreJob(const QJsonObject& stored, const QHash<QString, QByteArray>& bodies);

} // namespace lathe
