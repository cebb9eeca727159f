// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/policy/tokencalibration.h"

#include <QCoroFuture>

#include <algorithm>
#include <cmath>

namespace lathe {

namespace {

constexpr qint64 kLeastTokens = 50;
/// The newest sample weighs a fifth, once there are five.
constexpr qint64 kMemory = 5;
/// Beyond these it is not the estimate that is off, but the number.
constexpr double kLeastRatio = 0.2;
constexpr double kMostRatio = 5;

} // namespace

QCoro::Task<Result<void>> TokenCalibration::load()
{
    const Result<QList<TokenRatio>> stored = co_await m_store.tokenRatios();
    if (!stored) {
        co_return fail(stored.error());
    }
    for (const TokenRatio& ratio : *stored) {
        m_ratios.insert({ratio.provider, ratio.model}, ratio);
    }
    co_return Result<void>();
}

qint64 TokenCalibration::calibrated(const QString& provider, const QString& model, qint64 estimate) const
{
    const auto known = m_ratios.constFind({provider, model});
    if (known == m_ratios.cend()) {
        return estimate;
    }
    return static_cast<qint64>(std::ceil(static_cast<double>(estimate) * known->ratio - 1e-6));
}

qint64 TokenCalibration::samples(const QString& provider, const QString& model) const
{
    return m_ratios.value({provider, model}).samples;
}

void TokenCalibration::learn(const QString& provider, const QString& model, qint64 estimate, qint64 real)
{
    if (estimate < kLeastTokens || real <= 0) {
        return;
    }
    const double seen = std::clamp(static_cast<double>(real) / static_cast<double>(estimate), kLeastRatio, kMostRatio);
    const Key key(provider, model);
    TokenRatio& ratio = m_ratios[key];
    ratio.provider = provider;
    ratio.model = model;
    ++ratio.samples;
    ratio.ratio += (seen - ratio.ratio) / static_cast<double>(std::min(ratio.samples, kMemory));
    m_unsaved.insert(key);
}

void TokenCalibration::save()
{
    if (m_unsaved.isEmpty()) {
        return;
    }
    QList<TokenRatio> ratios;
    for (const Key& key : std::as_const(m_unsaved)) {
        ratios.append(m_ratios.value(key));
    }
    m_unsaved.clear();
    // Not waited for: what is lost is learned again.
    const QFuture<Result<void>> saved = m_store.saveTokenRatios(std::move(ratios), m_clock.nowMs());
    Q_UNUSED(saved)
}

} // namespace lathe
