// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/runevent.h"

#include <functional>

namespace lathe {

/// How surely a batch is on disk when the future completes. Normal survives the death of the process; Full also
/// that of the machine.
enum class Durability
{
    Normal,
    Full
};

/// The append-only log of runs. One interface that storage fulfils and the agent writes to.
class Journal
{
public:
    virtual ~Journal() = default;
    /// Appends the events of one run in order, all or none, together with their bodies. Events carry their seq already.
    /// done is called once, on any thread, when they are durable or cannot be made so.
    using Done = std::function<void(Result<void>)>;
    virtual void append(QList<RunEvent> events, Durability durability, Done done) = 0;
};

} // namespace lathe
