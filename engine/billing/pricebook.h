// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/money.h"
#include "engine/core/result.h"
#include "engine/domain/enums.h"

#include <QJsonObject>
#include <QString>

#include <optional>

namespace lathe {

/// What a price was found for and where it stands in the book.
struct Rate
{
    UnitPrice price;
    qint64 per = 1; ///< units the book quotes it for (1, 1000, 1000000)
    QString rateId;
    QString source; ///< Flat or PriceBook
};

/// Prices by provider, model, meter and tool. The flat book ("lathe/flat"): every model 0.000002 USD a token of any
/// class, every tool call 0.005 USD. Immutable value; any thread.
class PriceBook
{
public:
    [[nodiscard]] static PriceBook flat();
    /// The flat book with other rates, as a user sets them (USD per million tokens, USD per call).
    [[nodiscard]] static Result<PriceBook> flatWith(const QString& perMillionTokens, const QString& perToolCall);

    [[nodiscard]] QString id() const { return m_id; }
    [[nodiscard]] QString version() const { return m_version; }
    /// Nothing: the price is unknown, never zero.
    [[nodiscard]] std::optional<Rate> rateFor(const QString& provider, const QString& model, Meter meter) const;
    [[nodiscard]] std::optional<Rate> toolRate(const QString& tool) const;
    [[nodiscard]] QJsonObject toJson() const;

private:
    QString m_id;
    QString m_version;
    Rate m_token;
    Rate m_tool;
};

} // namespace lathe
