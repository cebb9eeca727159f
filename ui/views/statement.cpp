// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/statement.h"

#include "engine/pipeline/enginefacade.h"
#include "ui/async.h"
#include "ui/format.h"
#include "ui/models/billmodel.h"
#include "ui/words.h"

#include <QAbstractTextDocumentLayout>
#include <QCryptographicHash>
#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QJsonDocument>
#include <QPainter>
#include <QPdfWriter>
#include <QPromise>
#include <QSaveFile>
#include <QTextDocument>
#include <QThreadPool>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr int kMaxLines = 2000; // about forty pages; all of them are in the breakdown
constexpr double kMarginMm = 18;
constexpr int kDpi = 300;

/// The texts of the statement; one context for translators.
class StatementText
{
    Q_DECLARE_TR_FUNCTIONS(lathe::CostStatement)
};

QString escaped(const QString& text)
{
    return text.toHtmlEscaped();
}

QString cell(const QString& text, bool number = false, bool head = false, int width = 0)
{
    const QString tag = head ? u"th"_s : u"td"_s;
    const QString percent = width == 0 ? QString() : u" width=\"%1%\""_s.arg(width);
    return u"<%1%4 align=\"%2\">%3</%1>"_s.arg(tag, number ? u"right"_s : u"left"_s, escaped(text), percent);
}

QString exact(Money amount)
{
    return amount.toDecimal();
}

QString groupTable(const QString& title, const BillResult& bill, BillGroup group)
{
    QString html =
        u"<h2>%1</h2><table width=\"100%\" cellspacing=\"0\" cellpadding=\"3\"><thead><tr>"_s.arg(escaped(title));
    html += cell(BillModel::title(group), false, true, 34) + cell(StatementText::tr("Tokens"), true, true, 12) +
            cell(StatementText::tr("Calls"), true, true, 10) +
            cell(StatementText::tr("Without price"), true, true, 20) +
            cell(StatementText::tr("Cost (USD)"), true, true, 24) + u"</tr></thead>"_s;
    for (const BillResult::Row& row : bill.rows) {
        const QString key = row.keys.value(0);
        html += u"<tr>"_s + cell(BillModel::keyText(group, key)) + cell(format::count(row.group.tokens), true) +
                cell(format::count(row.group.calls), true) +
                cell(row.group.unknownLines == 0 ? format::none() : format::count(row.group.unknownLines), true) +
                cell(exact(row.group.cost), true) + u"</tr>"_s;
    }
    html += u"<tr>"_s + cell(StatementText::tr("Sum"), false, true) +
            cell(format::count(bill.total.tokens), true, true) + cell(format::count(bill.total.calls), true, true) +
            cell(bill.total.unknownLines == 0 ? format::none() : format::count(bill.total.unknownLines), true, true) +
            cell(exact(bill.total.cost), true, true) + u"</tr></table>"_s;
    return html;
}

