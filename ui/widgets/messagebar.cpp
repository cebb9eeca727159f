// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/messagebar.h"

#include "ui/icons.h"
#include "ui/words.h"

#include <QBoxLayout>
#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace lathe {

MessageBar::MessageBar(QWidget *parent)
    : TintedFrame(parent),
      m_icon(new QLabel(this)),
      m_label(new QLabel(this)),
      m_detailButton(new QToolButton(this)),
      m_copy(new QToolButton(this)),
      m_second(new QPushButton(this)),
      m_action(new QPushButton(this)),
      m_close(new QToolButton(this)),
      m_detail(new QPlainTextEdit(this))
{
    m_label->setWordWrap(true);
    m_label->setMinimumWidth(160);
    m_label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Minimum);
    m_label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_label->setTextFormat(Qt::PlainText);
    m_detailButton->setText(tr("Details"));
    m_detailButton->setCheckable(true);
    m_detailButton->setAutoRaise(true);
    m_detailButton->setToolTip(tr("Show what else is known about it"));
    m_copy->setText(tr("Copy"));
    m_copy->setAutoRaise(true);
    m_copy->setToolTip(tr("Copy the message and its details"));
    m_close->setAutoRaise(true);
    m_close->setIcon(icon(u"close"_s));
    m_close->setToolTip(tr("Dismiss"));
    m_close->setAccessibleName(tr("Dismiss the message"));
    m_detail->setReadOnly(true);
    m_detail->setFont(theme::monospace());
    m_detail->setMaximumHeight(120);
    m_detail->hide();

    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(m_icon, 0, Qt::AlignTop);
    row->addWidget(m_label, 1);
    row->addWidget(m_second);
    row->addWidget(m_action);
    row->addWidget(m_detailButton);
    row->addWidget(m_copy);
    row->addWidget(m_close);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(12, 6, 8, 6);
    column->setSpacing(6);
    column->addLayout(row);
    column->addWidget(m_detail);
    hide();

    connect(m_detailButton, &QToolButton::toggled, m_detail, &QWidget::setVisible);
    connect(m_copy, &QToolButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(fullText()); });
    connect(m_close, &QToolButton::clicked, this, &MessageBar::clear);
    const auto call = [this](QPushButton *button, const std::function<void()>& action) {
        connect(button, &QPushButton::clicked, this, [&action] {
            const auto run = action; // it may bring the next message
            if (run) {
                run();
            }
        });
    };
    call(m_second, m_runSecond);
    call(m_action, m_run);
}

void MessageBar::showError(const Error& error)
{
    const QString more = advice(error.code);
    present(Kind::Error, title(error.code), more.isEmpty() ? error.message : QString(error.message + u' ' + more),
            error.detail);
}

void MessageBar::showMessage(Kind kind, const QString& message, const QString& detail)
{
    present(kind, {}, message, detail);
}

void MessageBar::setAction(const QString& text, std::function<void()> action)
{
    m_action->setText(text);
    m_run = std::move(action);
    m_action->show();
}

void MessageBar::setSecondAction(const QString& text, std::function<void()> action)
{
    m_second->setText(text);
    m_runSecond = std::move(action);
    m_second->show();
}

void MessageBar::clear()
{
    m_text.clear();
    m_run = nullptr;
    m_runSecond = nullptr;
    hide();
}

QString MessageBar::fullText() const
{
    QStringList parts;
    for (const QString& part : {m_title, m_text, m_detailText}) {
        if (!part.isEmpty()) {
            parts << part;
        }
    }
    return parts.join(u'\n');
}

void MessageBar::present(Kind kind, const QString& title, const QString& message, const QString& detail)
{
    m_title = title;
    m_text = message;
    m_detailText = detail;
    m_label->setText(title.isEmpty() ? message : QString(title + u"\n"_s + message));
    m_detail->setPlainText(detail);
    m_detailButton->setVisible(!detail.isEmpty());
    m_detailButton->setChecked(false);
    m_copy->setVisible(kind == Kind::Error);
    m_action->hide();
    m_second->hide();
    m_run = nullptr;
    m_runSecond = nullptr;
    setAccessibleName(m_label->text());
    setKind(kind);
    show();
}

void MessageBar::recolor()
{
    QString name = u"info"_s;
    if (kind() == Kind::Error) {
        name = u"error"_s;
    } else if (kind() == Kind::Policy) {
        name = u"warning"_s;
    } else if (kind() == Kind::Answer) {
        name = u"complete"_s;
    }
    m_icon->setPixmap(iconPixmap(name, theme::kindColor(kind(), palette()), 18, devicePixelRatioF()));
}

} // namespace lathe
