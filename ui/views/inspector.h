// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/runrecord.h"

#include <QSet>
#include <QWidget>

#include <functional>

class QComboBox;
class QLabel;
class QPlainTextEdit;
class QTableView;
class QStackedWidget;
class QToolButton;

namespace lathe {

class BytesView;
class CostLineModel;
class JsonView;
class PolicyChecksModel;
class Session;

/// Everything recorded about the selected decision or tool call.
class Inspector : public QWidget
{
    Q_OBJECT

public:
    enum Tab
    {
        Reasoning,
        Request,
        Reply,
        Arguments,
        ToolResult,
        Policy,
        Cost,
        Bytes,
        TabCount
    };

    explicit Inspector(Session& session, QWidget *parent = nullptr);

    void setCurrentIndex(int tab);
    [[nodiscard]] int currentIndex() const;
    void select(int decision, const QString& callId);
    void refresh(const QSet<int>& touched);
    void startSearch();
    /// Opens request and reply of the selected decision side by side.
    void showExchange();

private:
    void fillTab(int tab);
    void fillReasoning(const DecisionRecord& decision);
    void fillAttempts(const DecisionRecord& decision);
    void fillRequest(const DecisionRecord& decision);
    void fillReply(const DecisionRecord& decision);
    void fillArguments(const DecisionRecord& decision);
    void fillResult(const DecisionRecord& decision);
    void showChecks(const QList<PolicyVerdict>& verdicts);
    void fillPolicy(const DecisionRecord& decision);
    void fillCost(const DecisionRecord& decision);
    void fillBytes(const DecisionRecord& decision);
    void clearAll();
    void loadBody(const QString& ref, std::function<void(const QByteArray&)> use);
    [[nodiscard]] const ToolCallRecord *shownCall(const DecisionRecord& decision) const;
    [[nodiscard]] const AttemptRecord *shownAttempt(const DecisionRecord& decision) const;
    void page(Tab tab, const QString& title, const QString& tip, QWidget *content, QWidget *head = nullptr);

    Session& m_session;
    QStackedWidget *m_stack;
    QWidget *m_buttonBar;
    QList<QToolButton *> m_buttons;
    int m_decision = 0;
    QString m_call;
    int m_generation = 0;
    QSet<int> m_filled;
    QPlainTextEdit *m_reasoning;
    QComboBox *m_attempts;
    QLabel *m_attemptLine;
    JsonView *m_request;
    QLabel *m_replyLine;
    JsonView *m_reply;
    QLabel *m_argumentsLine;
    JsonView *m_arguments;
    QLabel *m_resultLine;
    JsonView *m_result;
    QTableView *m_policyView;
    PolicyChecksModel *m_policy;
    QPlainTextEdit *m_verdicts;
    QTableView *m_costView;
    CostLineModel *m_cost;
    QLabel *m_costLine;
    QComboBox *m_bytesChoice;
    BytesView *m_bytes;
};

} // namespace lathe
