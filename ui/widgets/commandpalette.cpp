// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/commandpalette.h"

#include "ui/theme.h"

#include <QBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QRegularExpression>
#include <QSortFilterProxyModel>
#include <QStandardItemModel>
#include <QStyledItemDelegate>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr int kHintRole = Qt::UserRole + 1;

/// The key of an action at the right of its line.
class HintDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter *painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const QString hint = index.data(kHintRole).toString();
        const int width = hint.isEmpty() ? 0 : option.fontMetrics.horizontalAdvance(hint) + 24;
        QStyleOptionViewItem ground = option;
        initStyleOption(&ground, index);
        ground.widget->style()->drawPrimitive(QStyle::PE_PanelItemViewItem, &ground, painter, ground.widget);
        QStyleOptionViewItem text = option;
        text.rect.setRight(text.rect.right() - width);
        QStyledItemDelegate::paint(painter, text, index);
        const bool enabled = option.state.testFlag(QStyle::State_Enabled);
        const bool selected = option.state.testFlag(QStyle::State_Selected);
        painter->setPen(selected  ? option.palette.color(QPalette::HighlightedText)
                        : enabled ? theme::secondaryText(option.palette)
                                  : option.palette.color(QPalette::Disabled, QPalette::Text));
        painter->drawText(option.rect.adjusted(0, 0, -8, 0), Qt::AlignRight | Qt::AlignVCenter, hint);
    }
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const override
    {
        return {200, option.fontMetrics.height() + 8};
    }
};

} // namespace

CommandPalette::CommandPalette(QList<Entry> entries, QWidget *parent)
    : QDialog(parent),
      m_entries(std::move(entries)),
      m_input(new QLineEdit(this)),
      m_list(new QListView(this)),
      m_model(new QStandardItemModel(this)),
      m_filter(new QSortFilterProxyModel(this))
{
    setWindowTitle(tr("Actions and runs"));
    m_input->setPlaceholderText(tr("Type to find an action or a run"));
    m_input->setAccessibleName(windowTitle());
    m_input->installEventFilter(this);
    QPixmap blank(16, 16); // so that the texts stand below one another
    blank.fill(Qt::transparent);
    for (int i = 0; i < m_entries.size(); ++i) {
        const Entry& entry = m_entries.at(i);
        auto *item = new QStandardItem(entry.icon.isNull() ? QIcon(blank) : entry.icon, entry.text);
        item->setData(i, Qt::UserRole);
        item->setData(entry.hint, kHintRole);
        item->setEnabled(entry.enabled);
        item->setEditable(false);
        m_model->appendRow(item);
    }
    m_filter->setSourceModel(m_model);
    m_filter->setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_list->setModel(m_filter);
    m_list->setItemDelegate(new HintDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setIconSize(QSize(16, 16));
    m_list->setFocusPolicy(Qt::NoFocus);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(8, 8, 8, 8);
    column->setSpacing(8);
    column->addWidget(m_input);
    column->addWidget(m_list, 1);
    resize(560, 420);
    connect(m_input, &QLineEdit::textChanged, this, &CommandPalette::filter);
    connect(m_input, &QLineEdit::returnPressed, this, &CommandPalette::accept);
    connect(m_list, &QListView::activated, this, &CommandPalette::accept);
    connect(m_list, &QListView::clicked, this, &CommandPalette::accept);
    filter({});
}

int CommandPalette::shownCount() const
{
    return m_filter->rowCount();
}

void CommandPalette::filter(const QString& text)
{
    QString pattern;
    const QStringList words = text.split(u' ', Qt::SkipEmptyParts);
    for (const QString& word : words) {
        pattern += u"(?=.*%1)"_s.arg(QRegularExpression::escape(word));
    }
    m_filter->setFilterRegularExpression(QRegularExpression(pattern, QRegularExpression::CaseInsensitiveOption));
    m_list->setCurrentIndex(m_filter->index(0, 0));
}

void CommandPalette::accept()
{
    const QModelIndex at = m_list->currentIndex();
    if (!at.isValid()) {
        return;
    }
    const Entry& entry = m_entries.at(at.data(Qt::UserRole).toInt());
    if (!entry.enabled) {
        return;
    }
    const auto run = entry.run;
    QDialog::accept();
    run();
}

bool CommandPalette::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_input && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        const int step = key == Qt::Key_Down       ? 1
                         : key == Qt::Key_Up       ? -1
                         : key == Qt::Key_PageDown ? 10
                         : key == Qt::Key_PageUp   ? -10
                                                   : 0;
        if (step != 0 && m_filter->rowCount() > 0) {
            const int row = std::clamp(m_list->currentIndex().row() + step, 0, m_filter->rowCount() - 1);
            m_list->setCurrentIndex(m_filter->index(row, 0));
            return true;
        }
    }
    return QDialog::eventFilter(watched, event);
}

} // namespace lathe
