// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/stopcard.h"

#include "ui/format.h"
#include "ui/icons.h"
#include "ui/widgets/jsoneditor.h"
#include "ui/widgets/kindlabel.h"
#include "ui/widgets/messagebar.h"
#include "ui/widgets/schemaform.h"
#include "ui/widgets/taborder.h"
#include "ui/words.h"

#include <QBoxLayout>
#include <QJsonArray>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr int kLongText = 60; // characters

/// A schema for what can be edited where there is none: text where there is text.
QJsonObject schemaOf(const QJsonObject& values)
{
    QJsonObject properties;
    for (auto it = values.begin(); it != values.end(); ++it) {
        if (it->isString()) {
            QJsonObject text{{u"type"_s, u"string"_s}};
            if (it.key() == "action"_L1) {
                QJsonArray actions;
                for (const auto& [action, name] : EnumNames<AgentActionType>::table) {
                    actions << QString(name);
                }
                text.insert(u"enum"_s, actions);
            }
            if (it->toString().size() > kLongText || it->toString().contains(u'\n')) {
                text.insert(u"contentMediaType"_s, u"text/plain"_s); // a field of several lines
            }
            properties.insert(it.key(), text);
        } else {
            properties.insert(it.key(), QJsonObject{{u"type"_s, u"object"_s}});
        }
    }
    return QJsonObject{{u"type"_s, u"object"_s}, {u"properties"_s, properties}};
}

QString reasonText(const QString& reason)
{
    if (reason == "step"_L1) {
        return StopCard::tr("Stopped by a step.");
    }
    if (reason == "step over"_L1) {
        return StopCard::tr("Stopped by a step over.");
    }
    if (reason == "step out"_L1) {
        return StopCard::tr("Stopped by a step out of the frame below.");
    }
    if (reason == "interrupted"_L1) {
        return StopCard::tr("The call in flight was aborted.");
    }
    if (reason == "pause"_L1) {
        return StopCard::tr("Stopped by Pause.");
    }
    if (reason == "approval"_L1) {
        return StopCard::tr("Every tool call of this run waits for your approval.");
    }
    if (reason.startsWith("breakpoint:"_L1)) {
        return StopCard::tr("Stopped by the breakpoint %1.").arg(reason.mid(11).trimmed());
    }
    return reason;
}

QString frameWord(StopPoint point)
{
    return point == StopPoint::BeforeTool ? StopCard::tr("Before the child frame")
                                          : StopCard::tr("After the child frame");
}

QString frameSentence(StopPoint point)
{
    return point == StopPoint::BeforeTool ? StopCard::tr("The frame has its task; nothing has happened in it.")
                                          : StopCard::tr("The frame has answered; the frame above has not seen it.");
}

} // namespace

