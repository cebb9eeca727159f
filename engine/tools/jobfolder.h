// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/result.h"
#include "engine/domain/paralleljob.h"

#include <QByteArray>
#include <QJsonObject>

namespace lathe {

/// The folder of all jobs: ID/job.json, ID/script.sh or script.py, ID/task-000.out, .err and the folder task-000 with
/// the files of that task. Other programs may read it.
class JobFolder
{
public:
    explicit JobFolder(QString path) : m_path(std::move(path)) {}

    [[nodiscard]] const QString& path() const { return m_path; }
    [[nodiscard]] QString pathOf(const QString& id) const;
    /// Path of a task's files without their ending.
    [[nodiscard]] QString taskBase(const QString& id, int task) const;
    /// The id of the job with this key; a new one if it is empty.
    [[nodiscard]] static QString idFor(const QString& idempotencyKey);
    [[nodiscard]] static QString scriptName(const QString& language);
    [[nodiscard]] bool has(const QString& id) const;

    /// Makes the job's folder with its script. File if it cannot.
    [[nodiscard]] Result<void> make(const QString& id, const QString& language, const QString& script) const;
    /// As job.json has it. NotFound, or File if it is damaged.
    [[nodiscard]] Result<ParallelJob> read(const QString& id) const;
    [[nodiscard]] Result<void> save(const ParallelJob& job) const;
    /// {"jobId","task","state","stdout","stderr","folder","files":[{"name","size"}]} of one task, so far: the last
    /// 16 KiB of each text.
    [[nodiscard]] Result<QJsonObject> logs(const ParallelJob& job, int task) const;
    /// All jobs as job.json has them, newest first. Damaged ones are left out.
    [[nodiscard]] QList<ParallelJob> list() const;

    /// Writes a file so that it is whole or not there.
    [[nodiscard]] static Result<void> writeFile(const QString& path, const QByteArray& content);

private:
    QString m_path;
};

} // namespace lathe
