// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/storage/knowledgesemantics.h"

#include "engine/storage/passages.h"

#include <Eigen/Dense>
#include <Eigen/SparseCore>
#include <QDataStream>
#include <QIODevice>
#include <QtEndian>
#include <libstemmer.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace lathe {

namespace {

using Dense = Eigen::MatrixXf;
using Sparse = Eigen::SparseMatrix<float, Eigen::RowMajor>;

constexpr quint32 kFormat = 0x4C534131; // "LSA1"
constexpr qsizetype kMostTerms = 30'000;
constexpr qsizetype kLongestWord = 40;
/// Columns beyond the wanted ones and rounds over the matrix: usual values, which bring the error near the least.
constexpr int kOversampling = 20;
constexpr int kRounds = 3;
constexpr quint64 kSeed = 0x6C61746865; // any; fixed, so that the same texts give the same model

class Stemmer
{
public:
    Stemmer() : m_stemmer(sb_stemmer_new("porter", "UTF_8")) {}
    ~Stemmer() { sb_stemmer_delete(m_stemmer); }
    Stemmer(const Stemmer&) = delete;
    Stemmer& operator=(const Stemmer&) = delete;

    [[nodiscard]] QByteArray stem(const QString& word)
    {
        const QByteArray utf8 = word.toUtf8();
        const sb_symbol *stem = m_stemmer == nullptr
                                    ? nullptr
                                    : sb_stemmer_stem(m_stemmer, reinterpret_cast<const sb_symbol *>(utf8.constData()),
                                                      static_cast<int>(utf8.size()));
        return stem == nullptr
                   ? utf8
                   : QByteArray(reinterpret_cast<const char *>(stem), sb_stemmer_length(m_stemmer)); // not ours
    }

private:
    sb_stemmer *m_stemmer;
};

float frequencyWeight(int count)
{
    return 1.0F + std::log(static_cast<float>(count));
}

struct Vocabulary
{
    QList<QByteArray> terms; ///< in a fixed order
    QHash<QByteArray, int> column;
    std::vector<float> weight;
};

Vocabulary vocabularyOf(const QList<QHash<QByteArray, int>>& texts)
{
    QHash<QByteArray, int> documents;
    for (const auto& counts : texts) {
        for (auto it = counts.begin(); it != counts.end(); ++it) {
            ++documents[it.key()];
        }
    }
    std::vector<std::pair<int, QByteArray>> order;
    for (auto it = documents.begin(); it != documents.end(); ++it) {
        if (it.value() >= 2) { // a word of one text keeps no company to learn from
            order.emplace_back(-it.value(), it.key());
        }
    }
    std::sort(order.begin(), order.end());
    order.resize(std::min(order.size(), static_cast<size_t>(kMostTerms)));
    Vocabulary vocabulary;
    const auto total = static_cast<float>(texts.size());
    for (const auto& [negative, term] : order) {
        vocabulary.column.insert(term, static_cast<int>(vocabulary.terms.size()));
        vocabulary.terms << term;
        vocabulary.weight.push_back(std::log(1.0F + total / static_cast<float>(-negative)));
    }
    return vocabulary;
}

Sparse matrixOf(const QList<QHash<QByteArray, int>>& texts, const Vocabulary& vocabulary)
{
    std::vector<Eigen::Triplet<float>> entries;
    for (qsizetype i = 0; i < texts.size(); ++i) {
        const size_t begin = entries.size();
        float square = 0;
        for (auto it = texts.at(i).begin(); it != texts.at(i).end(); ++it) {
            const int column = vocabulary.column.value(it.key(), -1);
            if (column >= 0) {
                const float value = frequencyWeight(it.value()) * vocabulary.weight[static_cast<size_t>(column)];
                square += value * value;
                entries.emplace_back(static_cast<int>(i), column, value);
            }
        }
        const float length = std::sqrt(square);
        for (size_t e = begin; e < entries.size(); ++e) {
            entries[e] = {entries[e].row(), entries[e].col(), entries[e].value() / length};
        }
    }
    Sparse matrix(static_cast<int>(texts.size()), static_cast<int>(vocabulary.terms.size()));
    matrix.setFromTriplets(entries.begin(), entries.end());
    return matrix;
}

Dense orthonormal(const Dense& columns)
{
    const Eigen::HouseholderQR<Dense> qr(columns);
    return qr.householderQ() * Dense::Identity(columns.rows(), columns.cols());
}

/// The directions among the terms along which the texts differ most: one column each, best first. Empty if stopped.
Dense mainDirections(const Sparse& matrix, int wanted, const std::stop_token& stop)
{
    const auto columns =
        static_cast<int>(std::min<Eigen::Index>({wanted + kOversampling, matrix.rows(), matrix.cols()}));
    std::mt19937_64 random(kSeed);
    Dense probe(matrix.cols(), columns);
    for (Eigen::Index i = 0; i < probe.size(); ++i) {
        probe.data()[i] = (random() & 1U) != 0 ? 1.0F : -1.0F;
    }
    Dense range = orthonormal(matrix * probe);
    for (int round = 0; round < kRounds; ++round) {
        if (stop.stop_requested()) {
            return {};
        }
        const Dense terms = orthonormal(matrix.transpose() * range);
        range = orthonormal(matrix * terms);
    }
    const Dense small = (matrix.transpose() * range).transpose();
    const Dense gram = small * small.transpose();
    const Eigen::SelfAdjointEigenSolver<Dense> solver(gram);
    // Eigenvalues come smallest first.
    const float least = 1e-6F * std::max(solver.eigenvalues()(columns - 1), 1e-12F);
    int kept = 0;
    while (kept < wanted && kept < columns && solver.eigenvalues()(columns - 1 - kept) > least) {
        ++kept;
    }
    Dense directions(matrix.cols(), kept);
    for (int i = 0; i < kept; ++i) {
        const int from = columns - 1 - i;
        directions.col(i) = small.transpose() * solver.eigenvectors().col(from) / std::sqrt(solver.eigenvalues()(from));
    }
    return directions;
}

} // namespace

