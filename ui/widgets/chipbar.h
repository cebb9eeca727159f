// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/job.h"

#include <QWidget>

class QLabel;
class QToolButton;

namespace lathe {

/// Attachments as chips: name and size, each with a button that takes it away, and one that adds files. Files can be
/// dropped on it.
class ChipBar : public QWidget
{
    Q_OBJECT

public:
    explicit ChipBar(QWidget *parent = nullptr);

    [[nodiscard]] const QList<Attachment>& attachments() const { return m_attachments; }
    void setAttachments(const QList<Attachment>& attachments);
    /// Reads the files; a name that is there already is replaced.
    void addFiles(const QStringList& paths);

Q_SIGNALS:
    void changed();
    void failed(const QString& message);

protected:
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    void rebuild();
    void choose();

    QList<Attachment> m_attachments;
    QToolButton *m_add;
    QList<QWidget *> m_chips;
};

} // namespace lathe
