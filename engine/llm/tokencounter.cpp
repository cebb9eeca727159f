// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/tokencounter.h"

#include <algorithm>
#include <cmath>

namespace lathe {

namespace {

// The weights were fitted on o200k_base over prose, code, data and eight languages; within about 25 % on all of them.
constexpr double kLettersPerToken = 6.2;
constexpr double kLetterRunBase = 0.45;
constexpr double kTokensPerHump = 0.75;
constexpr double kMixedPerToken = 1.75;
constexpr double kPunctuation = 0.55;

[[nodiscard]] bool isBlank(char16_t c)
{
    return c == u' ' || c == u'\n' || c == u'\t' || c == u'\r' || c == u'\v' || c == u'\f';
}

[[nodiscard]] bool isDigit(char16_t c)
{
    return c >= u'0' && c <= u'9';
}

[[nodiscard]] bool isUpper(char16_t c)
{
    return c >= u'A' && c <= u'Z';
}

[[nodiscard]] bool isLower(char16_t c)
{
    return c >= u'a' && c <= u'z';
}

[[nodiscard]] bool isWord(char16_t c)
{
    return isDigit(c) || isUpper(c) || isLower(c);
}

[[nodiscard]] bool within(char16_t c, char16_t first, char16_t last)
{
    return c >= first && c <= last;
}

/// Tokens of one UTF-16 unit beyond ASCII.
[[nodiscard]] double unitWeight(char16_t c)
{
    if (within(c, 0x00a0, 0x024f)) {
        return 0.45; // Latin with marks
    }
    if (within(c, 0x0400, 0x052f)) {
        return 0.30; // Cyrillic
    }
    if (within(c, 0x3040, 0x30ff)) {
        return 0.62; // kana
    }
    if (within(c, 0x3400, 0x4dbf) || within(c, 0x4e00, 0x9fff) || within(c, 0xf900, 0xfaff)) {
        return 0.68; // Han
    }
    if (within(c, 0xac00, 0xd7a3) || within(c, 0x1100, 0x11ff) || within(c, 0x3130, 0x318f)) {
        return 0.62; // Hangul
    }
    return 1.0;
}

enum class WordClass
{
    Digit,
    Upper,
    Lower
};

[[nodiscard]] WordClass wordClass(char16_t c)
{
    if (isDigit(c)) {
        return WordClass::Digit;
    }
    return isUpper(c) ? WordClass::Upper : WordClass::Lower;
}

/// Tokens of a run of ASCII letters and digits.
[[nodiscard]] double wordWeight(QStringView run)
{
    const auto length = static_cast<double>(run.size());
    qsizetype digits = 0;
    qsizetype switches = 0; // between upper case, lower case and digits
    WordClass last = wordClass(run.front().unicode());
    for (const QChar unit : run) {
        const WordClass now = wordClass(unit.unicode());
        digits += now == WordClass::Digit ? 1 : 0;
        switches += now != last ? 1 : 0;
        last = now;
    }
    if (digits == run.size()) {
        return std::ceil(length / 3);
    }
    // A leading capital does not split a word: "Hello" is one hump.
    if (run.size() > 1 && isUpper(run.front().unicode()) && isLower(run.at(1).unicode())) {
        --switches;
    }
    if (digits > 0 || switches >= 3) {
        const double noise = static_cast<double>(switches) > length / 3 ? length / 12 : 0.0;
        return std::max(1.0, length / kMixedPerToken + noise);
    }
    const double humps = kTokensPerHump * static_cast<double>(switches + 1);
    return std::max({1.0, humps, length / kLettersPerToken + kLetterRunBase});
}

/// Tokens of a run of blanks.
[[nodiscard]] double blankWeight(QStringView run)
{
    return run.size() == 1 && run.front() == u' ' ? 0.0 : 1.0;
}

/// The end of the run that starts at from and whose units all satisfy belongs.
template <typename Belongs>
[[nodiscard]] qsizetype runEnd(QStringView text, qsizetype from, Belongs belongs)
{
    qsizetype end = from + 1;
    while (end < text.size() && belongs(text.at(end).unicode())) {
        ++end;
    }
    return end;
}

} // namespace

qint64 estimateTokensByLength(qint64 characters)
{
    return characters <= 0 ? 0 : characters / 4 + (characters % 4 != 0 ? 1 : 0);
}

qint64 estimateTokens(QStringView text)
{
    double tokens = 0;
    qsizetype at = 0;
    while (at < text.size()) {
        const char16_t c = text.at(at).unicode();
        qsizetype end = at + 1;
        if (isBlank(c)) {
            end = runEnd(text, at, isBlank);
            tokens += blankWeight(text.sliced(at, end - at));
        } else if (isWord(c)) {
            end = runEnd(text, at, isWord);
            tokens += wordWeight(text.sliced(at, end - at));
        } else if (c == u'_') {
            tokens += 1;
        } else if (c < 0x80) {
            end = runEnd(text, at, [c](char16_t next) { return next == c; });
            const auto length = static_cast<double>(end - at);
            tokens += end - at == 1 ? kPunctuation : std::ceil(length / 16) + 0.3;
        } else {
            tokens += unitWeight(c);
        }
        at = end;
    }
    // Sums of decimals come out a hair above a whole number; that must not make a token.
    return static_cast<qint64>(std::ceil(tokens - 1e-6));
}

qint64 estimateAttachmentTokens(QStringView mediaType, qint64 bytes)
{
    constexpr qint64 kImage = 1600;
    constexpr qint64 kDocumentPart = 2500;
    constexpr qint64 kPartBytes = 100'000;
    return mediaType.startsWith(u"image/", Qt::CaseInsensitive) ? kImage : kDocumentPart * (bytes / kPartBytes + 1);
}

} // namespace lathe
