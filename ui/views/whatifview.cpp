// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/whatifview.h"

#include "engine/pipeline/enginefacade.h"
#include "ui/async.h"
#include "ui/format.h"
#include "ui/models/whatifmodel.h"
#include "ui/session.h"
#include "ui/widgets/itemviews.h"
#include "ui/widgets/kindlabel.h"
#include "ui/widgets/statepane.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QHeaderView>
#include <QJsonArray>
#include <QLabel>
#include <QTableView>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

WhatIfView::WhatIfView(Session& session, QWidget *parent)
    : QWidget(parent),
      m_session(session),
      m_book(new QComboBox(this)),
      m_asModel(new QComboBox(this)),
      m_total(new QLabel(this)),
      m_note(new NoteLabel(this)),
      m_table(new QTableView(this)),
      m_model(new WhatIfModel(this)),
      m_pane(new StatePane(this))
{
    const auto box = [this](const QString& text, QComboBox *combo, const QString& tip) {
        auto *label = new QLabel(text, this);
        label->setBuddy(combo);
        QString plain = text;
        combo->setAccessibleName(plain.remove(u'&'));
        combo->setToolTip(tip);
        combo->setSizeAdjustPolicy(QComboBox::AdjustToContents);
        return label;
    };
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(box(tr("At the prices &of"), m_book, tr("A price book of this database")));
    row->addWidget(m_book);
    row->addSpacing(12);
    row->addWidget(box(tr("as mode&l"), m_asModel, tr("All calls at the prices of one model, or each at its own")));
    row->addWidget(m_asModel);
    row->addStretch();
    QFont large = m_total->font();
    large.setPointSizeF(large.pointSizeF() * 1.25);
    large.setWeight(QFont::DemiBold);
    m_total->setFont(large);
    m_total->setTextFormat(Qt::PlainText);
    m_total->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_total->setAccessibleName(tr("Sum at these prices"));
    m_table->setModel(m_model);
    ItemViews::setUp(m_table);
    m_table->setAccessibleName(tr("Decisions at other prices"));
    auto *content = new QWidget(this);
    auto *inner = new QVBoxLayout(content);
    inner->setContentsMargins(0, 0, 0, 0);
    inner->setSpacing(8);
    inner->addWidget(m_total);
    inner->addWidget(m_note);
    inner->addWidget(m_table, 1);
    m_pane->setContent(content);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 8, 0, 0);
    column->setSpacing(8);
    column->addLayout(row);
    column->addWidget(m_pane, 1);

    connect(m_book, &QComboBox::activated, this, [this] {
        fillModels();
        ask();
    });
    connect(m_asModel, &QComboBox::activated, this, &WhatIfView::ask);
    const auto open = [this](const QModelIndex& index) {
        const QString key = index.data(IdRole).toString();
        const QString runId = key.contains(u'#') ? key.section(u'#', 0, -2) : m_query.runId;
        if (const int decision = key.section(u'#', -1).toInt(); decision > 0 && !runId.isEmpty()) {
            Q_EMIT decisionWanted(runId, decision);
        }
    };
    connect(m_table, &QTableView::activated, this, open);
    connect(m_table, &QTableView::doubleClicked, this, open);
}

void WhatIfView::setRunNames(std::function<QString(const QString& runId)> names)
{
    m_model->setRunNames(std::move(names));
}

void WhatIfView::setQuery(const BillQuery& query)
{
    m_query = query;
    m_query.groupBy = {BillGroup::Decision};
    if (m_books.isEmpty()) {
        loadBooks();
    } else {
        ask();
    }
}

void WhatIfView::loadBooks()
{
    m_pane->showLoading(tr("Reading the price books…"));
    whenDone(m_session.facade().priceBooks(), this, [this](const Result<QList<PriceBookInfo>>& books) {
        if (!books) {
            m_pane->showError(books.error(), [this] { loadBooks(); });
            return;
        }
        m_books = *books;
        m_book->clear();
        int other = 0;
        for (const PriceBookInfo& book : *books) {
            m_book->addItem(book.inUse ? tr("%1 (in use)").arg(book.version) : book.version, book.version);
            m_book->setItemData(m_book->count() - 1, book.sources.join(u'\n'), Qt::ToolTipRole);
            if (!book.inUse && other == 0) {
                other = m_book->count() - 1;
            }
        }
        m_book->setCurrentIndex(other);
        fillModels();
        ask();
    });
}

