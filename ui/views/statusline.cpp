// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/statusline.h"

#include "engine/pipeline/enginefacade.h"
#include "ui/format.h"
#include "ui/runcost.h"
#include "ui/session.h"
#include "ui/words.h"

#include <QApplication>
#include <QEvent>
#include <QFileInfo>
#include <QLabel>

using namespace Qt::StringLiterals;

namespace lathe {

StatusLine::StatusLine(QWidget *parent)
    : QStatusBar(parent),
      m_database(new QLabel(this)),
      m_model(new QLabel(this)),
      m_user(new QLabel(this)),
      m_money(new QLabel(this)),
      m_running(new QLabel(this))
{
    setSizeGripEnabled(false);
    for (QLabel *label : {m_database, m_model, m_user, m_money}) {
        label->setTextFormat(Qt::PlainText);
        label->setContentsMargins(6, 0, 6, 0);
        addWidget(label);
    }
    m_running->setContentsMargins(6, 0, 6, 0);
    addPermanentWidget(m_running);
    m_database->setAccessibleName(tr("Database"));
    m_model->setAccessibleName(tr("Model"));
    m_user->setAccessibleName(tr("User"));
    m_money->setAccessibleName(tr("Cost and budget"));
    m_running->setAccessibleName(tr("Running runs"));
}

void StatusLine::attach(Session& session)
{
    m_session = &session;
    const QFileInfo file(session.database());
    m_database->setText(file.fileName());
    m_database->setToolTip(file.absoluteFilePath());
    connect(&session.run(), &OpenRun::changed, this, &StatusLine::refresh);
    connect(&session.run(), &OpenRun::switched, this, &StatusLine::refresh);
    connect(&session, &Session::runsLoaded, this, &StatusLine::refresh);
    refresh();
}

void StatusLine::changeEvent(QEvent *event)
{
    QStatusBar::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_session) {
        refresh();
    }
}

void StatusLine::refresh()
{
    const RunRecord& record = m_session->run().record();
    const bool open = m_session->run().isOpen() && record.lastSeq > 0;
    for (QLabel *label : {m_model, m_user, m_money}) {
        label->setVisible(open);
    }
    if (open) {
        m_model->setText(record.summary.provider.isEmpty()
                             ? record.summary.model
                             : u"%1 · %2"_s.arg(record.summary.provider, record.summary.model));
        m_user->setText(tr("%1 · %2").arg(record.summary.userId, word(record.summary.tier)));
        m_money->setText(tr("cost %1").arg(runCostText(record, m_session->run().isLive())));
        m_money->setToolTip(format::exactMoney(record.summary.totalCost));
    }
    const int running = static_cast<int>(m_session->facade().runningRuns().size());
    m_running->setText(running == 0 ? tr("nothing runs") : tr("● %n running", nullptr, running));
    QPalette colors = QApplication::palette();
    colors.setColor(QPalette::WindowText,
                    running > 0 ? theme::kindColor(Kind::Llm, colors) : theme::secondaryText(colors));
    m_running->setPalette(colors);
}

} // namespace lathe
