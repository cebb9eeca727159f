// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/jsonview.h"

#include "ui/icons.h"
#include "ui/models/jsontreemodel.h"
#include "ui/models/roles.h"
#include "ui/widgets/itemviews.h"

#include <QAction>
#include <QBoxLayout>
#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QResizeEvent>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolButton>
#include <QTreeView>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr int kMaxNodesSearched = 200'000;

} // namespace

JsonView::JsonView(QWidget *parent)
    : QWidget(parent),
      m_model(new JsonTreeModel(this)),
      m_tree(new QTreeView(this)),
      m_text(new QPlainTextEdit(this)),
      m_unfolded(new QPlainTextEdit(this)),
      m_stack(new QStackedWidget(this)),
      m_treeButton(new QToolButton(this)),
      m_textButton(new QToolButton(this)),
      m_search(new QLineEdit(this))
{
    m_tree->setModel(m_model);
    ItemViews::setUp(m_tree);
    m_tree->setFont(theme::monospace());
    m_tree->header()->setFont(font());
    m_tree->header()->setStretchLastSection(true);
    m_tree->setAccessibleName(tr("JSON tree"));
    for (QAction *action : m_tree->actions()) {
        m_tree->removeAction(action);
    }
    const auto addCopy = [this](const QString& text, auto&& what) {
        auto *action = new QAction(text, m_tree);
        connect(action, &QAction::triggered, this,
                [this, what] { QGuiApplication::clipboard()->setText(what(m_tree->currentIndex())); });
        m_tree->addAction(action);
        return action;
    };
    QAction *copyValue = addCopy(tr("Copy &value"), [](const QModelIndex& at) {
        return at.siblingAtColumn(JsonTreeModel::Value).data(ExactRole).toString();
    });
    copyValue->setShortcut(QKeySequence::Copy);
    copyValue->setShortcutContext(Qt::WidgetShortcut);
    addCopy(tr("Copy &path"), [this](const QModelIndex& at) { return m_model->pathAt(at); });
    addCopy(tr("Copy &everything"), [this](const QModelIndex&) { return JsonTreeModel::plainText(m_model->value()); });
    connect(m_tree->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex& at) {
        const QJsonValue value = m_model->valueAt(at);
        const bool isLong =
            at.isValid() && value.isString() && (value.toString().size() > 60 || value.toString().contains(u'\n'));
        m_unfolded->setVisible(isLong);
        if (isLong) {
            m_unfolded->setPlainText(value.toString());
        }
    });

    for (QPlainTextEdit *edit : {m_text, m_unfolded}) {
        edit->setReadOnly(true);
        edit->setFont(theme::monospace());
        edit->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
        edit->setTabChangesFocus(true);
    }
    m_text->setAccessibleName(tr("JSON text"));
    m_unfolded->setAccessibleName(tr("Selected text in full"));
    m_unfolded->hide();

    auto *treePage = new QSplitter(Qt::Vertical, this);
    treePage->addWidget(m_tree);
    treePage->addWidget(m_unfolded);
    treePage->setStretchFactor(0, 3);
    treePage->setStretchFactor(1, 1);
    treePage->setChildrenCollapsible(false);
    m_stack->addWidget(treePage);
    m_stack->addWidget(m_text);

    m_treeButton->setText(tr("Tree"));
    m_treeButton->setToolTip(tr("Show as a tree"));
    m_textButton->setText(tr("Text"));
    m_textButton->setToolTip(tr("Show as text"));
    for (QToolButton *button : {m_treeButton, m_textButton}) {
        button->setCheckable(true);
        button->setAutoExclusive(true);
        button->setAutoRaise(true);
    }
    m_treeButton->setChecked(true);
    m_search->setPlaceholderText(tr("Search inside"));
    m_search->setAccessibleName(tr("Search inside the JSON"));
    m_search->setClearButtonEnabled(true);
    auto *copy = new QToolButton(this);
    copy->setIcon(icon(u"copy"_s));
    copy->setAutoRaise(true);
    copy->setToolTip(tr("Copy everything"));
    copy->setAccessibleName(tr("Copy everything"));
    auto *bar = new QHBoxLayout;
    bar->setSpacing(4);
    bar->addWidget(m_treeButton);
    bar->addWidget(m_textButton);
    bar->addWidget(m_search, 1);
    bar->addWidget(copy);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addLayout(bar);
    column->addWidget(m_stack, 1);

    connect(m_treeButton, &QToolButton::clicked, this, [this] { showTree(true); });
    connect(m_textButton, &QToolButton::clicked, this, [this] { showTree(false); });
    connect(m_search, &QLineEdit::returnPressed, this, &JsonView::find);
    connect(copy, &QToolButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(plainText()); });
}