void WhatIfView::fillModels()
{
    const QString chosen = m_asModel->currentData().toString();
    m_asModel->clear();
    m_asModel->addItem(tr("each its own"), QString());
    const PriceBookInfo book = m_books.value(m_book->currentIndex());
    QStringList ids;
    for (const QJsonValue& model : book.document.value("models"_L1).toArray()) {
        ids << model.toObject().value("id"_L1).toString();
    }
    ids.sort();
    for (const QString& id : std::as_const(ids)) {
        m_asModel->addItem(id, id);
    }
    m_asModel->setEnabled(!ids.isEmpty());
    m_asModel->setToolTip(ids.isEmpty() ? tr("This book has one price for every model.")
                                        : tr("All calls at the prices of one model, or each at its own"));
    m_asModel->setCurrentIndex(std::max(0, m_asModel->findData(chosen)));
}

void WhatIfView::choose(const QString& book, const QString& model)
{
    for (int i = 0; i < m_books.size(); ++i) {
        if (m_books.at(i).version == book || m_books.at(i).id == book) {
            m_book->setCurrentIndex(i);
        }
    }
    fillModels();
    m_asModel->setCurrentIndex(std::max(0, m_asModel->findData(model)));
    ask();
}

void WhatIfView::ask()
{
    const int generation = ++m_generation;
    m_pane->showLoading(tr("Pricing again…"));
    whenDone(m_session.facade().bill(m_query), this, [this, generation](const Result<BillResult>& recorded) {
        if (generation != m_generation) {
            return;
        }
        if (!recorded) {
            m_pane->showError(recorded.error(), [this] { ask(); });
        } else if (recorded->total.lines == 0) {
            m_pane->showEmpty(u"bill"_s, tr("The filters let no line of the ledger through."));
        } else {
            askRepriced(*recorded, generation);
        }
    });
}

void WhatIfView::askRepriced(const BillResult& recorded, int generation)
{
    BillQuery query = m_query;
    query.priceBook = m_book->currentData().toString();
    query.asModel = m_asModel->currentData().toString();
    whenDone(m_session.facade().bill(query), this, [this, recorded, generation](const Result<BillResult>& warm) {
        if (generation != m_generation) {
            return;
        }
        if (!warm) {
            m_pane->showError(warm.error(), [this] { ask(); });
            return;
        }
        askCold(recorded, *warm, generation);
    });
}

void WhatIfView::askCold(const BillResult& recorded, const BillResult& warm, int generation)
{
    BillQuery query = m_query;
    query.priceBook = m_book->currentData().toString();
    query.asModel = m_asModel->currentData().toString();
    query.coldCache = true;
    whenDone(m_session.facade().bill(query), this, [this, recorded, warm, generation](const Result<BillResult>& cold) {
        if (generation != m_generation) {
            return;
        }
        if (!cold) {
            m_pane->showError(cold.error(), [this] { ask(); });
            return;
        }
        show(recorded, warm, *cold);
    });
}

void WhatIfView::show(const BillResult& recorded, const BillResult& warm, const BillResult& cold)
{
    if (m_query.runId.isEmpty()) {
        m_query.runId = recorded.onlyRun; // the same lines, and its decisions can be opened
    }
    const auto sum = [](const BillResult& bill) {
        return format::total(bill.total.cost, bill.total.lines, bill.total.unknownLines);
    };
    QString text = tr("Recorded %1, at these prices %2").arg(sum(recorded), sum(warm));
    const bool known = warm.total.unknownLines == 0 && cold.total.unknownLines == 0;
    if (known && cold.total.cost != warm.total.cost) {
        text = tr("Recorded %1, at these prices %2 to %3")
                   .arg(sum(recorded), format::money(std::min(warm.total.cost, cold.total.cost)),
                        format::money(std::max(warm.total.cost, cold.total.cost)));
    }
    m_total->setText(text);
    m_total->setToolTip(tr("recorded %1\nat these prices %2\nwith empty caches %3")
                            .arg(format::exactMoney(recorded.total.cost), format::exactMoney(warm.total.cost),
                                 format::exactMoney(cold.total.cost)));
    QString note = tr("Same tokens, other prices. Nothing that is stored changes. Another model would use other "
                      "numbers of tokens.");
    if (warm.total.unknownLines > 0) {
        note += u' ' + tr("This book has no price for some of these calls: choose a model whose prices they get.");
    }
    m_note->setText(note);
    m_note->setKind(warm.total.unknownLines > 0 ? Kind::Policy : Kind::Neutral);
    m_model->setRows(WhatIfModel::merge(recorded, warm, cold));
    ItemViews::fitColumns(m_table, 360);
    m_table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_pane->showContent();
}

QString WhatIfView::totalText() const
{
    return m_total->text();
}

} // namespace lathe
