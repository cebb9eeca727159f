// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme.h"

#include <QIcon>
#include <QString>

namespace lathe {

/// The icon :/lathe/icons/<name>.svg in the text colour of the palette, or in the colour of a kind. Drawn when it is
/// first shown; follows light and dark.
[[nodiscard]] QIcon icon(const QString& name);
[[nodiscard]] QIcon icon(const QString& name, Kind kind);
/// For painting cells: cached, in the kind's colour or in a given one.
[[nodiscard]] QPixmap iconPixmap(const QString& name, const QColor& color, int size, qreal ratio);

} // namespace lathe
