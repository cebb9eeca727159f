// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/pipeline/facadetypes.h"

#include <QDialog>

#include <memory>

class QComboBox;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QTimer;

namespace lathe {

class EngineFacade;
class MessageBar;
class NoteLabel;
class StatementWriter;

/// Writes a bill to a file: as which format, for whom, and where. Shows how far it has come and can be cancelled; a
/// file is whole or not there.
class ExportDialog : public QDialog
{
    Q_OBJECT

public:
    enum class Format
    {
        Breakdown,
        Pivot,
        Focus14,
        Focus12,
        Json,
        Statement
    };

    /// described: the filters in words, for the statement. lines: how many there are about, for the bar.
    ExportDialog(EngineFacade& facade, BillQuery query, QList<std::pair<QString, QString>> described, qint64 lines,
                 QWidget *parent = nullptr);

    void setFormat(Format format);
    [[nodiscard]] Format format() const;
    void setSpreadsheet(bool spreadsheet);
    void setPath(const QString& path);
    [[nodiscard]] QString path() const;
    void start();
    void cancel();
    [[nodiscard]] bool isWriting() const { return m_progress != nullptr; }
    [[nodiscard]] MessageBar *messageBar() const { return m_bar; }

    void reject() override;

Q_SIGNALS:
    /// The file is there; what it holds.
    void written(const QString& message);
    /// It ended, well or not.
    void finishedWriting(bool written);

private:
    void onFormat();
    void checkPath();
    void browse();
    void setBusy(bool busy);
    void ended(const Result<QJsonObject>& summary);
    [[nodiscard]] QString suffix() const;

    EngineFacade& m_facade;
    BillQuery m_query;
    QList<std::pair<QString, QString>> m_described;
    qint64 m_lines;
    QComboBox *m_format;
    NoteLabel *m_about;
    QComboBox *m_profile;
    QComboBox *m_accounting;
    QLineEdit *m_path;
    QPushButton *m_browse;
    NoteLabel *m_place;
    QProgressBar *m_bars;
    MessageBar *m_bar;
    QPushButton *m_export;
    QPushButton *m_close;
    QTimer *m_poll;
    std::shared_ptr<BillProgress> m_progress; ///< set while it writes
};

} // namespace lathe
