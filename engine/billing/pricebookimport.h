// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/billing/pricebook.h"

#include <QByteArray>
#include <QDate>

namespace lathe {

struct ImportedPrices
{
    QJsonObject document; ///< lathe.pricebook/1
    QString format;       ///< what the file was: lathe.pricebook/1, genai-prices, litellm or openrouter
    QStringList notes;    ///< what was left out, and why
};

/// Reads a price list: our own format, the data of genai-prices, LiteLLM's model_prices_and_context_window.json or the
/// model list of OpenRouter. Numbers are read as the text they are written in and never pass through a double; what
/// cannot be exact in twelve decimals a million, is negative or has no price is left out and noted. today dates what
/// the source does not.
[[nodiscard]] Result<ImportedPrices> importPrices(const QByteArray& file, QDate today);

/// What looks wrong with a book that can be read.
struct PriceFinding
{
    bool serious = false; ///< ask before the book is taken
    QString text;

    bool operator==(const PriceFinding&) const = default;
};
/// Cache reads dearer than input, cache writes below it or beyond four times it, output below a quarter of it; and, not
/// serious, rows without a price for input, factors that its maker marked as unverified, and an age over 60 days.
[[nodiscard]] QList<PriceFinding> checkPrices(const PriceBook& book, QDate today);

} // namespace lathe
