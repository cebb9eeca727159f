// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/pipeline/htmltext.h"

#include <QHash>
#include <QSet>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr qsizetype kLongestEntity = 32;

const QSet<QString>& hiddenElements()
{
    static const QSet<QString> names{u"script"_s, u"style"_s, u"noscript"_s, u"template"_s, u"svg"_s, u"iframe"_s};
    return names;
}

const QSet<QString>& blockElements()
{
    static const QSet<QString> names{
        u"address"_s, u"article"_s, u"aside"_s, u"blockquote"_s, u"br"_s,   u"dd"_s,    u"div"_s,  u"dl"_s,
        u"dt"_s,      u"footer"_s,  u"form"_s,  u"h1"_s,         u"h2"_s,   u"h3"_s,    u"h4"_s,   u"h5"_s,
        u"h6"_s,      u"header"_s,  u"hr"_s,    u"li"_s,         u"main"_s, u"nav"_s,   u"ol"_s,   u"p"_s,
        u"pre"_s,     u"section"_s, u"table"_s, u"tr"_s,         u"ul"_s,   u"title"_s, u"body"_s, u"figure"_s};
    return names;
}

/// The characters that pages of all kinds name; the rest of HTML's two thousand stay as they are written.
const QHash<QString, char32_t>& namedCharacters()
{
    static const QHash<QString, char32_t> names{
        {u"amp"_s, '&'},       {u"lt"_s, '<'},        {u"gt"_s, '>'},        {u"quot"_s, '"'},
        {u"apos"_s, '\''},     {u"nbsp"_s, ' '},      {u"shy"_s, 0x00AD},    {u"copy"_s, 0x00A9},
        {u"reg"_s, 0x00AE},    {u"deg"_s, 0x00B0},    {u"plusmn"_s, 0x00B1}, {u"sect"_s, 0x00A7},
        {u"micro"_s, 0x00B5},  {u"middot"_s, 0x00B7}, {u"laquo"_s, 0x00AB},  {u"raquo"_s, 0x00BB},
        {u"times"_s, 0x00D7},  {u"divide"_s, 0x00F7}, {u"auml"_s, 0x00E4},   {u"ouml"_s, 0x00F6},
        {u"uuml"_s, 0x00FC},   {u"Auml"_s, 0x00C4},   {u"Ouml"_s, 0x00D6},   {u"Uuml"_s, 0x00DC},
        {u"szlig"_s, 0x00DF},  {u"eacute"_s, 0x00E9}, {u"egrave"_s, 0x00E8}, {u"ecirc"_s, 0x00EA},
        {u"agrave"_s, 0x00E0}, {u"aacute"_s, 0x00E1}, {u"acirc"_s, 0x00E2},  {u"ccedil"_s, 0x00E7},
        {u"iacute"_s, 0x00ED}, {u"oacute"_s, 0x00F3}, {u"uacute"_s, 0x00FA}, {u"ntilde"_s, 0x00F1},
        {u"oslash"_s, 0x00F8}, {u"aring"_s, 0x00E5},  {u"aelig"_s, 0x00E6},  {u"euro"_s, 0x20AC},
        {u"pound"_s, 0x00A3},  {u"yen"_s, 0x00A5},    {u"cent"_s, 0x00A2},   {u"ndash"_s, 0x2013},
        {u"mdash"_s, 0x2014},  {u"lsquo"_s, 0x2018},  {u"rsquo"_s, 0x2019},  {u"sbquo"_s, 0x201A},
        {u"ldquo"_s, 0x201C},  {u"rdquo"_s, 0x201D},  {u"bdquo"_s, 0x201E},  {u"bull"_s, 0x2022},
        {u"hellip"_s, 0x2026}, {u"trade"_s, 0x2122},  {u"larr"_s, 0x2190},   {u"rarr"_s, 0x2192},
        {u"minus"_s, 0x2212},  {u"le"_s, 0x2264},     {u"ge"_s, 0x2265},     {u"ne"_s, 0x2260}};
    return names;
}

/// Goes once over a page.
class Reader
{
public:
    explicit Reader(QStringView html) : m_html(html) {}

