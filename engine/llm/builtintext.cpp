// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/builtintext.h"

#include <QRegularExpression>
#include <QSet>

namespace lathe::builtin {

using namespace Qt::StringLiterals;

namespace {

struct Line
{
    qsizetype start = 0;
    qsizetype end = 0; ///< without the line break
};

QList<Line> linesOf(const QString& text)
{
    QList<Line> lines;
    qsizetype start = 0;
    while (start <= text.size()) {
        qsizetype end = text.indexOf(u'\n', start);
        if (end < 0) {
            end = text.size();
        }
        lines.append({start, end});
        start = end + 1;
    }
    return lines;
}

/// Length of the run of backticks or tildes that opens a fence in this line, its indentation, or 0.
qsizetype fenceRun(QStringView line, qsizetype *indent, QChar *mark)
{
    qsizetype at = 0;
    while (at < line.size() && (line[at] == u' ' || line[at] == u'\t')) {
        ++at;
    }
    *indent = at;
    if (at >= line.size() || (line[at] != u'`' && line[at] != u'~')) {
        return 0;
    }
    *mark = line[at];
    qsizetype run = 0;
    while (at + run < line.size() && line[at + run] == *mark) {
        ++run;
    }
    return run >= 3 ? run : 0;
}

QStringView withoutIndent(QStringView line, qsizetype indent)
{
    qsizetype at = 0;
    while (at < indent && at < line.size() && (line[at] == u' ' || line[at] == u'\t')) {
        ++at;
    }
    return line.sliced(at);
}

void protect(QList<bool>& mask, qsizetype start, qsizetype end)
{
    for (qsizetype i = start; i < end && i < mask.size(); ++i) {
        mask[i] = true;
    }
}

QChar closingQuote(QChar open)
{
    switch (open.unicode()) {
    case u'"':
        return u'"';
    case u'`':
        return u'`';
    case 0x201C: // “ … ”
        return QChar(0x201D);
    case 0x201E: // „ … “
        return QChar(0x201C);
    case 0x2018: // ‘ … ’
        return QChar(0x2019);
    case 0x201A: // ‚ … ‘
        return QChar(0x2018);
    case 0x00AB: // « … »
        return QChar(0x00BB);
    case 0x00BB: // » … «
        return QChar(0x00AB);
    case u'\'':
        return u'\'';
    default:
        return {};
    }
}

/// A straight single quote also is an apostrophe: it opens only before a word and after a blank, and closes only
/// after a word.
bool singleQuoteFits(const QString& text, qsizetype open, qsizetype close)
{
    const bool opens = open == 0 || text[open - 1].isSpace() || text[open - 1] == u'(';
    const bool closes = close + 1 == text.size() || !text[close + 1].isLetterOrNumber();
    return opens && closes && close > open + 1 && !text[open + 1].isSpace() && !text[close - 1].isSpace();
}

qsizetype findClose(const QString& text, qsizetype open, const QList<bool>& mask)
{
    const QChar close = closingQuote(text[open]);
    for (qsizetype i = open + 1; i < text.size() && !mask[i]; ++i) {
        // A quotation does not run over a blank line: a lone mark would swallow the rest.
        if (text[i] == u'\n' && i + 1 < text.size() && text[i + 1] == u'\n') {
            return -1;
        }
        if (text[i] == close && (close != u'\'' || singleQuoteFits(text, open, i))) {
            return i;
        }
        if (close == u'\'' && text[i] == u'\n') {
            return -1;
        }
    }
    return -1;
}

const QSet<QString>& stopWords()
{
    static const QSet<QString> set = [] {
        const QString list =
            u"a about above after again all also an and any are as at be because been before being below between both "
            "but by can could did do does doing down during each few for from further get had has have having he her "
            "here hers him his how i if in into is it its itself just let ll made make many may me more most much must "
            "my no nor not now of off on once only or other our out over own please re s same say shall she should so "
            "some such t tell than that the their them then there these they this those through to too under until up "
            "us use used using ve very was we were what when where which while who whom whose why will with would you "
            "your yours explain describe give show find summarise summarize answer question know want need like does "
            "ab aber alle allem allen aller als am an auch auf aus bei beim bin bis bitte bist da damit dann das dass "
            "dem den denn der des dich die dies diese dieser dieses doch dort du durch ein eine einem einen einer "
            "eines er erkläre es etwas euch für gegen gibt haben hat hier ich ihm ihr ihre im in ist ja jede jeder "
            "kann kein keine man mein mich mir mit nach nicht noch nur ob oder ohne sehr sein seine sich sie sind so "
            "soll über um und uns unter vom von vor war warum was wenn wer werden wie wieviel wir wird wo wozu zu zum "
            "zur zwischen"_s;
        const QStringList parts = list.split(u' ', Qt::SkipEmptyParts);
        return QSet<QString>(parts.begin(), parts.end());
    }();
    return set;
}

bool endsWithAbbreviation(QStringView text)
{
    static const QSet<QString> set{u"e.g"_s, u"i.e"_s, u"etc"_s, u"cf"_s,  u"vs"_s,  u"dr"_s,   u"mr"_s,    u"mrs"_s,
                                   u"fig"_s, u"eq"_s,  u"no"_s,  u"al"_s,  u"z.b"_s, u"d.h"_s,  u"bzw"_s,   u"ca"_s,
                                   u"nr"_s,  u"abb"_s, u"vgl"_s, u"usw"_s, u"st"_s,  u"prof"_s, u"approx"_s};
    qsizetype at = text.size();
    while (at > 0 && !text[at - 1].isSpace() && text[at - 1] != u'(') {
        --at;
    }
    const QString last = text.sliced(at).toString().toLower();
    return set.contains(last) || (last.size() == 1 && last[0].isLetter());
}

} // namespace

QList<Fence> findFences(const QString& text)
{
    QList<Fence> fences;
    bool open = false;
    Fence current;
    qsizetype openRun = 0;
    qsizetype openIndent = 0;
    QChar openMark;
    QStringList code;
    for (const Line& line : linesOf(text)) {
        const QStringView content = QStringView(text).sliced(line.start, line.end - line.start);
        qsizetype indent = 0;
        QChar mark;
        const qsizetype run = fenceRun(content, &indent, &mark);
        if (!open) {
            const QStringView info = run > 0 ? content.sliced(indent + run).trimmed() : QStringView();
            if (run == 0 || info.contains(u'`')) {
                continue;
            }
            open = true;
            openRun = run;
            openIndent = indent;
            openMark = mark;
            code.clear();
            static const QRegularExpression notName(u"[^A-Za-z0-9+#_-]"_s);
            const QString first = info.toString().section(QRegularExpression(u"\\s"_s), 0, 0);
            current = Fence{.start = line.start, .length = 0, .language = {}, .code = {}};
            current.language = first.toLower().remove(notName);
            continue;
        }
        const bool closes = run >= openRun && mark == openMark && content.sliced(indent + run).trimmed().isEmpty();
        if (closes) {
            open = false;
            current.length = line.end - current.start;
            current.code = code.join(u'\n');
            fences.append(current);
        } else {
            code.append(withoutIndent(content, openIndent).toString());
        }
    }
    if (open) {
        current.length = text.size() - current.start;
        current.code = code.join(u'\n');
        fences.append(current);
    }
    return fences;
}

QString withoutFences(const QString& text)
{
    QString rest;
    qsizetype at = 0;
    for (const Fence& fence : findFences(text)) {
        rest += QStringView(text).sliced(at, fence.start - at);
        at = fence.start + fence.length;
    }
    rest += QStringView(text).sliced(at);
    return rest;
}

QList<bool> protectedMask(const QString& text)
{
    QList<bool> mask(text.size(), false);
    for (const Fence& fence : findFences(text)) {
        protect(mask, fence.start, fence.start + fence.length);
    }
    const QList<bool> fenced = mask;
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (fenced[i] || closingQuote(text[i]).isNull()) {
            continue;
        }
        const qsizetype close = findClose(text, i, fenced);
        if (close > 0) {
            protect(mask, i, close + 1);
            i = close;
        }
    }
    return mask;
}

