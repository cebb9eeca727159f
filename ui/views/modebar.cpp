// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/modebar.h"

#include "ui/icons.h"

#include <QActionGroup>
#include <QPainter>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace lathe {

ModeBar::ModeBar(QWidget *parent) : QToolBar(tr("Modes"), parent), m_group(new QActionGroup(this))
{
    setObjectName(u"modes"_s);
    setMovable(false);
    setFloatable(false);
    setOrientation(Qt::Vertical);
    setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
    setIconSize(QSize(24, 24));
    setContextMenuPolicy(Qt::PreventContextMenu);
    m_group->setExclusive(true);
}

QAction *ModeBar::addMode(const QString& iconName, const QString& text, const QKeySequence& key, const QString& tip)
{
    const int mode = static_cast<int>(m_group->actions().size());
    auto *action = new QAction(icon(iconName), text, m_group);
    action->setCheckable(true);
    action->setShortcut(key);
    action->setToolTip(u"%1 (%2)"_s.arg(tip, key.toString(QKeySequence::NativeText)));
    addAction(action);
    if (auto *button = qobject_cast<QToolButton *>(widgetForAction(action))) {
        button->setMinimumSize(64, 56);
        button->setAccessibleName(action->iconText());
    }
    connect(action, &QAction::triggered, this, [this, mode] { setMode(mode); });
    return action;
}

void ModeBar::paintEvent(QPaintEvent *)
{
    // Styles shade a bar from its one edge to the other, which is made for narrow ones.
    QPainter painter(this);
    painter.fillRect(rect(), palette().color(QPalette::Window));
    painter.setPen(theme::line(palette()));
    painter.drawLine(rect().topRight(), rect().bottomRight());
}

void ModeBar::setMode(int mode)
{
    if (mode == m_mode) {
        return;
    }
    m_mode = mode;
    m_group->actions().at(mode)->setChecked(true);
    Q_EMIT modeChanged(mode);
}

} // namespace lathe
