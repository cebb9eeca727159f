// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/core/money.h"

#include <QTest>

#include <algorithm>
#include <limits>
#include <random>

using namespace lathe;
using namespace Qt::StringLiterals;

namespace {

// The oracle: schoolbook arithmetic on digit strings, so that nothing is shared with the code under test.

/// A signed decimal number: digits without leading zeros, most significant first; "0" is never negative.
struct Digits
{
    bool negative = false;
    std::string text = "0";

    static Digits make(bool negative, std::string text)
    {
        const size_t first = text.find_first_not_of('0');
        text = first == std::string::npos ? "0" : text.substr(first);
        return {negative && text != "0", text};
    }
    bool operator==(const Digits&) const = default;
};

int compareMagnitude(const std::string& a, const std::string& b)
{
    if (a.size() != b.size()) {
        return a.size() < b.size() ? -1 : 1;
    }
    return a.compare(b);
}

std::string addMagnitude(const std::string& a, const std::string& b)
{
    std::string sum;
    int carry = 0;
    for (size_t i = 0; i < std::max(a.size(), b.size()) || carry != 0; ++i) {
        const int x = i < a.size() ? a[a.size() - 1 - i] - '0' : 0;
        const int y = i < b.size() ? b[b.size() - 1 - i] - '0' : 0;
        sum.push_back(static_cast<char>('0' + (x + y + carry) % 10));
        carry = (x + y + carry) / 10;
    }
    std::reverse(sum.begin(), sum.end());
    return sum;
}

/// a >= b.
std::string subtractMagnitude(const std::string& a, const std::string& b)
{
    std::string difference;
    int borrow = 0;
    for (size_t i = 0; i < a.size(); ++i) {
        const int y = i < b.size() ? b[b.size() - 1 - i] - '0' : 0;
        int x = a[a.size() - 1 - i] - '0' - borrow - y;
        borrow = x < 0 ? 1 : 0;
        x += 10 * borrow;
        difference.push_back(static_cast<char>('0' + x));
    }
    std::reverse(difference.begin(), difference.end());
    return difference;
}

Digits add(const Digits& a, const Digits& b)
{
    if (a.negative == b.negative) {
        return Digits::make(a.negative, addMagnitude(a.text, b.text));
    }
    return compareMagnitude(a.text, b.text) >= 0 ? Digits::make(a.negative, subtractMagnitude(a.text, b.text))
                                                 : Digits::make(b.negative, subtractMagnitude(b.text, a.text));
}

Digits negate(const Digits& a)
{
    return Digits::make(!a.negative, a.text);
}

Digits multiply(const Digits& a, const Digits& b)
{
    std::vector<int> cells(a.text.size() + b.text.size(), 0);
    for (size_t i = 0; i < a.text.size(); ++i) {
        for (size_t j = 0; j < b.text.size(); ++j) {
            cells[i + j + 1] += (a.text[i] - '0') * (b.text[j] - '0');
        }
    }
    for (size_t i = cells.size() - 1; i > 0; --i) {
        cells[i - 1] += cells[i] / 10;
        cells[i] %= 10;
    }
    std::string text;
    for (const int cell : cells) {
        text.push_back(static_cast<char>('0' + cell));
    }
    return Digits::make(a.negative != b.negative, text);
}

const std::string kMaxAtto = "170141183460469231731687303715884105727";
const std::string kMinAtto = "170141183460469231731687303715884105728"; // of the negative side

bool fits(const Digits& atto)
{
    return compareMagnitude(atto.text, atto.negative ? kMinAtto : kMaxAtto) <= 0;
}

/// The decimal text of a count of 10^-18.
QString decimalText(const Digits& atto)
{
    std::string text = atto.text;
    text.insert(0, text.size() < 19 ? 19 - text.size() : 0, '0');
    text.insert(text.size() - 18, ".");
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') {
        text.pop_back();
    }
    return QString::fromStdString((atto.negative ? "-" : "") + text);
}

