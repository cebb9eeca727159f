// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/mcpview.h"

#include "engine/core/jsonreader.h"
#include "engine/pipeline/enginefacade.h"
#include "ui/async.h"
#include "ui/icons.h"
#include "ui/models/mcpservermodel.h"
#include "ui/session.h"
#include "ui/views/mcpserverdialog.h"
#include "ui/widgets/itemviews.h"
#include "ui/widgets/kindlabel.h"
#include "ui/widgets/messagebar.h"
#include "ui/widgets/statepane.h"
#include "ui/words.h"

#include <QBoxLayout>
#include <QFile>
#include <QFileDialog>
#include <QFontDatabase>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSplitter>
#include <QTabWidget>
#include <QTableView>

using namespace Qt::StringLiterals;

namespace lathe {

McpView::McpView(Session& session, QWidget *parent)
    : QWidget(parent),
      m_session(session),
      m_model(new McpServerModel(this)),
      m_table(new QTableView(this)),
      m_pane(new StatePane(this)),
      m_bar(new MessageBar(this)),
      m_edit(new QPushButton(icon(u"settings"_s), tr("&Edit…"), this)),
      m_remove(new QPushButton(icon(u"trash"_s), tr("&Remove…"), this)),
      m_reconnect(new QPushButton(icon(u"refresh"_s), tr("Re&connect"), this)),
      m_title(new ElidedLabel(this)),
      m_state(new NoteLabel(this)),
      m_issues(new NoteLabel(this)),
      m_tools(new QListWidget(this)),
      m_log(new QPlainTextEdit(this))
{
    m_table->setModel(m_model);
    ItemViews::setUp(m_table);
    m_table->setAccessibleName(tr("MCP servers"));
    auto *add = new QPushButton(icon(u"add"_s), tr("&Add…"), this);
    add->setToolTip(tr("Adds a program or an address that offers tools"));
    auto *import = new QPushButton(icon(u"open"_s), tr("&Import…"), this);
    import->setToolTip(tr("Takes over the servers of Claude Desktop, VS Code, Cursor and others from their file"));
    m_edit->setToolTip(tr("Changes the settings of the selected server, as JSON"));
    m_remove->setToolTip(tr("Takes the selected server and its tools out; the program itself stays"));
    m_reconnect->setToolTip(tr("Ends the selected server and starts it anew"));
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    for (QPushButton *button : {add, import, m_edit, m_remove, m_reconnect}) {
        buttons->addWidget(button);
    }
    buttons->addStretch();
    auto *left = new QWidget(this);
    auto *leftColumn = new QVBoxLayout(left);
    leftColumn->setContentsMargins(0, 0, 0, 0);
    leftColumn->setSpacing(8);
    leftColumn->addWidget(m_table, 1);
    auto *splitter = new QSplitter(this);
    splitter->addWidget(left);
    splitter->addWidget(makeDetails());
    splitter->setStretchFactor(0, 1);
    splitter->setStretchFactor(1, 1);
    splitter->setChildrenCollapsible(false);
    m_pane->setContent(splitter);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(8, 8, 8, 8);
    column->setSpacing(8);
    column->addWidget(m_bar);
    column->addWidget(m_pane, 1);
    column->addLayout(buttons);
    connect(add, &QPushButton::clicked, this, [this] { edit({}); });
    connect(import, &QPushButton::clicked, this, &McpView::chooseImport);
    connect(m_edit, &QPushButton::clicked, this, [this] { edit(current()); });
    connect(m_remove, &QPushButton::clicked, this, &McpView::removeCurrent);
    connect(m_reconnect, &QPushButton::clicked, this, &McpView::reconnect);
    connect(m_table, &QTableView::activated, this, [this] { edit(current()); });
    connect(m_tools, &QListWidget::itemActivated, this,
            [this](const QListWidgetItem *item) { Q_EMIT toolWanted(item->text()); });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] { show(current()); });
    connect(&session.facade(), &EngineFacade::mcpChanged, this, [this] {
        if (isVisible()) {
            reload();
        }
    });
    refreshButtons();
}

QWidget *McpView::makeDetails()
{
    QFont large = m_title->font();
    large.setPointSizeF(large.pointSizeF() * 1.25);
    large.setWeight(QFont::DemiBold);
    m_title->setFont(large);
    m_title->setTextFormat(Qt::PlainText);
    m_tools->setAccessibleName(tr("Tools of the server"));
    m_tools->setToolTip(tr("Enter or double-click: try the tool"));
    m_tools->setAlternatingRowColors(true);
    m_log->setReadOnly(true);
    m_log->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_log->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_log->setAccessibleName(tr("What the server wrote"));
    m_log->setPlaceholderText(tr("The server has not written anything yet."));
    m_log->setTabChangesFocus(true);
    auto *tabs = new QTabWidget(this);
    tabs->setDocumentMode(true);
    tabs->addTab(m_tools, icon(u"tools"_s), tr("Tools"));
    tabs->addTab(m_log, icon(u"journal"_s), tr("Log"));
    auto *details = new QWidget(this);
    auto *column = new QVBoxLayout(details);
    column->setContentsMargins(8, 0, 0, 0);
    column->setSpacing(8);
    column->addWidget(m_title);
    column->addWidget(m_state);
    column->addWidget(m_issues);
    column->addWidget(tabs, 1);
    return details;
}