QHash<QByteArray, int> countStems(const SemanticText& text)
{
    static thread_local Stemmer stemmer;
    static thread_local QHash<QString, QByteArray> known; // most words were stemmed before
    if (known.size() > 100'000) {
        known.clear();
    }
    QHash<QByteArray, int> counts;
    const auto count = [&counts](const QString& part, int times) {
        const QStringList words = significantWords(part);
        for (const QString& word : words) {
            if (word.size() > kLongestWord) {
                continue; // no word of a language: encoded data
            }
            auto stem = known.find(word);
            if (stem == known.end()) {
                stem = known.insert(word, stemmer.stem(word));
            }
            counts[*stem] += times;
        }
    };
    count(text.title, 2);
    count(text.text, 1);
    return counts;
}

Result<SemanticModel> SemanticModel::train(const QList<SemanticText>& texts, std::stop_token stop, int dimensions)
{
    if (texts.size() < kFewestTexts) {
        return fail(ErrorCode::InvalidInput, QStringLiteral("%1 passages are too few to learn from").arg(texts.size()));
    }
    QList<QHash<QByteArray, int>> counted;
    // Evenly spread over all of them, so that none of the documents is left out for its place.
    const qsizetype taken = std::min(texts.size(), kMostTexts);
    for (qsizetype i = 0; i < taken; ++i) {
        if (stop.stop_requested()) {
            return fail(ErrorCode::Cancelled, QStringLiteral("stopped while learning from passages"));
        }
        counted << countStems(texts.at(i * texts.size() / taken));
    }
    const Vocabulary vocabulary = vocabularyOf(counted);
    if (vocabulary.terms.isEmpty()) {
        return fail(ErrorCode::InvalidInput, QStringLiteral("no two passages have a word in common"));
    }
    const Dense directions = mainDirections(matrixOf(counted, vocabulary), dimensions, stop);
    if (stop.stop_requested()) {
        return fail(ErrorCode::Cancelled, QStringLiteral("stopped while learning from passages"));
    }
    SemanticModel model;
    model.m_dimensions = static_cast<int>(directions.cols());
    model.m_rows.reserve(static_cast<size_t>(directions.size()));
    for (int i = 0; i < directions.rows(); ++i) {
        const float most = std::max(directions.row(i).cwiseAbs().maxCoeff(), 1e-12F);
        const float scale = most / 32'767;
        model.m_terms.insert(
            vocabulary.terms.at(i),
            {.row = static_cast<quint32>(i), .weight = vocabulary.weight[static_cast<size_t>(i)], .scale = scale});
        for (int j = 0; j < directions.cols(); ++j) {
            model.m_rows.push_back(static_cast<qint16>(std::lround(directions(i, j) / scale)));
        }
    }
    return model;
}

