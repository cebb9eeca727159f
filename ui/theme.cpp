// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme.h"

#include <QApplication>
#include <QFont>
#include <QFontDatabase>
#include <QStyle>
#include <QStyleFactory>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace lathe::theme {

namespace {

double channel(double value)
{
    return value <= 0.03928 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

double luminance(const QColor& color)
{
    return 0.2126 * channel(color.redF()) + 0.7152 * channel(color.greenF()) + 0.0722 * channel(color.blueF());
}

QColor mix(const QColor& a, const QColor& b, double share)
{
    const auto blend = [share](float x, float y) { return static_cast<float>(x * (1 - share) + y * share); };
    return QColor::fromRgbF(blend(a.redF(), b.redF()), blend(a.greenF(), b.greenF()), blend(a.blueF(), b.blueF()));
}

struct Shades
{
    QRgb light;
    QRgb dark;
};

Shades shades(Kind kind)
{
    switch (kind) {
    case Kind::Neutral:
        return {0xff3a3f47, 0xffd5d9de};
    case Kind::Llm:
        return {0xff1558b0, 0xff7ab7ff};
    case Kind::Tool:
        return {0xff7433ad, 0xffcba2f7};
    case Kind::Answer:
        return {0xff1c6b34, 0xff78d493};
    case Kind::Policy:
        return {0xff8a4f00, 0xfff0b75c};
    case Kind::Error:
        return {0xffb3261e, 0xffff968c};
    case Kind::Reused:
        return {0xff5a6068, 0xffaab1ba};
    }
    return {0xff000000, 0xffffffff};
}

void setRole(QPalette& palette, QPalette::ColorRole role, QRgb active, QRgb disabled)
{
    palette.setColor(QPalette::All, role, QColor(active));
    palette.setColor(QPalette::Disabled, role, QColor(disabled));
}

} // namespace

QPalette lightPalette()
{
    QPalette p(QColor(0xfff1f2f4), QColor(0xfff5f6f7));
    setRole(p, QPalette::Window, 0xfff5f6f7, 0xfff5f6f7);
    setRole(p, QPalette::WindowText, 0xff1b1f24, 0xff868c94);
    setRole(p, QPalette::Base, 0xffffffff, 0xfff5f6f7);
    setRole(p, QPalette::AlternateBase, 0xfff7f8fa, 0xfff5f6f7);
    setRole(p, QPalette::Text, 0xff1b1f24, 0xff868c94);
    setRole(p, QPalette::Button, 0xfff1f2f4, 0xfff1f2f4);
    setRole(p, QPalette::ButtonText, 0xff1b1f24, 0xff868c94);
    setRole(p, QPalette::BrightText, 0xffffffff, 0xffffffff);
    setRole(p, QPalette::ToolTipBase, 0xff2b3038, 0xff2b3038);
    setRole(p, QPalette::ToolTipText, 0xfff4f5f7, 0xfff4f5f7);
    setRole(p, QPalette::Highlight, 0xff1f63c4, 0xffb9bfc7);
    setRole(p, QPalette::HighlightedText, 0xffffffff, 0xffffffff);
    setRole(p, QPalette::Link, 0xff1558b0, 0xff868c94);
    setRole(p, QPalette::PlaceholderText, 0xff6b727b, 0xffa9afb7);
    return p;
}

QPalette darkPalette()
{
    QPalette p(QColor(0xff30343b), QColor(0xff23262b));
    setRole(p, QPalette::Window, 0xff23262b, 0xff23262b);
    setRole(p, QPalette::WindowText, 0xffe4e7eb, 0xff7d848d);
    setRole(p, QPalette::Base, 0xff1b1d21, 0xff23262b);
    setRole(p, QPalette::AlternateBase, 0xff202328, 0xff23262b);
    setRole(p, QPalette::Text, 0xffe4e7eb, 0xff7d848d);
    setRole(p, QPalette::Button, 0xff30343b, 0xff2a2d33);
    setRole(p, QPalette::ButtonText, 0xffe4e7eb, 0xff7d848d);
    setRole(p, QPalette::BrightText, 0xffffffff, 0xffffffff);
    setRole(p, QPalette::ToolTipBase, 0xff3a3f47, 0xff3a3f47);
    setRole(p, QPalette::ToolTipText, 0xfff4f5f7, 0xfff4f5f7);
    setRole(p, QPalette::Highlight, 0xff2f65b5, 0xff454b54);
    setRole(p, QPalette::HighlightedText, 0xffffffff, 0xffc3c8ce);
    setRole(p, QPalette::Link, 0xff7ab7ff, 0xff7d848d);
    setRole(p, QPalette::PlaceholderText, 0xff949ba4, 0xff5d636b);
    return p;
}

bool isDark(const QPalette& palette)
{
    return luminance(palette.color(QPalette::Base)) < luminance(palette.color(QPalette::Text));
}

QColor kindColor(Kind kind, const QPalette& palette)
{
    const Shades both = shades(kind);
    return QColor(isDark(palette) ? both.dark : both.light);
}

QColor kindTint(Kind kind, const QPalette& palette)
{
    return mix(palette.color(QPalette::Base), kindColor(kind, palette), isDark(palette) ? 0.14 : 0.08);
}

QColor secondaryText(const QPalette& palette)
{
    return isDark(palette) ? QColor(0xffa3aab3) : QColor(0xff5d646d);
}

QColor line(const QPalette& palette)
{
    return mix(palette.color(QPalette::Window), palette.color(QPalette::WindowText), 0.16);
}

double contrast(const QColor& a, const QColor& b)
{
    const double bright = std::max(luminance(a), luminance(b));
    const double dim = std::min(luminance(a), luminance(b));
    return (bright + 0.05) / (dim + 0.05);
}

void apply(Appearance appearance)
{
    static const QString nativeStyle = QApplication::style()->name();
    static const bool bareFusion = nativeStyle.compare("fusion"_L1, Qt::CaseInsensitive) == 0;
    if (appearance == Appearance::System && !bareFusion) {
        QApplication::setStyle(QStyleFactory::create(nativeStyle));
        QApplication::setPalette(QPalette());
        return;
    }
    if (QApplication::style()->name().compare("fusion"_L1, Qt::CaseInsensitive) != 0) {
        QApplication::setStyle(QStyleFactory::create(u"Fusion"_s));
    }
    // A platform without a theme of its own gives plain Fusion: ours says the same with better contrast.
    const bool dark = appearance == Appearance::Dark ||
                      (appearance == Appearance::System && isDark(QApplication::style()->standardPalette()));
    QApplication::setPalette(dark ? darkPalette() : lightPalette());
}

QString toName(Appearance appearance)
{
    switch (appearance) {
    case Appearance::System:
        return u"system"_s;
    case Appearance::Light:
        return u"light"_s;
    case Appearance::Dark:
        return u"dark"_s;
    }
    return {};
}

Appearance appearanceFromName(const QString& name)
{
    if (name == u"light"_s) {
        return Appearance::Light;
    }
    return name == u"dark"_s ? Appearance::Dark : Appearance::System;
}

QFont monospace()
{
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    font.setStyleHint(QFont::Monospace);
    font.setPointSizeF(std::max(8.0, QApplication::font().pointSizeF() - 0.5));
    return font;
}

QFont tabular(const QFont& font)
{
    // DejaVu, Noto, Segoe and San Francisco have digits of one width as they are; Qt 6.4 has no switch for others.
    QFont same = font;
    same.setKerning(false);
    return same;
}

} // namespace lathe::theme
