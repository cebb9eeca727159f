// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/jobfolder.h"

#include "engine/core/canonicaljson.h"
#include "engine/core/ids.h"
#include "engine/core/jsonreader.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QSaveFile>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr qint64 kShownBytes = 16 * 1024;
constexpr int kMaxFiles = 200;

/// The end of a file, where errors and results stand.
QString tail(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        return {};
    }
    const qint64 skipped = std::max<qint64>(0, file.size() - kShownBytes);
    file.seek(skipped);
    const QString text = QString::fromUtf8(file.readAll());
    return skipped > 0 ? u"[%1 bytes before this]\n"_s.arg(skipped) + text : text;
}

bool isId(const QString& text)
{
    return text.size() == 16 && std::all_of(text.begin(), text.end(), [](QChar c) {
               return (c >= u'0' && c <= u'9') || (c >= u'a' && c <= u'f');
           });
}

} // namespace

QString JobFolder::pathOf(const QString& id) const
{
    return QDir(m_path).filePath(id);
}

QString JobFolder::taskBase(const QString& id, int task) const
{
    return pathOf(id) + u"/task-%1"_s.arg(task, 3, 10, QChar(u'0'));
}

QString JobFolder::idFor(const QString& idempotencyKey)
{
    const QString key = idempotencyKey.isEmpty() ? RandomIdGenerator().newUuid() : idempotencyKey;
    return QString::fromLatin1(sha256Hex(key.toUtf8()).left(16));
}

QString JobFolder::scriptName(const QString& language)
{
    return language == "python"_L1 ? u"script.py"_s : u"script.sh"_s;
}

bool JobFolder::has(const QString& id) const
{
    return isId(id) && QFileInfo::exists(pathOf(id) + "/job.json"_L1);
}

Result<void> JobFolder::make(const QString& id, const QString& language, const QString& script) const
{
    const QString path = pathOf(id);
    if (!QDir().mkpath(path)) {
        return fail(ErrorCode::File, u"cannot make the folder %1"_s.arg(path));
    }
    return writeFile(path + u'/' + scriptName(language), script.toUtf8());
}

Result<ParallelJob> JobFolder::read(const QString& id) const
{
    QFile file(pathOf(id) + "/job.json"_L1);
    if (!isId(id) || !file.open(QIODevice::ReadOnly)) {
        return fail(ErrorCode::NotFound, u"there is no job \"%1\""_s.arg(id.left(100)));
    }
    const auto json = parseJsonObject(file.readAll());
    if (!json) {
        return fail(ErrorCode::File, u"%1 is damaged: %2"_s.arg(file.fileName(), json.error().message));
    }
    auto job = parallelJobFromJson(*json);
    if (!job) {
        return fail(ErrorCode::File, u"%1 is damaged: %2"_s.arg(file.fileName(), job.error().message));
    }
    return job;
}

Result<void> JobFolder::save(const ParallelJob& job) const
{
    return writeFile(pathOf(job.id) + "/job.json"_L1, compactJson(toJson(job)));
}

Result<QJsonObject> JobFolder::logs(const ParallelJob& job, int task) const
{
    if (task < 0 || task >= job.tasks.size()) {
        return fail(
            ErrorCode::NotFound,
            u"the job %1 has no task %2: its tasks are 0 to %3"_s.arg(job.id).arg(task).arg(job.tasks.size() - 1));
    }
    const QString base = taskBase(job.id, task);
    QJsonArray files;
    QDirIterator made(base, QDir::Files, QDirIterator::Subdirectories);
    while (made.hasNext() && files.size() < kMaxFiles) {
        made.next();
        const QString name = QDir(base).relativeFilePath(made.filePath());
        files.append(QJsonObject{{u"name"_s, name}, {u"size"_s, made.fileInfo().size()}});
    }
    return QJsonObject{{u"jobId"_s, job.id},
                       {u"task"_s, task},
                       {u"state"_s, toName(job.tasks.at(task).state)},
                       {u"stdout"_s, tail(base + ".out"_L1)},
                       {u"stderr"_s, tail(base + ".err"_L1)},
                       {u"folder"_s, base},
                       {u"files"_s, files}};
}

QList<ParallelJob> JobFolder::list() const
{
    QList<ParallelJob> jobs;
    const QStringList folders = QDir(m_path).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    for (const QString& id : folders) {
        const auto job = read(id);
        if (job) {
            jobs.append(*job);
        }
    }
    std::stable_sort(jobs.begin(), jobs.end(),
                     [](const ParallelJob& a, const ParallelJob& b) { return a.submittedMs > b.submittedMs; });
    return jobs;
}

Result<void> JobFolder::writeFile(const QString& path, const QByteArray& content)
{
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size() || !file.commit()) {
        return fail(ErrorCode::File, u"cannot write %1: %2"_s.arg(path, file.errorString()));
    }
    return {};
}

} // namespace lathe
