// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/jsontreemodel.h"
#include "ui/models/roles.h"

#include <QAbstractItemModelTester>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace lathe;

class TestJsonTreeModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void showsMembersAndElements()
    {
        JsonTreeModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const auto json = QJsonDocument::fromJson(R"({"a":[1,{"b c":"x"}],"n":null,"t":true,"text":"one\ntwo"})");
        model.setValue(json.object());
        QCOMPARE(model.rowCount(), 4);
        const QModelIndex array = model.index(0, 0);
        QCOMPARE(model.rowCount(array), 2);
        const QModelIndex inner = model.index(0, 0, model.index(1, 0, array));
        QCOMPARE(inner.data(PathRole).toString(), u"$.a[1][\"b c\"]"_s);
        QCOMPARE(inner.siblingAtColumn(1).data().toString(), u"x"_s);
        QCOMPARE(model.index(1, 1).data().toString(), u"null"_s);
        QCOMPARE(model.index(2, 1).data().toString(), u"true"_s);
        QCOMPARE(model.index(3, 1).data().toString(), u"one⏎two"_s);
        QCOMPARE(model.index(3, 1).data(ExactRole).toString(), u"one\ntwo"_s);
        QVERIFY(model.index(0, 1).data(ExactRole).toString().contains(u"\"b c\": \"x\""_s));
        QCOMPARE(model.pathAt({}), u"$"_s);
    }

    void cutsLongStringsOnlyOnScreen()
    {
        JsonTreeModel model;
        const QString text(5000, u'x');
        model.setValue(QJsonArray{text});
        QVERIFY(model.index(0, 1).data().toString().size() < 400);
        QCOMPARE(model.index(0, 1).data(ExactRole).toString(), text);
    }

    void keepsWholeNumbers()
    {
        JsonTreeModel model;
        model.setValue(QJsonArray{qint64(9007199254740993)});
        QCOMPARE(model.index(0, 1).data().toString(), u"9007199254740993"_s);
    }

    void aScalarHasNoRows()
    {
        JsonTreeModel model;
        model.setValue(u"text"_s);
        QCOMPARE(model.rowCount(), 0);
        QCOMPARE(JsonTreeModel::plainText(model.value()), u"text"_s);
    }
};

QTEST_GUILESS_MAIN(TestJsonTreeModel)
#include "tst_jsontreemodel.moc"