double SemanticModel::shareOf(const QString& word) const
{
    const QHash<QByteArray, int> stem = countStems({.title = {}, .text = word});
    const auto term = stem.isEmpty() ? m_terms.end() : m_terms.find(stem.begin().key());
    return term == m_terms.end() ? 0 : 1 / std::expm1(static_cast<double>(term->weight));
}

SemanticVector SemanticModel::vectorOf(const SemanticText& text) const
{
    std::vector<double> sum(static_cast<size_t>(m_dimensions));
    const QHash<QByteArray, int> counts = countStems(text);
    // In the order of the rows: sums of fractions depend on it, and a hash has none that lasts.
    std::vector<std::pair<Term, int>> found;
    for (auto it = counts.begin(); it != counts.end(); ++it) {
        const auto term = m_terms.find(it.key());
        if (term != m_terms.end()) {
            found.emplace_back(*term, it.value());
        }
    }
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first.row < b.first.row; });
    for (const auto& [term, count] : found) {
        const float weight = frequencyWeight(count) * term.weight * term.scale;
        const qint16 *row = m_rows.data() + static_cast<size_t>(term.row) * sum.size();
        for (size_t i = 0; i < sum.size(); ++i) {
            sum[i] += static_cast<double>(weight) * row[i];
        }
    }
    double square = 0;
    for (const double value : sum) {
        square += value * value;
    }
    if (square <= 0) {
        return {};
    }
    SemanticVector vector(sum.size());
    const double scale = kUnit / std::sqrt(square);
    std::transform(sum.begin(), sum.end(), vector.begin(),
                   [scale](double value) { return static_cast<qint16>(std::lround(value * scale)); });
    return vector;
}

QByteArray SemanticModel::toBytes() const
{
    QList<QByteArray> terms(m_terms.size());
    for (auto it = m_terms.begin(); it != m_terms.end(); ++it) {
        terms[it->row] = it.key();
    }
    QByteArray bytes;
    QDataStream out(&bytes, QIODevice::WriteOnly);
    out.setVersion(QDataStream::Qt_6_4);
    out.setByteOrder(QDataStream::LittleEndian);
    out.setFloatingPointPrecision(QDataStream::SinglePrecision);
    out << kFormat << qint32(m_dimensions) << qint32(terms.size());
    for (const QByteArray& name : std::as_const(terms)) {
        const Term term = m_terms.value(name);
        out << name << term.weight << term.scale;
    }
    QByteArray rows(static_cast<qsizetype>(m_rows.size() * sizeof(qint16)), Qt::Uninitialized);
    qToLittleEndian<qint16>(m_rows.data(), static_cast<qsizetype>(m_rows.size()), rows.data());
    out << rows;
    return bytes;
}

Result<SemanticModel> SemanticModel::fromBytes(QByteArrayView bytes)
{
    QDataStream in(QByteArray::fromRawData(bytes.data(), bytes.size()));
    in.setVersion(QDataStream::Qt_6_4);
    in.setByteOrder(QDataStream::LittleEndian);
    in.setFloatingPointPrecision(QDataStream::SinglePrecision);
    quint32 format = 0;
    qint32 dimensions = 0;
    qint32 terms = 0;
    in >> format >> dimensions >> terms;
    if (in.status() != QDataStream::Ok || format != kFormat || dimensions < 0 || dimensions > 4096 || terms < 0 ||
        terms > kMostTerms) {
        return fail(ErrorCode::Database, QStringLiteral("the semantic index is damaged; add the files once more"));
    }
    SemanticModel model;
    model.m_dimensions = dimensions;
    for (qint32 i = 0; i < terms && in.status() == QDataStream::Ok; ++i) {
        QByteArray name;
        Term term{.row = static_cast<quint32>(i)};
        in >> name >> term.weight >> term.scale;
        model.m_terms.insert(name, term);
    }
    QByteArray rows;
    in >> rows;
    const auto numbers = static_cast<size_t>(terms) * static_cast<size_t>(dimensions);
    if (static_cast<size_t>(rows.size()) == numbers * sizeof(qint16)) {
        model.m_rows.resize(numbers);
        qFromLittleEndian<qint16>(rows.data(), static_cast<qsizetype>(numbers), model.m_rows.data());
    }
    if (in.status() != QDataStream::Ok || model.m_terms.size() != terms || model.m_rows.size() != numbers) {
        return fail(ErrorCode::Database, QStringLiteral("the semantic index is damaged; add the files once more"));
    }
    return model;
}

} // namespace lathe
