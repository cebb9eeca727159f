// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/mcp.h"

#include <QDialog>

class QDialogButtonBox;

namespace lathe {

class SchemaForm;

/// The question of an MCP server in the middle of a call, as a form. Closing it is an answer too: none.
class ElicitationDialog : public QDialog
{
    Q_OBJECT

public:
    explicit ElicitationDialog(McpElicitation asked, QWidget *parent = nullptr);
    [[nodiscard]] const McpElicitation& asked() const { return m_asked; }
    [[nodiscard]] SchemaForm *form() const { return m_form; }
    [[nodiscard]] QDialogButtonBox *buttons() const { return m_buttons; }
    /// The server does not wait for it any more.
    void withdraw();

Q_SIGNALS:
    void answered(const lathe::McpElicitationAnswer& answer);

protected:
    void done(int result) override;

private:
    void answer(McpElicitationAnswer::Action action);
    void refresh();

    McpElicitation m_asked;
    SchemaForm *m_form;
    QDialogButtonBox *m_buttons;
    bool m_answered = false;
};

} // namespace lathe
