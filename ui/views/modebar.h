// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QToolBar>

class QActionGroup;

namespace lathe {

/// The modes of the window, one below the other at its left edge.
class ModeBar : public QToolBar
{
    Q_OBJECT

public:
    explicit ModeBar(QWidget *parent = nullptr);
    QAction *addMode(const QString& iconName, const QString& text, const QKeySequence& key, const QString& tip);
    void setMode(int mode);
    [[nodiscard]] int mode() const { return m_mode; }

Q_SIGNALS:
    void modeChanged(int mode);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QActionGroup *m_group;
    int m_mode = -1;
};

} // namespace lathe
