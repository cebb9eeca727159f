// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/money.h"
#include "engine/domain/enums.h"

#include <QHash>
#include <QJsonObject>
#include <QList>
#include <QString>

#include <array>
#include <limits>
#include <memory>
#include <optional>

namespace lathe {

/// What decides which row of a price book holds for a call.
struct PricedCall
{
    qint64 atMs = 0;     ///< when it began
    QString serviceTier; ///< empty: the ordinary one
    QString region;      ///< empty: not known
    qint64 totalInput = 0;
};

/// One row of prices: when it holds, and what one unit of each meter costs. It applies to a request as a whole.
struct RateRow
{
    struct Window ///< minutes of the UTC day, from inclusive, to exclusive; from > to crosses midnight
    {
        int from = 0;
        int to = 0;
        bool operator==(const Window&) const = default;
    };
    qint64 fromMs = std::numeric_limits<qint64>::min(); ///< inclusive
    qint64 toMs = std::numeric_limits<qint64>::max();   ///< exclusive
    QList<Window> windows;                              ///< empty: all day
    QString serviceTier;
    QString region;
    qint64 minInputTokens = 0; ///< the first total of input tokens that has this rate
    std::array<std::optional<UnitPrice>, kMeterCount> listed;
    QString rateId; ///< "openai/gpt-5.4#standard/ctx>=272000@2026-03-05"

    [[nodiscard]] bool lists(Meter meter) const { return listed[static_cast<size_t>(meter)].has_value(); }
    /// Cache and audio meters without a price of their own fall back to what they are a part of.
    [[nodiscard]] std::optional<UnitPrice> priceOf(Meter meter) const;
    [[nodiscard]] bool holdsFor(const PricedCall& call) const;
};

struct PricedModel
{
    QString id; ///< "provider/model"
    QString provider;
    QString model;
    QString displayName;
    QStringList aliases;
    QStringList prefixes;
    std::optional<qint64> contextWindow; ///< tokens
    QString source;
    QString asOf; ///< 2026-11-22: the day the source is of
    QList<RateRow> rates;
};

struct PriceBookData;

/// What a book says about one model: found once, then asked for each call. Cheap to copy; shares the book's data.
class ModelPrices
{
public:
    ModelPrices() = default; ///< of no known model: no row, so every cost is unknown
    ModelPrices(std::shared_ptr<const PriceBookData> book, const PricedModel *model)
        : m_book(std::move(book)), m_model(model)
    {}

    /// Rows that hold at the call's start, of its tier and region; of these the newest wins, then one with a window of
    /// the day, then the one for the longest input. Null: no price.
    [[nodiscard]] const RateRow *rowFor(const PricedCall& call) const;
    [[nodiscard]] QString bookVersion() const;
    [[nodiscard]] const PricedModel *model() const { return m_model; } ///< null: not known

private:
    std::shared_ptr<const PriceBookData> m_book;
    const PricedModel *m_model = nullptr;
};

struct ToolRate
{
    UnitPrice price; ///< of one call
    QString rateId;
};

/// Prices, immutable. Cheap to copy; any thread.
class PriceBook
{
public:
    /// Every model the same price per token of any class, every tool call the same fee.
    [[nodiscard]] static PriceBook flat();
    /// Both in USD, per million tokens and per call.
    [[nodiscard]] static Result<PriceBook> flatWith(const QString& perMillionTokens, const QString& perToolCall);
    /// From what version() says of a flat book.
    [[nodiscard]] static Result<PriceBook> flatOfVersion(const QString& version);
    /// From its document (lathe.pricebook/1); the error names every bad place.
    [[nodiscard]] static Result<PriceBook> fromJson(const QString& id, const QJsonObject& document);

    [[nodiscard]] const QString& id() const; ///< "lathe/flat", "providers"
    /// What runs and lines keep of it, unique: "flat/1", "flat/1;token=2.5;call=0", "providers@2026-11-22.1".
    [[nodiscard]] const QString& version() const;
    [[nodiscard]] const QJsonObject& document() const;
    [[nodiscard]] const QList<PricedModel>& models() const;
    [[nodiscard]] bool isFlat() const;

    /// billed is the model's name in the reply, if there is one: it wins unless it is not known and only a snapshot
    /// ("m-2026-01-01") of what was asked for. What is not in the book has no price.
    [[nodiscard]] ModelPrices model(const QString& provider, const QString& requested,
                                    const QString& billed = {}) const;
    [[nodiscard]] std::optional<ToolRate> toolRate(const QString& tool) const;

private:
    explicit PriceBook(std::shared_ptr<const PriceBookData> data) : d(std::move(data)) {}
    friend class PriceBookReader;
    std::shared_ptr<const PriceBookData> d;
};

/// The parts of a book, for those that read or make one.
struct PriceBookData
{
    QString id;
    QString version;
    QJsonObject document;
    QList<PricedModel> models;
    PricedModel everyModel; ///< of a flat book: the one price that holds for all
    bool flat = false;
    std::optional<ToolRate> toolCall;
    QHash<QString, ToolRate> tools;   ///< fees of their own
    QHash<QString, qsizetype> byName; ///< "provider/name" in small letters, names and aliases
};

/// Where the readers of a book and the book itself agree: "openai-responses" bills as "openai".
[[nodiscard]] QString billingProvider(const QString& provider);

} // namespace lathe
