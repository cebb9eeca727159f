// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/combos.h"

#include <QComboBox>
#include <QSignalBlocker>

namespace lathe {

QComboBox *makeEditableBox(QWidget *parent)
{
    auto *box = new QComboBox(parent);
    box->setEditable(true);
    box->setInsertPolicy(QComboBox::NoInsert);
    return box;
}

void setItems(QComboBox *box, const QStringList& items)
{
    QStringList present;
    for (int i = 0; i < box->count(); ++i) {
        present << box->itemText(i);
    }
    if (present == items) {
        return;
    }
    const QSignalBlocker quiet(box);
    const QString text = box->currentText();
    box->clear();
    box->addItems(items);
    if (box->isEditable()) {
        box->setEditText(text);
    } else {
        box->setCurrentIndex(qMax(0, box->findText(text)));
    }
}

} // namespace lathe
