// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/resultview.h"

#include "ui/icons.h"
#include "ui/theme.h"
#include "ui/widgets/prompthighlighter.h"

#include <QBoxLayout>
#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QSettings>
#include <QStackedWidget>
#include <QTextBlock>
#include <QTextBrowser>
#include <QTextDocument>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

const QString kFormattedKey = u"debug/formattedResult"_s;

/// Loads nothing and follows nothing.
class InertBrowser : public QTextBrowser
{
public:
    explicit InertBrowser(QWidget *parent) : QTextBrowser(parent)
    {
        setOpenLinks(false);
        setOpenExternalLinks(false);
        setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    }
    QVariant loadResource(int, const QUrl&) override { return {}; }
};

QToolButton *makeButton(QWidget *parent, const QString& text, const QString& tip)
{
    auto *button = new QToolButton(parent);
    button->setText(text);
    button->setToolTip(tip);
    button->setCheckable(true);
    button->setAutoExclusive(true);
    button->setAutoRaise(true);
    return button;
}

} // namespace

ResultView::ResultView(QWidget *parent)
    : QWidget(parent),
      m_title(new QLabel(this)),
      m_formattedButton(makeButton(this, tr("Formatted"), tr("Show headings, lists and code as such"))),
      m_plainButton(makeButton(this, tr("Text"), tr("Show exactly what the model wrote"))),
      m_copy(new QToolButton(this)),
      m_stack(new QStackedWidget(this)),
      m_plain(new QPlainTextEdit(this)),
      m_formatted(new InertBrowser(this))
{
    m_title->setTextFormat(Qt::PlainText);
    m_plain->setReadOnly(true);
    m_plain->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_plain->setTabChangesFocus(true);
    m_plain->setAccessibleName(tr("Result as text"));
    m_formatted->setTabChangesFocus(true);
    m_formatted->setAccessibleName(tr("Result, formatted"));
    new PromptHighlighter(m_plain->document());
    m_copy->setIcon(icon(u"copy"_s));
    m_copy->setAutoRaise(true);
    m_copy->setToolTip(tr("Copy the text"));
    m_copy->setAccessibleName(tr("Copy the text"));
    m_stack->addWidget(m_formatted);
    m_stack->addWidget(m_plain);
    const bool formatted = QSettings().value(kFormattedKey, true).toBool();
    m_formattedButton->setChecked(formatted);
    m_plainButton->setChecked(!formatted);

    auto *bar = new QHBoxLayout;
    bar->setSpacing(4);
    bar->addWidget(m_title, 1);
    bar->addWidget(m_formattedButton);
    bar->addWidget(m_plainButton);
    bar->addWidget(m_copy);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addLayout(bar);
    column->addWidget(m_stack, 1);

    connect(m_formattedButton, &QToolButton::clicked, this, [this] { setFormatted(true); });
    connect(m_plainButton, &QToolButton::clicked, this, [this] { setFormatted(false); });
    connect(m_copy, &QToolButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(text()); });
    refresh();
}

void ResultView::setTitle(const QString& title)
{
    m_title->setText(title);
}

void ResultView::setText(const QString& text)
{
    if (m_whole && text == m_plain->toPlainText()) {
        return;
    }
    m_whole = true;
    m_formattedIsOld = true;
    m_plain->setPlainText(text);
    refresh();
}

void ResultView::setLiveText(const QString& text)
{
    QScrollBar *bar = m_plain->verticalScrollBar();
    const bool atEnd = bar->value() >= bar->maximum() - 2;
    const QString shown = m_plain->toPlainText();
    if (!shown.isEmpty() && text.startsWith(shown)) {
        QTextCursor cursor(m_plain->document());
        cursor.movePosition(QTextCursor::End);
        cursor.insertText(text.mid(shown.size()));
    } else if (text != shown) {
        m_plain->setPlainText(text);
    }
    if (atEnd) {
        bar->setValue(bar->maximum());
    }
    m_whole = false;
    refresh();
}

QString ResultView::text() const
{
    return m_plain->toPlainText();
}

void ResultView::setFormatted(bool formatted)
{
    QSettings().setValue(kFormattedKey, formatted);
    m_formattedButton->setChecked(formatted);
    m_plainButton->setChecked(!formatted);
    refresh();
}

bool ResultView::isFormatted() const
{
    return m_stack->currentWidget() == m_formatted;
}

QString ResultView::visibleText() const
{
    return isFormatted() ? m_formatted->toPlainText() : text();
}

void ResultView::refresh()
{
    const bool canFormat = m_whole && m_plain->document()->characterCount() <= kFormattedLimit;
    for (QToolButton *button : {m_formattedButton, m_plainButton}) {
        button->setVisible(canFormat && !m_plain->document()->isEmpty());
    }
    m_copy->setVisible(!m_plain->document()->isEmpty());
    if (!canFormat || !m_formattedButton->isChecked()) {
        m_stack->setCurrentWidget(m_plain);
        return;
    }
    if (m_formattedIsOld) {
        m_formattedIsOld = false;
        m_formatted->document()->setMarkdown(text(),
                                             QTextDocument::MarkdownFeatures(QTextDocument::MarkdownDialectGitHub) |
                                                 QTextDocument::MarkdownNoHTML);
        m_formatted->moveCursor(QTextCursor::Start);
    }
    m_stack->setCurrentWidget(m_formatted);
}

} // namespace lathe
