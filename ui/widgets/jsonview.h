// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonValue>
#include <QWidget>

class QLineEdit;
class QPlainTextEdit;
class QStackedWidget;
class QToolButton;
class QTreeView;

namespace lathe {

class JsonTreeModel;

/// JSON to read: as a tree and as text, with search, and copies of value, path or subtree. Text that is no JSON is
/// shown as text only.
class JsonView : public QWidget
{
    Q_OBJECT

public:
    explicit JsonView(QWidget *parent = nullptr);

    void setJson(const QJsonValue& value);
    /// Parses; what is not JSON (an event stream, an error page) is shown as it is.
    void setBytes(const QByteArray& bytes);
    void setText(const QString& text);
    void clear();
    void expandToDepth(int depth);
    [[nodiscard]] JsonTreeModel *model() const { return m_model; }
    [[nodiscard]] QString plainText() const;
    /// Focuses the search field.
    void startSearch();

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void find();
    void findInTree(const QString& needle);
    void showTree(bool tree);
    void fillText();

    JsonTreeModel *m_model;
    QTreeView *m_tree;
    QPlainTextEdit *m_text;
    QPlainTextEdit *m_unfolded;
    QStackedWidget *m_stack;
    QToolButton *m_treeButton;
    QToolButton *m_textButton;
    QLineEdit *m_search;
    bool m_textFilled = false;
};

} // namespace lathe
