// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/schemapattern.h"

#include <QHash>

namespace lathe::schema {

namespace {

constexpr qsizetype kMaxPattern = 8192;
constexpr int kCheapSteps = 1'000;
constexpr qint64 kCheapWork = 10;
constexpr int kDearSteps = 300'000;
constexpr qint64 kDearWork = 10'000;
constexpr qsizetype kTextPerUnit = 256;

// What ECMA 262 calls white space and line ends, beyond PCRE's ASCII \s.
constexpr QLatin1StringView
    kBlanks("\\s\\x{A0}\\x{1680}\\x{2000}-\\x{200A}\\x{2028}\\x{2029}\\x{202F}\\x{205F}\\x{3000}\\x{FEFF}");

const QHash<QString, QString>& propertyNames()
{
    static const QHash<QString, QString> names{
        {QStringLiteral("Letter"), QStringLiteral("L")},
        {QStringLiteral("Cased_Letter"), QStringLiteral("L&")},
        {QStringLiteral("LC"), QStringLiteral("L&")},
        {QStringLiteral("Uppercase_Letter"), QStringLiteral("Lu")},
        {QStringLiteral("Lowercase_Letter"), QStringLiteral("Ll")},
        {QStringLiteral("Titlecase_Letter"), QStringLiteral("Lt")},
        {QStringLiteral("Modifier_Letter"), QStringLiteral("Lm")},
        {QStringLiteral("Other_Letter"), QStringLiteral("Lo")},
        {QStringLiteral("Mark"), QStringLiteral("M")},
        {QStringLiteral("Number"), QStringLiteral("N")},
        {QStringLiteral("Decimal_Number"), QStringLiteral("Nd")},
        {QStringLiteral("digit"), QStringLiteral("Nd")},
        {QStringLiteral("Punctuation"), QStringLiteral("P")},
        {QStringLiteral("punct"), QStringLiteral("P")},
        {QStringLiteral("Symbol"), QStringLiteral("S")},
        {QStringLiteral("Separator"), QStringLiteral("Z")},
        {QStringLiteral("Space_Separator"), QStringLiteral("Zs")},
        {QStringLiteral("Other"), QStringLiteral("C")},
        {QStringLiteral("Control"), QStringLiteral("Cc")},
        {QStringLiteral("ASCII"), QString()},
    };
    return names;
}

class Translator
{
public:
    explicit Translator(const QString& pattern) : m_in(pattern) {}

    Result<QString> run()
    {
        while (m_at < m_in.size() && m_problem.isEmpty()) {
            step();
        }
        if (!m_problem.isEmpty()) {
            return fail(ErrorCode::InvalidInput, m_problem);
        }
        return m_out;
    }
    /// It can match at the start of the text only.
    [[nodiscard]] bool isAnchored() const
    {
        static const QRegularExpression start(QStringLiteral("\\A\\^(?![*?+{])"));
        return !m_alternatives && start.match(m_in).hasMatch();
    }

private:
    void step()
    {
        const QChar c = m_in[m_at];
        if (c == QLatin1Char('\\')) {
            escape();
        } else if (m_inClass) {
            inClass(c);
        } else if (c == QLatin1Char('[')) {
            openClass();
        } else if (c == QLatin1Char('$')) {
            m_out += QStringLiteral("\\z");
            ++m_at;
        } else if (c == QLatin1Char('.')) {
            m_out += QStringLiteral("[^\\n\\r\\x{2028}\\x{2029}]");
            ++m_at;
        } else if (m_in.mid(m_at, 2) == QStringLiteral("(*")) {
            refuse(QStringLiteral("\"(*\" is not a group"));
        } else {
            m_depth += c == QLatin1Char('(') ? 1 : c == QLatin1Char(')') ? -1 : 0;
            m_alternatives |= c == QLatin1Char('|') && m_depth == 0;
            m_out += c;
            ++m_at;
        }
    }