class Random
{
public:
    /// A count of 10^-18 with a random number of digits, so that all magnitudes occur.
    Digits atto(int maxDigits = 39)
    {
        std::string text;
        const int digits = 1 + static_cast<int>(m_engine() % static_cast<unsigned>(maxDigits));
        for (int i = 0; i < digits; ++i) {
            text.push_back(static_cast<char>('0' + m_engine() % 10));
        }
        const Digits value = Digits::make(m_engine() % 2 == 0, text);
        return fits(value) ? value : atto(maxDigits);
    }
    qint64 integer() { return static_cast<qint64>(m_engine()) >> (m_engine() % 64); }
    std::mt19937_64& engine() { return m_engine; }

private:
    std::mt19937_64 m_engine{20261122};
};

Money money(const Digits& atto)
{
    const auto read = Money::fromDecimal(decimalText(atto));
    return read ? *read : Money::fromAtto(-1);
}

Digits digits(qint64 number)
{
    const std::string text = std::to_string(number);
    return number < 0 ? Digits::make(true, text.substr(1)) : Digits::make(false, text);
}

} // namespace

class TestMoney : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsAndPrints_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("printed");
        QTest::newRow("zero") << u"0"_s << u"0"_s;
        QTest::newRow("negative zero") << u"-0"_s << u"0"_s;
        QTest::newRow("leading zeros") << u"0007.5"_s << u"7.5"_s;
        QTest::newRow("trailing zeros") << u"1.500"_s << u"1.5"_s;
        QTest::newRow("whole with decimals") << u"12.000"_s << u"12"_s;
        QTest::newRow("smallest") << u"0.000000000000000001"_s << u"0.000000000000000001"_s;
        QTest::newRow("smallest negative") << u"-0.000000000000000001"_s << u"-0.000000000000000001"_s;
        QTest::newRow("price of a cached token") << u"-12.000000003625"_s << u"-12.000000003625"_s;
        QTest::newRow("chunk of 18 zeros") << u"1000000000000000000"_s << u"1000000000000000000"_s;
        QTest::newRow("largest") << u"170141183460469231731.687303715884105727"_s
                                 << u"170141183460469231731.687303715884105727"_s;
        QTest::newRow("least") << u"-170141183460469231731.687303715884105728"_s
                               << u"-170141183460469231731.687303715884105728"_s;
    }
    void readsAndPrints()
    {
        QFETCH(QString, text);
        QFETCH(QString, printed);
        const auto read = Money::fromDecimal(text);
        QVERIFY2(read, qPrintable(read ? QString() : read.error().message));
        QCOMPARE(read->toDecimal(), printed);
    }

    void refusesWhatIsNoAmount_data()
    {
        QTest::addColumn<QString>("text");
        for (const char *text :
             {"",      "-",  "+1", ".5",   "5.",  "-.5", "1e5", "1E-3", "1,5", "1,000",
              "1.2.3", " 1", "1 ", "0x10", "NaN", "inf", "--1", "1-",   "$1",  "0.0000000000000000001"}) {
            QTest::newRow(text) << QString::fromLatin1(text);
        }
        QTest::newRow("Arabic digits") << u"\u0661\u0662"_s;
        QTest::newRow("long") << QString(u"x"_s.repeated(500));
    }
    void refusesWhatIsNoAmount()
    {
        QFETCH(QString, text);
        const auto read = Money::fromDecimal(text);
        QVERIFY(!read);
        QCOMPARE(read.error().code, ErrorCode::InvalidInput);
        QVERIFY(read.error().message.contains(text.left(20)));
        QVERIFY(read.error().message.size() < 250);
    }

    void refusesWhatDoesNotFit_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("one above") << u"170141183460469231731.687303715884105728"_s;
        QTest::newRow("one below") << u"-170141183460469231731.687303715884105729"_s;
        QTest::newRow("ten times") << u"1701411834604692317310"_s;
        QTest::newRow("five hundred digits") << QString(u"9"_s.repeated(500));
    }
    void refusesWhatDoesNotFit()
    {
        QFETCH(QString, text);
        const auto read = Money::fromDecimal(text);
        QVERIFY(!read);
        QCOMPARE(read.error().code, ErrorCode::Overflow);
    }

    void printsWhatItRead()
    {
        Random random;
        for (int i = 0; i < 20'000; ++i) {
            const QString text = decimalText(random.atto());
            const auto read = Money::fromDecimal(text);
            QVERIFY2(read, qPrintable(text));
            QCOMPARE(read->toDecimal(), text);
        }
    }

    void addsSubtractsAndMultipliesAsOnPaper()
    {
        Random random;
        int overflows = 0;
        const auto agrees = [&overflows](const Result<Money>& result, const Digits& expected) {
            overflows += fits(expected) ? 0 : 1;
            return fits(expected) ? result && result->toDecimal() == decimalText(expected)
                                  : !result && result.error().code == ErrorCode::Overflow;
        };
        for (int i = 0; i < 20'000; ++i) {
            const Digits a = random.atto();
            const Digits b = random.atto();
            const qint64 factor = random.integer();
            QVERIFY(agrees(money(a).plus(money(b)), add(a, b)));
            QVERIFY(agrees(money(a).minus(money(b)), add(a, negate(b))));
            QVERIFY(agrees(money(a).times(factor), multiply(a, digits(factor))));
        }
        QVERIFY(overflows > 100); // the random numbers really reach the edges
    }

    void comparesAsOnPaper()
    {
        Random random;
        for (int i = 0; i < 5'000; ++i) {
            const Digits a = random.atto(6);
            const Digits b = random.atto(6);
            const Digits difference = add(a, negate(b));
            QCOMPARE(money(a) < money(b), difference.negative);
            QCOMPARE(money(a) == money(b), difference.text == "0");
        }
    }

    void sumsInAnyOrder()
    {
        Random random;
        for (int round = 0; round < 200; ++round) {
            QList<Money> amounts;
            Digits expected;
            for (int i = 0; i < 40; ++i) {
                const Digits amount = random.atto();
                amounts.append(money(amount));
                expected = add(expected, amount);
            }
            for (int order = 0; order < 5; ++order) {
                std::shuffle(amounts.begin(), amounts.end(), random.engine());
                const auto sum = Money::sum(amounts);
                QCOMPARE(sum.has_value(), fits(expected));
                if (sum) {
                    QCOMPARE(sum->toDecimal(), decimalText(expected));
                }
            }
        }
    }

    void sumsThroughTheEdgeOfTheRange()
    {
        const Money most = Money::fromAtto(std::numeric_limits<Int128>::max());
        const Money least = Money::fromAtto(std::numeric_limits<Int128>::min());
        QCOMPARE(Money::sum({most, most, least, least})->toDecimal(), u"-0.000000000000000002"_s);
        QVERIFY(!Money::sum({most, most}));
        QVERIFY(!Money::sum({least, least}));
        QCOMPARE(Money::sum({})->toDecimal(), u"0"_s);
        QCOMPARE(*Money::sum({most}), most);
        QCOMPARE(*Money::sum({least}), least);
    }

    void splitsIntoColumnsAndBack()
    {
        Random random;
        for (int i = 0; i < 20'000; ++i) {
            const Money amount = money(random.atto(30));
            QVERIFY(amount.fitsColumns());
            QVERIFY(amount.remainder() >= 0 && amount.remainder() < 1'000'000'000'000);
            const auto back = Money::fromColumns(amount.micro(), amount.remainder());
            QVERIFY(back);
            QCOMPARE(*back, amount);
        }
    }

    void splitsByFloor_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<qint64>("micro");
        QTest::addColumn<qint64>("remainder");
        QTest::newRow("below a micro") << u"0.000000003625"_s << qint64{0} << qint64{3'625'000'000};
        QTest::newRow("below zero") << u"-0.000000000000000001"_s << qint64{-1} << qint64{999'999'999'999};
        QTest::newRow("exact negative") << u"-0.000002"_s << qint64{-2} << qint64{0};
        QTest::newRow("dollars") << u"12.5"_s << qint64{12'500'000} << qint64{0};
        QTest::newRow("most micros") << u"9223372036854.775807999999999999"_s << std::numeric_limits<qint64>::max()
                                     << qint64{999'999'999'999};
        QTest::newRow("least micros") << u"-9223372036854.775808"_s << std::numeric_limits<qint64>::min() << qint64{0};
    }
    void splitsByFloor()
    {
        QFETCH(QString, text);
        QFETCH(qint64, micro);
        QFETCH(qint64, remainder);
        const auto amount = Money::fromDecimal(text);
        QVERIFY(amount && amount->fitsColumns());
        QCOMPARE(amount->micro(), micro);
        QCOMPARE(amount->remainder(), remainder);
    }

    void knowsWhatDoesNotFitColumns()
    {
        QVERIFY(!Money::fromDecimal(u"9223372036854.775808"_s)->fitsColumns());
        QVERIFY(!Money::fromDecimal(u"-9223372036854.775808000000000001"_s)->fitsColumns());
        QCOMPARE(Money::fromColumns(0, -1).error().code, ErrorCode::InvalidInput);
        QCOMPARE(Money::fromColumns(0, 1'000'000'000'000).error().code, ErrorCode::InvalidInput);
    }

    void pricesAreExact_data()
    {
        QTest::addColumn<QString>("price");
        QTest::addColumn<qint64>("per");
        QTest::addColumn<qint64>("quantity");
        QTest::addColumn<QString>("cost");
        QTest::newRow("flat tokens") << u"2"_s << qint64{1'000'000} << qint64{1234} << u"0.002468"_s;
        QTest::newRow("flat calls") << u"0.005"_s << qint64{1} << qint64{3} << u"0.015"_s;
        QTest::newRow("cached token") << u"0.003625"_s << qint64{1'000'000} << qint64{1} << u"0.000000003625"_s;
        QTest::newRow("twelve decimals") << u"0.000000000001"_s << qint64{1'000'000} << qint64{1}
                                         << u"0.000000000000000001"_s;
        QTest::newRow("searches") << u"10"_s << qint64{1000} << qint64{3} << u"0.03"_s;
        QTest::newRow("nothing") << u"15"_s << qint64{1'000'000} << qint64{0} << u"0"_s;
    }
    void pricesAreExact()
    {
        QFETCH(QString, price);
        QFETCH(qint64, per);
        QFETCH(qint64, quantity);
        QFETCH(QString, cost);
        const auto unit = UnitPrice::fromDecimal(price, per);
        QVERIFY(unit);
        QCOMPARE(unit->toDecimal(per), price);
        const auto product = unit->times(quantity);
        QVERIFY(product);
        QCOMPARE(product->toDecimal(), cost);
    }

    void refusesBadPrices()
    {
        QCOMPARE(UnitPrice::fromDecimal(u"-1", 1).error().code, ErrorCode::InvalidInput);
        QVERIFY(UnitPrice::fromDecimal(u"0.0000000000001", 1'000'000).error().message.contains(u"too many decimals"_s));
        QVERIFY(UnitPrice::fromDecimal(u"1", 60).error().message.contains(u"1, 1000 or 1000000"_s));
        QCOMPARE(UnitPrice::fromDecimal(u"cheap", 1).error().code, ErrorCode::InvalidInput);
        const auto price = *UnitPrice::fromDecimal(u"3", 1);
        QCOMPARE(price.times(-1).error().code, ErrorCode::InvalidInput);
        QCOMPARE(UnitPrice::fromDecimal(u"100", 1)->times(std::numeric_limits<qint64>::max()).error().code,
                 ErrorCode::Overflow);
    }

    void tenThousandSmallCallsKeepEveryDigit()
    {
        const auto price = *UnitPrice::fromDecimal(u"2", 1'000'000);
        QList<Money> costs;
        for (int i = 0; i < 10'000; ++i) {
            costs.append(*price.times(100 + i % 50));
        }
        QCOMPARE(Money::sum(costs)->toDecimal(), u"2.49"_s);
    }
};

QTEST_GUILESS_MAIN(TestMoney)
#include "tst_money.moc"
