// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/billing/providerexport.h"

#include "engine/billing/exactnumbers.h"

#include <QDateTime>
#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr int kDecimals = 18; // of Money

struct Amount
{
    Money money;
    int decimals = 0;
};

/// "-12.5e-3" x 10^shift, to the 18 decimals of Money.
std::optional<Amount> amountOf(const QString& text, int shift)
{
    static const QRegularExpression form(u"^(-?)(\\d{1,30})(?:\\.(\\d{1,60}))?(?:[eE]([+-]?\\d{1,2}))?$"_s);
    const auto match = form.match(text.trimmed());
    if (!match.hasMatch()) {
        return std::nullopt;
    }
    QString digits = match.captured(2) + match.captured(3);
    const int exponent = shift + match.captured(4).toInt();
    int decimals = static_cast<int>(match.captured(3).size()) - exponent;
    for (; decimals < 0; ++decimals) {
        digits.append(u'0');
    }
    const int written = decimals;
    if (decimals > kDecimals) {
        const qsizetype kept = std::max<qsizetype>(0, digits.size() - (decimals - kDecimals));
        const QString rest = digits.mid(kept).rightJustified(decimals - kDecimals, u'0');
        digits.truncate(kept);
        const QString half = u"5"_s + QString(rest.size() - 1, u'0');
        const bool odd = !digits.isEmpty() && (digits.back().unicode() - u'0') % 2 == 1;
        decimals = kDecimals;
        const auto cut = Money::fromDecimal(QString(u"0."_s + digits.right(kDecimals).rightJustified(kDecimals, u'0')));
        const QString whole = digits.size() > kDecimals ? digits.left(digits.size() - kDecimals) : u"0"_s;
        const auto integer = Money::fromDecimal(whole);
        if (!cut || !integer) {
            return std::nullopt;
        }
        const bool up = rest > half || (rest == half && odd);
        const auto sum = integer->plus(Money::fromAtto(cut->atto() + (up ? 1 : 0)));
        return sum ? std::optional(Amount{match.captured(1).isEmpty() ? *sum : Money::fromAtto(-sum->atto()), written})
                   : std::nullopt;
    }
    digits = digits.rightJustified(decimals + 1, u'0');
    QString plain = match.captured(1) + digits.left(digits.size() - decimals);
    if (decimals > 0) {
        plain += u'.' + digits.right(decimals);
    }
    const auto money = Money::fromDecimal(plain);
    return money ? std::optional(Amount{*money, written}) : std::nullopt;
}

class Reader
{
public:
    Reader(const QString& format, const QString& provider)
    {
        m_export.format = format;
        m_export.provider = provider;
    }

    void cover(QDate day)
    {
        m_export.first = m_export.first.isValid() ? std::min(m_export.first, day) : day;
        m_export.last = m_export.last.isValid() ? std::max(m_export.last, day) : day;
    }
    void note(const QString& text)
    {
        if (!m_export.notes.contains(text)) {
            m_export.notes.append(text);
        }
    }
    void add(ProviderCharge charge, const QString& amount, int shift)
    {
        const auto read = amountOf(amount, shift);
        if (!read || !charge.day.isValid()) {
            note(u"left out: \"%1\" on \"%2\" is no amount of a day"_s.arg(amount, charge.day.toString(Qt::ISODate)));
            return;
        }
        charge.amount = read->money;
        m_decimals = std::max(m_decimals, std::min(read->decimals, kDecimals));
        cover(charge.day);
        m_export.charges.append(std::move(charge));
    }
    [[nodiscard]] Result<ProviderExport> finish()
    {
        if (!m_export.first.isValid()) {
            return fail(ErrorCode::InvalidInput, u"the export covers no day"_s, m_export.notes.join(u'\n'));
        }
        Int128 unit = 1;
        for (int i = m_decimals; i < kDecimals; ++i) {
            unit *= 10;
        }
        m_export.unit = Money::fromAtto(unit);
        return m_export;
    }

private:
    ProviderExport m_export;
    int m_decimals = 2; // cents, at least
};

