// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/ids.h"

namespace lathe::test {

/// 00000000-0000-4000-8000-000000000001, ...2, ...3: golden files stay the same.
class CountingIds final : public IdGenerator
{
public:
    [[nodiscard]] QString newUuid() override
    {
        return QStringLiteral("00000000-0000-4000-8000-%1").arg(++m_last, 12, 10, QLatin1Char('0'));
    }

private:
    qint64 m_last = 0;
};

/// Always the same share; 0 means waits are never shortened.
class FixedJitter final : public Jitter
{
public:
    explicit FixedJitter(double share = 0) : m_share(share) {}
    [[nodiscard]] double uniform() override { return m_share; }

private:
    double m_share;
};

} // namespace lathe::test