QString lineTable(const BillLines& lines)
{
    QString html =
        u"<h2>%1</h2><table class=\"lines\" width=\"100%\" cellspacing=\"0\" cellpadding=\"2\"><thead><tr>"_s.arg(
            escaped(StatementText::tr("Lines of the ledger")));
    html += cell(StatementText::tr("Time (UTC)"), false, true) + cell(StatementText::tr("User"), false, true) +
            cell(StatementText::tr("Run"), false, true) + cell(StatementText::tr("No."), false, true) +
            cell(StatementText::tr("What"), false, true) + cell(StatementText::tr("Quantity"), true, true) +
            cell(StatementText::tr("Price (USD)"), true, true) + cell(StatementText::tr("Cost (USD)"), true, true) +
            u"</tr></thead>"_s;
    for (const BillLines::Line& entry : lines.lines) {
        const CostLine& line = entry.line;
        const bool tool = line.meter == Meter::ToolCall;
        const QString model = line.modelBilled.isEmpty() ? line.modelRequested : line.modelBilled;
        const qint64 per = perOf(line.meter);
        QString price = line.unitPrice ? line.unitPrice->toDecimal(per) : format::none();
        if (line.unitPrice && per > 1) {
            price = per == 1'000'000 ? StatementText::tr("%1 per 1M").arg(price)
                                     : StatementText::tr("%1 per 1,000").arg(price);
        }
        html += u"<tr>"_s +
                cell(QDateTime::fromMSecsSinceEpoch(line.lineAtMs, Qt::UTC).toString(u"yyyy-MM-dd HH:mm:ss"_s)) +
                cell(entry.userId) + cell(line.runId.left(8)) +
                cell(line.decision == 0 ? format::none() : QString::number(line.decision)) +
                cell(tool ? line.tool : QString(model + u", "_s + word(line.meter))) +
                cell(format::count(line.quantity), true) + cell(price, true) +
                cell(line.cost ? exact(*line.cost) : format::unknown(), true) + u"</tr>"_s;
    }
    html += u"</table>"_s;
    if (lines.left > 0) {
        html += u"<p>%1</p>"_s.arg(
            escaped(StatementText::tr("%n more line(s) are in the sums above; the breakdown CSV has all of them.",
                                      nullptr, static_cast<int>(lines.left))));
    }
    return html;
}

QString sumTable(const CostStatement& statement)
{
    const BillResult& bill = statement.phases;
    const auto row = [](const QString& name, const QString& value, bool head = false) -> QString {
        return u"<tr>"_s + cell(name, false, head) + cell(value, true, head) + u"</tr>"_s;
    };
    QString html =
        u"<p class=\"gap\">&nbsp;</p><table class=\"sums\" width=\"60%\" cellspacing=\"0\" cellpadding=\"3\">"_s;
    html += row(StatementText::tr("Decisions of models"), exact(bill.decisions));
    html += row(StatementText::tr("Fees of tools"), exact(bill.tools));
    html += row(StatementText::tr("Total charged (USD)"), exact(bill.total.cost), true);
    html += row(StatementText::tr("Avoided by cache and re-use, not in the total"), exact(statement.avoided));
    if (bill.total.unknownLines > 0) {
        html += row(
            StatementText::tr("Lines without a known price, not in the total"),
            StatementText::tr("%1 of %2").arg(format::count(bill.total.unknownLines), format::count(bill.total.lines)));
    }
    html += u"</table>"_s;
    html += u"<p>%1</p>"_s.arg(
        escaped(bill.sumsAgree ? StatementText::tr("Checked: the sums by phase, by decision and tool, and over all "
                                                   "lines are the same amount, exactly.")
                               : StatementText::tr("The sums by phase and by decision and tool do not agree.")));
    return html;
}

} // namespace

QPageSize::PageSizeId statementPaper(const QLocale& locale)
{
    switch (locale.territory()) {
    case QLocale::UnitedStates:
    case QLocale::Canada:
    case QLocale::Mexico:
    case QLocale::Philippines:
    case QLocale::Chile:
    case QLocale::Colombia:
    case QLocale::Venezuela:
    case QLocale::CostaRica:
    case QLocale::Guatemala:
    case QLocale::Panama:
        return QPageSize::Letter;
    default:
        return QPageSize::A4;
    }
}

