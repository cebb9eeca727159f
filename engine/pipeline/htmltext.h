// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace lathe {

/// What a reader sees of an HTML page.
struct HtmlText
{
    QString title; ///< simplified; empty if there is none
    QString text;  ///< blocks on lines of their own, blanks as one

    bool operator==(const HtmlText&) const = default;
};

/// Takes any text: what is broken or not closed ends with the page. Time grows with its length. Nothing is loaded and
/// nothing is run: scripts, styles and comments are left out.
[[nodiscard]] HtmlText textOfHtml(QStringView html);

} // namespace lathe
