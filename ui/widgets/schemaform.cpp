// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/schemaform.h"

#include "ui/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QJsonArray>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

QString typeOf(const QJsonObject& schema)
{
    const QJsonValue type = schema.value("type"_L1);
    if (type.isArray()) {
        return type.toArray().first().toString();
    }
    return type.toString();
}

bool isSimple(const QJsonObject& schema)
{
    static const QStringList simple = {u"string"_s, u"integer"_s, u"number"_s, u"boolean"_s};
    return schema.contains("enum"_L1) || simple.contains(typeOf(schema));
}

bool isLongText(const QString& name, const QJsonObject& schema)
{
    static const QStringList names = {u"code"_s, u"text"_s, u"prompt"_s, u"body"_s, u"script"_s};
    return typeOf(schema) == "string"_L1 && !schema.contains("enum"_L1) &&
           (names.contains(name) || schema.contains("contentMediaType"_L1));
}

} // namespace

SchemaForm::SchemaForm(QWidget *parent) : QWidget(parent), m_form(new QFormLayout(this))
{
    m_form->setContentsMargins(0, 0, 0, 0);
    m_form->setLabelAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
}

bool SchemaForm::fits(const QJsonObject& schema)
{
    const QJsonObject properties = schema.value("properties"_L1).toObject();
    if (properties.isEmpty()) {
        return false;
    }
    const QJsonArray required = schema.value("required"_L1).toArray();
    bool anySimple = false;
    for (auto it = properties.begin(); it != properties.end(); ++it) {
        const bool simple = isSimple(it->toObject());
        anySimple = anySimple || simple;
        if (!simple && required.contains(it.key())) {
            return false;
        }
    }
    return anySimple;
}

void SchemaForm::setSchema(const QJsonObject& schema)
{
    while (m_form->rowCount() > 0) {
        m_form->removeRow(0);
    }
    m_fields.clear();
    const QJsonArray requiredNames = schema.value("required"_L1).toArray();
    const QJsonObject properties = schema.value("properties"_L1).toObject();
    // Required members first: JSON objects keep no order.
    QStringList names;
    for (const QJsonValue name : requiredNames) {
        if (properties.contains(name.toString())) {
            names << name.toString();
        }
    }
    const auto requiredCount = names.size();
    const QStringList all = properties.keys();
    for (const QString& name : all) {
        if (!names.contains(name)) {
            names << name;
        }
    }
    QStringList others;
    for (const QString& name : std::as_const(names)) {
        const QJsonObject member = properties.value(name).toObject();
        if (!isSimple(member)) {
            others << name;
            continue;
        }
        Field field{name, member, makeWidget(name, member), m_fields.size() < requiredCount};
        const QString description = member.value("description"_L1).toString();
        auto *label = new QLabel(field.required ? QString(name + u" *"_s) : name, this);
        label->setToolTip(field.required ? tr("Needed. %1").arg(description) : description);
        label->setBuddy(field.widget);
        field.widget->setToolTip(description);
        field.widget->setAccessibleName(name);
        m_form->addRow(label, field.widget);
        m_fields << field;
    }
    if (!others.isEmpty()) {
        auto *note = new QLabel(tr("As JSON only: %1").arg(others.join(u", "_s)), this);
        note->setForegroundRole(QPalette::PlaceholderText);
        note->setWordWrap(true);
        m_form->addRow(QString(), note);
    }
}