QString statementHtml(const CostStatement& statement)
{
    QString html = u"<html><head><style>"
                   "body{font-family:sans-serif;font-size:9pt;color:#000}"
                   "h1{font-size:18pt;font-weight:600}h2{font-size:11pt;font-weight:600;margin-top:14px}"
                   "th{font-weight:600;border-bottom:1px solid #888}td{border-bottom:1px solid #ddd}"
                   "p.gap{font-size:4pt;margin:0}table.lines{font-size:7pt}table.lines td,table.lines th{font-size:7pt}"
                   "table.sums td,table.sums th{font-size:10pt}"
                   "</style></head><body>"_s;
    html += u"<h1>%1</h1><p>"_s.arg(escaped(StatementText::tr("Statement of costs")));
    for (const auto& [name, value] : statement.filters) {
        html += u"<b>%1:</b> %2<br>"_s.arg(escaped(name), escaped(value));
    }
    html += u"<b>%1:</b> %2 UTC</p>"_s.arg(
        escaped(StatementText::tr("Made")),
        QDateTime::fromMSecsSinceEpoch(statement.madeAtMs, Qt::UTC).toString(u"yyyy-MM-dd HH:mm"_s));
    html += sumTable(statement);
    html += groupTable(StatementText::tr("By phase"), statement.phases, BillGroup::Phase);
    html += groupTable(StatementText::tr("By model"), statement.models, BillGroup::Model);
    html += groupTable(StatementText::tr("By day"), statement.days, BillGroup::Day);
    html += lineTable(statement.lines);
    return html + u"</body></html>"_s;
}

Result<int> writePdf(const QString& html, const QString& title, const QString& pageText, const QString& path,
                     QPageSize::PageSizeId paper, const BillProgress& progress)
{
    QSaveFile file(path);
    const auto failed = [&file, &path] {
        return fail(ErrorCode::File, u"%1 cannot be written: %2"_s.arg(path, file.errorString()));
    };
    if (!file.open(QIODevice::WriteOnly)) {
        return failed();
    }
    int pages = 0;
    {
        QPdfWriter writer(&file);
        writer.setResolution(kDpi);
        writer.setPageSize(QPageSize(paper));
        writer.setPageMargins(QMarginsF(kMarginMm, kMarginMm, kMarginMm, kMarginMm), QPageLayout::Millimeter);
        writer.setTitle(title);
        writer.setCreator(u"Lathe"_s);
        QTextDocument document;
        document.setDocumentMargin(0);
        document.documentLayout()->setPaintDevice(&writer);
        document.setHtml(html);
        const double footer = 10.0 / 25.4 * kDpi;
        const QSizeF page(writer.width(), writer.height() - footer);
        document.setPageSize(page);
        pages = document.pageCount();
        QPainter painter(&writer);
        QFont font = document.defaultFont();
        font.setPointSizeF(8);
        for (int i = 0; i < pages; ++i) {
            if (progress.cancelled) {
                painter.end();
                file.cancelWriting();
                return fail(ErrorCode::Cancelled, u"the export was cancelled"_s);
            }
            if (i > 0) {
                writer.newPage();
            }
            painter.save();
            painter.translate(0, -i * page.height());
            QAbstractTextDocumentLayout::PaintContext context;
            context.clip = QRectF(0, i * page.height(), page.width(), page.height());
            context.palette.setColor(QPalette::Text, Qt::black);
            painter.setClipRect(context.clip);
            document.documentLayout()->draw(&painter, context);
            painter.restore();
            painter.setFont(font);
            painter.setPen(Qt::darkGray);
            const QRectF foot(0, page.height(), page.width(), footer);
            painter.drawText(foot, Qt::AlignRight | Qt::AlignBottom, pageText.arg(i + 1).arg(pages));
            painter.drawText(foot, Qt::AlignLeft | Qt::AlignBottom, title);
        }
    }
    if (!file.commit()) {
        return failed();
    }
    return pages;
}

StatementWriter::StatementWriter(EngineFacade& facade, QObject *parent) : QObject(parent), m_facade(facade) {}

void StatementWriter::write(const BillQuery& query, const QList<std::pair<QString, QString>>& filters,
                            const QString& path, std::shared_ptr<BillProgress> progress)
{
    m_query = query;
    m_path = path;
    m_progress = std::move(progress);
    m_statement = CostStatement();
    m_statement.filters = filters;
    for (const auto& [group, key] : query.only) {
        if (group != BillGroup::Model) { // which the filters name already
            m_statement.filters.append({BillModel::title(group), BillModel::keyText(group, key)});
        }
    }
    m_statement.madeAtMs = QDateTime::currentMSecsSinceEpoch();
    askGroups(0);
}

