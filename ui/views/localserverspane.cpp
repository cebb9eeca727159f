// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/localserverspane.h"

#include "engine/pipeline/enginefacade.h"
#include "ui/async.h"
#include "ui/icons.h"
#include "ui/models/localmodelsmodel.h"
#include "ui/session.h"
#include "ui/widgets/itemviews.h"
#include "ui/widgets/kindlabel.h"
#include "ui/widgets/statepane.h"
#include "ui/widgets/taborder.h"

#include <QBoxLayout>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QLabel>
#include <QPushButton>
#include <QTableView>

using namespace Qt::StringLiterals;

namespace lathe {

LocalServersPane::LocalServersPane(Session& session, QWidget *parent)
    : QWidget(parent),
      m_session(session),
      m_model(new LocalModelsModel(this)),
      m_table(new QTableView(this)),
      m_pane(new StatePane(this)),
      m_again(new QPushButton(icon(u"refresh"_s), tr("&Look again"), this)),
      m_use(new QPushButton(tr("&Use this model"), this))
{
    m_table->setModel(m_model);
    ItemViews::setUp(m_table);
    m_table->setAccessibleName(tr("Models of servers on this machine"));
    m_pane->setContent(m_table);
    m_again->setAutoDefault(false);
    m_again->setToolTip(tr("Asks the usual ports of 127.0.0.1 once more"));
    m_use->setAutoDefault(false);
    m_use->setEnabled(false);
    m_use->setToolTip(tr("Select a model first."));
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addWidget(m_use);
    buttons->addWidget(m_again);
    buttons->addStretch();
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(12, 12, 12, 12);
    column->setSpacing(8);
    column->addWidget(new NoteLabel(tr("Ollama, llama.cpp, LM Studio, Jan and vLLM at their usual ports of this "
                                       "machine. No other machine is asked."),
                                    this));
    column->addWidget(m_pane, 1);
    column->addLayout(buttons);
    setTabChain({m_table, m_use, m_again});
    connect(m_again, &QPushButton::clicked, this, [this] { look(true); });
    connect(m_use, &QPushButton::clicked, this, &LocalServersPane::use);
    connect(m_table, &QTableView::activated, this, &LocalServersPane::use);
    const auto onSelection = [this] {
        const bool any = m_table->currentIndex().isValid();
        m_use->setEnabled(any);
        m_use->setToolTip(any ? tr("Sets base URL and model of the provider openai") : tr("Select a model first."));
    };
    connect(m_table->selectionModel(), &QItemSelectionModel::currentChanged, this, onSelection);
    connect(m_model, &QAbstractItemModel::modelReset, this, onSelection);
}

void LocalServersPane::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    if (!m_asked) {
        look(false);
    }
}

void LocalServersPane::look(bool again)
{
    m_asked = true;
    m_again->setEnabled(false);
    m_pane->showLoading(tr("Looking for servers…"));
    whenDone(m_session.facade().localServers(again), this, [this](const Result<QList<LocalServerInfo>>& servers) {
        m_again->setEnabled(true);
        if (!servers) {
            m_pane->showError(servers.error(), [this] { look(true); });
        } else if (servers->isEmpty()) {
            m_pane->showEmpty(u"llm"_s, tr("No server of models answers on this machine. Start one, then look again."));
        } else {
            m_model->setServers(*servers);
            ItemViews::fitColumns(m_table, 220);
            m_table->horizontalHeader()->setSectionResizeMode(LocalModelsModel::Model, QHeaderView::Stretch);
            m_pane->showContent();
        }
        Q_EMIT looked();
    });
}

void LocalServersPane::use()
{
    const QModelIndex at = m_table->currentIndex();
    if (at.isValid()) {
        const LocalModelRow& row = m_model->rows().at(at.row());
        Q_EMIT chosen(row.baseUrl, row.model.id);
    }
}

} // namespace lathe
