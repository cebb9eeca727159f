// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Qt>

namespace lathe {

/// Roles every model of this program may answer beside Qt's own.
enum Role
{
    IconNameRole = Qt::UserRole + 1, ///< QString: name for icon()
    KindRole,                        ///< int: a Kind, colours icon and text
    ExactRole,                       ///< QString: what copying gives; absent: the display text
    SortRole,                        ///< value to sort by
    IdRole,                          ///< what the row is: run id, decision number, seq, name
    CallRole,                        ///< QString: id of the tool call of the row, if it is one
    PathRole,                        ///< QString: JSON path
    ValueRole,                       ///< the whole value behind the row
    FillRole,                        ///< a Fill, painted under the text
};

} // namespace lathe
