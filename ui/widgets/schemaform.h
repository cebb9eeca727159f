// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QWidget>

class QFormLayout;

namespace lathe {

/// A form for a JSON object whose schema has simple members (text, numbers, yes or no, one of several). Members it
/// has no field for (objects, arrays, unknown ones) are kept as they are and edited as JSON.
class SchemaForm : public QWidget
{
    Q_OBJECT

public:
    explicit SchemaForm(QWidget *parent = nullptr);

    void setSchema(const QJsonObject& schema);
    /// The fields from top to bottom; new ones with each schema, so their place in the tab order is to be set anew.
    [[nodiscard]] QList<QWidget *> fields() const;
    void setValues(const QJsonObject& values);
    [[nodiscard]] QJsonObject values() const;
    /// The schema has simple members, and all that are needed have a field.
    [[nodiscard]] static bool fits(const QJsonObject& schema);

Q_SIGNALS:
    void edited();

private:
    struct Field
    {
        QString name;
        QJsonObject schema;
        QWidget *widget = nullptr;
        bool required = false;
    };
    QWidget *makeWidget(const QString& name, const QJsonObject& schema);
    [[nodiscard]] QJsonValue valueOf(const Field& field) const;
    void show(const Field& field, const QJsonValue& value);

    QFormLayout *m_form;
    QList<Field> m_fields;
    QJsonObject m_values;
    bool m_setting = false;
};

} // namespace lathe
