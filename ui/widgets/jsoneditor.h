// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/jsonreader.h"

#include <QJsonObject>
#include <QPlainTextEdit>
#include <QWidget>

#include <functional>
#include <optional>

namespace lathe {

class NoteLabel;

/// Text of JSON with line numbers; a mark stands beside each line that has an issue, the words below.
class JsonTextEdit : public QPlainTextEdit
{
    Q_OBJECT

public:
    explicit JsonTextEdit(QWidget *parent = nullptr);

    void setMarks(const QHash<int, QString>& messageOfLine);
    [[nodiscard]] const QHash<int, QString>& marks() const { return m_marks; }
    [[nodiscard]] int marginWidth() const;
    void paintMargin(QPaintEvent *event);
    [[nodiscard]] QString markAt(int y) const;

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    QWidget *m_margin;
    QHash<int, QString> m_marks;
};

/// Edits one JSON object. What is typed is never rewritten under the cursor; it is checked while typing, first as
/// JSON, then by the checker.
class JsonEditor : public QWidget
{
    Q_OBJECT

public:
    using Checker = std::function<QList<JsonIssue>(const QJsonObject&)>;

    explicit JsonEditor(QWidget *parent = nullptr);

    void setChecker(Checker checker) { m_checker = std::move(checker); }
    void setObject(const QJsonObject& object);
    void setText(const QString& text);
    [[nodiscard]] QString text() const;
    /// Nothing while the text is no JSON object; issues of the checker do not matter here.
    [[nodiscard]] std::optional<QJsonObject> object() const { return m_object; }
    [[nodiscard]] const QList<JsonIssue>& issues() const { return m_issues; }
    [[nodiscard]] bool isValid() const { return m_object && m_issues.isEmpty(); }
    /// Issues found elsewhere, shown beside their lines.
    void showIssues(const QList<JsonIssue>& issues);
    [[nodiscard]] JsonTextEdit *editor() const { return m_edit; }

Q_SIGNALS:
    /// The text has changed by hand and has been checked.
    void edited();

private:
    void check(bool byHand);

    JsonTextEdit *m_edit;
    NoteLabel *m_verdict;
    Checker m_checker;
    std::optional<QJsonObject> m_object;
    QList<JsonIssue> m_issues;
    bool m_setting = false;
};

} // namespace lathe
