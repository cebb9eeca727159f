// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/error.h"

#include <QStackedWidget>

#include <functional>

class QLabel;
class QProgressBar;
class QPushButton;
class QTimer;

namespace lathe {

/// A view with its four states: what there is, nothing yet (one sentence and the button that fills it), loading
/// (a bar, once it takes longer than 200 ms), and failed (what, why, what to do, details to copy).
class StatePane : public QStackedWidget
{
    Q_OBJECT

public:
    explicit StatePane(QWidget *parent = nullptr);

    void setContent(QWidget *content);
    void showContent();
    void showEmpty(const QString& iconName, const QString& sentence, const QString& button = {},
                   std::function<void()> action = {});
    void showLoading(const QString& what);
    void showError(const Error& error, std::function<void()> retry = {});

    enum class State
    {
        Content,
        Empty,
        Loading,
        Error
    };
    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] QString sentence() const;

private:
    void showPage(const QString& iconName, const QString& sentence, const QString& detail, const QString& button,
                  std::function<void()> action);

    QWidget *m_page;
    QLabel *m_icon;
    QLabel *m_sentence;
    QLabel *m_detail;
    QProgressBar *m_progress;
    QPushButton *m_button;
    QPushButton *m_copy;
    QTimer *m_delay;
    QWidget *m_content = nullptr;
    std::function<void()> m_action;
    State m_state = State::Content;
};

} // namespace lathe
