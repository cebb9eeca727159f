// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/fill.h"

#include <QWidget>

namespace lathe {

/// How full something is. The words stand beside it, in the hands of whoever places it; setWords() says them to
/// those who cannot see it.
class FillBar : public QWidget
{
    Q_OBJECT

public:
    explicit FillBar(QWidget *parent = nullptr);
    void setFill(const Fill& fill);
    void setWords(const QString& words);
    [[nodiscard]] const Fill& fill() const { return m_fill; }
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Fill m_fill;
};

} // namespace lathe