StopCard::StopCard(QWidget *parent)
    : TintedFrame(parent),
      m_icon(new QLabel(this)),
      m_title(new KindLabel(this)),
      m_sentence(new NoteLabel(this)),
      m_price(new QLabel(this)),
      m_formButton(new QToolButton(this)),
      m_jsonButton(new QToolButton(this)),
      m_editors(new QStackedWidget(this)),
      m_form(new SchemaForm),
      m_json(new JsonEditor(this)),
      m_written(new QPlainTextEdit(this)),
      m_bar(new MessageBar(this)),
      m_reason(new QLineEdit(this)),
      m_continue(new QPushButton(this)),
      m_undo(new QPushButton(tr("&Undo edit"), this)),
      m_reject(new QPushButton(tr("Re&ject…"), this)),
      m_write(new QPushButton(tr("&Write the result…"), this)),
      m_buttonRow(new QWidget(this)),
      m_rejectRow(new QWidget(this)),
      m_rejectMessage(new QLineEdit(m_rejectRow))
{
    QFont bold = m_title->font();
    bold.setWeight(QFont::DemiBold);
    m_title->setFont(bold);
    m_title->setTextFormat(Qt::PlainText);
    m_title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_price->setTextFormat(Qt::PlainText);
    m_formButton->setText(tr("Form"));
    m_formButton->setToolTip(tr("Edit in fields"));
    m_jsonButton->setText(tr("JSON"));
    m_jsonButton->setToolTip(tr("Edit as JSON"));
    for (QToolButton *button : {m_formButton, m_jsonButton}) {
        button->setCheckable(true);
        button->setAutoExclusive(true);
        button->setAutoRaise(true);
    }
    auto *scroll = new QScrollArea(this);
    scroll->setWidget(m_form);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->viewport()->setAutoFillBackground(false);
    m_form->setAutoFillBackground(false);
    m_editors->addWidget(scroll);
    m_editors->addWidget(m_json);
    m_editors->addWidget(m_written);
    m_written->setFont(theme::monospace());
    m_written->setTabChangesFocus(true);
    m_written->setPlaceholderText(
        tr("What the model is shown as the result. The tool does not run and costs nothing."));
    m_written->setAccessibleName(tr("Result written by hand"));
    m_reason->setPlaceholderText(tr("Why the edit (optional)"));
    m_reason->setAccessibleName(tr("Reason of the edit"));
    m_undo->setToolTip(tr("Back to what the model wrote"));
    m_reject->setToolTip(tr("The tool does not run; the model is told why"));
    m_write->setToolTip(tr("The tool does not run; the model is shown what you write"));
    for (QPushButton *button : {m_continue, m_undo, m_reject, m_write}) {
        button->setAutoDefault(false);
    }

    m_rejectMessage->setPlaceholderText(tr("What the model is told instead of a result"));
    m_rejectMessage->setAccessibleName(tr("Message to the model"));
    auto *confirm = new QPushButton(tr("Reject"), m_rejectRow);
    auto *back = new QPushButton(tr("Back"), m_rejectRow);
    auto *rejectLayout = new QHBoxLayout(m_rejectRow);
    rejectLayout->setContentsMargins(0, 0, 0, 0);
    rejectLayout->addWidget(m_rejectMessage, 1);
    rejectLayout->addWidget(confirm);
    rejectLayout->addWidget(back);
    m_rejectRow->hide();

    auto *head = new QHBoxLayout;
    head->setSpacing(8);
    head->addWidget(m_icon);
    head->addWidget(m_title, 1);
    head->addWidget(m_price);
    auto *second = new QHBoxLayout;
    second->setSpacing(4);
    second->addWidget(m_sentence, 1);
    second->addWidget(m_formButton);
    second->addWidget(m_jsonButton);
    auto *buttons = new QHBoxLayout(m_buttonRow);
    buttons->setContentsMargins(0, 0, 0, 0);
    buttons->setSpacing(8);
    buttons->addStretch(1);
    buttons->addWidget(m_undo);
    buttons->addWidget(m_write);
    buttons->addWidget(m_reject);
    buttons->addWidget(m_continue);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 8, 12, 8);
    column->setSpacing(8);
    column->addLayout(head);
    column->addLayout(second);
    column->addWidget(m_bar);
    column->addWidget(m_editors, 1);
    column->addWidget(m_reason);
    column->addWidget(m_buttonRow);
    column->addWidget(m_rejectRow);

    setTabChain(
        {m_json->editor(), m_written, m_reason, m_undo, m_write, m_reject, m_continue, m_rejectMessage, confirm, back});

    connect(m_formButton, &QToolButton::clicked, this, [this] { showJson(false); });
    connect(m_jsonButton, &QToolButton::clicked, this, [this] { showJson(true); });
    connect(m_form, &SchemaForm::edited, this, &StopCard::refresh);
    connect(m_json, &JsonEditor::edited, this, &StopCard::refresh);
    connect(m_continue, &QPushButton::clicked, this, &StopCard::continueWanted);
    connect(m_undo, &QPushButton::clicked, this, &StopCard::reset);
    connect(m_reject, &QPushButton::clicked, this, [this] {
        m_buttonRow->hide();
        m_rejectRow->show();
        m_rejectMessage->setFocus();
    });
    connect(m_write, &QPushButton::clicked, this, &StopCard::writeResult);
    connect(m_written, &QPlainTextEdit::textChanged, this, &StopCard::refresh);
    connect(back, &QPushButton::clicked, this, &StopCard::stepBack);
    connect(confirm, &QPushButton::clicked, this, [this] {
        const QString message = m_rejectMessage->text().trimmed();
        Q_EMIT rejectWanted(message.isEmpty() ? tr("The user rejected this call.") : message);
    });
}

