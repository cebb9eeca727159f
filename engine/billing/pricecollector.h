// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/billing/pricebookimport.h"

#include <QJsonArray>
#include <QMap>
#include <QSet>

// What the readers of price lists share, and the readers themselves, one file for each source. Pure.

namespace lathe {

constexpr int kPerMillion = 6;  ///< the shift from a price a unit to one per 10^6 units
constexpr int kPerThousand = 3; ///< and from a fee a request to one per 10^3

using MeterPrices = QMap<QString, QString>; ///< meter: decimal text
[[nodiscard]] QJsonObject pricesJson(const MeterPrices& prices);

/// Collects the models of a source into one document.
class PriceCollector
{
public:
    PriceCollector(QString source, QDate today) : m_source(std::move(source)), m_today(today.toString(Qt::ISODate)) {}

    /// more: members of the model beside its rates. Without rates, or named before, it is left out with a note.
    void add(const QString& provider, const QString& model, const QJsonArray& rates, QJsonObject more = {});
    void note(const QString& text) { m_notes.append(text); }
    /// InvalidInput if nothing was added.
    [[nodiscard]] Result<ImportedPrices> finish() const;

private:
    QString m_source;
    QString m_today;
    QJsonArray m_models;
    QSet<QString> m_names;
    QStringList m_notes;
};

// Numbers are texts here (see numbersAsText).
[[nodiscard]] Result<ImportedPrices> importGenaiPrices(const QJsonArray& providers, QDate today);
[[nodiscard]] Result<ImportedPrices> importLitellmPrices(const QJsonObject& models, QDate today);
[[nodiscard]] Result<ImportedPrices> importOpenRouterPrices(const QJsonArray& models, QDate today);

} // namespace lathe
