// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/clock.h"
#include "engine/domain/policystore.h"

#include <QCoroTask>
#include <QHash>
#include <QSet>

namespace lathe {

/// How far the estimate of tokens is off for each provider and model, learned from what their replies say was really
/// read: a moving average of real / estimated. Kept in the database; learning costs no database access. One thread.
class TokenCalibration
{
public:
    TokenCalibration(PolicyStore& store, const Clock& clock) : m_store(store), m_clock(clock) {}

    /// Reads what was learned before. Without it every ratio is 1.
    QCoro::Task<Result<void>> load();
    /// The estimate as this model has counted so far, rounded up.
    [[nodiscard]] qint64 calibrated(const QString& provider, const QString& model, qint64 estimate) const;
    [[nodiscard]] qint64 samples(const QString& provider, const QString& model) const;
    /// real: all prompt tokens of a reply, cached ones too. Short prompts say little and are left out.
    void learn(const QString& provider, const QString& model, qint64 estimate, qint64 real);
    /// Writes what was learned since the last time; at the end of a run.
    void save();

private:
    using Key = std::pair<QString, QString>;
    PolicyStore& m_store;
    const Clock& m_clock;
    QHash<Key, TokenRatio> m_ratios;
    QSet<Key> m_unsaved;
};

} // namespace lathe