Result<ProviderExport> readOpenAi(const QJsonArray& pages)
{
    Reader out(u"openai-costs"_s, u"openai"_s);
    for (const QJsonValue& page : pages) {
        if (page.toObject().value("has_more"_L1).toBool() && pages.size() == 1) {
            out.note(u"the provider had more pages than this file holds"_s);
        }
        for (const QJsonValue& entry : page.toObject().value("data"_L1).toArray()) {
            const QJsonObject bucket = entry.toObject();
            const qint64 start = bucket.value("start_time"_L1).toString().toLongLong();
            const QDate day = QDateTime::fromSecsSinceEpoch(start, Qt::UTC).date();
            out.cover(day);
            for (const QJsonValue& value : bucket.value("results"_L1).toArray()) {
                const QJsonObject result = value.toObject();
                const QJsonObject amount = result.value("amount"_L1).toObject();
                const QString currency = amount.value("currency"_L1).toString(u"usd"_s);
                if (currency.compare("usd"_L1, Qt::CaseInsensitive) != 0) {
                    out.note(u"left out: an amount in %1"_s.arg(currency));
                    continue;
                }
                // "gpt-4o-mini-2024-07-18, cached input"
                const QString model = result.value("line_item"_L1).toString().section(u',', 0, 0).trimmed();
                out.add({day, model, {}}, amount.value("value"_L1).toString(), 0);
            }
        }
    }
    return out.finish();
}

Result<ProviderExport> readAnthropic(const QJsonArray& pages)
{
    Reader out(u"anthropic-cost-report"_s, u"anthropic"_s);
    for (const QJsonValue& page : pages) {
        if (page.toObject().value("has_more"_L1).toBool() && pages.size() == 1) {
            out.note(u"the provider had more pages than this file holds"_s);
        }
        for (const QJsonValue& entry : page.toObject().value("data"_L1).toArray()) {
            const QJsonObject bucket = entry.toObject();
            const QDate day = QDate::fromString(bucket.value("starting_at"_L1).toString().left(10), Qt::ISODate);
            if (day.isValid()) {
                out.cover(day);
            }
            for (const QJsonValue& value : bucket.value("results"_L1).toArray()) {
                const QJsonObject result = value.toObject();
                const QString currency = result.value("currency"_L1).toString(u"USD"_s);
                if (currency.compare("usd"_L1, Qt::CaseInsensitive) != 0) {
                    out.note(u"left out: an amount in %1"_s.arg(currency));
                    continue;
                }
                QString model = result.value("model"_L1).toString();
                const QString type = result.value("cost_type"_L1).toString();
                if (model.isEmpty() && !type.isEmpty() && type != "tokens"_L1) {
                    model = type; // web_search, code_execution
                }
                QString tier = result.value("service_tier"_L1).toString();
                tier = tier == "standard"_L1 ? QString() : tier;
                // Decimal strings in cents: "123.45" is $1.2345.
                out.add({day, model, {}, -1, tier}, result.value("amount"_L1).toString(), -2);
            }
        }
    }
    out.note(u"the cost report does not hold what the priority tier costs"_s);
    return out.finish();
}

/// One row of OpenRouter's activity, or of its list of generations, by the names of its columns.
void addActivity(Reader& out, const QHash<QString, QString>& cells)
{
    const auto any = [&cells](std::initializer_list<QString> names) {
        for (const QString& name : names) {
            if (const QString cell = cells.value(name); !cell.isEmpty()) {
                return cell;
            }
        }
        return QString();
    };
    ProviderCharge charge;
    charge.day = QDate::fromString(any({u"date"_s, u"created_at"_s}).left(10), Qt::ISODate);
    charge.model = any({u"model"_s, u"model_permaslug"_s});
    const QString prompt = any({u"prompt_tokens"_s, u"tokens_prompt"_s});
    const QString completion = any({u"completion_tokens"_s, u"tokens_completion"_s});
    if (!prompt.isEmpty() && !completion.isEmpty()) {
        charge.tokens = prompt.toLongLong() + completion.toLongLong();
    }
    ProviderCharge own = charge; // paid with a key of one's own, beside the credits
    own.tokens = charge.tokens < 0 ? -1 : 0;
    out.add(std::move(charge), any({u"usage"_s, u"cost_total"_s}), 0);
    const QString byok = cells.value(u"byok_usage_inference"_s);
    if (!byok.isEmpty() && byok.toDouble() != 0) {
        out.add(std::move(own), byok, 0);
    }
}

