// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/retrycard.h"

#include "ui/icons.h"
#include "ui/widgets/kindlabel.h"

#include <QBoxLayout>
#include <QLabel>
#include <QPushButton>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

RetryCard::RetryCard(QWidget *parent)
    : TintedFrame(parent),
      m_icon(new QLabel(this)),
      m_title(new KindLabel(this)),
      m_reason(new NoteLabel(this)),
      m_tryNow(new QPushButton(tr("Try &now"), this)),
      m_giveUp(new QPushButton(tr("&Give up"), this))
{
    setKind(Kind::Policy);
    QFont bold = m_title->font();
    bold.setWeight(QFont::DemiBold);
    m_title->setFont(bold);
    m_title->setTextFormat(Qt::PlainText);
    m_title->setKind(Kind::Policy);
    m_tryNow->setToolTip(tr("Ask the provider again at once"));
    m_giveUp->setToolTip(tr("Ask no more; the run ends with this failure"));
    for (QPushButton *button : {m_tryNow, m_giveUp}) {
        button->setAutoDefault(false);
        button->setAccessibleDescription(button->toolTip());
    }
    auto *texts = new QVBoxLayout;
    texts->setSpacing(4);
    texts->addWidget(m_title);
    texts->addWidget(m_reason);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(16, 8, 12, 8);
    row->setSpacing(8);
    row->addWidget(m_icon, 0, Qt::AlignTop);
    row->addLayout(texts, 1);
    row->addWidget(m_tryNow);
    row->addWidget(m_giveUp);
    connect(m_tryNow, &QPushButton::clicked, this, [this] { answer(RetryAnswer::TryNow); });
    connect(m_giveUp, &QPushButton::clicked, this, [this] { answer(RetryAnswer::GiveUp); });
    recolor();
}

void RetryCard::setRetry(const RetryRecord& retry, qint64 nowMs)
{
    if (retry != m_retry) {
        m_retry = retry;
        m_tryNow->setEnabled(true);
        m_giveUp->setEnabled(true);
        m_reason->setText(tr("Attempt %1 of %2 failed. %3").arg(retry.attempt).arg(retry.attempts).arg(retry.message));
        setAccessibleName(m_reason->text());
    }
    // Rounded up, so that nothing happens at zero.
    const auto seconds = static_cast<int>((std::max<qint64>(0, retry.untilMs - nowMs) + 999) / 1000);
    m_title->setText(tr("The provider is asked again in %n second(s)", nullptr, seconds));
}

QString RetryCard::text() const
{
    return m_title->text() + u'\n' + m_reason->text();
}

void RetryCard::answer(RetryAnswer answer)
{
    m_tryNow->setEnabled(false);
    m_giveUp->setEnabled(false);
    Q_EMIT answered(answer);
}

void RetryCard::recolor()
{
    m_icon->setPixmap(iconPixmap(u"clock"_s, theme::kindColor(kind(), palette()), 20, devicePixelRatioF()));
}

} // namespace lathe
