// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/retention.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace lathe {

class MessageBar;
class NoteLabel;
class Session;
class TintedFrame;

/// How long journals are kept by tier, which runs have passed that, and what pruning would take and leave: shown before
/// it happens, and done only after it was said once more.
class RetentionPane : public QWidget
{
    Q_OBJECT

public:
    explicit RetentionPane(Session& session, QWidget *parent = nullptr);
    /// Looks at what is due; nothing is taken away.
    void look();
    void prune();
    [[nodiscard]] const PruneReport& due() const { return m_due; }
    [[nodiscard]] QString lossText() const;
    [[nodiscard]] QPushButton *askButton() const { return m_ask; }
    [[nodiscard]] QPushButton *confirmButton() const { return m_confirm; }
    [[nodiscard]] MessageBar *messageBar() const { return m_bar; }

protected:
    void showEvent(QShowEvent *event) override;

private:
    void show(const PruneReport& report);
    void setAsked(bool asked);

    Session& m_session;
    QList<QLabel *> m_lines; ///< by tier
    QPushButton *m_ask;
    TintedFrame *m_question;
    NoteLabel *m_loss;
    QPushButton *m_confirm;
    QPushButton *m_cancel;
    MessageBar *m_bar;
    PruneReport m_due;
};

} // namespace lathe
