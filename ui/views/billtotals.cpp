// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/billtotals.h"

#include "ui/format.h"
#include "ui/widgets/kindlabel.h"

#include <QBoxLayout>
#include <QLabel>
#include <QLocale>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

QLabel *makeFigure(QWidget *parent)
{
    auto *label = new QLabel(parent);
    QFont font = label->font();
    font.setPointSizeF(font.pointSizeF() * 1.5);
    font.setWeight(QFont::DemiBold);
    label->setFont(font);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

} // namespace

BillTotals::BillTotals(QWidget *parent)
    : QWidget(parent),
      m_charged(makeFigure(this)),
      m_recorded(makeFigure(this)),
      m_avoided(makeFigure(this)),
      m_month(makeFigure(this)),
      m_monthTitle(new QLabel(this)),
      m_check(new NoteLabel(this))
{
    auto *figures = new QHBoxLayout;
    figures->setSpacing(32);
    const auto add = [&](QLabel *title, const QString& text, QLabel *figure, const QString& tip) {
        auto *column = new QVBoxLayout;
        column->setSpacing(2);
        title->setText(text);
        title->setToolTip(tip);
        title->setBuddy(figure);
        figure->setAccessibleName(text);
        column->addWidget(title);
        column->addWidget(figure);
        figures->addLayout(column);
    };
    add(new QLabel(this), tr("Charged"), m_charged, tr("The exact sum of all lines with a price"));
    add(new QLabel(this), tr("Recorded"), m_recorded,
        tr("What these steps cost when they were first done: what was charged, and what was avoided"));
    add(new QLabel(this), tr("Avoided"), m_avoided,
        tr("Not charged thanks to cache and re-use; never taken off the sum"));
    add(m_monthTitle, tr("This month, estimate"), m_month, QString());
    figures->addStretch();
    m_check->setAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    column->addLayout(figures);
    column->addWidget(m_check);
    setForecast(std::nullopt);
}

void BillTotals::setBill(const BillResult& bill)
{
    m_bill = bill;
    m_charged->setText(format::total(bill.total.cost, bill.total.lines, bill.total.unknownLines));
    QString tip = format::exactMoney(bill.total.cost);
    if (bill.total.unknownLines > 0) {
        tip += u'\n' + tr("%n line(s) without a known price are not in the sum.", nullptr,
                          static_cast<int>(bill.total.unknownLines));
    }
    m_charged->setToolTip(tip);
    m_check->setText(checkText());
    m_check->setToolTip(tr("phases %1\ndecisions %2\ntools %3\ntotal %4")
                            .arg(format::exactMoney(bill.phases), format::exactMoney(bill.decisions),
                                 format::exactMoney(bill.tools), format::exactMoney(bill.total.cost)));
    m_check->setKind(bill.sumsAgree ? Kind::Answer : Kind::Error);
    showSums();
}

void BillTotals::setAvoided(std::optional<Money> avoided)
{
    m_known = avoided;
    showSums();
}

void BillTotals::showSums()
{
    const auto recorded = m_known ? m_bill.total.cost.plus(*m_known) : Result<Money>(fail(Error{}));
    const auto show = [](QLabel *label, const std::optional<Money>& amount) {
        label->setText(amount ? format::money(*amount) : u"…"_s);
        label->setToolTip(amount ? format::exactMoney(*amount) : QString());
    };
    show(m_avoided, m_known);
    show(m_recorded, recorded ? std::optional(*recorded) : std::nullopt);
}

void BillTotals::setForecast(const std::optional<Forecast>& forecast)
{
    const bool shown = forecast && forecast->expected;
    m_month->setVisible(shown);
    m_monthTitle->setVisible(shown);
    if (!shown) {
        return;
    }
    m_month->setText(u"≈ "_s + format::money(*forecast->expected));
    QString tip = tr("So far %1. Between %2 and %3, if the days to come are like the last %4 full days.")
                      .arg(format::money(forecast->spent), format::money(forecast->low), format::money(forecast->high),
                           format::count(forecast->fullDays));
    if (forecast->budgetEnd) {
        tip += u'\n' + tr("The monthly budget is then used up on %1.")
                           .arg(QLocale().toString(*forecast->budgetEnd, QLocale::ShortFormat));
    }
    m_month->setToolTip(tip);
    m_monthTitle->setToolTip(tip);
}

QString BillTotals::checkText() const
{
    const QString sums = tr("phases %1 = decisions %2 + tools %3 = total %4")
                             .arg(format::money(m_bill.phases), format::money(m_bill.decisions),
                                  format::money(m_bill.tools), format::money(m_bill.total.cost));
    return m_bill.sumsAgree ? QString(sums + u" ✓"_s) : tr("The sums do not agree: %1").arg(sums);
}

QString BillTotals::chargedText() const
{
    return m_charged->text();
}

QString BillTotals::recordedText() const
{
    return m_recorded->text();
}

QString BillTotals::avoidedText() const
{
    return m_avoided->text();
}

QString BillTotals::forecastText() const
{
    return m_month->isHidden() ? QString() : m_month->text();
}

} // namespace lathe
