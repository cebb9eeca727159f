// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/breakpointspane.h"

#include "ui/icons.h"
#include "ui/session.h"
#include "ui/widgets/emptyhint.h"
#include "ui/widgets/itemviews.h"
#include "ui/widgets/messagebar.h"

#include <QAction>
#include <QBoxLayout>
#include <QCompleter>
#include <QHeaderView>
#include <QLineEdit>
#include <QPushButton>
#include <QTableView>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace lathe {

BreakpointsPane::BreakpointsPane(Session& session, QWidget *parent)
    : QWidget(parent),
      m_session(session),
      m_input(new QLineEdit(this)),
      m_table(new QTableView(this)),
      m_bar(new MessageBar(this))
{
    m_input->setPlaceholderText(tr("BEFORE_TOOL tool=code_executor, AFTER_DECIDE, phase=POLICY, error …"));
    m_input->setAccessibleName(tr("New breakpoint"));
    m_input->setToolTip(tr("A stop point, tool=NAME, phase=NAME or error; several must all hold"));
    auto *completer =
        new QCompleter({u"BEFORE_DECIDE"_s, u"AFTER_DECIDE"_s, u"BEFORE_TOOL"_s, u"AFTER_TOOL"_s,
                        u"tool=code_executor"_s, u"tool=retrieve_context"_s, u"phase=POLICY"_s, u"error"_s},
                       this);
    completer->setCaseSensitivity(Qt::CaseInsensitive);
    m_input->setCompleter(completer);
    auto *addButton = new QPushButton(icon(u"add"_s), tr("Add"), this);
    addButton->setToolTip(tr("Add the breakpoint"));
    auto *removeButton = new QPushButton(icon(u"remove"_s), tr("Remove"), this);
    removeButton->setToolTip(tr("Remove the selected breakpoint (Delete)"));
    m_table->setModel(&session.breakpoints());
    ItemViews::setUp(m_table);
    m_table->setAccessibleName(tr("Breakpoints"));
    m_table->setColumnWidth(
        BreakpointModel::Where,
        ItemViews::widthFor(m_table, BreakpointModel::Where, u"BEFORE_TOOL tool=workflow_orchestrator"_s, true));
    m_table->setColumnWidth(
        BreakpointModel::Meaning,
        ItemViews::widthFor(m_table, BreakpointModel::Meaning, u"Before the tool, tool workflow_orchestrator"_s));
    m_table->horizontalHeader()->setStretchLastSection(false);
    m_table->horizontalHeader()->setSectionResizeMode(BreakpointModel::Meaning, QHeaderView::Stretch);
    new EmptyHint(m_table, tr("No breakpoint. Press F9 on a decision, or write one above."));
    auto *bar = new QHBoxLayout;
    bar->setSpacing(8);
    bar->addWidget(m_input, 1);
    bar->addWidget(addButton);
    bar->addWidget(removeButton);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(8, 4, 8, 8);
    column->setSpacing(6);
    column->addLayout(bar);
    column->addWidget(m_bar);
    column->addWidget(m_table, 1);
    setFocusProxy(m_table);
    const auto removeCurrent = [this] {
        if (const int row = m_table->currentIndex().row(); row >= 0) {
            m_session.breakpoints().removeAt(row);
        }
    };
    auto *deleteAction = new QAction(tr("&Remove"), m_table);
    deleteAction->setShortcut(QKeySequence::Delete);
    deleteAction->setShortcutContext(Qt::WidgetShortcut);
    m_table->addAction(deleteAction);
    connect(deleteAction, &QAction::triggered, this, removeCurrent);
    connect(removeButton, &QPushButton::clicked, this, removeCurrent);
    connect(addButton, &QPushButton::clicked, this, [this] { add(m_input->text()); });
    connect(m_input, &QLineEdit::returnPressed, this, [this] { add(m_input->text()); });
}

void BreakpointsPane::add(const QString& expression)
{
    const auto breakpoint = parseBreakpoint(expression.trimmed());
    if (!breakpoint) {
        m_bar->showError(breakpoint.error());
        return;
    }
    m_bar->clear();
    m_input->clear();
    m_session.breakpoints().add(*breakpoint);
}

} // namespace lathe
