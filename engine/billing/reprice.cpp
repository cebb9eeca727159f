// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/billing/reprice.h"

#include "engine/billing/ledger.h"

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

qint64 *countOf(Usage& usage, Meter meter)
{
    switch (meter) {
    case Meter::Input:
        return &usage.input;
    case Meter::CacheRead:
        return &usage.cacheRead;
    case Meter::CacheReadAudio:
        return &usage.cacheReadAudio;
    case Meter::CacheWrite:
        return &usage.cacheWrite;
    case Meter::CacheWrite1h:
        return &usage.cacheWrite1h;
    case Meter::InputAudio:
        return &usage.inputAudio;
    case Meter::Output:
    case Meter::Reasoning: // part of the output, until a book prices it apart
        return &usage.output;
    case Meter::OutputAudio:
        return &usage.outputAudio;
    case Meter::AnyToken:
        return &usage.anyToken;
    case Meter::WebSearch:
        return &usage.webSearch;
    case Meter::FileSearch:
        return &usage.fileSearch;
    case Meter::Request:
    case Meter::ToolCall:
        break;
    }
    return nullptr;
}

/// What an attempt used, put together from its lines.
Usage usageOf(const QList<BillRow>& rows)
{
    Usage usage;
    for (const BillRow& row : rows) {
        const CostLine& line = row.line;
        qint64 *count = countOf(usage, line.meter);
        if (count == nullptr || line.quantity == 0) {
            continue; // a fee for the request comes from the book, and a line without a count is unknown
        }
        *count += line.quantity;
        usage.reasoning += line.meter == Meter::Reasoning ? line.quantity : 0;
        const bool guessed = line.state == CostState::Estimated || usage.source == UsageSource::Estimated;
        usage.source = guessed ? UsageSource::Estimated : UsageSource::Reported;
    }
    usage.serviceTier = rows.constFirst().line.serviceTier;
    return usage;
}

Usage withColdCache(Usage usage)
{
    usage.input += usage.cacheRead + usage.cacheWrite + usage.cacheWrite1h;
    usage.inputAudio += usage.cacheReadAudio;
    usage.cacheRead = usage.cacheWrite = usage.cacheWrite1h = usage.cacheReadAudio = 0;
    return usage;
}

} // namespace

bool Repricer::belongs(const BillRow& row) const
{
    const CostLine& first = m_pending.constFirst().line;
    const CostLine& line = row.line;
    return first.meter != Meter::ToolCall && line.meter != Meter::ToolCall && first.runId == line.runId &&
           first.decision == line.decision && first.attempt == line.attempt;
}

ModelPrices Repricer::pricesOf(const CostLine& line) const
{
    if (m_model.isEmpty()) {
        return m_book.model(line.provider, line.modelRequested, line.modelBilled);
    }
    return m_book.model(m_model.section(u'/', 0, 0), m_model.section(u'/', 1));
}

Result<QList<BillRow>> Repricer::add(const BillRow& row)
{
    if (m_pending.isEmpty() || belongs(row)) {
        m_pending.append(row);
        return QList<BillRow>();
    }
    auto rows = finish();
    m_pending.append(row);
    return rows;
}

Result<QList<BillRow>> Repricer::finish()
{
    const QList<BillRow> rows = std::exchange(m_pending, {});
    if (rows.isEmpty()) {
        return rows;
    }
    BillRow template_ = rows.constFirst();
    CostLine& line = template_.line;
    line.unitPrice.reset();
    line.cost.reset();
    line.estimate.reset();
    line.rateId.clear();
    line.state = CostState::Unknown;
    QList<CostLine> lines;
    if (line.meter == Meter::ToolCall) {
        const auto priced = lineForToolCall(m_book, line);
        if (!priced) {
            return fail(priced.error());
        }
        lines.append(*priced);
    } else {
        const auto priced =
            linesForUsage(pricesOf(line), m_coldCache ? withColdCache(usageOf(rows)) : usageOf(rows), line);
        if (!priced) {
            return fail(priced.error());
        }
        lines = *priced;
        if (!m_model.isEmpty()) {
            for (CostLine& one : lines) {
                one.modelBilled = m_model.section(u'/', 1);
            }
        }
    }
    QList<BillRow> repriced;
    for (CostLine& one : lines) {
        template_.line = one;
        template_.line.priceBookVersion = m_book.version();
        repriced.append(template_);
    }
    return repriced;
}

} // namespace lathe
