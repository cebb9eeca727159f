// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace lathe {

/// Where identifiers come from; tests count instead.
class IdGenerator
{
public:
    virtual ~IdGenerator() = default;
    /// A new UUID in lower case without braces.
    [[nodiscard]] virtual QString newUuid() = 0;
};

class RandomIdGenerator final : public IdGenerator
{
public:
    [[nodiscard]] QString newUuid() override;
};

/// Where randomness of waits comes from.
class Jitter
{
public:
    virtual ~Jitter() = default;
    /// Uniform in [0, 1).
    [[nodiscard]] virtual double uniform() = 0;
};

class RandomJitter final : public Jitter
{
public:
    [[nodiscard]] double uniform() override;
};

} // namespace lathe
