// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAction>
#include <QDialog>

namespace lathe {

/// Every action with its key, in two columns by menu.
class CheatSheet : public QDialog
{
    Q_OBJECT

public:
    /// One heading with its actions each.
    explicit CheatSheet(const QList<std::pair<QString, QList<QAction *>>>& groups, QWidget *parent = nullptr);
};

} // namespace lathe
