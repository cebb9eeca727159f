// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/exportdialog.h"

#include "engine/pipeline/enginefacade.h"
#include "ui/async.h"
#include "ui/format.h"
#include "ui/icons.h"
#include "ui/views/statement.h"
#include "ui/widgets/kindlabel.h"
#include "ui/widgets/messagebar.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QDate>
#include <QDialogButtonBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QSettings>
#include <QTimer>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

const QString kFolderKey = u"export/folder"_s;
const QString kFormatKey = u"export/format"_s;

BillFile::Format engineFormat(ExportDialog::Format format)
{
    switch (format) {
    case ExportDialog::Format::Breakdown:
    case ExportDialog::Format::Statement:
        return BillFile::Format::Breakdown;
    case ExportDialog::Format::Pivot:
        return BillFile::Format::Pivot;
    case ExportDialog::Format::Focus14:
        return BillFile::Format::Focus14;
    case ExportDialog::Format::Focus12:
        return BillFile::Format::Focus12;
    case ExportDialog::Format::Json:
        return BillFile::Format::Json;
    }
    return BillFile::Format::Breakdown;
}

} // namespace

ExportDialog::ExportDialog(EngineFacade& facade, BillQuery query, QList<std::pair<QString, QString>> described,
                           qint64 lines, QWidget *parent)
    : QDialog(parent),
      m_facade(facade),
      m_query(std::move(query)),
      m_described(std::move(described)),
      m_lines(lines),
      m_format(new QComboBox(this)),
      m_about(new NoteLabel(this)),
      m_profile(new QComboBox(this)),
      m_accounting(new QComboBox(this)),
      m_path(new QLineEdit(this)),
      m_browse(new QPushButton(tr("&Browse…"), this)),
      m_place(new NoteLabel(this)),
      m_bars(new QProgressBar(this)),
      m_bar(new MessageBar(this)),
      m_poll(new QTimer(this))
{
    setWindowTitle(tr("Export bill"));
    setMinimumWidth(560);
    const auto add = [this](const QString& text, Format format) { m_format->addItem(text, static_cast<int>(format)); };
    add(tr("Breakdown (CSV)"), Format::Breakdown);
    add(tr("Pivot as shown (CSV)"), Format::Pivot);
    add(tr("FOCUS 1.4 (CSV)"), Format::Focus14);
    add(tr("FOCUS 1.2 (CSV)"), Format::Focus12);
    add(tr("JSON as shown"), Format::Json);
    add(tr("Statement (PDF)"), Format::Statement);
    m_profile->addItem(tr("programs"), false);
    m_profile->setItemData(0, tr("UTF-8, every text as it is"), Qt::ToolTipRole);
    m_profile->addItem(tr("spreadsheets"), true);
    m_profile->setItemData(1, tr("With a byte order mark; text that a spreadsheet would run as a formula is guarded"),
                           Qt::ToolTipRole);
    m_accounting->addItem(tr("charged here: Lathe is the issuer"), false);
    m_accounting->addItem(tr("to be merged with providers' invoices: billed cost is 0"), true);
    m_bars->setRange(0, static_cast<int>(std::min<qint64>(std::max<qint64>(m_lines, 1), 1'000'000'000)));
    m_bars->setAccessibleName(tr("Lines written"));
    m_bars->hide();
    m_browse->setAutoDefault(false);

    auto *place = new QHBoxLayout;
    place->setSpacing(8);
    place->addWidget(m_path, 1);
    place->addWidget(m_browse);
    auto *form = new QFormLayout;
    form->setVerticalSpacing(8);
    form->addRow(tr("&Format"), m_format);
    form->addRow(QString(), m_about);
    form->addRow(tr("F&or"), m_profile);
    form->addRow(tr("&Accounting"), m_accounting);
    auto *fileLabel = new QLabel(tr("F&ile"), this);
    fileLabel->setBuddy(m_path);
    m_path->setAccessibleName(tr("File"));
    form->addRow(fileLabel, place);
    form->addRow(QString(), m_place);
    auto *buttons = new QDialogButtonBox(this);
    m_export = buttons->addButton(tr("&Export"), QDialogButtonBox::AcceptRole);
    m_export->setIcon(icon(u"export"_s));
    m_close = buttons->addButton(QDialogButtonBox::Cancel);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(12, 12, 12, 12);
    column->setSpacing(12);
    column->addWidget(m_bar);
    column->addLayout(form);
    column->addWidget(m_bars);
    column->addStretch();
    column->addWidget(buttons);
    m_bar->clear();

    m_poll->setInterval(100);
    connect(m_poll, &QTimer::timeout, this, [this] {
        if (m_progress) {
            m_bars->setValue(static_cast<int>(std::min<qint64>(m_progress->lines, m_bars->maximum())));
        }
    });
    connect(m_format, &QComboBox::currentIndexChanged, this, &ExportDialog::onFormat);
    connect(m_profile, &QComboBox::currentIndexChanged, this, &ExportDialog::onFormat);
    connect(m_path, &QLineEdit::textChanged, this, &ExportDialog::checkPath);
    connect(m_browse, &QPushButton::clicked, this, &ExportDialog::browse);
    connect(m_export, &QPushButton::clicked, this, &ExportDialog::start);
    connect(m_close, &QPushButton::clicked, this, &ExportDialog::reject);
    const QString folder = QSettings().value(kFolderKey, QDir::homePath()).toString();
    const QString month = QDate::currentDate().toString(u"yyyy-MM-dd"_s);
    m_path->setText(QDir::toNativeSeparators(QDir(folder).filePath(u"lathe-bill-%1.csv"_s.arg(month))));
    m_format->setCurrentIndex(std::max(0, m_format->findData(QSettings().value(kFormatKey, 0).toInt())));
    onFormat();
}

void ExportDialog::setFormat(Format format)
{
    m_format->setCurrentIndex(m_format->findData(static_cast<int>(format)));
}

ExportDialog::Format ExportDialog::format() const
{
    return static_cast<Format>(m_format->currentData().toInt());
}

void ExportDialog::setSpreadsheet(bool spreadsheet)
{
    m_profile->setCurrentIndex(spreadsheet ? 1 : 0);
}

void ExportDialog::setPath(const QString& path)
{
    m_path->setText(QDir::toNativeSeparators(path));
}

QString ExportDialog::path() const
{
    return QDir::fromNativeSeparators(m_path->text().trimmed());
}

QString ExportDialog::suffix() const
{
    return format() == Format::Json ? u"json"_s : format() == Format::Statement ? u"pdf"_s : u"csv"_s;
}

void ExportDialog::onFormat()
{
    const bool focus = format() == Format::Focus14 || format() == Format::Focus12;
    const bool csv = suffix() == "csv"_L1;
    m_accounting->setEnabled(focus);
    m_accounting->setToolTip(focus ? tr("Whether the cost is billed by this file or by the providers' own invoices")
                                   : tr("Only FOCUS files tell who bills."));
    m_profile->setEnabled(csv);
    m_profile->setToolTip(csv ? tr("Who reads the file") : tr("Only CSV files differ by their readers."));
    switch (format()) {
    case Format::Breakdown:
        m_about->setText(tr("Every line of the ledger: one meter of one attempt, with its exact price and cost."));
        break;
    case Format::Pivot:
        m_about->setText(tr("The groups of the table, the last of them in columns, with totals."));
        break;
    case Format::Focus14:
        m_about->setText(
            tr("The FinOps cost and usage specification 1.4. Lines of unknown cost are left out and counted "
               "in the summary."));
        break;
    case Format::Focus12:
        m_about->setText(tr("The FinOps cost and usage specification 1.2, for tools that do not know 1.4 yet."));
        break;
    case Format::Json:
        m_about->setText(tr("The groups of the table with their sums and the check; money as decimal text."));
        break;
    case Format::Statement:
        m_about->setText(tr("To print or to hand on: totals by phase, model and day, and the lines, with exact sums."));
        break;
    }
    if (csv && !m_profile->currentData().toBool()) {
        m_about->setText(
            QString(m_about->text() + u' ' + tr("A spreadsheet would run text in it that looks like a formula.")));
    }
    QString path = m_path->text();
    const QFileInfo file(path);
    const QString old = file.suffix();
    if (old == "csv"_L1 || old == "json"_L1 || old == "pdf"_L1) {
        path.chop(old.size());
        m_path->setText(QString(path + suffix()));
    }
    checkPath();
}

void ExportDialog::checkPath()
{
    const QFileInfo file(path());
    const bool named = !path().isEmpty() && !file.isDir();
    const bool folderThere = QFileInfo(file.absolutePath()).isDir();
    const QString summary = file.completeBaseName() + u".summary.json"_s;
    if (!named) {
        m_place->setText(tr("Name a file."));
    } else if (!folderThere) {
        m_place->setText(tr("The folder %1 is not there.").arg(QDir::toNativeSeparators(file.absolutePath())));
    } else if (file.exists()) {
        m_place->setText(tr("This file is there already and will be replaced. Beside it comes %1.").arg(summary));
    } else {
        m_place->setText(tr("Beside it comes %1 with rows, sums and SHA-256.").arg(summary));
    }
    const bool good = named && folderThere;
    m_place->setKind(good && !file.exists() ? Kind::Neutral : Kind::Policy);
    m_export->setEnabled(good && !isWriting());
    m_export->setToolTip(good ? tr("Writes the file") : m_place->text());
}

void ExportDialog::browse()
{
    auto *dialog = new QFileDialog(this, tr("Export bill"), path(),
                                   suffix() == "csv"_L1    ? tr("CSV files (*.csv)")
                                   : suffix() == "json"_L1 ? tr("JSON files (*.json)")
                                                           : tr("PDF files (*.pdf)"));
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(suffix());
    dialog->setOption(QFileDialog::DontConfirmOverwrite); // the line below the field says so
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, &ExportDialog::setPath);
    dialog->open();
}

void ExportDialog::setBusy(bool busy)
{
    for (QWidget *widget : QList<QWidget *>{m_format, m_profile, m_accounting, m_path, m_browse}) {
        widget->setEnabled(!busy);
    }
    m_bars->setVisible(busy);
    m_bars->setValue(0);
    busy ? m_poll->start() : m_poll->stop();
    m_close->setToolTip(busy ? tr("Stops the export; no file is left behind") : QString());
    if (!busy) {
        onFormat();
    }
    checkPath();
}

void ExportDialog::start()
{
    if (isWriting()) {
        return;
    }
    m_bar->clear();
    m_progress = std::make_shared<BillProgress>();
    setBusy(true);
    const auto done = [this](const Result<QJsonObject>& summary) { ended(summary); };
    if (format() == Format::Statement) {
        auto *writer = new StatementWriter(m_facade, this);
        connect(writer, &StatementWriter::finished, this, [done, writer](const Result<QJsonObject>& summary) {
            writer->deleteLater();
            done(summary);
        });
        writer->write(m_query, m_described, path(), m_progress);
        return;
    }
    BillFile file;
    file.format = engineFormat(format());
    file.spreadsheet = m_profile->currentData().toBool();
    file.merge = m_accounting->currentData().toBool();
    file.path = path();
    file.progress = m_progress;
    whenDone(m_facade.exportBill(m_query, file), this, done);
}

void ExportDialog::cancel()
{
    if (m_progress) {
        m_progress->cancelled = true;
    }
}

void ExportDialog::ended(const Result<QJsonObject>& summary)
{
    m_progress.reset();
    setBusy(false);
    if (!summary) {
        if (summary.error().code == ErrorCode::Cancelled) {
            m_bar->showMessage(Kind::Neutral, tr("Cancelled; no file was written."));
        } else {
            m_bar->showError(summary.error());
        }
        Q_EMIT finishedWriting(false);
        return;
    }
    QSettings().setValue(kFolderKey, QFileInfo(path()).absolutePath());
    QSettings().setValue(kFormatKey, static_cast<int>(format()));
    const auto total = Money::fromDecimal(summary->value("total"_L1).toString());
    Q_EMIT written(tr("%1 written: %n line(s), %2.", nullptr, static_cast<int>(summary->value("lines"_L1).toInteger()))
                       .arg(QDir::toNativeSeparators(path()), total ? format::exactMoney(*total) : format::unknown()));
    Q_EMIT finishedWriting(true);
    accept();
}

void ExportDialog::reject()
{
    if (isWriting()) {
        cancel();
        return;
    }
    QDialog::reject();
}

} // namespace lathe
