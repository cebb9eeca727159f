// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;
class QPlainTextEdit;
class QStackedWidget;
class QTextBrowser;
class QToolButton;

namespace lathe {

/// The text of a model under a title: as it arrives, and when it is whole formatted as Markdown or exactly as it came.
/// A model's text is not to be trusted: HTML in it is shown as text, pictures are not loaded, links lead nowhere.
class ResultView : public QWidget
{
    Q_OBJECT

public:
    explicit ResultView(QWidget *parent = nullptr);

    void setTitle(const QString& title);
    /// Whole; longer ones than kFormattedLimit are shown unformatted alone.
    void setText(const QString& text);
    /// What has arrived so far: added to what is shown if it goes on with it. Follows the end unless scrolled up.
    void setLiveText(const QString& text);
    [[nodiscard]] QString text() const;

    void setFormatted(bool formatted);
    [[nodiscard]] bool isFormatted() const;
    /// What is to be seen, without marks if it is formatted.
    [[nodiscard]] QString visibleText() const;

    static constexpr qsizetype kFormattedLimit = 200'000; // characters

private:
    void refresh();

    QLabel *m_title;
    QToolButton *m_formattedButton;
    QToolButton *m_plainButton;
    QToolButton *m_copy;
    QStackedWidget *m_stack;
    QPlainTextEdit *m_plain;
    QTextBrowser *m_formatted;
    bool m_whole = true;
    bool m_formattedIsOld = true;
};

} // namespace lathe