QStringList sentences(const QString& text)
{
    QStringList result;
    const bool hasCapitals = text != text.toLower();
    static const QRegularExpression breakAt(
        u"\\n[ \\t]*(?:\\n|(?=[ \\t]*(?:[-*+\\x{2022}]|\\d{1,3}[.)]|#{1,6})[ \\t])|(?=\\|))"_s,
        QRegularExpression::UseUnicodePropertiesOption);
    static const QRegularExpression mark(u"^(?:#{1,6}|[-*+\\x{2022}]|\\d{1,3}[.)])[ \\t]+"_s);
    for (const QString& raw : text.split(breakAt, Qt::SkipEmptyParts)) {
        const QString block = raw.trimmed().remove(mark).simplified();
        qsizetype start = 0;
        for (qsizetype i = 0; i < block.size(); ++i) {
            const QChar c = block[i];
            if (c != u'.' && c != u'!' && c != u'?' && c != QChar(0x2026)) {
                continue;
            }
            qsizetype end = i + 1;
            while (end < block.size() && QStringView(u".!?\"')]\u201D\u00BB").contains(block[end])) {
                ++end;
            }
            if (end < block.size()) {
                const QChar next = end + 1 < block.size() ? block[end + 1] : QChar();
                const bool loneStop = i > 0 && block[i - 1].isSpace();
                const bool goesOn = hasCapitals && next.isLower() && !loneStop;
                const QStringView before = QStringView(block).sliced(start, i - start);
                if (!block[end].isSpace() || goesOn || (c == u'.' && endsWithAbbreviation(before) && !loneStop)) {
                    continue;
                }
            }
            const QString sentence = block.sliced(start, end - start).trimmed();
            if (!sentence.isEmpty()) {
                result.append(sentence);
            }
            start = end;
            i = end - 1;
        }
        const QString rest = block.sliced(start).trimmed();
        if (!rest.isEmpty()) {
            result.append(rest);
        }
    }
    return result;
}

