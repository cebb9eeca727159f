// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/stepping.h"

#include <QSet>
#include <QWidget>

class QLabel;
class QStackedWidget;
class QTimer;
class QTreeView;

namespace lathe {

class DecisionTreeModel;
class ElidedLabel;
class KindLabel;
class MessageBar;
class PhaseStrip;
class ResultView;
class RetryCard;
class Session;
class StatePane;
class StopCard;
struct RunEvent;

/// The stepper: header, phases, decisions by frame, and below them where the run stands: the stop, the text as it
/// arrives, or the result.
class DebugView : public QWidget
{
    Q_OBJECT

public:
    explicit DebugView(Session& session, QWidget *parent = nullptr);

    /// Sends a command; what was edited at the stop goes first, and the command only if it was accepted.
    void command(StepCommand command);
    void selectDecision(int decision, const QString& callId);
    [[nodiscard]] int currentDecision() const;
    [[nodiscard]] QString currentCall() const;
    [[nodiscard]] QTreeView *tree() const { return m_tree; }
    /// The text below the tree: the result, or what is arriving.
    [[nodiscard]] QString shownText() const;
    [[nodiscard]] StopCard *stopCard() const { return m_stop; }
    [[nodiscard]] RetryCard *retryCard() const { return m_retry; }
    [[nodiscard]] MessageBar *messageBar() const { return m_bar; }

Q_SIGNALS:
    void selectionChanged(int decision, const QString& callId);
    void composeWanted();
    void resumeWanted(const QString& runId);
    void rerunWanted(const QString& runId);
    /// The same task once more, not answered from the cache.
    void freshRunWanted(const QString& runId);
    /// Why the run was refused.
    void checksWanted();

protected:
    void changeEvent(QEvent *event) override;

private:
    void onSwitched();
    void warnOfBudget(const RunEvent& warning);
    void onChanged(const QSet<int>& touched);
    void makeRoomForDepth(int depth);
    void refreshHeader();
    void refreshRetry();
    void answerRetry(RetryAnswer answer);
    void refreshBottom();
    void refreshBar();
    void showLiveText();
    [[nodiscard]] QString workText() const;
    void send(StepCommand command);
    void reject(const QString& message);

    Session& m_session;
    DecisionTreeModel *m_model;
    StatePane *m_pane;
    QLabel *m_stateIcon;
    ElidedLabel *m_title;
    KindLabel *m_state;
    ElidedLabel *m_figures;
    PhaseStrip *m_phases;
    MessageBar *m_bar;
    RetryCard *m_retry;
    QTreeView *m_tree;
    QStackedWidget *m_bottom;
    StopCard *m_stop;
    ResultView *m_result;
    QTimer *m_clock;
    bool m_follow = true;
    bool m_shownOnce = false;
    bool m_barTellsState = false; ///< the bar speaks of the run, not of something that failed
    qint64 m_shownStopMs = -1;
    QString m_shownResult;
    bool m_showsLiveText = false;
};

} // namespace lathe
