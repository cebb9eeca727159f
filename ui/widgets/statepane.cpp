// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/statepane.h"

#include "ui/icons.h"
#include "ui/words.h"

#include <QBoxLayout>
#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QTimer>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr int kLoadingDelayMs = 200;

} // namespace

StatePane::StatePane(QWidget *parent)
    : QStackedWidget(parent),
      m_page(new QWidget(this)),
      m_icon(new QLabel(m_page)),
      m_sentence(new QLabel(m_page)),
      m_detail(new QLabel(m_page)),
      m_progress(new QProgressBar(m_page)),
      m_button(new QPushButton(m_page)),
      m_copy(new QPushButton(tr("Copy"), m_page)),
      m_delay(new QTimer(this))
{
    m_icon->setAlignment(Qt::AlignCenter);
    m_sentence->setAlignment(Qt::AlignCenter);
    m_sentence->setWordWrap(true);
    m_sentence->setTextFormat(Qt::PlainText);
    m_detail->setAlignment(Qt::AlignCenter);
    m_detail->setWordWrap(true);
    m_detail->setTextFormat(Qt::PlainText);
    m_detail->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_progress->setRange(0, 0);
    m_progress->setMaximumWidth(220);
    m_copy->setToolTip(tr("Copy the message and its details"));
    auto *buttons = new QHBoxLayout;
    buttons->addStretch();
    buttons->addWidget(m_button);
    buttons->addWidget(m_copy);
    buttons->addStretch();
    auto *column = new QVBoxLayout(m_page);
    column->setContentsMargins(24, 24, 24, 24);
    column->setSpacing(12);
    column->addStretch(2);
    column->addWidget(m_icon);
    column->addWidget(m_sentence);
    column->addWidget(m_detail);
    column->addWidget(m_progress, 0, Qt::AlignHCenter);
    column->addLayout(buttons);
    column->addStretch(3);
    addWidget(m_page);
    m_delay->setSingleShot(true);
    m_delay->setInterval(kLoadingDelayMs);
    connect(m_delay, &QTimer::timeout, this, [this] {
        m_progress->show();
        setCurrentWidget(m_page);
    });
    connect(m_button, &QPushButton::clicked, this, [this] {
        const auto action = m_action;
        if (action) {
            action();
        }
    });
    connect(m_copy, &QPushButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(QString(m_sentence->text() + u'\n' + m_detail->text())); });
}

void StatePane::setContent(QWidget *content)
{
    m_content = content;
    addWidget(content);
    setCurrentWidget(content);
}

void StatePane::showContent()
{
    m_delay->stop();
    m_state = State::Content;
    if (m_content) {
        setCurrentWidget(m_content);
    }
}

void StatePane::showEmpty(const QString& iconName, const QString& sentence, const QString& button,
                          std::function<void()> action)
{
    m_delay->stop();
    m_state = State::Empty;
    showPage(iconName, sentence, {}, button, std::move(action));
    m_copy->hide();
}

void StatePane::showLoading(const QString& what)
{
    if (m_state == State::Loading) {
        return;
    }
    m_state = State::Loading;
    QWidget *shown = currentWidget();
    showPage({}, what, {}, {}, {});
    m_copy->hide();
    setCurrentWidget(shown); // what was there stays until it is worth telling
    m_delay->start();
}

void StatePane::showError(const Error& error, std::function<void()> retry)
{
    m_delay->stop();
    m_state = State::Error;
    QStringList detail = {error.message, advice(error.code), error.detail};
    detail.removeAll(QString());
    const bool canRetry = static_cast<bool>(retry);
    showPage(u"error"_s, title(error.code), detail.join(u"\n"_s), canRetry ? tr("Try again") : QString(),
             std::move(retry));
    m_copy->show();
}

QString StatePane::sentence() const
{
    return m_sentence->text();
}

void StatePane::showPage(const QString& iconName, const QString& sentence, const QString& detail, const QString& button,
                         std::function<void()> action)
{
    const bool failed = m_state == State::Error;
    m_icon->setVisible(!iconName.isEmpty());
    if (!iconName.isEmpty()) {
        const QColor color = failed ? theme::kindColor(Kind::Error, palette()) : theme::secondaryText(palette());
        m_icon->setPixmap(iconPixmap(iconName, color, 40, devicePixelRatioF()));
    }
    m_sentence->setText(sentence);
    QFont font = m_sentence->font();
    font.setWeight(failed ? QFont::DemiBold : QFont::Normal);
    m_sentence->setFont(font);
    m_detail->setText(detail);
    m_detail->setVisible(!detail.isEmpty());
    m_button->setText(button);
    m_button->setMinimumWidth(m_button->fontMetrics().horizontalAdvance(button) + 40);
    m_button->setVisible(!button.isEmpty());
    m_progress->hide();
    m_action = std::move(action);
    setCurrentWidget(m_page);
}

} // namespace lathe