QWidget *SchemaForm::makeWidget(const QString& name, const QJsonObject& schema)
{
    const auto changed = [this] {
        if (!m_setting) {
            Q_EMIT edited();
        }
    };
    if (schema.contains("enum"_L1)) {
        auto *box = new QComboBox(this);
        const QJsonArray choices = schema.value("enum"_L1).toArray();
        for (const QJsonValue choice : choices) {
            box->addItem(choice.toVariant().toString(), choice.toVariant());
        }
        box->setCurrentIndex(-1);
        connect(box, &QComboBox::activated, this, changed);
        return box;
    }
    const QString type = typeOf(schema);
    if (type == "boolean"_L1) {
        auto *box = new QCheckBox(this);
        box->setTristate(true);
        box->setCheckState(Qt::PartiallyChecked);
        connect(box, &QCheckBox::clicked, this, [box, changed] {
            if (box->checkState() == Qt::PartiallyChecked) {
                box->setCheckState(Qt::Checked);
            }
            changed();
        });
        return box;
    }
    if (isLongText(name, schema)) {
        auto *edit = new QPlainTextEdit(this);
        edit->setFont(theme::monospace());
        edit->setTabChangesFocus(true);
        edit->setMinimumHeight(edit->fontMetrics().lineSpacing() * 4 + 12);
        connect(edit, &QPlainTextEdit::textChanged, this, changed);
        return edit;
    }
    auto *edit = new QLineEdit(this);
    if (type == "integer"_L1 || type == "number"_L1) {
        const QJsonValue fallback = schema.value("default"_L1);
        edit->setPlaceholderText(fallback.isUndefined() ? QString()
                                                        : tr("%1 if empty").arg(fallback.toVariant().toString()));
    }
    connect(edit, &QLineEdit::textEdited, this, changed);
    return edit;
}

QList<QWidget *> SchemaForm::fields() const
{
    QList<QWidget *> widgets;
    for (const Field& field : m_fields) {
        widgets << field.widget;
    }
    return widgets;
}

void SchemaForm::setValues(const QJsonObject& values)
{
    m_setting = true;
    m_values = values;
    for (const Field& field : std::as_const(m_fields)) {
        show(field, values.value(field.name));
    }
    m_setting = false;
}

QJsonObject SchemaForm::values() const
{
    QJsonObject values = m_values;
    for (const Field& field : m_fields) {
        const QJsonValue value = valueOf(field);
        if (value.isUndefined()) {
            values.remove(field.name);
        } else {
            values.insert(field.name, value);
        }
    }
    return values;
}

QJsonValue SchemaForm::valueOf(const Field& field) const
{
    const QJsonValue absent(QJsonValue::Undefined);
    if (const auto *box = qobject_cast<QComboBox *>(field.widget)) {
        return box->currentIndex() < 0 ? absent : QJsonValue::fromVariant(box->currentData());
    }
    if (const auto *box = qobject_cast<QCheckBox *>(field.widget)) {
        return box->checkState() == Qt::PartiallyChecked ? absent : QJsonValue(box->isChecked());
    }
    const auto *area = qobject_cast<QPlainTextEdit *>(field.widget);
    const QString text = area ? area->toPlainText() : qobject_cast<QLineEdit *>(field.widget)->text();
    if (text.isEmpty() && !field.required && !m_values.value(field.name).isString()) {
        return absent;
    }
    const QString type = typeOf(field.schema);
    bool number = false;
    if (type == "integer"_L1) {
        const qint64 whole = text.toLongLong(&number);
        return number ? QJsonValue(whole) : QJsonValue(text); // wrong text stays: the checker names it
    }
    if (type == "number"_L1) {
        const double value = text.toDouble(&number);
        return number ? QJsonValue(value) : QJsonValue(text);
    }
    return text;
}

void SchemaForm::show(const Field& field, const QJsonValue& value)
{
    if (auto *box = qobject_cast<QComboBox *>(field.widget)) {
        box->setCurrentIndex(box->findData(value.toVariant()));
    } else if (auto *check = qobject_cast<QCheckBox *>(field.widget)) {
        check->setCheckState(!value.isBool() ? Qt::PartiallyChecked : value.toBool() ? Qt::Checked : Qt::Unchecked);
    } else if (auto *area = qobject_cast<QPlainTextEdit *>(field.widget)) {
        area->setPlainText(value.toString());
    } else if (auto *edit = qobject_cast<QLineEdit *>(field.widget)) {
        edit->setText(value.isDouble() && value.toDouble() == static_cast<double>(value.toInteger())
                          ? QString::number(value.toInteger())
                          : value.toVariant().toString());
    }
}

} // namespace lathe
