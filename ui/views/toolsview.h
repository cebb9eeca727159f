// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/pipeline/facadetypes.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QTabWidget;
class QTableView;

namespace lathe {

class JsonEditor;
class JsonView;
class KnowledgeView;
class McpView;
class MessageBar;
class NoteLabel;
class SchemaForm;
class Session;
class ToolListModel;

/// The registered tools: what each takes, whether it works here and why not, and a way to try it. The
/// knowledge bases that retrieve_context searches, and the MCP servers that offer more tools.
class ToolsView : public QWidget
{
    Q_OBJECT

public:
    explicit ToolsView(Session& session, QWidget *parent = nullptr);
    void selectTool(const QString& name);
    void tryTool(const QJsonObject& arguments);
    void showKnowledge(bool knowledge);
    void showMcp();
    /// Puts the focus where the shown page is searched.
    void startSearch();
    [[nodiscard]] KnowledgeView *knowledge() const { return m_knowledge; }
    [[nodiscard]] McpView *mcp() const { return m_mcp; }
    [[nodiscard]] JsonView *result() const { return m_result; }

Q_SIGNALS:
    void tried();

private:
    QWidget *makeDetails();
    void show(const ToolInfo& tool);
    void call();

    Session& m_session;
    ToolListModel *m_model;
    QTabWidget *m_tabs;
    QTableView *m_table;
    QLabel *m_title;
    NoteLabel *m_description;
    NoteLabel *m_reason;
    QTabWidget *m_detailTabs;
    SchemaForm *m_form;
    JsonEditor *m_arguments;
    QPushButton *m_call;
    QLabel *m_outcome;
    JsonView *m_result;
    JsonView *m_schema;
    MessageBar *m_bar;
    KnowledgeView *m_knowledge;
    McpView *m_mcp;
    ToolInfo m_tool;
};

} // namespace lathe