bool looksGerman(const QString& text)
{
    static const QSet<QString> german{
        u"der"_s, u"die"_s,  u"das"_s,   u"und"_s,   u"ist"_s,  u"sind"_s,  u"wie"_s,  u"was"_s,   u"welche"_s,
        u"ein"_s, u"eine"_s, u"nicht"_s, u"für"_s,   u"mit"_s,  u"von"_s,   u"dann"_s, u"bitte"_s, u"erkläre"_s,
        u"den"_s, u"dem"_s,  u"viel"_s,  u"warum"_s, u"wird"_s, u"einen"_s, u"im"_s,   u"zur"_s,   u"zum"_s};
    static const QSet<QString> english{u"the"_s, u"of"_s, u"and"_s, u"is"_s,   u"are"_s,  u"what"_s,  u"how"_s,
                                       u"to"_s,  u"a"_s,  u"for"_s, u"with"_s, u"then"_s, u"which"_s, u"please"_s};
    int score = 0;
    for (const QString& word : words(text)) {
        score += german.contains(word) ? 1 : english.contains(word) ? -1 : 0;
    }
    return score > 0;
}

QStringList words(QStringView text)
{
    QStringList result;
    qsizetype start = -1;
    for (qsizetype i = 0; i <= text.size(); ++i) {
        const bool inWord =
            i < text.size() && (text[i].isLetterOrNumber() || text[i].isSurrogate() || text[i].isMark());
        if (inWord && start < 0) {
            start = i;
        } else if (!inWord && start >= 0) {
            result.append(text.sliced(start, i - start).toString().toLower());
            start = -1;
        }
    }
    return result;
}

QString stem(const QString& word, bool german)
{
    QString result = word;
    const auto strip = [&result](QLatin1StringView ending, qsizetype keep) {
        if (result.endsWith(ending) && result.size() - ending.size() >= keep) {
            result.chop(ending.size());
            return true;
        }
        return false;
    };
    if (german) {
        for (const QLatin1StringView ending : {"ern"_L1, "en"_L1, "er"_L1, "em"_L1, "es"_L1, "e"_L1, "n"_L1, "s"_L1}) {
            if (strip(ending, 4)) {
                break;
            }
        }
        return result;
    }
    if (result.endsWith("ies"_L1) && result.size() > 4) {
        result.chop(3);
        result += u'y';
    } else if (result.endsWith("sses"_L1)) {
        result.chop(2);
    } else if (!result.endsWith("ss"_L1) && !result.endsWith("us"_L1) && !result.endsWith("is"_L1)) {
        strip("s"_L1, 3);
    }
    const bool verb = strip("ing"_L1, 3) || strip("ed"_L1, 3) || strip("ly"_L1, 4);
    if (verb && result.size() > 3 && result.back() == result[result.size() - 2] &&
        !QStringView(u"lsz").contains(result.back())) {
        result.chop(1);
    }
    strip("e"_L1, 3);
    return result;
}

bool isStopWord(const QString& lowerCaseWord)
{
    return stopWords().contains(lowerCaseWord);
}

QStringList contentStems(const QString& text, bool german)
{
    QStringList result;
    for (const QString& word : words(text)) {
        const bool tooShort = word.size() == 1 && !word[0].isDigit() && word[0].unicode() < 0x2E80;
        if (!tooShort && !isStopWord(word)) {
            result.append(stem(word, german));
        }
    }
    return result;
}

QString shortened(const QString& text, qsizetype limit)
{
    const QString flat = text.simplified();
    if (flat.size() <= limit) {
        return flat;
    }
    qsizetype cut = flat.lastIndexOf(u' ', limit - 1);
    if (cut < limit / 2) {
        cut = limit - 1;
        if (cut > 0 && flat[cut].isLowSurrogate()) {
            --cut;
        }
    }
    return QString(flat.first(cut) + QChar(0x2026));
}

} // namespace lathe::builtin
