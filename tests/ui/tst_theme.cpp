// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/icons.h"
#include "ui/theme.h"
#include "ui/words.h"

#include <QApplication>
#include <QFile>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace lathe;

class TestTheme : public QObject
{
    Q_OBJECT

    static void requireReadable(const QColor& text, const QColor& ground, const char *what)
    {
        QVERIFY2(theme::contrast(text, ground) >= 4.5,
                 qPrintable(u"%1: %2 on %3 is %4:1"_s.arg(QLatin1StringView(what), text.name(), ground.name())
                                .arg(theme::contrast(text, ground))));
    }

private Q_SLOTS:
    void contrastIsThatOfTheStandard()
    {
        QCOMPARE(qRound(theme::contrast(Qt::black, Qt::white)), 21);
        QCOMPARE(theme::contrast(Qt::red, Qt::red), 1.0);
    }

    void everyTextIsReadable_data()
    {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }
    void everyTextIsReadable()
    {
        QFETCH(bool, dark);
        const QPalette palette = dark ? theme::darkPalette() : theme::lightPalette();
        QCOMPARE(theme::isDark(palette), dark);
        const auto color = [&palette](QPalette::ColorRole role) { return palette.color(QPalette::Active, role); };
        for (const Kind kind : kAllKinds) {
            const QColor text = theme::kindColor(kind, palette);
            requireReadable(text, color(QPalette::Base), "kind on base");
            requireReadable(text, color(QPalette::AlternateBase), "kind on alternate base");
            requireReadable(text, color(QPalette::Window), "kind on window");
            requireReadable(text, theme::kindTint(kind, palette), "kind on its tint");
            requireReadable(color(QPalette::Text), theme::kindTint(kind, palette), "text on tint");
        }
        requireReadable(theme::secondaryText(palette), color(QPalette::Base), "secondary on base");
        requireReadable(theme::secondaryText(palette), color(QPalette::Window), "secondary on window");
        requireReadable(color(QPalette::Text), color(QPalette::Base), "text");
        requireReadable(color(QPalette::WindowText), color(QPalette::Window), "window text");
        requireReadable(color(QPalette::ButtonText), color(QPalette::Button), "button text");
        requireReadable(color(QPalette::HighlightedText), color(QPalette::Highlight), "selection");
        requireReadable(color(QPalette::ToolTipText), color(QPalette::ToolTipBase), "tooltip");
        requireReadable(color(QPalette::PlaceholderText), color(QPalette::Base), "placeholder");
        requireReadable(color(QPalette::Link), color(QPalette::Base), "link");
    }

    void everyKindHasItsOwnColour()
    {
        for (const QPalette& palette : {theme::lightPalette(), theme::darkPalette()}) {
            QSet<QRgb> seen;
            for (const Kind kind : kAllKinds) {
                seen.insert(theme::kindColor(kind, palette).rgb());
            }
            QCOMPARE(seen.size(), qsizetype(std::size(kAllKinds)));
        }
    }

    void appliesToTheApplication()
    {
        theme::apply(Appearance::Dark);
        QVERIFY(theme::isDark(QApplication::palette()));
        theme::apply(Appearance::Light);
        QVERIFY(!theme::isDark(QApplication::palette()));
        for (const Appearance appearance : {Appearance::System, Appearance::Light, Appearance::Dark}) {
            QCOMPARE(theme::appearanceFromName(theme::toName(appearance)), appearance);
        }
    }

    void everyStateHasIconAndWord()
    {
        QList<Look> looks;
        for (const auto& [status, name] : EnumNames<RunStatus>::table) {
            looks << look(status);
        }
        for (const auto& [action, name] : EnumNames<AgentActionType>::table) {
            looks << look(action);
        }
        for (const auto& [status, name] : EnumNames<AgentStatus>::table) {
            looks << look(status);
        }
        for (const auto& [outcome, name] : EnumNames<CheckOutcome>::table) {
            looks << look(outcome);
        }
        for (const char *status : {"", "running", "ok", "error", "rejected"}) {
            looks << lookOfToolStatus(QString::fromLatin1(status));
        }
        for (const Look& each : looks) {
            QVERIFY(!each.word.isEmpty());
            QVERIFY2(QFile::exists(u":/lathe/icons/"_s + each.icon + u".svg"_s), qPrintable(each.icon));
        }
    }

    void iconsAreTinted()
    {
        const QImage red = iconPixmap(u"stop"_s, Qt::red, 16, 1.0).toImage();
        QCOMPARE(red.pixelColor(8, 8), QColor(Qt::red));
        QCOMPARE(iconPixmap(u"stop"_s, Qt::red, 16, 2.0).width(), 32);
        QCOMPARE(icon(u"stop"_s, Kind::Error).pixmap(16, 16).toImage().pixelColor(8, 8),
                 theme::kindColor(Kind::Error, QApplication::palette()));
    }
};

QTEST_MAIN(TestTheme)
#include "tst_theme.moc"
