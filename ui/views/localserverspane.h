// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QPushButton;
class QTableView;

namespace lathe {

class LocalModelsModel;
class Session;
class StatePane;

/// Servers of models on this machine, looked for when this is first seen; one of their models can be put to use.
class LocalServersPane : public QWidget
{
    Q_OBJECT

public:
    explicit LocalServersPane(Session& session, QWidget *parent = nullptr);
    void look(bool again);
    void use();
    [[nodiscard]] LocalModelsModel *model() const { return m_model; }
    [[nodiscard]] QTableView *table() const { return m_table; }
    [[nodiscard]] StatePane *pane() const { return m_pane; }

Q_SIGNALS:
    /// model is empty if the server lists none.
    void chosen(const QString& baseUrl, const QString& model);
    void looked();

protected:
    void showEvent(QShowEvent *event) override;

private:
    Session& m_session;
    LocalModelsModel *m_model;
    QTableView *m_table;
    StatePane *m_pane;
    QPushButton *m_again;
    QPushButton *m_use;
    bool m_asked = false;
};

} // namespace lathe
