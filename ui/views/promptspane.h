// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/prompttext.h"

#include <QList>
#include <QWidget>

class QComboBox;
class QPlainTextEdit;
class QPushButton;

namespace lathe {

class MessageBar;
class NoteLabel;
class Session;

/// The texts that agents work with: to be read, changed and brought back. A change holds from the next run on.
class PromptsPane : public QWidget
{
    Q_OBJECT

public:
    explicit PromptsPane(Session& session, QWidget *parent = nullptr);
    void load();
    void store();
    void bringBack();
    [[nodiscard]] QComboBox *names() const { return m_names; }
    [[nodiscard]] QPlainTextEdit *editor() const { return m_text; }
    [[nodiscard]] QPushButton *storeButton() const { return m_store; }
    [[nodiscard]] QPushButton *bringBackButton() const { return m_bringBack; }
    [[nodiscard]] MessageBar *messageBar() const { return m_bar; }
    [[nodiscard]] QString noteText() const;

Q_SIGNALS:
    void loaded();

protected:
    void showEvent(QShowEvent *event) override;

private:
    void show(int at);
    void allow();
    void write(const QString& text, const QString& message);

    Session& m_session;
    QComboBox *m_names;
    QPlainTextEdit *m_text;
    NoteLabel *m_note;
    QPushButton *m_store;
    QPushButton *m_bringBack;
    MessageBar *m_bar;
    QList<PromptText> m_prompts;
};

} // namespace lathe