void JsonView::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    if (event->size().width() != event->oldSize().width()) {
        m_tree->setColumnWidth(0, std::clamp(width() * 2 / 5, 80, 220));
    }
}

void JsonView::setJson(const QJsonValue& value)
{
    m_model->setValue(value);
    m_unfolded->hide();
    m_textFilled = false;
    const bool structured = value.isObject() || value.isArray();
    m_treeButton->setEnabled(structured);
    if (!structured) {
        m_text->setPlainText(value.isUndefined() || value.isNull() ? QString() : JsonTreeModel::plainText(value));
        m_textFilled = true;
    }
    m_stack->setCurrentIndex(structured && m_treeButton->isChecked() ? 0 : 1);
    if (m_stack->currentIndex() == 1) {
        fillText();
    }
    m_tree->expandToDepth(0);
}

void JsonView::setBytes(const QByteArray& bytes)
{
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(bytes, &error);
    if (error.error == QJsonParseError::NoError) {
        setJson(document.isArray() ? QJsonValue(document.array()) : QJsonValue(document.object()));
    } else {
        setText(QString::fromUtf8(bytes));
    }
}

void JsonView::setText(const QString& text)
{
    setJson(QJsonValue(text));
}

void JsonView::clear()
{
    setJson(QJsonValue(QJsonValue::Null));
}

void JsonView::expandToDepth(int depth)
{
    m_tree->expandToDepth(depth);
}

QString JsonView::plainText() const
{
    const QJsonValue value = m_model->value();
    return value.isNull() ? QString() : JsonTreeModel::plainText(value);
}

void JsonView::startSearch()
{
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
}

void JsonView::showTree(bool tree)
{
    if (!tree) {
        fillText();
    }
    m_stack->setCurrentIndex(tree ? 0 : 1);
}

void JsonView::fillText()
{
    if (!m_textFilled) {
        m_text->setPlainText(plainText());
        m_textFilled = true;
    }
}

void JsonView::find()
{
    const QString needle = m_search->text();
    if (needle.isEmpty()) {
        return;
    }
    if (m_stack->currentIndex() == 0) {
        findInTree(needle);
    } else if (!m_text->find(needle)) {
        m_text->moveCursor(QTextCursor::Start);
        m_text->find(needle);
    }
}

void JsonView::findInTree(const QString& needle)
{
    // Depth first, from behind the current row, once around.
    const auto next = [this](const QModelIndex& at) -> QModelIndex {
        if (m_model->rowCount(at) > 0) {
            return m_model->index(0, 0, at);
        }
        QModelIndex up = at;
        while (up.isValid()) {
            const QModelIndex sibling = up.sibling(up.row() + 1, 0);
            if (sibling.isValid()) {
                return sibling;
            }
            up = up.parent();
        }
        return {};
    };
    const QModelIndex current = m_tree->currentIndex().siblingAtColumn(0);
    QModelIndex at = current.isValid() ? next(current) : m_model->index(0, 0);
    bool wrapped = !current.isValid();
    for (int i = 0; i < kMaxNodesSearched; ++i) {
        if (!at.isValid()) {
            if (wrapped) {
                return;
            }
            wrapped = true;
            at = m_model->index(0, 0);
            continue;
        }
        const bool leaf = m_model->rowCount(at) == 0;
        if (at.data().toString().contains(needle, Qt::CaseInsensitive) ||
            (leaf && at.siblingAtColumn(JsonTreeModel::Value)
                         .data(ExactRole)
                         .toString()
                         .contains(needle, Qt::CaseInsensitive))) {
            m_tree->setCurrentIndex(at);
            m_tree->scrollTo(at);
            return;
        }
        if (at == current) {
            return;
        }
        at = next(at);
    }
}

} // namespace lathe