bool StatementWriter::goesOn()
{
    if (m_progress->cancelled) {
        Q_EMIT finished(fail(ErrorCode::Cancelled, u"the export was cancelled"_s));
        return false;
    }
    return true;
}

void StatementWriter::askGroups(qsizetype at)
{
    const std::pair<BillGroup, BillResult *> parts[] = {{BillGroup::Phase, &m_statement.phases},
                                                        {BillGroup::Model, &m_statement.models},
                                                        {BillGroup::Day, &m_statement.days}};
    if (!goesOn()) {
        return;
    }
    if (at == std::ssize(parts)) {
        askAvoided();
        return;
    }
    BillQuery query = m_query;
    query.groupBy = {parts[at].first};
    whenDone(m_facade.bill(query), this, [this, at, into = parts[at].second](const Result<BillResult>& bill) {
        if (!bill) {
            Q_EMIT finished(fail(bill.error()));
            return;
        }
        *into = *bill;
        askGroups(at + 1);
    });
}

void StatementWriter::askAvoided()
{
    whenDone(m_facade.avoided(m_query), this, [this](const Result<Money>& avoided) {
        if (!avoided) {
            Q_EMIT finished(fail(avoided.error()));
            return;
        }
        m_statement.avoided = *avoided;
        askLines();
    });
}

void StatementWriter::askLines()
{
    whenDone(m_facade.billLines(m_query, kMaxLines), this, [this](const Result<BillLines>& lines) {
        if (!lines) {
            Q_EMIT finished(fail(lines.error()));
            return;
        }
        m_statement.lines = *lines;
        if (goesOn()) {
            render();
        }
    });
}

void StatementWriter::render()
{
    QJsonObject filters;
    for (const auto& [name, value] : std::as_const(m_statement.filters)) {
        filters.insert(name, value);
    }
    const BillResult& bill = m_statement.phases;
    const QJsonObject summary{{u"format"_s, u"pdf"_s},
                              {u"file"_s, QFileInfo(m_path).fileName()},
                              {u"lines"_s, bill.total.lines},
                              {u"unknownLines"_s, bill.total.unknownLines},
                              {u"complete"_s, bill.total.unknownLines == 0},
                              {u"currency"_s, u"USD"_s},
                              {u"total"_s, bill.total.cost.toDecimal()},
                              {u"avoided"_s, m_statement.avoided.toDecimal()},
                              {u"filters"_s, filters}};
    const auto promise = std::make_shared<QPromise<Result<QJsonObject>>>();
    promise->start();
    whenDone(promise->future(), this, [this](const Result<QJsonObject>& result) { Q_EMIT finished(result); });
    QThreadPool::globalInstance()->start([promise, summary, html = statementHtml(m_statement), path = m_path,
                                          title = StatementText::tr("Statement of costs"),
                                          pages = StatementText::tr("Page %1 of %2"), paper = statementPaper(),
                                          progress = m_progress] {
        const auto written = writePdf(html, title, pages, path, paper, *progress);
        Result<QJsonObject> told = summary;
        QFile file(path);
        if (!written) {
            told = fail(written.error());
        } else if (file.open(QIODevice::ReadOnly)) {
            QCryptographicHash hash(QCryptographicHash::Sha256);
            hash.addData(&file);
            told->insert("sha256"_L1, QString::fromLatin1(hash.result().toHex()));
            told->insert("pages"_L1, *written);
            const QFileInfo info(path);
            QSaveFile beside(info.dir().filePath(info.completeBaseName() + u".summary.json"_s));
            const QByteArray json = QJsonDocument(*told).toJson();
            if (!beside.open(QIODevice::WriteOnly) || beside.write(json) != json.size() || !beside.commit()) {
                told =
                    fail(ErrorCode::File, u"%1 cannot be written: %2"_s.arg(beside.fileName(), beside.errorString()));
            }
        }
        promise->addResult(std::move(told));
        promise->finish();
    });
}

} // namespace lathe
