// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QIcon>
#include <QList>

#include <functional>

class QLineEdit;
class QListView;
class QStandardItemModel;
class QSortFilterProxyModel;

namespace lathe {

/// Ctrl+K: type a few letters of any action or run, Enter does it. Words may stand in any order.
class CommandPalette : public QDialog
{
    Q_OBJECT

public:
    struct Entry
    {
        QString text;
        QString hint; ///< shortcut, or where it is found
        QIcon icon;
        std::function<void()> run;
        bool enabled = true;
    };

    explicit CommandPalette(QList<Entry> entries, QWidget *parent = nullptr);
    [[nodiscard]] int shownCount() const;

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void filter(const QString& text);
    void accept() override;

    QList<Entry> m_entries;
    QLineEdit *m_input;
    QListView *m_list;
    QStandardItemModel *m_model;
    QSortFilterProxyModel *m_filter;
};

} // namespace lathe
