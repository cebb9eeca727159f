// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lathectl/elicitationdialog.h"

#include <QJsonArray>
#include <QTest>

#include <sstream>

using namespace lathe;
using namespace Qt::StringLiterals;

/// The question of an MCP server at a terminal.
class TestElicitation : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void takesWhatIsTyped_data();
    void takesWhatIsTyped();
    void showsNoControlCharacters();

private:
    static McpElicitation question();
};

McpElicitation TestElicitation::question()
{
    const QJsonArray units{u"C"_s, u"F"_s};
    McpElicitation asked;
    asked.server = u"weather"_s;
    asked.message = u"Which \x1b[31mplace?"_s;
    asked.schema = QJsonObject{
        {u"properties"_s, QJsonObject{{u"a_place"_s, QJsonObject{{u"type"_s, u"string"_s}}},
                                      {u"b_days"_s, QJsonObject{{u"type"_s, u"integer"_s}, {u"default"_s, 3}}},
                                      {u"c_unit"_s, QJsonObject{{u"type"_s, u"string"_s}, {u"enum"_s, units}}},
                                      {u"d_warn"_s, QJsonObject{{u"type"_s, u"boolean"_s}}}}},
        {u"required"_s, QJsonArray{u"a_place"_s}}};
    return asked;
}

void TestElicitation::takesWhatIsTyped_data()
{
    using Action = McpElicitationAnswer::Action;
    QTest::addColumn<QByteArray>("typed");
    QTest::addColumn<McpElicitationAnswer>("answer");
    QTest::newRow("all of it") << QByteArray("y\nBonn\n5\nF\nyes\n")
                               << McpElicitationAnswer{Action::Accept,
                                                       {{u"a_place"_s, u"Bonn"_s},
                                                        {u"b_days"_s, 5},
                                                        {u"c_unit"_s, u"F"_s},
                                                        {u"d_warn"_s, true}}};
    QTest::newRow("default, and nothing where nothing is needed")
        << QByteArray("y\nBonn\n\n\n\n")
        << McpElicitationAnswer{Action::Accept, {{u"a_place"_s, u"Bonn"_s}, {u"b_days"_s, 3}}};
    QTest::newRow("asks again for what does not fit")
        << QByteArray("y\n\nBonn\nmany\n2\nK\nC\nmaybe\nn\n")
        << McpElicitationAnswer{
               Action::Accept,
               {{u"a_place"_s, u"Bonn"_s}, {u"b_days"_s, 2}, {u"c_unit"_s, u"C"_s}, {u"d_warn"_s, false}}};
    QTest::newRow("declined") << QByteArray("n\n") << McpElicitationAnswer{Action::Decline, {}};
    QTest::newRow("Enter alone declines") << QByteArray("\n") << McpElicitationAnswer{Action::Decline, {}};
    QTest::newRow("end of input") << QByteArray() << McpElicitationAnswer{Action::Cancel, {}};
}

void TestElicitation::takesWhatIsTyped()
{
    QFETCH(QByteArray, typed);
    QFETCH(McpElicitationAnswer, answer);
    std::istringstream in(typed.toStdString());
    std::ostringstream out;
    const McpElicitationAnswer said = ctl::askAtTerminal(question(), in, out);
    QVERIFY(said.action == answer.action);
    QCOMPARE(said.content, answer.content);
}

void TestElicitation::showsNoControlCharacters()
{
    std::istringstream in("y\n");
    std::ostringstream out;
    const McpElicitationAnswer closed = ctl::askAtTerminal(question(), in, out);
    QVERIFY(closed.action == McpElicitationAnswer::Action::Cancel); // the input ended in the middle
    QVERIFY(out.str().find('\x1b') == std::string::npos);
    QVERIFY(out.str().find("The MCP server weather asks: Which  [31mplace?") != std::string::npos);
}

QTEST_GUILESS_MAIN(TestElicitation)
#include "tst_elicitation.moc"
