// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/chipbar.h"

#include "ui/format.h"
#include "ui/icons.h"
#include "ui/widgets/flowlayout.h"

#include <QDragEnterEvent>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QMimeData>
#include <QMimeDatabase>
#include <QStyleOptionToolButton>
#include <QToolButton>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

/// The icon stands at the end, and a style leaves no room before a text that comes first.
class Chip : public QToolButton
{
public:
    using QToolButton::QToolButton;
    [[nodiscard]] QSize sizeHint() const override
    {
        return QToolButton::sizeHint() + QSize(fontMetrics().horizontalAdvance(QChar::Nbsp), 0);
    }

protected:
    void initStyleOption(QStyleOptionToolButton *option) const override
    {
        QToolButton::initStyleOption(option);
        option->text.prepend(QChar::Nbsp);
    }
};

} // namespace

ChipBar::ChipBar(QWidget *parent) : QWidget(parent), m_add(new QToolButton(this))
{
    setAcceptDrops(true);
    auto *flow = new FlowLayout(this);
    m_add->setText(tr("Attach files…"));
    m_add->setIcon(icon(u"attach"_s));
    m_add->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_add->setToolTip(
        tr("Files lie in the working folder of code_executor under their own names. Drop them here as well."));
    flow->addWidget(m_add);
    connect(m_add, &QToolButton::clicked, this, &ChipBar::choose);
}

void ChipBar::setAttachments(const QList<Attachment>& attachments)
{
    if (m_attachments == attachments) {
        return;
    }
    m_attachments = attachments;
    rebuild();
}

void ChipBar::addFiles(const QStringList& paths)
{
    for (const QString& path : paths) {
        QFile file(path);
        if (!file.open(QIODevice::ReadOnly)) {
            Q_EMIT failed(tr("%1 cannot be read: %2").arg(path, file.errorString()));
            continue;
        }
        Attachment attachment;
        attachment.name = QFileInfo(path).fileName();
        attachment.mediaType = QMimeDatabase().mimeTypeForFile(path).name();
        attachment.content = file.readAll();
        const auto same = std::find_if(m_attachments.begin(), m_attachments.end(),
                                       [&](const Attachment& a) { return a.name == attachment.name; });
        if (same != m_attachments.end()) {
            *same = attachment;
        } else {
            m_attachments << attachment;
        }
    }
    rebuild();
    Q_EMIT changed();
}

void ChipBar::dragEnterEvent(QDragEnterEvent *event)
{
    if (event->mimeData()->hasUrls()) {
        event->acceptProposedAction();
    }
}

void ChipBar::dropEvent(QDropEvent *event)
{
    QStringList paths;
    const QList<QUrl> urls = event->mimeData()->urls();
    for (const QUrl& url : urls) {
        if (url.isLocalFile()) {
            paths << url.toLocalFile();
        }
    }
    addFiles(paths);
}

void ChipBar::rebuild()
{
    for (QWidget *chip : std::as_const(m_chips)) {
        layout()->removeWidget(chip);
        chip->deleteLater();
        chip->hide();
    }
    m_chips.clear();
    for (const Attachment& attachment : std::as_const(m_attachments)) {
        auto *chip = new Chip(this);
        chip->setText(tr("%1 · %2").arg(attachment.name, format::bytes(attachment.content.size())));
        chip->setIcon(icon(u"close"_s));
        chip->setLayoutDirection(Qt::RightToLeft);
        chip->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        chip->setToolTip(tr("Remove %1").arg(attachment.name));
        chip->setAccessibleName(tr("Remove attachment %1").arg(attachment.name));
        connect(chip, &QToolButton::clicked, this, [this, name = attachment.name] {
            m_attachments.removeIf([&](const Attachment& a) { return a.name == name; });
            rebuild();
            Q_EMIT changed();
        });
        layout()->addWidget(chip);
        m_chips << chip;
    }
    updateGeometry();
}

void ChipBar::choose()
{
    auto *dialog = new QFileDialog(this, tr("Attach files"));
    dialog->setFileMode(QFileDialog::ExistingFiles);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::filesSelected, this, &ChipBar::addFiles);
    dialog->open();
}

} // namespace lathe
