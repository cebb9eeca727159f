// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/core/login.h"

using namespace Qt::StringLiterals;

namespace lathe {

QString loginName()
{
    for (const char *variable : {"USER", "LOGNAME"}) {
        const QString login = qEnvironmentVariable(variable).trimmed();
        if (!login.isEmpty()) {
            return login;
        }
    }
    return u"local"_s;
}

} // namespace lathe