    void inClass(QChar c)
    {
        m_inClass = c != QLatin1Char(']');
        // PCRE would read [:alpha:] and a bare [ in a class as more than the character, and refuses a hyphen between
        // \w and the like and something else.
        const bool besideSet = c == QLatin1Char('-') && (m_afterSet || isSetAt(m_at + 1));
        if (c == QLatin1Char('[') || besideSet) {
            m_out += QLatin1Char('\\');
        }
        m_out += c;
        m_afterSet = false;
        ++m_at;
    }

    [[nodiscard]] bool isSetAt(qsizetype at) const
    {
        return at + 1 < m_in.size() && m_in[at] == QLatin1Char('\\') &&
               QStringLiteral("dDwWsSpP").contains(m_in[at + 1]);
    }

    void openClass()
    {
        m_afterSet = false;
        if (m_in.mid(m_at, 3) == QStringLiteral("[^]")) {
            m_out += QStringLiteral("(?s:.)");
            m_at += 3;
        } else if (m_in.mid(m_at, 2) == QStringLiteral("[]")) {
            m_out += QStringLiteral("(?!)");
            m_at += 2;
        } else {
            m_inClass = true;
            m_out += QLatin1Char('[');
            ++m_at;
            if (m_at < m_in.size() && m_in[m_at] == QLatin1Char('^')) {
                m_out += QLatin1Char('^');
                ++m_at;
            }
        }
    }

    void escape()
    {
        const QChar next = m_at + 1 < m_in.size() ? m_in[m_at + 1] : QChar();
        m_afterSet = isSetAt(m_at);
        switch (next.unicode()) {
        case 0:
            refuse(QStringLiteral("a \\ at the end escapes nothing"));
            return;
        case 'u':
            unicodeEscape();
            return;
        case 'p':
        case 'P':
            property(next);
            return;
        case 's':
            m_out += m_inClass ? QString(kBlanks) : QStringLiteral("[") + kBlanks + QStringLiteral("]");
            break;
        case 'S':
            m_out += m_inClass ? QStringLiteral("\\S") : QStringLiteral("[^") + kBlanks + QStringLiteral("]");
            break;
        case 'C':
        case 'E':
        case 'G':
        case 'K':
        case 'Q':
        case 'a':
            refuse(QStringLiteral("\\%1 is not an escape").arg(next));
            return;
        default:
            m_out += QLatin1Char('\\');
            m_out += next;
        }
        m_at += 2;
    }

    void unicodeEscape()
    {
        static const QRegularExpression four(QStringLiteral("\\G\\\\u([0-9A-Fa-f]{4})"));
        static const QRegularExpression braces(QStringLiteral("\\G\\\\u\\{([0-9A-Fa-f]{1,6})\\}"));
        uint code = 0;
        if (const auto match = four.match(m_in, m_at); match.hasMatch()) {
            code = match.captured(1).toUInt(nullptr, 16);
            m_at += match.capturedLength();
            const auto second = four.match(m_in, m_at);
            if (QChar::isHighSurrogate(code) && second.hasMatch()) {
                const uint low = second.captured(1).toUInt(nullptr, 16);
                if (QChar::isLowSurrogate(low)) {
                    code = QChar::surrogateToUcs4(static_cast<char16_t>(code), static_cast<char16_t>(low));
                    m_at += second.capturedLength();
                }
            }
        } else if (const auto braced = braces.match(m_in, m_at); braced.hasMatch()) {
            code = braced.captured(1).toUInt(nullptr, 16);
            m_at += braced.capturedLength();
        } else {
            refuse(QStringLiteral("\\u needs four hexadecimal digits"));
            return;
        }
        m_out += QStringLiteral("\\x{%1}").arg(code, 0, 16);
    }

