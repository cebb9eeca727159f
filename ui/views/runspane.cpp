// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/runspane.h"

#include "ui/delegates/rundelegate.h"
#include "ui/icons.h"
#include "ui/session.h"
#include "ui/widgets/messagebar.h"
#include "ui/widgets/statepane.h"

#include <QAction>
#include <QBoxLayout>
#include <QLineEdit>
#include <QListView>
#include <QScrollBar>
#include <QTimer>

using namespace Qt::StringLiterals;

namespace lathe {

RunsPane::RunsPane(Session& session, QWidget *parent)
    : QWidget(parent),
      m_session(session),
      m_search(new QLineEdit(this)),
      m_list(new QListView(this)),
      m_delegate(new RunDelegate(this)),
      m_pane(new StatePane(this)),
      m_bar(new MessageBar(this)),
      m_searchDelay(new QTimer(this))
{
    m_search->setPlaceholderText(tr("Search runs"));
    m_search->setAccessibleName(tr("Search runs"));
    m_search->setToolTip(tr("Searches prompt, name, user, model and id"));
    m_search->setClearButtonEnabled(true);
    m_search->addAction(icon(u"search"_s), QLineEdit::LeadingPosition);
    m_list->setModel(&session.runs());
    m_list->setItemDelegate(m_delegate);
    m_list->setUniformItemSizes(true);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setAccessibleName(tr("Runs"));
    m_pane->setContent(m_list);
    m_pane->showLoading(tr("Loading the runs…"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(8, 8, 8, 8);
    column->setSpacing(8);
    column->addWidget(m_search);
    column->addWidget(m_bar);
    column->addWidget(m_pane, 1);
    setFocusProxy(m_list);
    makeActions();

    m_searchDelay->setSingleShot(true);
    m_searchDelay->setInterval(150);
    connect(m_search, &QLineEdit::textChanged, m_searchDelay, qOverload<>(&QTimer::start));
    connect(m_searchDelay, &QTimer::timeout, this, [this] { m_session.searchRuns(m_search->text().trimmed()); });
    connect(m_list, &QListView::activated, this,
            [this](const QModelIndex& at) { Q_EMIT openWanted(at.data(IdRole).toString()); });
    connect(m_list, &QListView::clicked, this,
            [this](const QModelIndex& at) { Q_EMIT openWanted(at.data(IdRole).toString()); });
    connect(m_list->verticalScrollBar(), &QScrollBar::valueChanged, this, [this](int value) {
        if (value >= m_list->verticalScrollBar()->maximum() - 200) {
            m_session.moreRuns();
        }
    });
    connect(&session, &Session::runsLoaded, this, &RunsPane::updateState);
    connect(&session, &Session::runsFailed, this,
            [this](const Error& error) { m_pane->showError(error, [this] { m_session.reloadRuns(); }); });
    connect(&session.runs(), &QAbstractItemModel::rowsInserted, this, &RunsPane::updateState);
    connect(&session.runs(), &QAbstractItemModel::rowsRemoved, this, &RunsPane::updateState);
    connect(&session, &Session::runOpened, this, [this](const QString& runId) {
        m_delegate->setOpenRun(runId);
        m_unselected = runId;
        selectOpenRun();
        m_list->viewport()->update();
    });
    connect(&session, &Session::deletePending, this, [this](const QString& title) {
        m_bar->showMessage(Kind::Neutral, tr("“%1” and its bill are being deleted.").arg(title.left(60)));
        m_bar->setAction(tr("Undo"), [this] {
            m_session.undoDelete();
            m_bar->clear();
        });
        QTimer::singleShot(8000, m_bar, &MessageBar::clear);
    });
}

void RunsPane::startSearch()
{
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
}

QString RunsPane::currentRun() const
{
    const QString selected = m_list->currentIndex().data(IdRole).toString();
    return selected.isEmpty() ? m_session.run().runId() : selected;
}

void RunsPane::makeActions()
{
    const auto add = [this](const QString& iconName, const QString& text, const QKeySequence& key, auto signal) {
        auto *action = new QAction(icon(iconName), text, m_list);
        action->setShortcut(key);
        action->setShortcutContext(Qt::WidgetShortcut);
        connect(action, &QAction::triggered, this, [this, signal] {
            if (const QString run = currentRun(); !run.isEmpty()) {
                Q_EMIT(this->*signal)(run);
            }
        });
        m_list->addAction(action);
    };
    add(u"debug"_s, tr("&Open"), {}, &RunsPane::openWanted);
    add(u"refresh"_s, tr("&Run again…"), QKeySequence(u"Ctrl+R"_s), &RunsPane::rerunWanted);
    add(u"continue"_s, tr("Re&sume"), {}, &RunsPane::resumeWanted);
    add(u"export"_s, tr("&Export run…"), {}, &RunsPane::exportWanted);
    add(u"trash"_s, tr("&Delete"), QKeySequence::Delete, &RunsPane::deleteWanted);
    m_list->setContextMenuPolicy(Qt::ActionsContextMenu);
}

void RunsPane::selectOpenRun()
{
    const int row = m_unselected.isEmpty() ? -1 : m_session.runs().rowOf(m_unselected);
    if (row >= 0) {
        m_unselected.clear();
        m_list->setCurrentIndex(m_session.runs().index(row, 0));
    }
}

void RunsPane::updateState()
{
    selectOpenRun();
    if (m_session.runs().rowCount() > 0) {
        m_pane->showContent();
    } else if (m_session.searchText().isEmpty()) {
        m_pane->showEmpty(u"runs"_s, tr("No run yet."), tr("Compose a task"), [this] { Q_EMIT composeWanted(); });
    } else {
        m_pane->showEmpty(u"search"_s, tr("No run matches “%1”.").arg(m_session.searchText()), tr("Show all"),
                          [this] { m_search->clear(); });
    }
}

} // namespace lathe
