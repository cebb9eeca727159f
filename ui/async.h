// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/result.h"

#include <QFuture>
#include <QFutureWatcher>
#include <QObject>

#include <utility>

namespace lathe {

/// Calls fn(result) on owner's thread when the future is there; never after owner is gone. A future that was
/// cancelled without a result gives an Error (Cancelled).
template <typename T, typename F>
void whenDone(const QFuture<Result<T>>& future, QObject *owner, F fn)
{
    auto *watcher = new QFutureWatcher<Result<T>>(owner);
    QObject::connect(watcher, &QFutureWatcherBase::finished, owner, [watcher, fn = std::move(fn)]() mutable {
        watcher->deleteLater();
        if (watcher->future().resultCount() > 0) {
            fn(watcher->result());
        } else {
            fn(Result<T>(fail(ErrorCode::Cancelled, QStringLiteral("The engine stopped before it answered."))));
        }
    });
    watcher->setFuture(future);
}

} // namespace lathe
