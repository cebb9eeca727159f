// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QWidget>

namespace lathe {

/// Tab goes through these in this order.
inline void setTabChain(const QList<QWidget *>& widgets)
{
    QWidget *before = nullptr;
    for (QWidget *widget : widgets) {
        if (before) {
            QWidget::setTabOrder(before, widget);
        }
        before = widget;
    }
}

} // namespace lathe
