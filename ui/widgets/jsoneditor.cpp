// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/jsoneditor.h"

#include "ui/icons.h"
#include "ui/widgets/jsonpositions.h"
#include "ui/widgets/kindlabel.h"
#include "ui/widgets/tintedframe.h"

#include <QBoxLayout>
#include <QHelpEvent>
#include <QJsonDocument>
#include <QLabel>
#include <QPainter>
#include <QTextBlock>
#include <QToolTip>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

class Margin : public QWidget
{
public:
    explicit Margin(JsonTextEdit *edit) : QWidget(edit), m_edit(edit) {}
    [[nodiscard]] QSize sizeHint() const override { return {m_edit->marginWidth(), 0}; }

protected:
    void paintEvent(QPaintEvent *event) override { m_edit->paintMargin(event); }
    bool event(QEvent *event) override
    {
        if (event->type() == QEvent::ToolTip) {
            const auto *help = static_cast<QHelpEvent *>(event);
            QToolTip::showText(help->globalPos(), m_edit->markAt(help->pos().y()), this);
            return true;
        }
        return QWidget::event(event);
    }

private:
    JsonTextEdit *m_edit;
};

} // namespace

JsonTextEdit::JsonTextEdit(QWidget *parent) : QPlainTextEdit(parent), m_margin(new Margin(this))
{
    setFont(theme::monospace());
    setLineWrapMode(QPlainTextEdit::NoWrap);
    setTabChangesFocus(true);
    setTabStopDistance(2 * fontMetrics().horizontalAdvance(u' '));
    connect(this, &QPlainTextEdit::blockCountChanged, this, [this] { setViewportMargins(marginWidth(), 0, 0, 0); });
    connect(this, &QPlainTextEdit::updateRequest, this, [this](const QRect& rect, int dy) {
        if (dy != 0) {
            m_margin->scroll(0, dy);
        } else {
            m_margin->update(0, rect.y(), m_margin->width(), rect.height());
        }
    });
    setViewportMargins(marginWidth(), 0, 0, 0);
}

void JsonTextEdit::setMarks(const QHash<int, QString>& messageOfLine)
{
    if (m_marks != messageOfLine) {
        m_marks = messageOfLine;
        m_margin->update();
    }
}

int JsonTextEdit::marginWidth() const
{
    const auto digits = std::max<qsizetype>(2, QString::number(blockCount()).size());
    return 20 + static_cast<int>(digits) * fontMetrics().horizontalAdvance(u'9');
}

void JsonTextEdit::resizeEvent(QResizeEvent *event)
{
    QPlainTextEdit::resizeEvent(event);
    const QRect inner = contentsRect();
    m_margin->setGeometry(inner.x(), inner.y(), marginWidth(), inner.height());
}

void JsonTextEdit::paintMargin(QPaintEvent *event)
{
    QPainter painter(m_margin);
    painter.fillRect(event->rect(), palette().color(QPalette::Window));
    painter.setFont(font());
    QTextBlock block = firstVisibleBlock();
    double top = blockBoundingGeometry(block).translated(contentOffset()).top();
    while (block.isValid() && top <= event->rect().bottom()) {
        const double height = blockBoundingRect(block).height();
        const int number = block.blockNumber() + 1;
        if (m_marks.contains(number)) {
            const QColor color = theme::kindColor(Kind::Error, palette());
            painter.drawPixmap(2, static_cast<int>(top + (height - 14) / 2),
                               iconPixmap(u"error"_s, color, 14, devicePixelRatioF()));
            painter.setPen(color);
        } else {
            painter.setPen(theme::secondaryText(palette()));
        }
        painter.drawText(QRectF(0, top, m_margin->width() - 4, height), Qt::AlignRight | Qt::AlignVCenter,
                         QString::number(number));
        top += height;
        block = block.next();
    }
}

QString JsonTextEdit::markAt(int y) const
{
    return m_marks.value(cursorForPosition(QPoint(0, y)).blockNumber() + 1);
}

JsonEditor::JsonEditor(QWidget *parent)
    : QWidget(parent), m_edit(new JsonTextEdit(this)), m_verdict(new NoteLabel(this))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(m_edit, 1);
    column->addWidget(m_verdict);
    m_verdict->setWordWrap(true);
    m_verdict->setTextFormat(Qt::PlainText);
    m_verdict->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_edit->setAccessibleName(tr("JSON text"));
    setFocusProxy(m_edit);
    connect(m_edit, &QPlainTextEdit::textChanged, this, [this] {
        if (!m_setting) {
            check(true);
        }
    });
    check(false);
}

void JsonEditor::setObject(const QJsonObject& object)
{
    setText(QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Indented)).trimmed());
}

void JsonEditor::setText(const QString& text)
{
    m_setting = true;
    m_edit->setPlainText(text);
    m_setting = false;
    check(false);
}

QString JsonEditor::text() const
{
    return m_edit->toPlainText();
}

void JsonEditor::check(bool byHand)
{
    const QByteArray bytes = text().toUtf8();
    const auto parsed = parseJsonObject(bytes);
    m_object.reset();
    QList<JsonIssue> issues;
    QHash<int, QString> marks;
    if (parsed) {
        m_object = *parsed;
        issues = m_checker ? m_checker(*parsed) : QList<JsonIssue>();
        showIssues(issues);
    } else {
        QJsonParseError where;
        QJsonDocument::fromJson(bytes, &where);
        const auto offset = std::clamp<qsizetype>(where.offset, 0, bytes.size());
        const int line = static_cast<int>(bytes.left(offset).count('\n')) + 1;
        m_issues = {JsonIssue{u"$"_s, parsed.error().message}};
        m_edit->setMarks({{line, parsed.error().message}});
        m_verdict->setText(parsed.error().message);
        m_verdict->setKind(Kind::Error);
    }
    if (byHand) {
        Q_EMIT edited();
    }
}

void JsonEditor::showIssues(const QList<JsonIssue>& issues)
{
    m_issues = issues;
    const auto lines = jsonLines(text());
    QHash<int, QString> marks;
    QStringList sentences;
    for (const JsonIssue& issue : issues) {
        const int line = std::max(1, lineOfPath(lines, issue.path));
        const QString sentence = tr("Line %1, %2: %3").arg(line).arg(issue.path, issue.message);
        sentences << sentence;
        QString& mark = marks[line];
        mark = mark.isEmpty() ? issue.message : QString(mark + u'\n' + issue.message);
    }
    m_edit->setMarks(marks);
    m_verdict->setKind(issues.isEmpty() ? Kind::Answer : Kind::Error);
    m_verdict->setText(issues.isEmpty() ? tr("valid ✓") : sentences.mid(0, 4).join(u'\n'));
    m_verdict->setToolTip(sentences.join(u'\n'));
}

} // namespace lathe
