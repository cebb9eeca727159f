// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/knowledgeview.h"

#include "engine/pipeline/enginefacade.h"
#include "ui/async.h"
#include "ui/format.h"
#include "ui/icons.h"
#include "ui/models/knowledgemodel.h"
#include "ui/session.h"
#include "ui/widgets/itemviews.h"
#include "ui/widgets/kindlabel.h"
#include "ui/widgets/messagebar.h"
#include "ui/widgets/statepane.h"

#include <QBoxLayout>
#include <QFileDialog>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSplitter>
#include <QTableView>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr int kHits = 10;
constexpr int kShownCharacters = 400; // of a passage

} // namespace

KnowledgeView::KnowledgeView(Session& session, QWidget *parent)
    : QWidget(parent),
      m_session(session),
      m_model(new KnowledgeModel(this)),
      m_table(new QTableView(this)),
      m_pane(new StatePane(this)),
      m_query(new QLineEdit(this)),
      m_hits(new QListWidget(this)),
      m_hitsTitle(new NoteLabel(this)),
      m_drop(new QPushButton(icon(u"trash"_s), tr("&Drop…"), this)),
      m_bar(new MessageBar(this))
{
    m_table->setModel(m_model);
    ItemViews::setUp(m_table);
    m_table->setAccessibleName(tr("Knowledge bases"));
    m_pane->setContent(m_table);
    m_query->setPlaceholderText(tr("Search all knowledge bases"));
    m_query->setAccessibleName(tr("Search all knowledge bases"));
    m_query->setClearButtonEnabled(true);
    m_query->addAction(icon(u"search"_s), QLineEdit::LeadingPosition);
    m_hits->setWordWrap(true);
    m_hits->setSpacing(3);
    m_hits->setAlternatingRowColors(true);
    m_hits->setAccessibleName(tr("Passages found"));
    m_hitsTitle->setText(tr("Passages stand here, best first, as retrieve_context would find them."));
    auto *addButton = new QPushButton(icon(u"add"_s), tr("&Add files…"), this);
    addButton->setToolTip(tr("Text files become one knowledge base, split into passages"));
    m_drop->setToolTip(tr("Removes the selected knowledge base and its index; the files stay"));
    m_drop->setEnabled(false);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addWidget(addButton);
    buttons->addWidget(m_drop);
    buttons->addStretch();
    auto *left = new QWidget(this);
    auto *leftColumn = new QVBoxLayout(left);
    leftColumn->setContentsMargins(0, 0, 0, 0);
    leftColumn->setSpacing(8);
    leftColumn->addWidget(m_pane, 1);
    leftColumn->addLayout(buttons);
    auto *right = new QWidget(this);
    auto *rightColumn = new QVBoxLayout(right);
    rightColumn->setContentsMargins(0, 0, 0, 0);
    rightColumn->setSpacing(8);
    rightColumn->addWidget(m_query);
    rightColumn->addWidget(m_hitsTitle);
    rightColumn->addWidget(m_hits, 1);
    auto *splitter = new QSplitter(this);
    splitter->addWidget(left);
    splitter->addWidget(right);
    splitter->setChildrenCollapsible(false);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(8, 8, 8, 8);
    column->setSpacing(8);
    column->addWidget(m_bar);
    column->addWidget(splitter, 1);
    connect(addButton, &QPushButton::clicked, this, &KnowledgeView::choose);
    connect(m_drop, &QPushButton::clicked, this, &KnowledgeView::dropCurrent);
    connect(m_query, &QLineEdit::returnPressed, this, [this] { search(m_query->text()); });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& at) {
        const bool builtin = at.data(ValueRole).value<KnowledgeBaseInfo>().builtin;
        m_drop->setEnabled(at.isValid() && !builtin);
        m_drop->setToolTip(builtin ? tr("The built-in knowledge base stays")
                                   : tr("Removes the selected knowledge base and its index; the files stay"));
    });
}

void KnowledgeView::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    reload();
}

void KnowledgeView::reload()
{
    m_pane->showLoading(tr("Loading the knowledge bases…"));
    whenDone(m_session.facade().knowledgeBases(), this, [this](const Result<QList<KnowledgeBaseInfo>>& bases) {
        if (!bases) {
            m_pane->showError(bases.error(), [this] { reload(); });
            return;
        }
        m_model->setRows(*bases);
        ItemViews::fitColumns(m_table, 260);
        if (bases->isEmpty()) {
            m_pane->showEmpty(u"book"_s, tr("There is no knowledge base yet."), tr("Add files…"), [this] { choose(); });
        } else {
            m_pane->showContent();
        }
    });
}

void KnowledgeView::choose()
{
    auto *dialog = new QFileDialog(this, tr("Add files to the knowledge"));
    dialog->setFileMode(QFileDialog::ExistingFiles);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::filesSelected, this, &KnowledgeView::add);
    dialog->open();
}

void KnowledgeView::add(const QStringList& paths)
{
    m_bar->showMessage(Kind::Neutral, tr("Reading %n file(s)…", nullptr, static_cast<int>(paths.size())));
    whenDone(m_session.facade().addKnowledge(paths), this, [this](const Result<KnowledgeBaseInfo>& added) {
        if (!added) {
            m_bar->showError(added.error());
            return;
        }
        m_bar->showMessage(Kind::Answer,
                           tr("%1: %2 documents, %3 passages")
                               .arg(added->name, format::count(added->documents), format::count(added->passages)));
        reload();
    });
}

void KnowledgeView::dropCurrent()
{
    const auto base = m_table->currentIndex().data(ValueRole).value<KnowledgeBaseInfo>();
    m_bar->showMessage(Kind::Policy,
                       tr("Dropping “%1” removes %2 documents and %3 passages from the index. It cannot be undone.")
                           .arg(base.name, format::count(base.documents), format::count(base.passages)));
    m_bar->setAction(tr("Drop"), [this, id = base.id] {
        whenDone(m_session.facade().dropKnowledge(id), this, [this](const Result<void>& dropped) {
            if (dropped) {
                m_bar->clear();
                reload();
            } else {
                m_bar->showError(dropped.error());
            }
        });
    });
}

void KnowledgeView::startSearch()
{
    m_query->setFocus(Qt::ShortcutFocusReason);
    m_query->selectAll();
}

void KnowledgeView::search(const QString& query)
{
    if (query.trimmed().isEmpty()) {
        return;
    }
    m_query->setText(query);
    whenDone(
        m_session.facade().searchKnowledge(query, kHits), this, [this](const Result<QList<ContextPassage>>& passages) {
            m_hits->clear();
            if (!passages) {
                m_bar->showError(passages.error());
                return;
            }
            m_hitsTitle->setText(passages->isEmpty()
                                     ? tr("No passage found.")
                                     : tr("%n passage(s), best first", nullptr, static_cast<int>(passages->size())));
            for (const ContextPassage& passage : *passages) {
                const QString head = passage.title.isEmpty() || passage.title == passage.source
                                         ? passage.source
                                         : u"%1 · %2"_s.arg(passage.title, passage.source);
                QString text = passage.text.simplified();
                if (text.size() > kShownCharacters) {
                    text = text.left(kShownCharacters) + u'…';
                }
                auto *item = new QListWidgetItem(u"%1\n%2"_s.arg(head, text), m_hits);
                item->setToolTip(passage.text.left(2000));
            }
            Q_EMIT searched(static_cast<int>(passages->size()));
        });
}

} // namespace lathe
