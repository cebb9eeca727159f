// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/sandbox.h"

#include "engine/tools/sandboxlaunch.h"
#include "engine/tools/sandboxsession.h"

#include <QCoroFuture>
#include <QPointer>
#include <QtConcurrent>

#include <memory>

namespace lathe {

using namespace Qt::StringLiterals;

namespace {

QString seconds(std::chrono::milliseconds limit)
{
    return QString::number(static_cast<double>(limit.count()) / 1000.0);
}

/// Ends the session when the time is up; ends itself when stop is requested.
QCoro::Task<> watchWallLimit(Clock& clock, QPointer<SandboxSession> session, std::chrono::milliseconds limit,
                             std::stop_token stop)
{
    const bool passed = co_await clock.sleepFor(limit, stop);
    if (passed && session) {
        session->end(SandboxEnd::TimedOut,
                     u"The program was stopped because it ran longer than %1 s."_s.arg(seconds(limit)));
    }
}

SandboxHarvest harvestFiles(std::shared_ptr<const SandboxFolder> folder, QMap<QString, QByteArray> given,
                            QStringList scratch, qint64 contentLimit)
{
    return folder->harvest(given, scratch, contentLimit);
}

} // namespace

SandboxRunner::SandboxRunner(Clock& clock, QString bubblewrapPath)
    : m_clock(clock), m_bubblewrapPath(std::move(bubblewrapPath))
{}

Result<void> SandboxRunner::available() const
{
    if (m_known) {
        return {};
    }
    Result<void> checked = checkSandbox(m_bubblewrapPath);
    m_known = checked.has_value();
    return checked;
}

QCoro::Task<SandboxOutcome> SandboxRunner::run(SandboxJob job, std::stop_token stop)
{
    SandboxOutcome outcome;
    if (stop.stop_requested()) {
        outcome.end = SandboxEnd::Cancelled;
        outcome.reason = u"Cancelled before the program started."_s;
        co_return outcome;
    }
    if (const Result<void> usable = available(); !usable) {
        outcome.end = SandboxEnd::Unavailable;
        outcome.reason = usable.error().message;
        co_return outcome;
    }
    const qint64 startedNs = m_clock.monotonicNs();
    auto session = std::make_unique<SandboxSession>(findBubblewrap(m_bubblewrapPath), job);
    std::stop_source wallStop;
    QCoro::Task<> wall = watchWallLimit(m_clock, session.get(), job.wallLimit, wallStop.get_token());
    {
        SandboxSession *const target = session.get();
        // Stop may be requested on another thread.
        const auto cancel = [target] {
            QMetaObject::invokeMethod(
                target, [target] { target->end(SandboxEnd::Cancelled, u"Cancelled."_s); }, Qt::QueuedConnection);
        };
        const std::stop_callback onStop(stop, cancel);
        session->start();
        QFuture<bool> ended = session->ended();
        co_await ended;
    }
    wallStop.request_stop();
    co_await wall;
    outcome = std::move(session->outcome());
    outcome.durationMs = (m_clock.monotonicNs() - startedNs) / 1'000'000;
    std::shared_ptr<const SandboxFolder> folder = session->folder();
    session.reset();
    if (folder) {
        QFuture<SandboxHarvest> harvesting =
            QtConcurrent::run(harvestFiles, std::move(folder), job.files, job.scratchFiles, job.contentLimit);
        SandboxHarvest harvest = co_await harvesting;
        outcome.files = std::move(harvest.files);
        outcome.filesCut = harvest.cut;
    }
    co_return outcome;
}

} // namespace lathe
