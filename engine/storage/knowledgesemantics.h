// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/result.h"

#include <QByteArray>
#include <QHash>
#include <QList>
#include <QString>

#include <stop_token>
#include <vector>

namespace lathe {

/// A text as it is found: its title counts twice.
struct SemanticText
{
    QString title;
    QString text;
};

/// Coordinates of a text, of length kUnit; empty for a text without a known word. Whole numbers make scanning fast and
/// equal on every machine.
using SemanticVector = std::vector<qint16>;

/// What words mean by the company they keep: latent semantic analysis of the user's own texts, offline. Words are
/// stemmed, weighted by how often they stand in a text and how rare they are, and brought down to a few dimensions by a
/// randomized singular value decomposition (Halko, Martinsson, Tropp 2011) with a fixed seed: the same texts give the
/// same model. New texts are folded in without training anew.
class SemanticModel
{
public:
    static constexpr int kDimensions = 200; ///< at most; as many texts or words as there are, if fewer
    static constexpr double kUnit = 16'384; ///< the length of a vector: products of two fit 32 bits
    /// More texts than these do not change what the model learns; they bound its time and memory.
    static constexpr qsizetype kMostTexts = 20'000;
    /// With fewer there is nothing to learn.
    static constexpr qsizetype kFewestTexts = 30;

    /// Error InvalidInput if there are too few texts, Cancelled if stopped. Takes seconds for kMostTexts.
    [[nodiscard]] static Result<SemanticModel> train(const QList<SemanticText>& texts, std::stop_token stop,
                                                     int dimensions = kDimensions);
    [[nodiscard]] static Result<SemanticModel> fromBytes(QByteArrayView bytes);
    [[nodiscard]] QByteArray toBytes() const;

    [[nodiscard]] int dimensions() const { return m_dimensions; }
    [[nodiscard]] SemanticVector vectorOf(const SemanticText& text) const;
    /// The share of all texts that hold this word, as far as the model knows: 0 for a rare or unknown one.
    [[nodiscard]] double shareOf(const QString& word) const;

private:
    struct Term
    {
        quint32 row = 0; ///< of m_rows
        float weight = 0;
        float scale = 0; ///< of the row's numbers
    };
    int m_dimensions = 0;
    QHash<QByteArray, Term> m_terms;
    std::vector<qint16> m_rows;
};

/// The stems a text is counted by, title twice, without stop words.
[[nodiscard]] QHash<QByteArray, int> countStems(const SemanticText& text);

} // namespace lathe