    void property(QChar kind)
    {
        static const QRegularExpression form(
            QStringLiteral("\\G\\\\[pP]\\{(?:(General_Category|gc|Script|sc|Script_Extensions|scx)=)?(\\w+)\\}"));
        const auto match = form.match(m_in, m_at);
        if (!match.hasMatch()) {
            refuse(QStringLiteral("\\%1 needs a property in braces").arg(kind));
            return;
        }
        const QString name = match.captured(2);
        const QString shortName = propertyNames().value(name, name);
        if (shortName.isEmpty()) {
            const bool isIn = kind == QLatin1Char('p');
            const QString range = isIn ? QStringLiteral("\\x{0}-\\x{7F}") : QStringLiteral("\\x{80}-\\x{10FFFF}");
            m_out += m_inClass ? range : QString(QStringLiteral("[") + range + QStringLiteral("]"));
        } else {
            m_out += QStringLiteral("\\%1{%2}").arg(kind).arg(shortName);
        }
        m_at += match.capturedLength();
    }

    void refuse(const QString& what) { m_problem = QStringLiteral("%1 (at character %2)").arg(what).arg(m_at + 1); }

    const QString& m_in;
    qsizetype m_at = 0;
    int m_depth = 0;
    bool m_inClass = false;
    bool m_afterSet = false; ///< what stands before in the class is \w or the like
    bool m_alternatives = false;
    QString m_out;
    QString m_problem;
};

QRegularExpression limited(const QString& translated, bool anchored, int steps)
{
    // The lazy prefix makes the search one match from the start of the text: PCRE counts steps anew for every start
    // it tries.
    const QString prefix = anchored ? QString() : QStringLiteral("\\A(?s:.*?)");
    return QRegularExpression(QStringLiteral("(*NO_JIT)(*LIMIT_MATCH=%1)(*LIMIT_DEPTH=%1)(*LIMIT_HEAP=20000)%2(?:%3)")
                                  .arg(QString::number(steps), prefix, translated));
}

} // namespace

Result<QString> translatePattern(const QString& pattern)
{
    return Translator(pattern).run();
}

Result<Pattern> Pattern::compile(const QString& pattern)
{
    if (pattern.size() > kMaxPattern) {
        return fail(ErrorCode::InvalidInput,
                    QStringLiteral("the pattern is longer than %1 characters").arg(kMaxPattern));
    }
    Translator translator(pattern);
    const auto translated = translator.run();
    if (!translated) {
        return fail(ErrorCode::InvalidInput,
                    QStringLiteral("the pattern \"%1\" is not valid: %2").arg(pattern, translated.error().message));
    }
    // On its own first: "a)(b" would be valid inside the group that limited() puts round it.
    const QRegularExpression bare(*translated);
    if (!bare.isValid()) {
        return fail(ErrorCode::InvalidInput,
                    QStringLiteral("the pattern \"%1\" is not valid: %2").arg(pattern, bare.errorString()));
    }
    Pattern compiled;
    compiled.m_text = pattern;
    compiled.m_cheap = limited(*translated, translator.isAnchored(), kCheapSteps);
    compiled.m_dear = limited(*translated, translator.isAnchored(), kDearSteps);
    if (!compiled.m_dear.isValid()) {
        return fail(ErrorCode::InvalidInput,
                    QStringLiteral("the pattern \"%1\" is not valid: %2").arg(pattern, compiled.m_dear.errorString()));
    }
    return compiled;
}

Pattern::Outcome Pattern::search(const QString& text, qint64& work) const
{
    const qint64 reading = text.size() / kTextPerUnit;
    work -= kCheapWork + reading;
    const QRegularExpressionMatch first = m_cheap.match(text);
    if (first.isValid()) {
        return first.hasMatch() ? Outcome::Matches : Outcome::Differs;
    }
    work -= kDearWork + reading;
    if (work < 0) {
        return Outcome::TooMuchWork;
    }
    const QRegularExpressionMatch second = m_dear.match(text);
    if (!second.isValid()) {
        return Outcome::TooMuchWork;
    }
    return second.hasMatch() ? Outcome::Matches : Outcome::Differs;
}

} // namespace lathe::schema
