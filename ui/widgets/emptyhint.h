// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>

class QAbstractItemView;

namespace lathe {

/// One sentence in the middle of a list, table or tree for as long as it has no rows.
class EmptyHint : public QLabel
{
    Q_OBJECT

public:
    EmptyHint(QAbstractItemView *view, const QString& sentence);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void refresh();

    QAbstractItemView *m_view;
};

} // namespace lathe
