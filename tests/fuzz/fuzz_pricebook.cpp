// SPDX-License-Identifier: GPL-3.0-or-later
// Price lists of any make: refused with a reason, or a book that can be read and looked through.
#include "engine/billing/pricebookimport.h"

#include "tests/fuzz/fuzzing.h"

using namespace lathe;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArray text(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    const QDate today(2026, 11, 28);
    const Result<ImportedPrices> imported = importPrices(text, today);
    if (!imported) {
        fuzz::expect(!imported.error().message.isEmpty(), "an error says what is wrong");
        return 0;
    }
    const Result<PriceBook> book = PriceBook::fromJson(QStringLiteral("book"), imported->document);
    if (book) {
        (void)checkPrices(*book, today);
        (void)book->model(QStringLiteral("openai"), QStringLiteral("gpt-4.1-2025-04-14"));
    }
    return 0;
}
