// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/itemviews.h"

#include "ui/delegates/celldelegate.h"
#include "ui/icons.h"
#include "ui/models/roles.h"
#include "ui/widgets/headerview.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr int kRowsMeasured = 60;

QString csvField(QString text)
{
    if (text.contains(u',') || text.contains(u'"') || text.contains(u'\n') || text.contains(u'\r')) {
        text.replace(u'"', u"\"\""_s);
        return u'"' + text + u'"';
    }
    return text;
}

int titleWidth(const QAbstractItemView *view, int column)
{
    const auto *header = view->findChild<HeaderView *>();
    return header ? header->titleWidth(column) : 0;
}

int widthOf(const QAbstractItemView *view, int column, int maximum)
{
    const QAbstractItemModel *model = view->model();
    QStyleOptionViewItem option;
    option.initFrom(view);
    option.font = view->font();
    option.fontMetrics = QFontMetrics(view->font());
    int width = titleWidth(view, column);
    const int rows = std::min(model->rowCount(), kRowsMeasured);
    for (int row = 0; row < rows; ++row) {
        width = std::max(width, view->itemDelegate()->sizeHint(option, model->index(row, column)).width());
    }
    return std::min(width, maximum);
}

} // namespace

void ItemViews::setUp(QTableView *view)
{
    view->setHorizontalHeader(new HeaderView(view));
    view->setItemDelegate(new CellDelegate(view));
    view->setSelectionBehavior(QAbstractItemView::SelectRows);
    view->setSelectionMode(QAbstractItemView::SingleSelection);
    view->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed);
    view->setAlternatingRowColors(true);
    view->setShowGrid(false);
    view->setWordWrap(false);
    view->setTabKeyNavigation(false);
    view->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    view->verticalHeader()->hide();
    view->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    view->verticalHeader()->setDefaultSectionSize(std::max(view->fontMetrics().height() + 8, 24));
    view->horizontalHeader()->setHighlightSections(false);
    view->horizontalHeader()->setStretchLastSection(true);
    addCopying(view);
}

void ItemViews::setUp(QTreeView *view)
{
    view->setHeader(new HeaderView(view));
    view->setItemDelegate(new CellDelegate(view));
    view->setSelectionMode(QAbstractItemView::SingleSelection);
    view->setUniformRowHeights(true);
    view->setAlternatingRowColors(true);
    view->setAllColumnsShowFocus(true);
    view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    view->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    addCopying(view);
}

void ItemViews::addCopying(QAbstractItemView *view)
{
    auto *value = new QAction(icon(u"copy"_s), tr("&Copy value"), view);
    value->setShortcut(QKeySequence::Copy);
    value->setShortcutContext(Qt::WidgetShortcut);
    QObject::connect(value, &QAction::triggered, view,
                     [view] { QGuiApplication::clipboard()->setText(copyText(view->currentIndex())); });
    auto *row = new QAction(tr("Copy &row"), view);
    QObject::connect(row, &QAction::triggered, view, [view] {
        QStringList cells;
        const QModelIndex at = view->currentIndex();
        for (int column = 0; at.isValid() && column < view->model()->columnCount(at.parent()); ++column) {
            cells << csvField(copyText(at.siblingAtColumn(column)));
        }
        QGuiApplication::clipboard()->setText(cells.join(u','));
    });
    auto *table = new QAction(tr("Copy &table as CSV"), view);
    QObject::connect(table, &QAction::triggered, view,
                     [view] { QGuiApplication::clipboard()->setText(csv(*view->model())); });
    view->addActions({value, row, table});
    view->setContextMenuPolicy(Qt::ActionsContextMenu);
}

void ItemViews::fitColumns(QTableView *view, int maximum)
{
    const int columns = view->model()->columnCount();
    // A number at the far right of a stretched column is hard to read along its row.
    const int alignment = view->model()->headerData(columns - 1, Qt::Horizontal, Qt::TextAlignmentRole).toInt();
    view->horizontalHeader()->setStretchLastSection((alignment & Qt::AlignRight) == 0);
    for (int column = 0; column < columns; ++column) {
        view->setColumnWidth(column, widthOf(view, column, maximum));
    }
}

void ItemViews::fitColumns(QTreeView *view, int maximum)
{
    for (int column = 0; column < view->model()->columnCount(); ++column) {
        view->setColumnWidth(column, widthOf(view, column, maximum));
    }
}

int ItemViews::widthFor(const QAbstractItemView *view, int column, const QString& sample, bool withIcon)
{
    const int text = view->fontMetrics().horizontalAdvance(sample) + 2 * HeaderView::kMargin + 2;
    return std::max(titleWidth(view, column), text + (withIcon ? CellDelegate::kIconSpace : 0));
}

QString ItemViews::copyText(const QModelIndex& index)
{
    const QVariant exact = index.data(ExactRole);
    return exact.isValid() ? exact.toString() : index.data(Qt::DisplayRole).toString();
}

QString ItemViews::csv(const QAbstractItemModel& model)
{
    QString text;
    for (int row = -1; row < model.rowCount(); ++row) {
        QStringList cells;
        for (int column = 0; column < model.columnCount(); ++column) {
            cells << csvField(row < 0 ? model.headerData(column, Qt::Horizontal).toString()
                                      : copyText(model.index(row, column)));
        }
        text += cells.join(u',') + u"\r\n"_s;
    }
    return text;
}

} // namespace lathe
