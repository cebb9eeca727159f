// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/error.h"
#include "ui/widgets/tintedframe.h"

#include <functional>

class QLabel;
class QPlainTextEdit;
class QPushButton;
class QToolButton;

namespace lathe {

/// A bar over a view that says what happened, why and what to do, with details to unfold and to copy. Never modal.
class MessageBar : public TintedFrame
{
    Q_OBJECT

public:
    explicit MessageBar(QWidget *parent = nullptr);

    void showError(const Error& error);
    /// kind colours the bar; an icon says the same.
    void showMessage(Kind kind, const QString& message, const QString& detail = {});
    /// A button at the right, until the next message; at most one.
    void setAction(const QString& text, std::function<void()> action);
    /// One more, before it.
    void setSecondAction(const QString& text, std::function<void()> action);
    void clear();
    [[nodiscard]] QString message() const { return m_text; }
    /// Everything the bar says, as "Copy" puts it on the clipboard.
    [[nodiscard]] QString fullText() const;

protected:
    void recolor() override;

private:
    void present(Kind kind, const QString& title, const QString& message, const QString& detail);

    QLabel *m_icon;
    QLabel *m_label;
    QToolButton *m_detailButton;
    QToolButton *m_copy;
    QPushButton *m_second;
    QPushButton *m_action;
    QToolButton *m_close;
    QPlainTextEdit *m_detail;
    std::function<void()> m_run, m_runSecond;
    QString m_title, m_text, m_detailText;
};

} // namespace lathe
