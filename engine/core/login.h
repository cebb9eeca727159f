// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace lathe {

/// Who a run is for unless somebody else is named: the login name of the environment (USER, LOGNAME), or "local".
[[nodiscard]] QString loginName();

} // namespace lathe