    HtmlText read()
    {
        while (m_at < m_html.size()) {
            const QChar c = m_html.at(m_at);
            if (c == u'<') {
                markup();
            } else if (c == u'&') {
                entity();
            } else {
                put(c);
                ++m_at;
            }
        }
        m_text.title = m_text.title.simplified();
        m_text.text = m_text.text.trimmed();
        return m_text;
    }

private:
    void put(QChar c)
    {
        if (m_inTitle) {
            m_text.title += c;
        } else if (!m_inPre && c.isSpace()) {
            if (!m_text.text.isEmpty() && !m_text.text.back().isSpace()) {
                m_text.text += u' ';
            }
        } else {
            m_text.text += c;
        }
    }
    void put(char32_t c)
    {
        for (const char16_t unit : QChar::fromUcs4(c)) {
            put(QChar(unit));
        }
    }
    void newLine()
    {
        while (m_text.text.endsWith(u' ')) {
            m_text.text.chop(1);
        }
        if (!m_text.text.isEmpty() && !m_text.text.endsWith(u'\n')) {
            m_text.text += u'\n';
        }
    }
    /// Behind the next occurrence of end, or at the end of the page.
    void skipBehind(QStringView end)
    {
        const qsizetype found = m_html.indexOf(end, m_at, Qt::CaseInsensitive);
        m_at = found < 0 ? m_html.size() : found + end.size();
    }
    void markup()
    {
        const QStringView rest = m_html.mid(m_at);
        if (rest.startsWith(u"<!--")) {
            m_at += 4;
            skipBehind(u"-->");
            return;
        }
        const bool isEnd = rest.startsWith(u"</");
        const qsizetype nameAt = m_at + (isEnd ? 2 : 1);
        qsizetype end = nameAt;
        while (end < m_html.size() && end - nameAt < 20 && m_html.at(end).isLetterOrNumber()) {
            ++end;
        }
        const QString name = m_html.mid(nameAt, end - nameAt).toString().toLower();
        if (name.isEmpty() && !rest.startsWith(u"<!") && !rest.startsWith(u"<?") && !isEnd) {
            put(u'<'); // "a < b"
            ++m_at;
            return;
        }
        skipTag();
        if (!isEnd && hiddenElements().contains(name)) {
            skipBehind(QString(u"</"_s + name));
            skipTag();
            return;
        }
        if (name == "title"_L1 && m_text.title.isEmpty()) {
            m_inTitle = !isEnd;
        } else if (name == "title"_L1) {
            m_inTitle = false;
        }
        if (name == "pre"_L1) {
            m_inPre = !isEnd;
        }
        if (blockElements().contains(name)) {
            newLine();
        } else if (name == "td"_L1 || name == "th"_L1) {
            put(u' ');
        }
    }
    /// Behind the ">" that ends a tag; one inside of quotes does not.
    void skipTag()
    {
        QChar quote;
        for (; m_at < m_html.size(); ++m_at) {
            const QChar c = m_html.at(m_at);
            if (!quote.isNull()) {
                quote = c == quote ? QChar() : quote;
            } else if (c == u'"' || c == u'\'') {
                quote = m_at > 0 && m_html.at(m_at - 1) == u'=' ? c : QChar();
            } else if (c == u'>') {
                ++m_at;
                return;
            }
        }
    }
    void entity()
    {
        const qsizetype end = m_html.mid(m_at, kLongestEntity).indexOf(u';');
        const QStringView name = end > 1 ? m_html.mid(m_at + 1, end - 1) : QStringView();
        char32_t c = 0;
        if (name.startsWith(u'#')) {
            const bool isHex = name.mid(1).startsWith(u'x', Qt::CaseInsensitive);
            bool ok = false;
            c = isHex ? name.mid(2).toUInt(&ok, 16) : name.mid(1).toUInt(&ok);
            // Not a character: half of one, or beyond the last.
            c = !ok || c > QChar::LastValidCodePoint || QChar::isSurrogate(c) || c < 9 ? 0 : c;
        } else {
            c = namedCharacters().value(name.toString());
        }
        if (c == 0) {
            put(u'&');
            ++m_at;
            return;
        }
        put(c);
        m_at += end + 1;
    }

    QStringView m_html;
    qsizetype m_at = 0;
    HtmlText m_text;
    bool m_inTitle = false;
    bool m_inPre = false;
};

} // namespace

HtmlText textOfHtml(QStringView html)
{
    return Reader(html).read();
}

} // namespace lathe
