// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/pipeline/facadetypes.h"

#include <QLocale>
#include <QObject>
#include <QPageSize>

#include <memory>

namespace lathe {

class EngineFacade;

/// A bill as it is printed: what it is of, its sums and its lines. All amounts are exact.
struct CostStatement
{
    QList<std::pair<QString, QString>> filters; ///< in words: "Period" and "last 7 days" ...
    qint64 madeAtMs = 0;
    BillResult phases;
    BillResult models;
    BillResult days;
    Money avoided;
    BillLines lines;
};

/// Letter where that is what printers hold, else A4.
[[nodiscard]] QPageSize::PageSizeId statementPaper(const QLocale& locale = QLocale());
/// The statement as the HTML that QTextDocument knows.
[[nodiscard]] QString statementHtml(const CostStatement& statement);
/// Renders to a PDF that is whole or not there, "Page 1 of 3" on each page; gives the number of pages. Any thread.
/// pageText: "Page %1 of %2".
[[nodiscard]] Result<int> writePdf(const QString& html, const QString& title, const QString& pageText,
                                   const QString& path, QPageSize::PageSizeId paper, const BillProgress& progress);

/// Asks the engine for a statement and writes it; rendering is done on another thread.
class StatementWriter : public QObject
{
    Q_OBJECT

public:
    explicit StatementWriter(EngineFacade& facade, QObject *parent = nullptr);

    void write(const BillQuery& query, const QList<std::pair<QString, QString>>& filters, const QString& path,
               std::shared_ptr<BillProgress> progress);

Q_SIGNALS:
    /// The summary that stands beside the file, or why there is none.
    void finished(const lathe::Result<QJsonObject>& summary);

private:
    void askGroups(qsizetype at);
    void askAvoided();
    void askLines();
    void render();
    [[nodiscard]] bool goesOn();

    EngineFacade& m_facade;
    BillQuery m_query;
    QString m_path;
    std::shared_ptr<BillProgress> m_progress;
    CostStatement m_statement;
};

} // namespace lathe
