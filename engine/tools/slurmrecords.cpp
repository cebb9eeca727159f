// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/slurmrecords.h"

#include <QDateTime>

#include <algorithm>
#include <iterator>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr int kMostTasks = 10'000;

QHash<QString, QString> fieldsOf(QStringView line)
{
    QHash<QString, QString> fields;
    for (const QStringView field : line.split(u' ', Qt::SkipEmptyParts)) {
        const qsizetype at = field.indexOf(u'=');
        if (at > 0) {
            const QString key = field.left(at).toString();
            if (!fields.contains(key)) {
                fields.insert(key, field.mid(at + 1).toString());
            }
        }
    }
    return fields;
}

JobTask taskOf(const QHash<QString, QString>& fields)
{
    JobTask task;
    const QString state = fields.value(u"JobState"_s);
    const QString reason = fields.value(u"Reason"_s);
    task.state = stateOfSlurm(state);
    const QStringList exit = fields.value(u"ExitCode"_s).split(u':');
    const int signal = exit.value(1).toInt();
    if (isFinal(task.state)) {
        task.exitCode = signal > 0 ? 128 + signal : exit.value(0).toInt();
        const QDateTime start = QDateTime::fromString(fields.value(u"StartTime"_s), Qt::ISODate);
        const QDateTime end = QDateTime::fromString(fields.value(u"EndTime"_s), Qt::ISODate);
        task.durationMs = start.isValid() && end.isValid() ? std::max<qint64>(0, start.msecsTo(end)) : 0;
    }
    const bool plain = reason.isEmpty() || reason == "None"_L1 || reason == "NonZeroExitCode"_L1;
    if (task.state == JobState::Failed && state != "FAILED"_L1) {
        task.reason = u"Slurm says %1"_s.arg(state);
    } else if (task.state == JobState::TimedOut) {
        task.reason = u"Slurm ended it at its time limit"_s;
    } else if (task.state == JobState::Cancelled) {
        // Other reasons are those for which it had not started.
        task.reason = reason.startsWith("Dependency"_L1) ? u"Slurm says %1"_s.arg(reason) : QString();
    } else if (!plain && (task.state == JobState::Queued || task.state == JobState::Failed)) {
        task.reason = u"Slurm says %1"_s.arg(reason);
    }
    return task;
}

} // namespace

JobState stateOfSlurm(QStringView state)
{
    static constexpr std::pair<QLatin1StringView, JobState> table[] = {
        {"PENDING"_L1, JobState::Queued},      {"CONFIGURING"_L1, JobState::Queued},
        {"REQUEUED"_L1, JobState::Queued},     {"REQUEUE_HOLD"_L1, JobState::Queued},
        {"SPECIAL_EXIT"_L1, JobState::Queued}, {"RUNNING"_L1, JobState::Running},
        {"SUSPENDED"_L1, JobState::Running},   {"STOPPED"_L1, JobState::Running},
        {"SIGNALING"_L1, JobState::Running},   {"STAGE_OUT"_L1, JobState::Running},
        {"COMPLETING"_L1, JobState::Running},  {"RESIZING"_L1, JobState::Running},
        {"COMPLETED"_L1, JobState::Succeeded}, {"CANCELLED"_L1, JobState::Cancelled},
        {"REVOKED"_L1, JobState::Cancelled},   {"TIMEOUT"_L1, JobState::TimedOut},
        {"DEADLINE"_L1, JobState::TimedOut},
    };
    const auto *const found =
        std::find_if(std::begin(table), std::end(table), [state](const auto& entry) { return state == entry.first; });
    return found == std::end(table) ? JobState::Failed : found->second;
}

QList<int> readSlurmRange(QStringView text)
{
    QList<int> numbers;
    const QStringView list = text.left(text.indexOf(u'%') < 0 ? text.size() : text.indexOf(u'%'));
    for (const QStringView part : list.split(u',')) {
        const QList<QStringView> stepped = part.split(u':');
        const QList<QStringView> ends = stepped.first().split(u'-');
        bool firstIsNumber = false;
        bool lastIsNumber = false;
        const int first = ends.first().toInt(&firstIsNumber);
        const int last = ends.last().toInt(&lastIsNumber);
        const int step = stepped.size() > 1 ? stepped.at(1).toInt() : 1;
        if (!firstIsNumber || !lastIsNumber || step < 1 || first < 0 || last - first > kMostTasks) {
            return {};
        }
        for (int number = first; number <= last; number += step) {
            numbers.append(number);
        }
    }
    return numbers;
}

QHash<int, JobTask> readSlurmRecords(QStringView text)
{
    QHash<int, JobTask> tasks;
    for (const QStringView line : text.split(u'\n', Qt::SkipEmptyParts)) {
        const QHash<QString, QString> fields = fieldsOf(line);
        if (!fields.contains(u"JobState"_s)) {
            continue;
        }
        const JobTask task = taskOf(fields);
        const QList<int> numbers = readSlurmRange(fields.value(u"ArrayTaskId"_s, u"0"_s));
        for (const int number : numbers) {
            tasks.insert(number, task);
        }
    }
    return tasks;
}

} // namespace lathe
