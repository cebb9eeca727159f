// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/billing/focusexport.h"

#include "engine/billing/focusrow.h"

#include <QVarLengthArray>

#include <array>

namespace lathe {

namespace {

bool isIn(const FocusHeading& heading, FocusVersion version)
{
    return version == FocusVersion::V1_2 ? heading.in12 : heading.in14;
}

} // namespace

class FocusRows::Private
{
public:
    const FocusArticle& articleOf(const CostLine& line)
    {
        for (const std::unique_ptr<FocusArticle>& article : articles) {
            if (article && article->isOf(line)) {
                return *article;
            }
        }
        std::unique_ptr<FocusArticle>& place = articles[next];
        next = (next + 1) % articles.size();
        place = std::make_unique<FocusArticle>(line, accounting == FocusAccounting::Merge, profile);
        return *place;
    }

    const FocusRunTags& tagsOf(const BillRow& row)
    {
        if (tags.text.isEmpty() || tags.own != row.tags || tags.jobName != row.jobName ||
            tags.userTier != row.userTier) {
            tags = {row.tags, row.jobName, row.userTier, CsvRow::encoded(focusTags(row), profile)};
        }
        return tags;
    }

    const FocusMonth& monthOf(qint64 ms)
    {
        if (ms < month.fromMs || ms >= month.toMs) {
            month = focusMonthOf(ms);
        }
        return month;
    }

    FocusVersion version;
    FocusAccounting accounting;
    CsvProfile profile;
    QVarLengthArray<FocusColumn, 48> columns;
    std::array<std::unique_ptr<FocusArticle>, 8> articles; ///< those of late: the meters and tools a run goes round
    size_t next = 0;
    FocusRunTags tags;
    FocusMonth month;
};

FocusRows::FocusRows(FocusVersion version, FocusAccounting accounting, CsvProfile profile)
    : d(new Private{version, accounting, profile, {}, {}, 0, {}, {}})
{
    for (const FocusHeading& heading : focusHeadings()) {
        if (isIn(heading, version)) {
            d->columns.append(heading.column);
        }
    }
}

FocusRows::~FocusRows() = default;

QByteArray FocusRows::header() const
{
    QByteArray header = d->profile == CsvProfile::Spreadsheet ? QByteArray("\xEF\xBB\xBF") : QByteArray();
    CsvRow row(header, CsvProfile::Machine);
    for (const FocusHeading& heading : focusHeadings()) {
        if (isIn(heading, d->version)) {
            row.cell(QLatin1StringView(heading.name));
        }
    }
    row.end();
    return header;
}

bool FocusRows::append(QByteArray& out, const BillRow& bill)
{
    if (!bill.line.cost) {
        return false;
    }
    const FocusRow focus(bill, d->articleOf(bill.line), d->tagsOf(bill), d->monthOf(bill.line.lineAtMs),
                         d->accounting == FocusAccounting::Merge);
    CsvRow row(out, d->profile);
    for (const FocusColumn column : d->columns) {
        focus.write(row, column);
    }
    row.end();
    return true;
}

} // namespace lathe