void McpView::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    reload();
}

void McpView::reload()
{
    whenDone(m_session.facade().mcpServers(false), this, [this](const Result<QList<McpServerInfo>>& servers) {
        if (!servers) {
            m_pane->showError(servers.error(), [this] { reload(); });
            return;
        }
        const QString chosen = m_shown;
        m_model->setRows(*servers);
        ItemViews::fitColumns(m_table, 240);
        if (servers->isEmpty()) {
            m_pane->showEmpty(u"tools"_s,
                              tr("There is no MCP server yet. Its tools would be there for the agent like any other."),
                              tr("Add…"), [this] { edit({}); });
        } else {
            m_pane->showContent();
            select(chosen);
        }
        refreshButtons();
    });
}

void McpView::select(const QString& name)
{
    int row = 0;
    for (int i = 0; i < m_model->rowCount(); ++i) {
        if (m_model->rows().at(i).name == name) {
            row = i;
        }
    }
    m_table->setCurrentIndex(m_model->index(row, 0));
    show(current());
}

McpServerInfo McpView::current() const
{
    return m_table->currentIndex().data(ValueRole).value<McpServerInfo>();
}

void McpView::refreshButtons()
{
    const McpServerInfo server = current();
    const bool any = !server.name.isEmpty();
    m_edit->setEnabled(any);
    m_remove->setEnabled(any);
    m_reconnect->setEnabled(any && server.state != McpServerState::Disabled && server.state != McpServerState::Refused);
}

void McpView::show(const McpServerInfo& server)
{
    refreshButtons();
    m_shown = server.name;
    const Look looks = look(server.state);
    m_title->setText(server.name);
    QString words = looks.word;
    if (!server.error.isEmpty()) {
        words = tr("%1: %2").arg(looks.word, server.error);
    } else if (server.state == McpServerState::Ready) {
        words = tr("%1: %2 %3, protocol %4")
                    .arg(looks.word, server.serverName, server.serverVersion, server.protocol)
                    .simplified();
    }
    m_state->setText(words);
    m_state->setKind(looks.kind);
    m_issues->setText(server.issues.isEmpty() ? QString()
                                              : tr("Left out: %1").arg(server.issues.join(u"; "_s).left(1000)));
    m_issues->setVisible(!server.issues.isEmpty());
    m_issues->setKind(Kind::Policy);
    m_tools->clear();
    m_tools->addItems(server.tools);
    showLog(server.name);
}

void McpView::showLog(const QString& name)
{
    if (name.isEmpty()) {
        m_log->clear();
        return;
    }
    whenDone(m_session.facade().mcpLog(name), this, [this, name](const Result<QStringList>& lines) {
        if (lines && name == m_shown) {
            m_log->setPlainText(lines->join(u'\n'));
            m_log->verticalScrollBar()->setValue(m_log->verticalScrollBar()->maximum());
        }
    });
}

void McpView::edit(const McpServerInfo& server)
{
    auto *dialog = new McpServerDialog(server, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &McpServerDialog::wanted, this, [this, dialog](const QString& name, const QJsonObject& settings) {
        whenDone(m_session.facade().setMcpServer(name, settings), dialog,
                 [this, dialog, name](const Result<void>& set) {
                     if (!set) {
                         dialog->showError(set.error());
                         return;
                     }
                     m_shown = name;
                     dialog->accept();
                     m_session.reloadTools();
                     reload();
                 });
    });
    dialog->open();
}

void McpView::reconnect()
{
    m_bar->clear();
    whenDone(m_session.facade().reconnectMcpServer(current().name), this, [this](const Result<void>& connected) {
        if (!connected) {
            m_bar->showError(connected.error());
        }
        reload();
    });
}

void McpView::removeCurrent()
{
    const QString name = current().name;
    m_bar->showMessage(Kind::Policy, tr("Removing “%1” takes its settings and its tools out of Lathe.").arg(name));
    m_bar->setAction(tr("Remove"), [this, name] {
        whenDone(m_session.facade().removeMcpServer(name), this, [this](const Result<void>& removed) {
            if (removed) {
                m_bar->clear();
                m_session.reloadTools();
                reload();
            } else {
                m_bar->showError(removed.error());
            }
        });
    });
}

void McpView::chooseImport()
{
    auto *dialog = new QFileDialog(this, tr("Import MCP servers"), {}, tr("JSON (*.json);;All files (*)"));
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, &McpView::importFrom);
    dialog->open();
}

void McpView::importFrom(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        m_bar->showError(Error{ErrorCode::File, tr("%1 cannot be read: %2").arg(path, file.errorString()), {}});
        return;
    }
    constexpr qint64 kMaxBytes = 4 * 1024 * 1024;
    const Result<QJsonObject> json = parseJsonObject(file.read(kMaxBytes), kMaxBytes);
    if (!json) {
        m_bar->showError(json.error());
        return;
    }
    whenDone(m_session.facade().importMcpServers(*json), this, [this](const Result<QStringList>& notes) {
        if (!notes) {
            m_bar->showError(notes.error());
            return;
        }
        m_bar->showMessage(Kind::Answer, tr("The file has been read."), notes->join(u'\n'));
        m_session.reloadTools();
        reload();
    });
}

} // namespace lathe
