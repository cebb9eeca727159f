// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/elicitationdialog.h"

#include "ui/widgets/kindlabel.h"
#include "ui/widgets/schemaform.h"
#include "ui/widgets/taborder.h"

#include <QBoxLayout>
#include <QDialogButtonBox>
#include <QJsonArray>
#include <QPushButton>
#include <QScrollArea>

using namespace Qt::StringLiterals;

namespace lathe {

ElicitationDialog::ElicitationDialog(McpElicitation asked, QWidget *parent)
    : QDialog(parent), m_asked(std::move(asked)), m_form(new SchemaForm(this)), m_buttons(new QDialogButtonBox(this))
{
    setWindowTitle(tr("The MCP server %1 asks").arg(m_asked.server));
    auto *message = new NoteLabel(m_asked.message, this);
    auto *warning = new NoteLabel(
        tr("What you enter goes to the server %1 and nowhere else. Never enter a password here.").arg(m_asked.server),
        this);
    warning->setKind(Kind::Policy);
    m_form->setSchema(m_asked.schema);
    QJsonObject defaults;
    const QJsonObject members = m_asked.schema.value("properties"_L1).toObject();
    for (auto it = members.begin(); it != members.end(); ++it) {
        const QJsonValue fallback = it->toObject().value("default"_L1);
        if (!fallback.isUndefined()) {
            defaults.insert(it.key(), fallback);
        }
    }
    m_form->setValues(defaults);
    auto *scroll = new QScrollArea(this);
    scroll->setWidget(m_form);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto *send = m_buttons->addButton(tr("&Answer"), QDialogButtonBox::AcceptRole);
    send->setToolTip(tr("Sends what is in the form to the server"));
    auto *decline = m_buttons->addButton(tr("&Decline"), QDialogButtonBox::DestructiveRole);
    decline->setToolTip(tr("Tells the server that you do not answer; its tool goes on without it or fails"));
    auto *column = new QVBoxLayout(this);
    column->setSpacing(8);
    column->addWidget(message);
    column->addWidget(scroll, 1);
    column->addWidget(warning);
    column->addWidget(m_buttons);
    resize(520, 360);
    setTabChain(m_form->fields() + QList<QWidget *>{send, decline});
    connect(m_form, &SchemaForm::edited, this, &ElicitationDialog::refresh);
    connect(send, &QPushButton::clicked, this, [this] { answer(McpElicitationAnswer::Action::Accept); });
    connect(decline, &QPushButton::clicked, this, [this] { answer(McpElicitationAnswer::Action::Decline); });
    refresh();
}

void ElicitationDialog::refresh()
{
    const QJsonObject values = m_form->values();
    const QJsonArray required = m_asked.schema.value("required"_L1).toArray();
    bool complete = true;
    for (const QJsonValue name : required) {
        const QJsonValue value = values.value(name.toString());
        complete = complete && !value.isUndefined() && !(value.isString() && value.toString().trimmed().isEmpty());
    }
    const auto buttons = m_buttons->buttons();
    for (QAbstractButton *button : buttons) {
        if (m_buttons->buttonRole(button) == QDialogButtonBox::AcceptRole) {
            button->setEnabled(complete);
        }
    }
}

void ElicitationDialog::answer(McpElicitationAnswer::Action action)
{
    m_answered = true;
    McpElicitationAnswer said;
    said.action = action;
    if (action == McpElicitationAnswer::Action::Accept) {
        said.content = m_form->values();
    }
    Q_EMIT answered(said);
    accept();
}

void ElicitationDialog::withdraw()
{
    m_answered = true;
    reject();
}

void ElicitationDialog::done(int result)
{
    if (!m_answered) {
        m_answered = true;
        McpElicitationAnswer closed;
        closed.action = McpElicitationAnswer::Action::Cancel;
        Q_EMIT answered(closed);
    }
    QDialog::done(result);
}

} // namespace lathe
