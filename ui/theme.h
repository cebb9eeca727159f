// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QPalette>
#include <QString>

namespace lathe {

/// What a coloured thing is. Colour never stands alone: the same thing has an icon and a word (words.h).
enum class Kind
{
    Neutral,
    Llm,
    Tool,
    Answer,
    Policy,
    Error,
    Reused
};
inline constexpr Kind kAllKinds[] = {Kind::Neutral, Kind::Llm,   Kind::Tool,  Kind::Answer,
                                     Kind::Policy,  Kind::Error, Kind::Reused};

enum class Appearance
{
    System,
    Light,
    Dark
};

namespace theme {

[[nodiscard]] QPalette lightPalette();
[[nodiscard]] QPalette darkPalette();
[[nodiscard]] bool isDark(const QPalette& palette);
/// Text colour of a kind on the palette's base; contrast at least 4.5:1 in light and dark.
[[nodiscard]] QColor kindColor(Kind kind, const QPalette& palette);
/// A faint fill of the kind's colour, for cards and bars; text of kindColor() on it still has 4.5:1.
[[nodiscard]] QColor kindTint(Kind kind, const QPalette& palette);
/// Text that is less important than the rest; still 4.5:1.
[[nodiscard]] QColor secondaryText(const QPalette& palette);
[[nodiscard]] QColor line(const QPalette& palette);
/// WCAG contrast ratio, 1 to 21.
[[nodiscard]] double contrast(const QColor& a, const QColor& b);

/// System: the platform's style and palette; light and dark: Fusion with our palettes. Applies to the application.
void apply(Appearance appearance);
[[nodiscard]] QString toName(Appearance appearance);
[[nodiscard]] Appearance appearanceFromName(const QString& name);

[[nodiscard]] QFont monospace();
/// Digits of equal width, where the font has them.
[[nodiscard]] QFont tabular(const QFont& font);

} // namespace theme
} // namespace lathe
