// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

class QComboBox;
class QWidget;

namespace lathe {

/// A box to type into. Its line edit is made with it, so that Tab finds both side by side.
[[nodiscard]] QComboBox *makeEditableBox(QWidget *parent);

/// Fills a box anew if its entries are others; what is chosen or typed stays. Nothing is emitted.
void setItems(QComboBox *box, const QStringList& items);

} // namespace lathe
