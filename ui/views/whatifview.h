// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/pipeline/facadequeries.h"
#include "engine/pipeline/facadetypes.h"

#include <QWidget>

#include <functional>

class QComboBox;
class QLabel;
class QTableView;

namespace lathe {

class NoteLabel;
class Session;
class StatePane;
class WhatIfModel;

/// Same tokens, other prices: what the bill would have come to with another price book or model, decision by
/// decision. Nothing that is stored changes.
class WhatIfView : public QWidget
{
    Q_OBJECT

public:
    explicit WhatIfView(Session& session, QWidget *parent = nullptr);

    /// What is priced again; its grouping does not count. Asks anew.
    void setQuery(const BillQuery& query);
    void setRunNames(std::function<QString(const QString& runId)> names);
    /// Of the boxes; an empty model: each call its own.
    void choose(const QString& book, const QString& model);
    [[nodiscard]] WhatIfModel *model() const { return m_model; }
    [[nodiscard]] StatePane *pane() const { return m_pane; }
    [[nodiscard]] QString totalText() const;

Q_SIGNALS:
    void decisionWanted(const QString& runId, int decision);

private:
    void loadBooks();
    void fillModels();
    void ask();
    void askRepriced(const BillResult& recorded, int generation);
    void askCold(const BillResult& recorded, const BillResult& warm, int generation);
    void show(const BillResult& recorded, const BillResult& warm, const BillResult& cold);

    Session& m_session;
    QComboBox *m_book;
    QComboBox *m_asModel;
    QLabel *m_total;
    NoteLabel *m_note;
    QTableView *m_table;
    WhatIfModel *m_model;
    StatePane *m_pane;
    QList<PriceBookInfo> m_books;
    BillQuery m_query;
    int m_generation = 0;
};

} // namespace lathe
