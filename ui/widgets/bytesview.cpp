// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/bytesview.h"

#include "ui/format.h"
#include "ui/theme.h"

#include <QBoxLayout>
#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>
#include <QLabel>
#include <QPlainTextEdit>
#include <QSaveFile>
#include <QToolButton>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr qsizetype kShown = 1024 * 1024;
constexpr qsizetype kHexShown = 64 * 1024;

} // namespace

BytesView::BytesView(QWidget *parent)
    : QWidget(parent), m_text(new QPlainTextEdit(this)), m_hex(new QToolButton(this)), m_size(new QLabel(this))
{
    m_text->setReadOnly(true);
    m_text->setFont(theme::monospace());
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_text->setAccessibleName(tr("Raw bytes"));
    m_hex->setText(tr("Hex"));
    m_hex->setCheckable(true);
    m_hex->setAutoRaise(true);
    m_hex->setToolTip(tr("Show offsets and hexadecimal values"));
    auto *copy = new QToolButton(this);
    copy->setText(tr("Copy"));
    copy->setAutoRaise(true);
    copy->setToolTip(tr("Copy all bytes as text"));
    auto *saveButton = new QToolButton(this);
    saveButton->setText(tr("Save…"));
    saveButton->setAutoRaise(true);
    saveButton->setToolTip(tr("Save all bytes to a file"));
    auto *bar = new QHBoxLayout;
    bar->addWidget(m_size, 1);
    bar->addWidget(m_hex);
    bar->addWidget(copy);
    bar->addWidget(saveButton);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addLayout(bar);
    column->addWidget(m_text, 1);
    connect(m_hex, &QToolButton::toggled, this, &BytesView::fill);
    connect(copy, &QToolButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(QString::fromUtf8(m_bytes)); });
    connect(saveButton, &QToolButton::clicked, this, &BytesView::save);
    fill();
}

void BytesView::setBytes(const QByteArray& bytes)
{
    m_bytes = bytes;
    fill();
}

QString BytesView::hexDump(QByteArrayView bytes)
{
    QString dump;
    dump.reserve(bytes.size() * 5);
    for (qsizetype offset = 0; offset < bytes.size(); offset += 16) {
        const QByteArrayView line = bytes.sliced(offset, std::min<qsizetype>(16, bytes.size() - offset));
        QString hex, text;
        for (const char c : line) {
            const auto byte = static_cast<unsigned char>(c);
            hex += QString::number(byte, 16).rightJustified(2, u'0') + u' ';
            text += byte >= 32 && byte < 127 ? QChar(static_cast<char16_t>(byte)) : QChar(u'.');
        }
        dump += QString::number(offset, 16).rightJustified(8, u'0') + u"  "_s + hex.leftJustified(49) + text + u'\n';
    }
    return dump;
}

void BytesView::fill()
{
    const bool hex = m_hex->isChecked();
    const qsizetype limit = hex ? kHexShown : kShown;
    const QByteArray shown = m_bytes.left(limit);
    m_text->setPlainText(hex ? hexDump(shown) : QString::fromUtf8(shown));
    m_size->setText(m_bytes.size() > limit
                        ? tr("%1, the first %2 are shown").arg(format::bytes(m_bytes.size()), format::bytes(limit))
                        : format::bytes(m_bytes.size()));
}

void BytesView::save()
{
    auto *dialog = new QFileDialog(this, tr("Save bytes"));
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
        QSaveFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(m_bytes) != m_bytes.size() || !file.commit()) {
            m_size->setText(tr("%1 was not written: %2").arg(path, file.errorString()));
        } else {
            m_size->setText(tr("Saved as %1").arg(path));
        }
    });
    dialog->open();
}

} // namespace lathe
