// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/reconcileview.h"

#include "engine/pipeline/enginefacade.h"
#include "ui/async.h"
#include "ui/format.h"
#include "ui/icons.h"
#include "ui/models/reconcilemodel.h"
#include "ui/session.h"
#include "ui/widgets/itemviews.h"
#include "ui/widgets/kindlabel.h"
#include "ui/widgets/statepane.h"

#include <QBoxLayout>
#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QHeaderView>
#include <QLabel>
#include <QPromise>
#include <QPushButton>
#include <QSettings>
#include <QTableView>
#include <QThreadPool>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

const QString kFolderKey = u"reconcile/folder"_s;
constexpr qint64 kMaxBytes = 200'000'000;

/// On another thread: a folder may be far away.
QFuture<Result<QByteArray>> readFile(const QString& path)
{
    const auto promise = std::make_shared<QPromise<Result<QByteArray>>>();
    promise->start();
    const auto future = promise->future();
    QThreadPool::globalInstance()->start([promise, path] {
        QFile file(path);
        Result<QByteArray> bytes;
        if (!file.open(QIODevice::ReadOnly)) {
            bytes = fail(ErrorCode::File, u"%1 cannot be read: %2"_s.arg(path, file.errorString()));
        } else if (file.size() > kMaxBytes) {
            bytes = fail(ErrorCode::InvalidInput, u"%1 is larger than any cost export"_s.arg(path));
        } else {
            bytes = file.readAll();
        }
        promise->addResult(std::move(bytes));
        promise->finish();
    });
    return future;
}

QString formatName(const QString& format)
{
    if (format == "openai-costs"_L1) {
        return u"OpenAI costs"_s;
    }
    return format == "anthropic-cost-report"_L1 ? u"Anthropic cost report"_s : u"OpenRouter activity"_s;
}

} // namespace

ReconcileView::ReconcileView(Session& session, QWidget *parent)
    : QWidget(parent),
      m_session(session),
      m_total(new QLabel(this)),
      m_note(new NoteLabel(this)),
      m_load(new QPushButton(icon(u"open"_s), tr("&Load another export…"), this)),
      m_table(new QTableView(this)),
      m_model(new ReconcileModel(this)),
      m_pane(new StatePane(this))
{
    QFont large = m_total->font();
    large.setPointSizeF(large.pointSizeF() * 1.25);
    large.setWeight(QFont::DemiBold);
    m_total->setFont(large);
    m_total->setTextFormat(Qt::PlainText);
    m_total->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_total->setAccessibleName(tr("Sums here and there"));
    m_load->setToolTip(tr("Another file of a provider"));
    m_table->setModel(m_model);
    ItemViews::setUp(m_table);
    m_table->setAccessibleName(tr("Differences by day and model"));
    auto *content = new QWidget(this);
    auto *top = new QHBoxLayout;
    top->setSpacing(8);
    top->addWidget(m_total, 1);
    top->addWidget(m_load);
    auto *inner = new QVBoxLayout(content);
    inner->setContentsMargins(0, 0, 0, 0);
    inner->setSpacing(8);
    inner->addLayout(top);
    inner->addWidget(m_note);
    inner->addWidget(m_table, 1);
    m_pane->setContent(content);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 8, 0, 0);
    column->addWidget(m_pane, 1);
    connect(m_load, &QPushButton::clicked, this, &ReconcileView::choose);
    showEmpty();
}

void ReconcileView::showEmpty()
{
    m_pane->showEmpty(u"bill"_s,
                      tr("Load what a provider says it charges to see where it differs from the ledger: OpenAI's costs "
                         "or Anthropic's cost report as JSON, or OpenRouter's activity as CSV."),
                      tr("Load an export…"), [this] { choose(); });
}

void ReconcileView::choose()
{
    auto *dialog = new QFileDialog(this, tr("Load a provider's cost export"),
                                   QSettings().value(kFolderKey, QDir::homePath()).toString(),
                                   tr("Cost exports (*.json *.csv);;All files (*)"));
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
        QSettings().setValue(kFolderKey, QFileInfo(path).absolutePath());
        load(path);
    });
    dialog->open();
}

void ReconcileView::load(const QString& path)
{
    m_pane->showLoading(tr("Comparing…"));
    const auto failed = [this](const Error& error) { m_pane->showError(error, [this] { choose(); }); };
    whenDone(readFile(path), this, [this, path, failed](const Result<QByteArray>& bytes) {
        if (!bytes) {
            failed(bytes.error());
            return;
        }
        whenDone(m_session.facade().reconcile(*bytes), this, [this, path, failed](const Result<Reconciliation>& found) {
            if (!found) {
                failed(found.error());
                return;
            }
            show(QFileInfo(path).fileName(), *found);
        });
    });
}

void ReconcileView::show(const QString& name, const Reconciliation& found)
{
    m_total->setText(tr("Here %1, there %2, difference %3")
                         .arg(format::money(found.here), format::money(found.there), format::money(found.difference)));
    m_total->setToolTip(tr("here %1\nthere %2\ndifference %3")
                            .arg(format::exactMoney(found.here), format::exactMoney(found.there),
                                 format::exactMoney(found.difference)));
    const QString days = found.fromDay == found.toDay ? found.fromDay : tr("%1 to %2").arg(found.fromDay, found.toDay);
    QStringList notes{
        tr("%1 (%2), %3").arg(name, formatName(found.format), days),
        found.withinTolerance()
            ? tr("The sums agree within the tolerance of %1 that FOCUS allows.").arg(format::money(found.tolerance))
            : tr("The sums differ by more than the tolerance of %1 that FOCUS allows.")
                  .arg(format::money(found.tolerance))};
    notes << found.notes;
    m_note->setText(notes.join(u'\n'));
    m_note->setKind(found.withinTolerance() ? Kind::Neutral : Kind::Policy);
    m_model->setRows(found.rows);
    ItemViews::fitColumns(m_table, 360);
    m_table->horizontalHeader()->setSectionResizeMode(ReconcileModel::Model, QHeaderView::Stretch);
    m_pane->showContent();
}

QString ReconcileView::totalText() const
{
    return m_total->text();
}

} // namespace lathe
