// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/exchangedialog.h"

#include "engine/pipeline/enginefacade.h"
#include "ui/async.h"
#include "ui/attemptfigures.h"
#include "ui/models/recordlookup.h"
#include "ui/session.h"
#include "ui/widgets/bytesview.h"
#include "ui/widgets/jsonview.h"
#include "ui/widgets/kindlabel.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QLabel>
#include <QSplitter>
#include <QStackedWidget>

using namespace Qt::StringLiterals;

namespace lathe {

ExchangeDialog::ExchangeDialog(Session& session, int decision, QWidget *parent)
    : QDialog(parent),
      m_session(session),
      m_decision(decision),
      m_attempts(new QComboBox(this)),
      m_form(new QComboBox(this)),
      m_line(new NoteLabel(this))
{
    setWindowTitle(tr("Request and reply of decision %1").arg(decision));
    resize(1100, 700);
    m_attempts->setAccessibleName(tr("Attempt"));
    m_attempts->setToolTip(tr("Every send to the model, also those that failed"));
    m_form->addItems({tr("Decoded"), tr("Raw bytes")});
    m_form->setAccessibleName(tr("Form"));
    m_form->setToolTip(tr("What it says, or exactly what was on the wire"));
    m_line->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto *row = new QHBoxLayout;
    row->addWidget(m_attempts);
    row->addWidget(m_form);
    row->addStretch(1);
    auto *splitter = new QSplitter(Qt::Horizontal, this);
    splitter->setChildrenCollapsible(false);
    m_request = makeSide(u"request"_s, tr("Request"), splitter);
    m_reply = makeSide(u"reply"_s, tr("Reply"), splitter);
    auto *column = new QVBoxLayout(this);
    column->addLayout(row);
    column->addWidget(m_line);
    column->addWidget(splitter, 1);
    connect(m_attempts, &QComboBox::activated, this, &ExchangeDialog::load);
    connect(m_form, &QComboBox::currentIndexChanged, this, [this](int form) {
        m_request.stack->setCurrentIndex(form);
        m_reply.stack->setCurrentIndex(form);
    });
    connect(&session.run(), &OpenRun::changed, this, [this](const QSet<int>& touched) {
        if (touched.contains(m_decision)) {
            refresh();
        }
    });
    connect(&session.run(), &OpenRun::switched, this, &QDialog::close); // its decisions are others
    refresh();
}

ExchangeDialog::Side ExchangeDialog::makeSide(const QString& name, const QString& title, QWidget *splitter)
{
    Side side;
    auto *box = new QWidget(splitter);
    box->setObjectName(name);
    auto *column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    auto *heading = new QLabel(title, box);
    QFont font = heading->font();
    font.setWeight(QFont::DemiBold);
    heading->setFont(font);
    side.stack = new QStackedWidget(box);
    side.json = new JsonView(side.stack);
    side.bytes = new BytesView(side.stack);
    side.stack->addWidget(side.json);
    side.stack->addWidget(side.bytes);
    side.stack->setAccessibleName(title);
    column->addWidget(heading);
    column->addWidget(side.stack, 1);
    return side;
}

void ExchangeDialog::showAttempt(int index)
{
    m_attempts->setCurrentIndex(index);
    load();
}

void ExchangeDialog::setForm(Form form)
{
    m_form->setCurrentIndex(form);
}

void ExchangeDialog::fillAttempts(const DecisionRecord& decision)
{
    const int chosen = m_attempts->currentIndex();
    const bool last = chosen < 0 || chosen == m_attempts->count() - 1;
    m_attempts->clear();
    for (const AttemptRecord& attempt : decision.attempts) {
        m_attempts->addItem(tr("Attempt %1: %2")
                                .arg(attempt.attempt)
                                .arg(attempt.outcome.isEmpty() ? tr("in flight") : attempt.outcome));
    }
    // Who looks at the last one wants to see the next one too.
    m_attempts->setCurrentIndex(last ? m_attempts->count() - 1 : chosen);
}

void ExchangeDialog::refresh()
{
    const DecisionRecord *decision = findDecision(m_session.run().record(), m_decision);
    if (decision) {
        fillAttempts(*decision);
    }
    load();
}

void ExchangeDialog::fill(const Side& side, const QByteArray& bytes)
{
    side.bytes->setBytes(bytes);
    if (bytes.isEmpty()) {
        side.json->clear();
        return;
    }
    side.json->setBytes(bytes);
    side.json->expandToDepth(1);
}

void ExchangeDialog::load()
{
    const DecisionRecord *decision = findDecision(m_session.run().record(), m_decision);
    const int index = m_attempts->currentIndex();
    if (!decision || index < 0 || index >= decision->attempts.size()) {
        m_line->setText(tr("Nothing has been sent for this decision."));
        fill(m_request, {});
        fill(m_reply, {});
        return;
    }
    const AttemptRecord& attempt = decision->attempts.at(index);
    if (attempt == m_shown) {
        return;
    }
    m_shown = attempt;
    m_line->setText(attemptText(attempt));
    ++m_generation;
    const auto into = [this, generation = m_generation](const Side& side) {
        return [this, side, generation](const Result<QByteArray>& bytes) {
            if (generation == m_generation) {
                fill(side, bytes ? *bytes : bytes.error().message.toUtf8());
            }
        };
    };
    whenDone(m_session.facade().requestBytes(m_session.run().runId(), m_decision, attempt.attempt), this,
             into(m_request));
    if (attempt.reply.isEmpty()) {
        fill(m_reply, attempt.errorMessage.toUtf8()); // no byte came; why is all there is
    } else {
        whenDone(m_session.facade().body(attempt.reply), this, into(m_reply));
    }
}

} // namespace lathe
