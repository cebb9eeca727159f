// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QWidget>

class QLabel;
class QPlainTextEdit;
class QToolButton;

namespace lathe {

/// Bytes as they were sent or received: as text, or with offsets in hex. Shows the first mebibyte; saves all.
class BytesView : public QWidget
{
    Q_OBJECT

public:
    explicit BytesView(QWidget *parent = nullptr);
    void setBytes(const QByteArray& bytes);
    [[nodiscard]] QByteArray bytes() const { return m_bytes; }
    [[nodiscard]] static QString hexDump(QByteArrayView bytes);

private:
    void fill();
    void save();

    QByteArray m_bytes;
    QPlainTextEdit *m_text;
    QToolButton *m_hex;
    QLabel *m_size;
};

} // namespace lathe
