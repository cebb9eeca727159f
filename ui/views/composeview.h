// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/pipeline/facadetypes.h"

#include <QWidget>

class QMenu;
class QPlainTextEdit;
class QPushButton;
class QTabWidget;
class QTimer;
class QToolButton;

namespace lathe {

class ChipBar;
class JobForm;
class JsonEditor;
class MessageBar;
class NoteLabel;
class Session;

/// Composes a task: prompt and attachments at the left, who and what at the right, the same as JSON in a tab, and
/// what it may cost below.
class ComposeView : public QWidget
{
    Q_OBJECT

public:
    explicit ComposeView(Session& session, QWidget *parent = nullptr);

    [[nodiscard]] AguiRunJob job() const;
    void setJob(const AguiRunJob& job);
    void run(bool stopFirst);
    void clear();
    void showJson(bool json);
    [[nodiscard]] QMenu *samplesMenu() const { return m_samples; }
    [[nodiscard]] QPlainTextEdit *promptEdit() const { return m_prompt; }
    [[nodiscard]] JsonEditor *jsonEditor() const { return m_json; }
    [[nodiscard]] JobForm *form() const { return m_form; }
    [[nodiscard]] MessageBar *messageBar() const { return m_bar; }
    [[nodiscard]] QList<JsonIssue> issues() const { return m_issues; }

private:
    void fillSamples();
    void onEdited();
    void check();
    void estimate();
    void showEstimate(const RunEstimate& estimate);
    void saveDraft();
    void loadDraft();
    void useSample(const AguiRunJob& job);

    Session& m_session;
    QTabWidget *m_tabs;
    QPlainTextEdit *m_prompt;
    NoteLabel *m_promptNote;
    ChipBar *m_chips;
    JsonEditor *m_json;
    JobForm *m_form;
    MessageBar *m_bar;
    NoteLabel *m_estimate;
    NoteLabel *m_policy;
    QMenu *m_samples;
    QToolButton *m_samplesButton;
    QPushButton *m_run;
    QPushButton *m_runStopped;
    QTimer *m_estimateDelay;
    QTimer *m_draftDelay;
    AguiRunJob m_base; ///< what the form does not show
    QList<JsonIssue> m_issues;
    int m_generation = 0;
    bool m_setting = false;
    bool m_triedToRun = false;
};

} // namespace lathe
