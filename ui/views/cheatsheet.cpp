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
    const auto addHead = [&](const QString& title, int side) {
        auto *head = new QLabel(title, content);
        QFont bold = head->font();
        bold.setWeight(QFont::DemiBold);
        head->setFont(bold);
        head->setContentsMargins(0, rows[side] > 0 ? 12 : 0, 0, 4);
        grids[side]->addWidget(head, rows[side]++, 0, 1, 2);
    };
    const auto addKey = [&](const QString& text, const QKeySequence& key, int side) {
        grids[side]->addWidget(new QLabel(text, content), rows[side], 0);
        auto *label = new QLabel(key.toString(QKeySequence::NativeText), content);
        label->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
        grids[side]->addWidget(label, rows[side]++, 1);
    };
    for (const auto& [title, actions] : groups) {
        const bool anyKey = std::any_of(actions.begin(), actions.end(),
                                        [](const QAction *action) { return !action->shortcut().isEmpty(); });
        if (!anyKey) {
            continue;
        }
        const int side = rows[0] <= rows[1] ? 0 : 1;
        addHead(title, side);
        for (const QAction *action : actions) {
            if (action->shortcut().isEmpty() || action->isSeparator()) {
                continue;
            }
            QString text = action->text();
            addKey(text.remove(u'&').remove(u'…'), action->shortcut(), side);
        }
    }
    const auto addGroup = [&](const QString& title, const QList<std::pair<QString, QKeySequence>>& keys) {
        const int side = rows[0] <= rows[1] ? 0 : 1;
        addHead(title, side);
        for (const auto& [text, key] : keys) {
            addKey(text, key, side);
        }
    };
    addGroup(tr("In the list of runs"), {{tr("Open"), QKeySequence(Qt::Key_Return)},
                                         {tr("Run again"), QKeySequence(u"Ctrl+R"_s)},
                                         {tr("Delete"), QKeySequence(QKeySequence::Delete)}});
    addGroup(tr("In tables and trees"), {{tr("Copy the exact value"), QKeySequence(QKeySequence::Copy)},
                                         {tr("Change a cell"), QKeySequence(Qt::Key_F2)}});
    auto *scroll = new QScrollArea(this);
    scroll->setWidget(content);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto *column = new QVBoxLayout(this);
    column->addWidget(scroll, 1);
    column->addWidget(buttons);
    resize(720, 560);
}

} // namespace lathe