void StopCard::writeResult()
{
    m_editors->setCurrentWidget(m_written);
    m_formButton->hide();
    m_jsonButton->hide();
    refresh();
    m_written->setFocus(Qt::OtherFocusReason);
}

bool StopCard::writesResult() const
{
    return m_editors->currentWidget() == m_written;
}

bool StopCard::stepBack()
{
    if (m_rejectRow->isVisibleTo(this)) {
        m_rejectRow->hide();
        m_buttonRow->show();
        m_reject->setFocus(Qt::OtherFocusReason);
        return true;
    }
    if (isVisible() && writesResult()) {
        reset();
        m_write->setFocus(Qt::OtherFocusReason);
        return true;
    }
    return false;
}

bool StopCard::wrapsInner() const
{
    return m_stop.point == StopPoint::BeforeTool || m_stop.point == StopPoint::AfterDecide;
}

void StopCard::setStop(const StopState& stop, const QJsonObject& schema)
{
    m_stop = stop;
    if (stop.point == StopPoint::BeforeTool) {
        m_original = stop.editable.value("arguments"_L1).toObject();
    } else if (stop.point == StopPoint::AfterDecide) {
        m_original = stop.editable.value("decision"_L1).toObject();
    } else {
        m_original = stop.editable;
    }
    const QJsonObject shape = stop.point == StopPoint::BeforeTool ? schema : schemaOf(m_original);
    const bool beforeOrAfter = stop.point == StopPoint::BeforeTool || stop.point == StopPoint::AfterTool;
    const bool anyField = stop.point == StopPoint::BeforeDecide || stop.point == StopPoint::AfterTool;
    m_formFits = SchemaForm::fits(shape) || (anyField && !m_original.isEmpty());
    m_form->setSchema(m_formFits ? shape : QJsonObject());
    setTabChain(QList<QWidget *>{m_formButton, m_jsonButton} + m_form->fields() + QList<QWidget *>{m_json->editor()});
    const QString at = isFrame() && beforeOrAfter ? frameWord(stop.point) : word(stop.point);
    m_title->setText(stop.tool.isEmpty() || isFrame()
                         ? stop.decision > 0 ? tr("%1 (decision %2)").arg(at).arg(stop.decision) : at
                         : tr("%1: %2 (decision %3)").arg(at, stop.tool).arg(stop.decision));
    m_sentence->setText(QString((isFrame() && beforeOrAfter ? frameSentence(stop.point) : sentence(stop.point)) + u' ' +
                                reasonText(stop.reason)));
    const bool priced = stop.point == StopPoint::BeforeDecide || stop.point == StopPoint::BeforeTool || stop.nextCost;
    m_price->setText(priced ? tr("Next: at most %1").arg(format::money(stop.nextCost)) : QString());
    m_price->setToolTip(stop.nextCost ? format::exactMoney(*stop.nextCost) : QString());
    const bool beforeTool = stop.point == StopPoint::BeforeTool;
    m_reject->setVisible(beforeTool);
    m_buttonRow->show();
    m_rejectRow->hide();
    m_rejectMessage->clear();
    m_editors->setVisible(!m_original.isEmpty() || beforeTool);
    m_bar->clear();
    setAccessibleName(m_title->text());
    setKind(Kind::Policy);
    reset();
    setBusy(false);
}

void StopCard::reset()
{
    m_form->setValues(m_original);
    m_json->setObject(m_original);
    m_written->clear();
    m_formButton->setVisible(m_formFits && m_editors->isVisibleTo(this));
    m_jsonButton->setVisible(m_formFits && m_editors->isVisibleTo(this));
    m_formButton->setChecked(m_formFits);
    m_jsonButton->setChecked(!m_formFits);
    m_editors->setCurrentIndex(m_formFits ? 0 : 1);
    m_reason->clear();
    m_bar->clear();
    refresh();
}

