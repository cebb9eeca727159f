// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/cheatsheet.h"

#include <QDialogButtonBox>
#include <QGridLayout>
#include <QLabel>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

CheatSheet::CheatSheet(const QList<std::pair<QString, QList<QAction *>>>& groups, QWidget *parent) : QDialog(parent)
{
    setWindowTitle(tr("Keys"));
    auto *content = new QWidget(this);
    auto *columns = new QHBoxLayout(content);
    columns->setSpacing(32);
    QGridLayout *grids[2] = {};
    int rows[2] = {0, 0};
    for (int i = 0; i < 2; ++i) {
        auto *column = new QVBoxLayout;
        grids[i] = new QGridLayout;
        grids[i]->setHorizontalSpacing(24);
        grids[i]->setVerticalSpacing(4);
        column->addLayout(grids[i]);
        column->addStretch();
        columns->addLayout(column);
    }
    for (const auto& [title, actions] : groups) {
        const bool anyKey = std::any_of(actions.begin(), actions.end(),
                                        [](const QAction *action) { return !action->shortcut().isEmpty(); });
        if (!anyKey) {
            continue;
        }
        const int side = rows[0] <= rows[1] ? 0 : 1;
        auto *head = new QLabel(title, content);
        QFont bold = head->font();
        bold.setWeight(QFont::DemiBold);
        head->setFont(bold);
        head->setContentsMargins(0, rows[side] > 0 ? 10 : 0, 0, 2);
        grids[side]->addWidget(head, rows[side]++, 0, 1, 2);
        for (const QAction *action : actions) {
            if (action->shortcut().isEmpty() || action->isSeparator()) {
                continue;
            }
            QString text = action->text();
            grids[side]->addWidget(new QLabel(text.remove(u'&').remove(u'…'), content), rows[side], 0);
            auto *key = new QLabel(action->shortcut().toString(QKeySequence::NativeText), content);
            key->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
            grids[side]->addWidget(key, rows[side]++, 1);
        }
    }
    auto *scroll = new QScrollArea(this);
    scroll->setWidget(content);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto *column = new QVBoxLayout(this);
    column->addWidget(scroll, 1);
    column->addWidget(buttons);
    resize(720, 520);
}

} // namespace lathe
