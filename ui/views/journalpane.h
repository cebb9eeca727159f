// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/runevent.h"

#include <QWidget>

class QComboBox;
class QLineEdit;
class QTableView;
class QTimer;

namespace lathe {

class JournalModel;
class JsonView;
class Session;
class StatePane;

/// The journal of the open run: every entry, filtered by kind and text, with its details.
class JournalPane : public QWidget
{
    Q_OBJECT

public:
    explicit JournalPane(Session& session, QWidget *parent = nullptr);
    void startSearch();
    void selectDecision(int decision);
    [[nodiscard]] JournalModel *model() const { return m_model; }
    void setFilter(const QString& text);

Q_SIGNALS:
    void decisionWanted(int decision);

private:
    void restart();
    void fetch(qint64 afterSeq);
    void onLive(const QList<RunEvent>& events);
    [[nodiscard]] bool isFiltered() const;

    Session& m_session;
    QComboBox *m_kind;
    QLineEdit *m_text;
    StatePane *m_pane;
    QTableView *m_table;
    JournalModel *m_model;
    JsonView *m_details;
    QTimer *m_delay;
    int m_generation = 0;
    bool m_moreCame = false; ///< entries became durable while a page was under way
};

} // namespace lathe
