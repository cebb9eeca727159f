// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/error.h"
#include "engine/domain/mcp.h"

#include <QDialog>

class QLineEdit;
class QPushButton;

namespace lathe {

class JsonEditor;
class MessageBar;

/// Name and settings of an MCP server, as JSON in the form that all tools share.
class McpServerDialog : public QDialog
{
    Q_OBJECT

public:
    /// A server without a name is a new one.
    explicit McpServerDialog(const McpServerInfo& server, QWidget *parent = nullptr);
    void showError(const Error& error);
    [[nodiscard]] QLineEdit *name() const { return m_name; }
    [[nodiscard]] JsonEditor *settings() const { return m_settings; }

Q_SIGNALS:
    void wanted(const QString& name, const QJsonObject& settings);

private:
    void refresh();

    QLineEdit *m_name;
    JsonEditor *m_settings;
    MessageBar *m_bar;
    QPushButton *m_save;
};

} // namespace lathe
