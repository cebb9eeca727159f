// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/billing/pricebookimport.h"

#include "engine/billing/exactnumbers.h"
#include "engine/billing/pricecollector.h"
#include "engine/core/jsonreader.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

Result<ImportedPrices> importPrices(const QByteArray& file, QDate today)
{
    const QByteArray trimmed = file.trimmed();
    if (trimmed.startsWith('[')) {
        const auto wrapped = parseJsonObject(QByteArray("{\"providers\":" + numbersAsText(trimmed) + '}'));
        if (!wrapped) {
            return fail(wrapped.error());
        }
        return importGenaiPrices(wrapped->value("providers"_L1).toArray(), today);
    }
    const auto plain = parseJsonObject(file);
    if (!plain) {
        return fail(plain.error());
    }
    if (plain->contains("format"_L1)) {
        return ImportedPrices{*plain, plain->value("format"_L1).toString(), {}};
    }
    const auto exact = parseJsonObject(numbersAsText(file));
    if (!exact) {
        return fail(exact.error());
    }
    if (exact->value("data"_L1).isArray()) {
        return importOpenRouterPrices(exact->value("data"_L1).toArray(), today);
    }
    if (exact->value("providers"_L1).isArray()) {
        return importGenaiPrices(exact->value("providers"_L1).toArray(), today);
    }
    const auto isPriced = [](const QJsonValue& value) { return value.toObject().contains("litellm_provider"_L1); };
    if (std::any_of(exact->constBegin(), exact->constEnd(), isPriced)) {
        return importLitellmPrices(*exact, today);
    }
    return fail(ErrorCode::InvalidInput,
                u"this is none of lathe.pricebook/1, genai-prices, LiteLLM's price map and OpenRouter's model list"_s);
}

QList<PriceFinding> checkPrices(const PriceBook& book, QDate today)
{
    constexpr int kOldDays = 60;
    QList<PriceFinding> findings;
    QDate newest;
    for (const PricedModel& model : book.models()) {
        newest = std::max(newest, QDate::fromString(model.asOf, Qt::ISODate));
        for (const RateRow& row : model.rates) {
            const auto at = [&row](Meter meter) { return row.listed[static_cast<size_t>(meter)]; };
            const auto input = at(Meter::Input);
            if (!input) {
                if (!row.priceOf(Meter::Input)) {
                    findings.append({false, u"%1 has no price for input: its cost will be unknown"_s.arg(row.rateId)});
                }
                continue;
            }
            const auto say = [&](Meter meter, const QString& what) {
                findings.append({true, u"%1: %2 at $%3 %4 input at $%5 per million tokens"_s.arg(
                                           row.rateId, toName(meter), at(meter)->toDecimal(1'000'000), what,
                                           input->toDecimal(1'000'000))});
            };
            if (const auto read = at(Meter::CacheRead); read && *read > *input) {
                say(Meter::CacheRead, u"is dearer than"_s);
            }
            const auto most = UnitPrice::fromAttoPerUnit(input->attoPerUnit() * 4);
            for (const Meter meter : {Meter::CacheWrite, Meter::CacheWrite1h}) {
                if (const auto write = at(meter);
                    write && !(write->attoPerUnit() == 0) && (*write < *input || *write > most)) {
                    say(meter, u"is not one to four times"_s);
                }
            }
            if (const auto output = at(Meter::Output);
                output && output->attoPerUnit() != 0 && output->attoPerUnit() * 4 < input->attoPerUnit()) {
                say(Meter::Output, u"is less than a quarter of"_s);
            }
        }
    }
    for (const QJsonValue& model : book.document().value("models"_L1).toArray()) {
        const QJsonObject tiers = model.toObject().value("service_tiers"_L1).toObject();
        for (auto it = tiers.constBegin(); it != tiers.constEnd(); ++it) {
            if (it->toObject().value("verify"_L1).toBool()) {
                findings.append({false, u"%1: the factor of tier %2 is marked as unverified"_s.arg(
                                            model.toObject().value("id"_L1).toString(), it.key())});
            }
        }
    }
    if (newest.isValid() && newest.daysTo(today) > kOldDays) {
        findings.append(
            {false,
             u"the newest price is of %1, %2 days ago"_s.arg(newest.toString(Qt::ISODate)).arg(newest.daysTo(today))});
    }
    return findings;
}

} // namespace lathe
