// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/openrun.h"

#include "engine/pipeline/enginefacade.h"
#include "ui/async.h"

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr int kPage = 2000;

} // namespace

OpenRun::OpenRun(EngineFacade& facade, QObject *parent) : QObject(parent), m_facade(facade)
{
    connect(&facade, &EngineFacade::runEvents, this, [this](const QString& runId, const QList<RunEvent>& events) {
        if (runId != m_runId) {
            return;
        }
        // What is being read may be from before these: they wait for it and are taken after it.
        m_waiting.append(events);
        if (!m_loading) {
            takeWaiting();
        }
    });
    connect(&facade, &EngineFacade::streamed, this, [this](const QString& runId, int decision, const QString& text) {
        if (runId != m_runId) {
            return;
        }
        if (decision != m_liveDecision) {
            m_liveText.clear();
            m_liveDecision = decision;
        }
        m_liveText += text;
        Q_EMIT streamed();
    });
    connect(&facade, &EngineFacade::runFinished, this, [this](const QString& runId, const RunEnd&) {
        if (runId == m_runId) {
            m_starting = false;
            fetch();
        }
    });
}

void OpenRun::open(const QString& runId, bool starting)
{
    m_starting = starting;
    ++m_generation;
    m_runId = runId;
    m_projector = RunProjector();
    m_liveText.clear();
    m_liveDecision = 0;
    m_loading = false;
    m_waiting.clear();
    Q_EMIT switched();
    if (!runId.isEmpty()) {
        fetch();
    }
}

void OpenRun::close()
{
    open(QString());
}

bool OpenRun::isLive() const
{
    return isOpen() && (m_starting || m_facade.runningRuns().contains(m_runId));
}

void OpenRun::fetch()
{
    m_loading = true;
    EventQuery query;
    query.afterSeq = record().lastSeq;
    query.limit = kPage;
    whenDone(m_facade.events(m_runId, query), this,
             [this, generation = m_generation](const Result<QList<RunEvent>>& events) {
                 if (generation != m_generation) {
                     return;
                 }
                 m_loading = false;
                 if (!events) {
                     Q_EMIT failed(events.error());
                     return;
                 }
                 const bool more = events->size() == kPage;
                 take(*events);
                 if (more) {
                     fetch();
                 } else {
                     takeWaiting();
                 }
             });
}

void OpenRun::takeWaiting()
{
    const QList<RunEvent> events = std::exchange(m_waiting, {});
    if (events.isEmpty()) {
        return;
    }
    if (events.first().seq > record().lastSeq + 1) {
        fetch(); // something is missing between
    } else {
        take(events);
    }
}

void OpenRun::take(const QList<RunEvent>& events)
{
    QSet<int> touched;
    const qint64 known = record().lastSeq;
    for (const RunEvent& event : events) {
        if (event.seq <= known) {
            continue;
        }
        m_projector.apply(event);
        m_starting = m_starting && event.type != EventType::RunFinished && !m_facade.runningRuns().contains(m_runId);
        if (const int decision = event.details.value("decision"_L1).toInt(); decision > 0) {
            touched.insert(decision);
        }
        if (event.type == EventType::FrameLeft || event.type == EventType::FrameEntered) {
            touched.insert(event.details.value("parentDecision"_L1).toInt());
        }
        if (event.type == EventType::LlmResponse || event.type == EventType::LlmRetry) {
            m_liveText.clear();
        }
    }
    Q_EMIT changed(touched);
}

} // namespace lathe
