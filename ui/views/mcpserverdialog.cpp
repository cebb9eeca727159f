// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/mcpserverdialog.h"

#include "ui/widgets/jsoneditor.h"
#include "ui/widgets/kindlabel.h"
#include "ui/widgets/messagebar.h"

#include <QBoxLayout>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QJsonArray>
#include <QLineEdit>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace lathe {

McpServerDialog::McpServerDialog(const McpServerInfo& server, QWidget *parent)
    : QDialog(parent), m_name(new QLineEdit(this)), m_settings(new JsonEditor(this)), m_bar(new MessageBar(this))
{
    const bool isNew = server.name.isEmpty();
    setWindowTitle(isNew ? tr("Add an MCP server") : tr("MCP server %1").arg(server.name));
    m_name->setText(server.name);
    m_name->setReadOnly(!isNew);
    m_name->setMaxLength(64);
    m_name->setPlaceholderText(tr("files"));
    m_name->setAccessibleName(tr("Name of the server"));
    m_settings->editor()->setAccessibleName(tr("Settings of the server"));
    m_settings->setObject(isNew
                              ? QJsonObject{{u"command"_s, u"npx"_s},
                                            {u"args"_s, QJsonArray{u"-y"_s, u"@modelcontextprotocol/server-memory"_s}}}
                              : server.settings);
    auto *note = new NoteLabel(
        tr("A program: command, args, env, cwd. An address: url, headers. Write a secret as ${VARIABLE}; its value is "
           "taken from the environment when the server is started and is stored nowhere."),
        this);
    auto *buttons = new QDialogButtonBox(this);
    m_save = buttons->addButton(isNew ? tr("&Add") : tr("&Save"), QDialogButtonBox::AcceptRole);
    m_save->setToolTip(tr("Saves the settings and starts the server"));
    buttons->addButton(QDialogButtonBox::Cancel);
    auto *form = new QFormLayout;
    form->addRow(tr("&Name"), m_name);
    auto *column = new QVBoxLayout(this);
    column->setSpacing(8);
    column->addWidget(m_bar);
    column->addLayout(form);
    column->addWidget(note);
    column->addWidget(m_settings, 1);
    column->addWidget(buttons);
    resize(620, 420);
    connect(m_name, &QLineEdit::textChanged, this, &McpServerDialog::refresh);
    connect(m_settings, &JsonEditor::edited, this, &McpServerDialog::refresh);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_save, &QPushButton::clicked, this, [this] {
        m_bar->clear();
        Q_EMIT wanted(m_name->text().trimmed(), m_settings->object().value_or(QJsonObject()));
    });
    refresh();
}

void McpServerDialog::showError(const Error& error)
{
    m_bar->showError(error);
}

void McpServerDialog::refresh()
{
    m_save->setEnabled(!m_name->text().trimmed().isEmpty() && m_settings->object());
}

} // namespace lathe
