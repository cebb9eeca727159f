// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/toolsview.h"

#include "engine/pipeline/enginefacade.h"
#include "ui/async.h"
#include "ui/format.h"
#include "ui/icons.h"
#include "ui/models/toollistmodel.h"
#include "ui/session.h"
#include "ui/views/knowledgeview.h"
#include "ui/views/mcpview.h"
#include "ui/widgets/itemviews.h"
#include "ui/widgets/jsoneditor.h"
#include "ui/widgets/jsonview.h"
#include "ui/widgets/kindlabel.h"
#include "ui/widgets/messagebar.h"
#include "ui/widgets/schemaform.h"
#include "ui/widgets/taborder.h"
#include "ui/widgets/tintedframe.h"
#include "ui/words.h"

#include <QBoxLayout>
#include <QElapsedTimer>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QTabWidget>
#include <QTableView>

using namespace Qt::StringLiterals;

namespace lathe {

ToolsView::ToolsView(Session& session, QWidget *parent)
    : QWidget(parent),
      m_session(session),
      m_model(new ToolListModel(false, this)),
      m_tabs(new QTabWidget(this)),
      m_table(new QTableView(this)),
      m_title(new QLabel(this)),
      m_description(new NoteLabel(this)),
      m_reason(new NoteLabel(this)),
      m_detailTabs(new QTabWidget(this)),
      m_form(new SchemaForm(this)),
      m_arguments(new JsonEditor(this)),
      m_call(new QPushButton(icon(u"continue"_s), tr("&Call the tool"), this)),
      m_outcome(new QLabel(this)),
      m_result(new JsonView(this)),
      m_schema(new JsonView(this)),
      m_bar(new MessageBar(this)),
      m_knowledge(new KnowledgeView(session, this)),
      m_mcp(new McpView(session, this))
{
    m_table->setModel(m_model);
    ItemViews::setUp(m_table);
    m_table->setAccessibleName(tr("Registered tools"));
    auto *splitter = new QSplitter(this);
    splitter->addWidget(m_table);
    splitter->addWidget(makeDetails());
    splitter->setStretchFactor(0, 2);
    splitter->setStretchFactor(1, 3);
    splitter->setChildrenCollapsible(false);
    auto *registry = new QWidget(this);
    auto *registryColumn = new QVBoxLayout(registry);
    registryColumn->setContentsMargins(8, 8, 8, 8);
    registryColumn->addWidget(splitter);
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(registry, icon(u"tools"_s), tr("Registry"));
    m_tabs->addTab(m_knowledge, icon(u"book"_s), tr("Knowledge bases"));
    m_tabs->addTab(m_mcp, icon(u"open"_s), tr("MCP servers"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 8, 0, 0);
    column->addWidget(m_tabs);
    setFocusProxy(m_table);
    connect(&session, &Session::toolsChanged, this, [this] {
        const QString chosen = m_tool.name;
        m_model->setRows(m_session.tools());
        ItemViews::fitColumns(m_table, 220);
        selectTool(chosen.isEmpty() && m_model->rowCount() > 0 ? m_model->rows().first().name : chosen);
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& at) {
        if (at.isValid()) {
            show(at.data(ValueRole).value<ToolInfo>());
        }
    });
    connect(m_mcp, &McpView::toolWanted, this, [this](const QString& name) {
        showKnowledge(false);
        selectTool(name);
    });
    connect(m_call, &QPushButton::clicked, this, &ToolsView::call);
    connect(m_form, &SchemaForm::edited, this, [this] { m_arguments->setObject(m_form->values()); });
    connect(m_arguments, &JsonEditor::edited, this, [this] {
        if (const auto object = m_arguments->object()) {
            m_form->setValues(*object);
        }
        m_call->setEnabled(m_tool.available && m_arguments->object());
    });
}

QWidget *ToolsView::makeDetails()
{
    QFont large = m_title->font();
    large.setPointSizeF(large.pointSizeF() * 1.25);
    large.setWeight(QFont::DemiBold);
    m_title->setFont(large);
    for (QLabel *label : {m_title, m_outcome}) {
        label->setWordWrap(true);
        label->setTextFormat(Qt::PlainText);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    m_call->setToolTip(tr("Runs the tool once by hand; nothing is charged and no run is recorded"));
    auto *tryPage = new QSplitter(Qt::Vertical, this);
    auto *top = new QWidget(tryPage);
    auto *topColumn = new QVBoxLayout(top);
    topColumn->setContentsMargins(0, 8, 0, 8);
    topColumn->setSpacing(8);
    auto *argumentsTabs = new QTabWidget(top);
    argumentsTabs->setDocumentMode(true);
    auto *formPage = new QScrollArea(top);
    formPage->setWidget(m_form);
    formPage->setWidgetResizable(true);
    formPage->setFrameShape(QFrame::NoFrame);
    formPage->setFocusPolicy(Qt::NoFocus);
    formPage->viewport()->setAutoFillBackground(false);
    m_form->setAutoFillBackground(false);
    m_form->setContentsMargins(4, 8, 4, 4);
    argumentsTabs->addTab(formPage, tr("Form"));
    argumentsTabs->addTab(m_arguments, tr("JSON"));
    topColumn->addWidget(argumentsTabs, 1);
    auto *row = new QHBoxLayout;
    row->addWidget(m_outcome, 1);
    row->addWidget(m_call);
    topColumn->addLayout(row);
    topColumn->addWidget(m_bar);
    auto *bottom = new QWidget(tryPage);
    auto *bottomColumn = new QVBoxLayout(bottom);
    bottomColumn->setContentsMargins(0, 0, 0, 0);
    bottomColumn->addWidget(m_result);
    tryPage->addWidget(top);
    tryPage->addWidget(bottom);
    tryPage->setChildrenCollapsible(false);
    auto *schemaPage = new QWidget(this);
    auto *schemaColumn = new QVBoxLayout(schemaPage);
    schemaColumn->setContentsMargins(0, 8, 0, 0);
    schemaColumn->addWidget(m_schema);
    m_detailTabs->setDocumentMode(true);
    m_detailTabs->addTab(tryPage, tr("Try it"));
    m_detailTabs->addTab(schemaPage, tr("Schema"));
    auto *details = new QWidget(this);
    auto *column = new QVBoxLayout(details);
    column->setContentsMargins(8, 0, 0, 0);
    column->setSpacing(8);
    column->addWidget(m_title);
    column->addWidget(m_description);
    column->addWidget(m_reason);
    column->addWidget(m_detailTabs, 1);
    return details;
}

void ToolsView::show(const ToolInfo& tool)
{
    const bool another = tool.name != m_tool.name;
    m_tool = tool;
    m_title->setText(tool.name);
    m_description->setText(
        tr("%1\nClass %2 · %3 a call · at most %4")
            .arg(tool.description, word(tool.sideEffect), format::money(tool.price), format::duration(tool.timeoutMs)));
    const Kind kind = tool.available ? Kind::Answer : Kind::Policy;
    m_reason->setText(tool.available ? tr("✓ available here") : tr("⚠ not available: %1").arg(tool.reason));
    m_reason->setKind(kind);
    m_call->setEnabled(tool.available);
    m_call->setToolTip(tool.available ? tr("Runs the tool once by hand; nothing is charged and no run is recorded")
                                      : tool.reason);
    if (another) {
        m_form->setSchema(tool.inputSchema);
        setTabChain(m_form->fields() + QList<QWidget *>{m_arguments->editor(), m_call});
        m_form->setValues({});
        m_arguments->setObject({});
        m_schema->setJson(tool.inputSchema);
        m_schema->expandToDepth(3);
        m_result->clear();
        m_outcome->clear();
        m_bar->clear();
    }
}

void ToolsView::selectTool(const QString& name)
{
    for (int row = 0; row < m_model->rowCount(); ++row) {
        if (m_model->rows().at(row).name == name) {
            m_table->setCurrentIndex(m_model->index(row, 0));
            show(m_model->rows().at(row));
        }
    }
}

void ToolsView::showKnowledge(bool knowledge)
{
    m_tabs->setCurrentIndex(knowledge ? 1 : 0);
}

void ToolsView::showMcp()
{
    m_tabs->setCurrentWidget(m_mcp);
}

void ToolsView::startSearch()
{
    if (m_tabs->currentWidget() == m_knowledge) {
        m_knowledge->startSearch();
    } else if (m_tabs->currentWidget() == m_mcp) {
        m_mcp->setFocus(Qt::ShortcutFocusReason);
    } else {
        (m_detailTabs->currentIndex() == 0 ? m_result : m_schema)->startSearch();
    }
}

void ToolsView::tryTool(const QJsonObject& arguments)
{
    m_arguments->setObject(arguments);
    m_form->setValues(arguments);
    call();
}

void ToolsView::call()
{
    const auto arguments = m_arguments->object();
    if (!arguments) {
        m_bar->showMessage(Kind::Error, tr("The arguments are no valid JSON."));
        return;
    }
    m_bar->clear();
    m_call->setEnabled(false);
    m_outcome->setText(tr("Running…"));
    QElapsedTimer timer;
    timer.start();
    whenDone(m_session.facade().callTool(m_tool.name, *arguments), this,
             [this, timer, name = m_tool.name](const Result<QJsonObject>& result) {
                 m_call->setEnabled(m_tool.available);
                 if (name != m_tool.name) {
                     return;
                 }
                 if (!result) {
                     m_outcome->clear();
                     m_bar->showError(result.error());
                 } else {
                     const bool ok = result->value("ok"_L1).toBool();
                     m_outcome->setText(
                         tr("%1 after %2")
                             .arg(lookOfToolStatus(ok ? u"ok"_s : u"error"_s).word, format::duration(timer.elapsed())));
                     m_result->setJson(*result);
                     m_result->expandToDepth(1);
                 }
                 Q_EMIT tried();
             });
}

} // namespace lathe