Result<ProviderExport> readOpenRouter(const QJsonArray& items)
{
    Reader out(u"openrouter-activity"_s, u"openrouter"_s);
    for (const QJsonValue& item : items) {
        QHash<QString, QString> cells;
        const QJsonObject object = item.toObject();
        for (auto it = object.constBegin(); it != object.constEnd(); ++it) {
            cells.insert(it.key(), it->toString());
        }
        addActivity(out, cells);
    }
    return out.finish();
}

/// RFC 4180, with LF alone too.
QList<QStringList> csvRows(const QString& text)
{
    QList<QStringList> rows;
    QStringList row;
    QString field;
    bool quoted = false;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const QChar c = text.at(i);
        if (quoted) {
            if (c != u'"') {
                field.append(c);
            } else if (i + 1 < text.size() && text.at(i + 1) == u'"') {
                field.append(text.at(++i));
            } else {
                quoted = false;
            }
        } else if (c == u'"') {
            quoted = true;
        } else if (c == u',' || c == u'\n') {
            row.append(std::exchange(field, {}));
            if (c == u'\n') {
                rows.append(std::exchange(row, {}));
            }
        } else if (c != u'\r') {
            field.append(c);
        }
    }
    if (!field.isEmpty() || !row.isEmpty()) {
        row.append(field);
        rows.append(row);
    }
    return rows;
}

Result<ProviderExport> readOpenRouterCsv(const QByteArray& file)
{
    QString text = QString::fromUtf8(file);
    if (text.startsWith(QChar::ByteOrderMark)) {
        text.remove(0, 1);
    }
    const QList<QStringList> rows = csvRows(text);
    QStringList header = rows.value(0);
    for (QString& name : header) {
        name = name.trimmed().toLower().replace(u' ', u'_');
    }
    const bool known = (header.contains("date"_L1) && header.contains("usage"_L1)) ||
                       (header.contains("created_at"_L1) && header.contains("cost_total"_L1));
    if (!known) {
        return fail(
            ErrorCode::InvalidInput,
            u"this is no cost export that can be read; known are OpenAI's costs and Anthropic's cost report (JSON) "
            u"and OpenRouter's activity (CSV or JSON)"_s);
    }
    Reader out(u"openrouter-activity"_s, u"openrouter"_s);
    for (qsizetype i = 1; i < rows.size(); ++i) {
        if (rows.at(i).size() != header.size()) {
            out.note(u"left out: row %1 has %2 cells, not %3"_s.arg(i + 1).arg(rows.at(i).size()).arg(header.size()));
            continue;
        }
        QHash<QString, QString> cells;
        for (qsizetype column = 0; column < header.size(); ++column) {
            cells.insert(header.at(column), rows.at(i).at(column));
        }
        addActivity(out, cells);
    }
    return out.finish();
}

} // namespace

Result<ProviderExport> readProviderExport(const QByteArray& file)
{
    const QByteArray trimmed = file.trimmed();
    if (!trimmed.startsWith('{') && !trimmed.startsWith('[')) {
        return readOpenRouterCsv(file);
    }
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(numbersAsText(trimmed), &error);
    if (error.error != QJsonParseError::NoError) {
        return fail(ErrorCode::InvalidInput, u"the export is no JSON: %1"_s.arg(error.errorString()));
    }
    const QJsonArray pages = document.isArray() ? document.array() : QJsonArray{document.object()};
    const QJsonArray data = pages.first().toObject().value("data"_L1).toArray();
    const QJsonObject first = data.isEmpty() ? pages.first().toObject() : data.first().toObject();
    if (first.contains("start_time"_L1)) {
        return readOpenAi(pages);
    }
    if (first.contains("starting_at"_L1)) {
        return readAnthropic(pages);
    }
    if (first.contains("date"_L1) && first.contains("usage"_L1)) {
        return readOpenRouter(data.isEmpty() ? pages : data);
    }
    return fail(
        ErrorCode::InvalidInput,
        u"this is no cost export that can be read; known are OpenAI's costs and Anthropic's cost report (JSON) and "
        u"OpenRouter's activity (CSV or JSON)"_s);
}

} // namespace lathe
