// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace lathe {

/// One of the texts that agents work with, as it is shown and edited.
struct PromptText
{
    QString name; ///< "system"; its file is system.txt
    QString text;
    QString places;     ///< the names that it must have as {{name}}, parted by blanks
    bool isOwn = false; ///< from the user's folder

    bool operator==(const PromptText&) const = default;
};

} // namespace lathe
