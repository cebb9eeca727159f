// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/promptspane.h"

#include "engine/pipeline/enginefacade.h"
#include "ui/async.h"
#include "ui/session.h"
#include "ui/theme.h"
#include "ui/widgets/kindlabel.h"
#include "ui/widgets/messagebar.h"
#include "ui/widgets/taborder.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

QString titleOf(const QString& name)
{
    if (name == "system"_L1) {
        return PromptsPane::tr("How to work");
    }
    if (name == "tools"_L1) {
        return PromptsPane::tr("Decisions as JSON: how to write one");
    }
    if (name == "examples"_L1) {
        return PromptsPane::tr("Decisions as JSON: examples");
    }
    if (name == "result"_L1) {
        return PromptsPane::tr("Decisions as JSON: a tool's result");
    }
    return name == "repair"_L1 ? PromptsPane::tr("Decisions as JSON: asking again") : name;
}

} // namespace

PromptsPane::PromptsPane(Session& session, QWidget *parent)
    : QWidget(parent),
      m_session(session),
      m_names(new QComboBox(this)),
      m_text(new QPlainTextEdit(this)),
      m_note(new NoteLabel(this)),
      m_store(new QPushButton(tr("&Store"), this)),
      m_bringBack(new QPushButton(tr("Bring the &built-in text back"), this)),
      m_bar(new MessageBar(this))
{
    m_names->setAccessibleName(tr("Prompt"));
    m_names->setToolTip(tr("Those for decisions as JSON are used with models that cannot call tools themselves"));
    m_text->setAccessibleName(tr("Text of the prompt"));
    m_text->setFont(theme::monospace());
    m_text->setTabChangesFocus(true);
    m_store->setAutoDefault(false);
    m_bringBack->setAutoDefault(false);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addWidget(m_store);
    buttons->addWidget(m_bringBack);
    buttons->addStretch();
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(12, 12, 12, 12);
    column->setSpacing(8);
    column->addWidget(
        new NoteLabel(tr("What models are told before the task. A change holds from the next run on; each "
                         "run keeps the texts it began with."),
                      this));
    column->addWidget(m_names);
    column->addWidget(m_text, 1);
    column->addWidget(m_note);
    column->addLayout(buttons);
    column->addWidget(m_bar);
    setTabChain({m_names, m_text, m_store, m_bringBack});
    connect(m_names, &QComboBox::currentIndexChanged, this, &PromptsPane::show);
    connect(m_text, &QPlainTextEdit::textChanged, this, &PromptsPane::allow);
    connect(m_store, &QPushButton::clicked, this, &PromptsPane::store);
    connect(m_bringBack, &QPushButton::clicked, this, &PromptsPane::bringBack);
    allow();
}

void PromptsPane::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    if (m_prompts.isEmpty()) { // else what is being edited would be lost
        load();
    }
}

void PromptsPane::load()
{
    whenDone(m_session.facade().prompts(), this, [this](const Result<QList<PromptText>>& prompts) {
        if (!prompts) {
            m_bar->showError(prompts.error());
            return;
        }
        m_prompts = *prompts;
        const int at = std::max(0, m_names->currentIndex());
        {
            const QSignalBlocker quiet(m_names);
            m_names->clear();
            for (const PromptText& prompt : std::as_const(m_prompts)) {
                m_names->addItem(titleOf(prompt.name), prompt.name);
            }
            m_names->setCurrentIndex(at);
        }
        show(at);
        Q_EMIT loaded();
    });
}

void PromptsPane::show(int at)
{
    if (at < 0 || at >= m_prompts.size()) {
        return;
    }
    const PromptText& prompt = m_prompts.at(at);
    m_text->setPlainText(prompt.text);
    QString note = prompt.isOwn ? tr("Yours.") : tr("The built-in text.");
    if (!prompt.places.isEmpty()) {
        note += u' ' + tr("It must have %1, which each run fills in.")
                           .arg(u"{{"_s + prompt.places.split(u' ').join(u"}}, {{"_s) + u"}}"_s);
    }
    m_note->setText(note);
    allow();
}

void PromptsPane::allow()
{
    const int at = m_names->currentIndex();
    const bool known = at >= 0 && at < m_prompts.size();
    const bool changed = known && m_text->toPlainText() != m_prompts.at(at).text;
    const bool own = known && m_prompts.at(at).isOwn;
    m_store->setEnabled(changed);
    m_store->setToolTip(changed ? tr("Runs that begin from now on use it") : tr("Nothing was changed"));
    m_bringBack->setEnabled(own);
    m_bringBack->setToolTip(own ? tr("Takes your text away") : tr("It is the built-in text"));
}

void PromptsPane::store()
{
    write(m_text->toPlainText(), tr("Stored. It holds from the next run on."));
}

void PromptsPane::bringBack()
{
    write(QString(), tr("The built-in text holds again, from the next run on."));
}

void PromptsPane::write(const QString& text, const QString& message)
{
    whenDone(m_session.facade().setPrompt(m_names->currentData().toString(), text), this,
             [this, message](const Result<void>& written) {
                 if (!written) {
                     m_bar->showError(written.error());
                     return;
                 }
                 m_bar->showMessage(Kind::Answer, message);
                 load();
             });
}

QString PromptsPane::noteText() const
{
    return m_note->text();
}

} // namespace lathe
