// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QStringView>

namespace lathe {

/// The argument schema of a built-in tool, written as JSON text in its source. A mistake in it is a bug: it ends the
/// program with a message that says where.
[[nodiscard]] QJsonObject schemaFromText(QStringView text);

} // namespace lathe
