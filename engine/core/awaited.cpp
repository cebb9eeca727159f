// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/core/awaited.h"

#include <QCoreApplication>
#include <QEvent>

namespace lathe {

namespace {

QEvent::Type resumeType()
{
    static const auto type = static_cast<QEvent::Type>(QEvent::registerEventType());
    return type;
}

} // namespace

Resumer& Resumer::ofThisThread()
{
    thread_local Resumer resumer;
    return resumer;
}

void Resumer::post(std::coroutine_handle<> coroutine)
{
    {
        const std::lock_guard lock(m_mutex);
        m_waiting.push_back(coroutine);
        if (m_posted) {
            return;
        }
        m_posted = true;
    }
    QCoreApplication::postEvent(this, new QEvent(resumeType()));
}

std::coroutine_handle<> Resumer::next()
{
    const std::lock_guard lock(m_mutex);
    m_posted = false; // an event loop inside a coroutine goes on with the others
    if (m_waiting.empty()) {
        return {};
    }
    const auto coroutine = m_waiting.front();
    m_waiting.pop_front();
    return coroutine;
}

bool Resumer::event(QEvent *event)
{
    if (event->type() != resumeType()) {
        return QObject::event(event);
    }
    while (const auto coroutine = next()) {
        coroutine.resume();
    }
    return true;
}

} // namespace lathe