void StopCard::showJson(bool json)
{
    if (json == (m_editors->currentIndex() == 1)) {
        return;
    }
    if (json) {
        m_json->setObject(m_form->values());
    } else if (const auto object = m_json->object()) {
        m_form->setValues(*object);
    } else {
        m_jsonButton->setChecked(true);
        m_bar->showMessage(Kind::Policy, tr("The text is no JSON yet, so it cannot be shown as a form."));
        return;
    }
    (json ? m_jsonButton : m_formButton)->setChecked(true);
    m_editors->setCurrentIndex(json ? 1 : 0);
}

QJsonObject StopCard::inner() const
{
    return m_editors->currentIndex() == 0 ? m_form->values() : m_json->object().value_or(m_original);
}

bool StopCard::isEdited() const
{
    return writesResult() || (m_editors->currentIndex() == 1 && !m_json->object()) || inner() != m_original;
}

std::optional<StopEdit> StopCard::edit() const
{
    if (m_editors->currentIndex() == 1 && !m_json->object()) {
        return std::nullopt;
    }
    StopEdit edit;
    edit.reason = m_reason->text().trimmed();
    if (writesResult()) {
        if (m_written->toPlainText().isEmpty()) {
            return std::nullopt;
        }
        edit.values.insert(u"result"_s, m_written->toPlainText());
        return edit;
    }
    if (wrapsInner()) {
        edit.values.insert(m_stop.point == StopPoint::BeforeTool ? u"arguments"_s : u"decision"_s, inner());
        return edit;
    }
    const QJsonObject changed = inner();
    for (auto it = changed.begin(); it != changed.end(); ++it) {
        if (m_original.value(it.key()) != it.value()) {
            edit.values.insert(it.key(), it.value());
        }
    }
    return edit;
}

void StopCard::showError(const Error& error)
{
    m_bar->showError(error);
    // "$.query: expected a string": beside the line as well.
    QList<JsonIssue> issues;
    const QStringList lines = error.detail.split(u'\n');
    for (const QString& line : lines) {
        const auto colon = line.indexOf(u": "_s);
        if (line.startsWith(u'$') && colon > 0) {
            issues << JsonIssue{line.left(colon), line.mid(colon + 2)};
        }
    }
    if (!issues.isEmpty()) {
        m_json->showIssues(issues);
    }
}

bool StopCard::isFrame() const
{
    return m_stop.tool == "llm_call"_L1;
}

void StopCard::setBusy(bool busy)
{
    m_continue->setEnabled(!busy);
    m_reject->setEnabled(!busy);
    m_write->setEnabled(!busy);
    if (!busy) {
        refresh();
    }
}

void StopCard::focusEditor()
{
    if (writesResult()) {
        m_written->setFocus(Qt::OtherFocusReason);
    } else if (m_editors->currentIndex() == 1) {
        m_json->setFocus(Qt::OtherFocusReason);
    } else {
        m_form->setFocus(Qt::OtherFocusReason);
    }
}

void StopCard::refresh()
{
    const bool edited = isEdited();
    const bool valid = edit().has_value();
    if (m_stop.point == StopPoint::BeforeTool) {
        m_continue->setText(writesResult() ? tr("&Use as the result")
                            : edited       ? tr("&Approve edited")
                                           : tr("&Approve"));
    } else {
        m_continue->setText(edited ? tr("&Apply and continue") : tr("&Continue"));
    }
    m_continue->setEnabled(valid);
    m_continue->setToolTip(valid            ? tr("Goes on to the next breakpoint or the end (F5)")
                           : writesResult() ? tr("Write the result first.")
                                            : tr("The JSON is not valid yet."));
    m_write->setVisible(m_stop.point == StopPoint::BeforeTool && !isFrame() && !writesResult());
    m_undo->setText(writesResult() ? tr("&Back") : tr("&Undo edit"));
    m_undo->setVisible(edited);
    m_reason->setVisible(edited);
}

void StopCard::recolor()
{
    m_icon->setPixmap(iconPixmap(u"here"_s, theme::kindColor(kind(), palette()), 18, devicePixelRatioF()));
    m_title->setKind(kind());
}

} // namespace lathe
