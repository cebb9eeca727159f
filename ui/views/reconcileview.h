// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/reconciliation.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QTableView;

namespace lathe {

class NoteLabel;
class ReconcileModel;
class Session;
class StatePane;

/// A provider's own cost export beside the ledger: the differences by day and model, each with its reason.
class ReconcileView : public QWidget
{
    Q_OBJECT

public:
    explicit ReconcileView(Session& session, QWidget *parent = nullptr);

    /// Asks for a file.
    void choose();
    void load(const QString& path);
    [[nodiscard]] ReconcileModel *model() const { return m_model; }
    [[nodiscard]] StatePane *pane() const { return m_pane; }
    [[nodiscard]] QString totalText() const;

private:
    void showEmpty();
    void show(const QString& name, const Reconciliation& found);

    Session& m_session;
    QLabel *m_total;
    NoteLabel *m_note;
    QPushButton *m_load;
    QTableView *m_table;
    ReconcileModel *m_model;
    StatePane *m_pane;
};

} // namespace lathe
