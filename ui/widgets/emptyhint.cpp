// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/emptyhint.h"

#include <QAbstractItemView>
#include <QEvent>

namespace lathe {

EmptyHint::EmptyHint(QAbstractItemView *view, const QString& sentence)
    : QLabel(sentence, view->viewport()), m_view(view)
{
    setAlignment(Qt::AlignCenter);
    setWordWrap(true);
    setTextFormat(Qt::PlainText);
    setMargin(16);
    setForegroundRole(QPalette::PlaceholderText);
    setAttribute(Qt::WA_TransparentForMouseEvents);
    view->viewport()->installEventFilter(this);
    const QAbstractItemModel *model = view->model();
    connect(model, &QAbstractItemModel::rowsInserted, this, &EmptyHint::refresh);
    connect(model, &QAbstractItemModel::rowsRemoved, this, &EmptyHint::refresh);
    connect(model, &QAbstractItemModel::modelReset, this, &EmptyHint::refresh);
    refresh();
}

bool EmptyHint::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Resize) {
        setGeometry(m_view->viewport()->rect());
    }
    return QLabel::eventFilter(watched, event);
}

void EmptyHint::refresh()
{
    setVisible(m_view->model()->rowCount() == 0);
    setGeometry(m_view->viewport()->rect());
}

} // namespace lathe
