// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>
#include <QWidget>

#include <algorithm>

namespace lathe::test {

/// Follows Tab through what is inside this widget: empty if it goes from line to line and in each from left to right,
/// else the first two that do not.
inline QString outOfReadingOrder(QWidget *root)
{
    QList<QWidget *> order;
    QWidget *at = root;
    do {
        const bool stop = at != root && root->isAncestorOf(at) && at->isVisible() && at->isEnabled() &&
                          (at->focusPolicy() & Qt::TabFocus) != 0 && !at->focusProxy();
        if (stop) {
            order << at;
        }
        at = at->nextInFocusChain();
    } while (at != root);
    const auto describe = [](const QWidget *widget) {
        return QString(QString::fromLatin1(widget->metaObject()->className()) + u' ' + widget->accessibleName() + u' ' +
                       widget->property("text").toString());
    };
    for (qsizetype i = 1; i < order.size(); ++i) {
        const QRect before(order.at(i - 1)->mapTo(root, QPoint()), order.at(i - 1)->size());
        const QRect after(order.at(i)->mapTo(root, QPoint()), order.at(i)->size());
        const bool sameLine = std::min(before.bottom(), after.bottom()) - std::max(before.top(), after.top()) > 0;
        if (sameLine ? after.left() < before.left() : after.top() < before.top()) {
            return QString(describe(order.at(i - 1)) + QStringLiteral(" -> ") + describe(order.at(i)));
        }
    }
    return order.isEmpty() ? QStringLiteral("nothing takes the focus") : QString();
}

} // namespace lathe::test
