// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/retentionpane.h"

#include "engine/pipeline/enginefacade.h"
#include "ui/async.h"
#include "ui/format.h"
#include "ui/icons.h"
#include "ui/session.h"
#include "ui/widgets/kindlabel.h"
#include "ui/widgets/messagebar.h"
#include "ui/widgets/tintedframe.h"
#include "ui/words.h"

#include <QBoxLayout>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

struct Sum
{
    qint64 entries = 0;
    qint64 bytes = 0;
};

Sum sumOf(const PruneReport& report)
{
    Sum sum;
    for (const PruneReport::Tier& tier : report.tiers) {
        sum.entries += tier.entries;
        sum.bytes += tier.bytes;
    }
    return sum;
}

} // namespace

RetentionPane::RetentionPane(Session& session, QWidget *parent)
    : QWidget(parent),
      m_session(session),
      m_ask(new QPushButton(icon(u"trash"_s), tr("&Take old journals away…"), this)),
      m_question(new TintedFrame(this)),
      m_loss(new NoteLabel(this)),
      m_confirm(new QPushButton(tr("Take a&way"), this)),
      m_cancel(new QPushButton(tr("&Keep them"), this)),
      m_bar(new MessageBar(this))
{
    auto *grid = new QGridLayout;
    grid->setHorizontalSpacing(24);
    grid->setVerticalSpacing(4);
    grid->setColumnStretch(2, 1);
    for (const auto& [tier, name] : EnumNames<UserTier>::table) {
        const int row = grid->rowCount();
        auto *due = new QLabel(this);
        due->setTextFormat(Qt::PlainText);
        grid->addWidget(new QLabel(word(tier), this), row, 0);
        grid->addWidget(new QLabel(tr("kept %n days", nullptr, auditDays(tier)), this), row, 1);
        grid->addWidget(due, row, 2);
        m_lines << due;
    }
    m_ask->setToolTip(tr("Says first what would be lost and what stays"));
    m_question->setKind(Kind::Policy);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addStretch();
    buttons->addWidget(m_confirm);
    buttons->addWidget(m_cancel);
    auto *question = new QVBoxLayout(m_question);
    question->setContentsMargins(12, 8, 8, 8);
    question->setSpacing(8);
    question->addWidget(m_loss);
    question->addLayout(buttons);
    auto *askRow = new QHBoxLayout;
    askRow->addWidget(m_ask);
    askRow->addStretch();
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addWidget(
        new NoteLabel(tr("Journals of finished runs are kept for a time that goes by the user's tier. They "
                         "are never taken away by themselves."),
                      this));
    column->addLayout(grid);
    column->addLayout(askRow);
    column->addWidget(m_question);
    column->addWidget(m_bar);
    m_question->hide();
    m_ask->setEnabled(false);
    connect(m_ask, &QPushButton::clicked, this, [this] { setAsked(true); });
    connect(m_cancel, &QPushButton::clicked, this, [this] { setAsked(false); });
    connect(m_confirm, &QPushButton::clicked, this, &RetentionPane::prune);
}

void RetentionPane::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    look();
}

void RetentionPane::look()
{
    whenDone(m_session.facade().prune(false), this, [this](const Result<PruneReport>& report) {
        if (report) {
            show(*report);
        } else {
            m_bar->showError(report.error());
        }
    });
}

void RetentionPane::show(const PruneReport& report)
{
    m_due = report;
    for (const PruneReport::Tier& tier : report.tiers) {
        const auto at = static_cast<qsizetype>(tier.tier);
        if (at < m_lines.size()) {
            m_lines.at(at)->setText(tier.runs == 0 ? tr("nothing is older")
                                                   : tr("%n runs are older (%1)", nullptr, static_cast<int>(tier.runs))
                                                         .arg(format::bytes(tier.bytes)));
        }
    }
    const Sum sum = sumOf(report);
    m_loss->setText(tr("Lost for good: the journals of %n runs, with %1 entries (%2) and the texts that no other run "
                       "needs: prompts, replies, arguments and results. These runs cannot be looked into, replayed or "
                       "forked any more.",
                       nullptr, static_cast<int>(report.runs()))
                        .arg(format::count(sum.entries), format::bytes(sum.bytes)) +
                    u"\n\n"_s +
                    tr("What stays: the runs in the list with status, times and totals, and every line of the bill."));
    m_ask->setEnabled(report.runs() > 0);
    if (report.runs() == 0) {
        setAsked(false);
        m_ask->setToolTip(tr("No journal is older than its time"));
    } else {
        m_ask->setToolTip(tr("Says first what would be lost and what stays"));
    }
}

void RetentionPane::setAsked(bool asked)
{
    m_question->setVisible(asked);
    m_ask->setVisible(!asked);
    if (asked) {
        m_bar->clear();
        m_cancel->setFocus();
    }
}

void RetentionPane::prune()
{
    m_confirm->setEnabled(false);
    whenDone(m_session.facade().prune(true), this, [this](const Result<PruneReport>& report) {
        m_confirm->setEnabled(true);
        setAsked(false);
        if (!report) {
            m_bar->showError(report.error());
            return;
        }
        m_bar->showMessage(Kind::Answer, tr("The journals of %n runs are gone. Their bills stay.", nullptr,
                                            static_cast<int>(report->runs())));
        look();
    });
}

QString RetentionPane::lossText() const
{
    return m_loss->text();
}

} // namespace lathe
