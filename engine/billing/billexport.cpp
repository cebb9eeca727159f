// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/billing/billexport.h"

#include "engine/billing/csvexport.h"

#include <QFileInfo>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

QLatin1StringView formatName(BillFormat format)
{
    switch (format) {
    case BillFormat::Breakdown:
        return "csv"_L1;
    case BillFormat::Focus14:
        return "focus-1.4"_L1;
    case BillFormat::Focus12:
        return "focus-1.2"_L1;
    case BillFormat::Pivot:
        return "pivot"_L1;
    }
    return {};
}

FocusVersion versionOf(BillFormat format)
{
    return format == BillFormat::Focus12 ? FocusVersion::V1_2 : FocusVersion::V1_4;
}

} // namespace

BillWriter::BillWriter(QIODevice& device, BillFileOptions options)
    : m_device(device),
      m_options(std::move(options)),
      m_focus(versionOf(m_options.format), m_options.accounting, m_options.profile),
      m_groups(m_options.dimensions.isEmpty() ? QList<BillGroup>{BillGroup::Phase} : m_options.dimensions)
{
    if (m_options.dimensions.isEmpty()) {
        m_options.dimensions = {BillGroup::Phase};
    }
    switch (m_options.format) {
    case BillFormat::Breakdown:
        m_added = breakdownCsvHeader(m_options.profile);
        break;
    case BillFormat::Focus14:
    case BillFormat::Focus12:
        m_added = m_focus.header();
        break;
    case BillFormat::Pivot:
        break;
    }
}

void BillWriter::add(const BillRow& row)
{
    ++m_lines;
    if (row.line.cost) {
        m_total.add(*row.line.cost);
        m_phases[static_cast<size_t>(row.line.phase) - 1].add(*row.line.cost);
    } else {
        ++m_unknown;
    }
    switch (m_options.format) {
    case BillFormat::Breakdown:
        appendBreakdownCsv(m_added, row, m_options.profile);
        ++m_rows;
        break;
    case BillFormat::Focus14:
    case BillFormat::Focus12:
        m_rows += m_focus.append(m_added, row) ? 1 : 0;
        break;
    case BillFormat::Pivot:
        m_groups.add(row);
        break;
    }
}

void BillWriter::turnPage()
{
    m_page.swap(m_added);
    m_added.resize(0); // keeps its memory for the next page
}

Result<void> BillWriter::writePage()
{
    m_hash.addData(m_page);
    if (m_device.write(m_page) != m_page.size()) {
        return fail(ErrorCode::File, u"the bill cannot be written: %1"_s.arg(m_device.errorString()));
    }
    return {};
}

Result<void> BillWriter::finish()
{
    if (m_options.format == BillFormat::Pivot) {
        const auto added = addPivot();
        if (!added) {
            return added;
        }
    }
    turnPage();
    return writePage();
}

Result<void> BillWriter::addPivot()
{
    const auto table = m_groups.finish();
    if (!table) {
        return fail(table.error());
    }
    if (m_options.profile == CsvProfile::Spreadsheet) {
        m_added.append("\xEF\xBB\xBF");
    }
    const bool crossed = m_options.dimensions.size() > 1;
    const qsizetype keys = m_options.dimensions.size() - (crossed ? 1 : 0);
    // The values of the last dimension, in the order of their names, and what each pair of row and column costs.
    QStringList columns;
    QMap<QStringList, QHash<QString, CostGroup>> rows;
    for (const BillTable::Row& row : table->rows) {
        const QString column = crossed ? row.keys.constLast() : QString();
        if (crossed && !columns.contains(column)) {
            columns.append(column);
        }
        rows[row.keys.mid(0, keys)].insert(column, row.group);
    }
    std::sort(columns.begin(), columns.end());
    CsvRow header(m_added, m_options.profile);
    for (const BillGroup dimension : m_options.dimensions.mid(0, keys)) {
        header.cell(toName(dimension));
    }
    for (const QString& column : std::as_const(columns)) {
        header.text(column.isEmpty() ? u"(none)"_s : column);
    }
    header.cell("total_cost"_L1);
    header.cell("unknown_lines"_L1);
    header.end();
    QHash<QString, MoneySum> below;
    for (auto it = rows.cbegin(); it != rows.cend(); ++it) {
        CsvRow row(m_added, m_options.profile);
        for (const QString& key : it.key()) {
            row.text(key);
        }
        MoneySum across;
        qint64 unknown = 0;
        for (const CostGroup& group : *it) {
            across.add(group.cost);
            unknown += group.unknownLines;
        }
        for (const QString& column : std::as_const(columns)) {
            const auto cell = it->constFind(column);
            row.cell(cell == it->constEnd() ? QString() : cell->cost.toDecimal());
            if (cell != it->constEnd()) {
                below[column].add(cell->cost);
            }
        }
        const auto total = across.total();
        if (!total) {
            return fail(total.error());
        }
        row.cell(total->toDecimal());
        row.number(unknown);
        row.end();
        ++m_rows;
    }
    CsvRow totals(m_added, m_options.profile);
    totals.cell("TOTAL of the rows above"_L1);
    for (qsizetype i = 1; i < keys; ++i) {
        totals.empty();
    }
    for (const QString& column : std::as_const(columns)) {
        const auto sum = below.value(column).total();
        if (!sum) {
            return fail(sum.error());
        }
        totals.cell(sum->toDecimal());
    }
    totals.cell(table->total.cost.toDecimal());
    totals.number(table->total.unknownLines);
    totals.end();
    return {};
}

Result<QJsonObject> BillWriter::summary() const
{
    const auto total = m_total.total();
    if (!total) {
        return fail(total.error());
    }
    QJsonObject phases;
    for (const auto& [phase, name] : EnumNames<Phase>::table) {
        const auto sum = m_phases[static_cast<size_t>(phase) - 1].total();
        if (!sum) {
            return fail(sum.error());
        }
        phases.insert(name, sum->toDecimal());
    }
    QJsonObject json{{u"format"_s, formatName(m_options.format)},
                     {u"profile"_s, m_options.profile == CsvProfile::Machine ? u"machine"_s : u"spreadsheet"_s},
                     {u"rows"_s, m_rows},
                     {u"lines"_s, m_lines},
                     {u"unknownLines"_s, m_unknown},
                     {u"complete"_s, m_unknown == 0},
                     {u"currency"_s, u"USD"_s},
                     {u"total"_s, total->toDecimal()},
                     {u"phases"_s, phases},
                     {u"sha256"_s, QString::fromLatin1(m_hash.result().toHex())}};
    if (m_options.format == BillFormat::Focus14 || m_options.format == BillFormat::Focus12) {
        const bool merge = m_options.accounting == FocusAccounting::Merge;
        json.insert("accounting"_L1, merge ? u"merge"_s : u"chargeback"_s);
        json.insert("billedTotal"_L1, merge ? u"0"_s : total->toDecimal());
        json.insert("omittedLines"_L1, m_unknown);
    }
    return json;
}

QString summaryPathFor(const QString& path)
{
    const QFileInfo info(path);
    const QString name = info.completeBaseName() + u".summary.json"_s;
    return info.path() == "."_L1 && !path.startsWith(u'.') ? name : QString(info.path() + u'/' + name);
}

} // namespace lathe
