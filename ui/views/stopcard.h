// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/runrecord.h"
#include "engine/domain/stepping.h"
#include "ui/widgets/tintedframe.h"

#include <functional>
#include <optional>

class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QStackedWidget;
class QToolButton;

namespace lathe {

class JsonEditor;
class KindLabel;
class MessageBar;
class NoteLabel;
class SchemaForm;

/// Where a run has stopped: what is about to happen, what it costs, and what can be edited, in place. Its buttons are
/// never the default ones, so Enter alone approves nothing.
class StopCard : public TintedFrame
{
    Q_OBJECT

public:
    explicit StopCard(QWidget *parent = nullptr);

    /// schema: of the tool's arguments at BEFORE_TOOL, else empty.
    void setStop(const StopState& stop, const QJsonObject& schema);
    [[nodiscard]] bool isEdited() const;
    /// What would be sent; nothing if the text is no valid JSON.
    [[nodiscard]] std::optional<StopEdit> edit() const;
    void showError(const Error& error);
    void setBusy(bool busy);
    void focusEditor();
    /// The tool is not to run: the user writes its result.
    void writeResult();
    [[nodiscard]] bool writesResult() const;
    /// Closes what was opened last in the card; false if nothing was.
    bool stepBack();
    [[nodiscard]] QPlainTextEdit *resultEditor() const { return m_written; }
    [[nodiscard]] JsonEditor *jsonEditor() const { return m_json; }
    [[nodiscard]] SchemaForm *form() const { return m_form; }
    void showJson(bool json);

Q_SIGNALS:
    void continueWanted();
    void rejectWanted(const QString& message);

protected:
    void recolor() override;

private:
    void refresh();
    void reset();
    [[nodiscard]] bool wrapsInner() const;
    [[nodiscard]] bool isFrame() const;
    [[nodiscard]] QJsonObject inner() const;

    StopState m_stop;
    QJsonObject m_original; ///< the inner object as it came
    bool m_formFits = false;
    QLabel *m_icon;
    KindLabel *m_title;
    NoteLabel *m_sentence;
    QLabel *m_price;
    QToolButton *m_formButton;
    QToolButton *m_jsonButton;
    QStackedWidget *m_editors;
    SchemaForm *m_form;
    JsonEditor *m_json;
    QPlainTextEdit *m_written;
    MessageBar *m_bar;
    QLineEdit *m_reason;
    QPushButton *m_continue;
    QPushButton *m_undo;
    QPushButton *m_reject;
    QPushButton *m_write;
    QWidget *m_buttonRow;
    QWidget *m_rejectRow;
    QLineEdit *m_rejectMessage;
};

} // namespace lathe
