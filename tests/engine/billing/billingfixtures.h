// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/billing/billgrouper.h"
#include "engine/billing/billingreportbuilder.h"
#include "engine/billing/ledger.h"

#include <random>

// Random ledgers for property tests.

namespace lathe::test {

inline Money costSum(const QList<CostLine>& lines)
{
    QList<Money> costs;
    for (const CostLine& line : lines) {
        if (line.cost) {
            costs.append(*line.cost);
        }
    }
    const auto sum = Money::sum(costs);
    return sum ? *sum : Money::fromAtto(-1);
}

/// A strict RFC 4180 reader: every line ends in CRLF, quotes only around whole fields. Empty if the text is not that.
inline QList<QStringList> parseCsv(const QByteArray& bytes)
{
    const QString text = QString::fromUtf8(bytes);
    QList<QStringList> rows;
    QStringList row;
    qsizetype i = 0;
    while (i < text.size()) {
        QString field;
        if (text.at(i) == u'"') {
            for (++i; i < text.size(); ++i) {
                if (text.at(i) != u'"') {
                    field.append(text.at(i));
                } else if (i + 1 < text.size() && text.at(i + 1) == u'"') {
                    field.append(text.at(++i));
                } else {
                    break;
                }
            }
            if (i++ >= text.size()) {
                return {};
            }
        } else {
            while (i < text.size() && text.at(i) != u',' && text.at(i) != u'\r') {
                if (text.at(i) == u'"' || text.at(i) == u'\n') {
                    return {};
                }
                field.append(text.at(i++));
            }
        }
        row.append(field);
        if (i < text.size() && text.at(i) == u',') {
            ++i;
            if (i == text.size()) {
                return {};
            }
        } else if (text.mid(i, 2) == QLatin1String("\r\n")) {
            i += 2;
            rows.append(row);
            row.clear();
        } else {
            return {};
        }
    }
    return row.isEmpty() ? rows : QList<QStringList>();
}

/// Prices with many decimals, several runs, phases, tools, models, retries and unknown lines.
inline QList<CostLine> randomLedger(std::mt19937_64& random, int calls, const QString& runId)
{
    const auto below = [&random](int limit) { return static_cast<int>(random() % static_cast<unsigned>(limit)); };
    const auto pricedAs = [](const char *token, const char *call) {
        return *PriceBook::flatWith(QString::fromLatin1(token), QString::fromLatin1(call));
    };
    const QList<PriceBook> books = {PriceBook::flat(), pricedAs("0.003625", "0.000000000000000001"),
                                    pricedAs("75.123456789012", "3")};
    QList<CostLine> ledger;
    for (int i = 0; i < calls; ++i) {
        const PriceBook& book = books.at(below(static_cast<int>(books.size())));
        CostLine line;
        line.runId = runId;
        line.lineAtMs = 1'790'000'000'000 + below(400'000'000);
        line.phase = static_cast<Phase>(1 + below(5));
        line.decision = below(6);
        line.provider = QStringLiteral("p%1").arg(below(2));
        line.modelRequested = QStringLiteral("m%1").arg(below(3));
        line.status = QStringLiteral("ok");
        if (below(3) == 0) {
            line.tool = QStringLiteral("t%1").arg(below(3));
            line.toolCallId = QStringLiteral("c%1").arg(i);
            ledger.append(*lineForToolCall(book, line));
            continue;
        }
        line.attempt = 1 + below(4);
        Usage usage;
        usage.source = static_cast<UsageSource>(below(3));
        if (usage.source != UsageSource::Missing) {
            usage.input = below(1'000'000);
            usage.cacheRead = below(2) * below(100'000);
            usage.output = below(5'000);
        }
        ledger.append(*linesForUsage(book.model(line.provider, line.modelRequested), usage, line));
    }
    return ledger;
}

} // namespace lathe::test
