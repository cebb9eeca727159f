// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QUrl>

namespace lathe::bench {

struct Load
{
    QUrl baseUrl;
    int steps = 10;
    int runs = 1;
    int concurrency = 1;
};

/// The floor under an engine that journals: the same conversation over a bare QTcpSocket, replies read with QJson, the
/// serialised history appended to, each reply committed with Qt SQL (WAL, synchronous NORMAL). No policy, budget, cost,
/// error handling or anything else. Empty, or what went wrong.
[[nodiscard]] QString runFloor(const Load& load, const QString& database);

} // namespace lathe::bench
