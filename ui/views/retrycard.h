// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/runrecord.h"
#include "ui/widgets/tintedframe.h"

class QLabel;
class QPushButton;

namespace lathe {

class KindLabel;
class NoteLabel;

/// A run that waits before it asks its provider again: until when, why, and two ways not to wait. Its buttons are never
/// the default ones.
class RetryCard : public TintedFrame
{
    Q_OBJECT

public:
    explicit RetryCard(QWidget *parent = nullptr);

    /// nowMs: milliseconds since 1970; to be called again as time passes. A wait that was answered stays as it is.
    void setRetry(const RetryRecord& retry, qint64 nowMs);
    [[nodiscard]] QString text() const;
    [[nodiscard]] QPushButton *tryNowButton() const { return m_tryNow; }
    [[nodiscard]] QPushButton *giveUpButton() const { return m_giveUp; }

Q_SIGNALS:
    void answered(lathe::RetryAnswer answer);

protected:
    void recolor() override;

private:
    void answer(RetryAnswer answer);

    RetryRecord m_retry;
    QLabel *m_icon;
    KindLabel *m_title;
    NoteLabel *m_reason;
    QPushButton *m_tryNow;
    QPushButton *m_giveUp;
};

} // namespace lathe
