// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/runrecord.h"

#include <QDialog>

class QComboBox;
class QLabel;
class QStackedWidget;

namespace lathe {

class BytesView;
class JsonView;
class Session;

/// What was sent to a model and what came back, side by side, for every attempt of a decision: decoded, or the bytes as
/// they were on the wire. Stays open beside the window; follows the run while it goes on.
class ExchangeDialog : public QDialog
{
    Q_OBJECT

public:
    enum Form
    {
        Decoded,
        Raw
    };

    ExchangeDialog(Session& session, int decision, QWidget *parent = nullptr);

    void showAttempt(int index);
    void setForm(Form form);

private:
    /// One of the two sides.
    struct Side
    {
        QStackedWidget *stack = nullptr;
        JsonView *json = nullptr;
        BytesView *bytes = nullptr;
    };
    [[nodiscard]] Side makeSide(const QString& name, const QString& title, QWidget *splitter);
    void refresh();
    void fillAttempts(const DecisionRecord& decision);
    void fill(const Side& side, const QByteArray& bytes);
    void load();

    Session& m_session;
    int m_decision;
    int m_generation = 0;
    AttemptRecord m_shown; ///< what is loaded
    QComboBox *m_attempts;
    QComboBox *m_form;
    QLabel *m_line;
    Side m_request;
    Side m_reply;
};

} // namespace lathe
