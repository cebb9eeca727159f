// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHeaderView>

namespace lathe {

/// A header whose texts stand exactly over those of the cells, and end in an ellipsis and a tooltip where a column is
/// narrower than its title.
class HeaderView : public QHeaderView
{
    Q_OBJECT

public:
    static constexpr int kMargin = 6; ///< left and right of a text, in cells as well

    explicit HeaderView(QWidget *parent = nullptr);

    /// The narrowest width that shows the whole title.
    [[nodiscard]] int titleWidth(int section) const;

protected:
    void paintSection(QPainter *painter, const QRect& rect, int section) const override;
    [[nodiscard]] QSize sectionSizeFromContents(int section) const override;
    bool viewportEvent(QEvent *event) override;

private:
    [[nodiscard]] QString title(int section) const;
};

} // namespace lathe
