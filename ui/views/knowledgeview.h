// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLineEdit;
class QListWidget;
class QPushButton;
class QTableView;

namespace lathe {

class KnowledgeModel;
class MessageBar;
class NoteLabel;
class Session;
class StatePane;

/// What retrieve_context searches: add files, search, drop.
class KnowledgeView : public QWidget
{
    Q_OBJECT

public:
    explicit KnowledgeView(Session& session, QWidget *parent = nullptr);
    void reload();
    void add(const QStringList& paths);
    void startSearch();
    void search(const QString& query);
    [[nodiscard]] KnowledgeModel *model() const { return m_model; }

Q_SIGNALS:
    void searched(int passages);

protected:
    void showEvent(QShowEvent *event) override;

private:
    void choose();
    void dropCurrent();

    Session& m_session;
    KnowledgeModel *m_model;
    QTableView *m_table;
    StatePane *m_pane;
    QLineEdit *m_query;
    QListWidget *m_hits;
    NoteLabel *m_hitsTitle;
    QPushButton *m_drop;
    MessageBar *m_bar;
};

} // namespace lathe
