// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QJsonArray>
#include <QJsonObject>
#include <QList>
#include <QString>

#include <memory>
#include <string>
#include <variant>

namespace lathe {

class Fields;

/// Hashes by which something refers to bodies (64 hex digits each).
using BodyNames = QList<QByteArray>;

/// One value of Fields. Names and keys are literals: they must outlive every copy.
class FieldValue
{
public:
    // NOLINTBEGIN(google-explicit-constructor): details are written as lists of plain values.
    FieldValue(bool value) : m_value(value) {}
    FieldValue(int value) : m_value(qint64(value)) {}
    FieldValue(qint64 value) : m_value(value) {}
    FieldValue(QLatin1StringView name) : m_value(name) {}
    FieldValue(QString text) : m_value(std::move(text)) {}
    FieldValue(QJsonValue json) : m_value(std::move(json)) {}
    FieldValue(QJsonObject json) : m_value(QJsonValue(std::move(json))) {}
    FieldValue(QJsonArray json) : m_value(QJsonValue(std::move(json))) {}
    FieldValue(BodyNames bodies) : m_value(std::move(bodies)) {}
    FieldValue(Fields fields);
    FieldValue(QList<Fields> list);
    // NOLINTEND(google-explicit-constructor)
    [[nodiscard]] static FieldValue body(QByteArray sha256) { return FieldValue(Body{std::move(sha256)}); }

    [[nodiscard]] QJsonValue toJson() const;
    void write(std::string& out) const;
    void addBodiesTo(BodyNames& names) const;
    [[nodiscard]] QString text() const;
    [[nodiscard]] qint64 number(qint64 fallback) const;
    [[nodiscard]] bool flag() const;

private:
    struct Body
    {
        QByteArray sha256;
    };
    explicit FieldValue(Body body) : m_value(std::move(body)) {}

    std::variant<bool, qint64, QLatin1StringView, QString, QJsonValue, Body, BodyNames, std::shared_ptr<const Fields>,
                 std::shared_ptr<const QList<Fields>>>
        m_value;
};

/// A JSON object that is made, copied, asked and written at a fraction of the cost of a QJsonObject: a list of fields
/// in the order they were added. What comes from outside is kept as the JSON object it is.
class Fields
{
public:
    struct Field
    {
        QLatin1StringView key;
        FieldValue value;
    };

    Fields() = default;
    Fields(std::initializer_list<Field> fields) : m_fields(fields) {}
    Fields(QJsonObject json) : m_json(std::move(json)) {} // NOLINT(google-explicit-constructor): as from the database

    /// Keys are told apart by the caller: one that is there is not replaced.
    void add(QLatin1StringView key, FieldValue value) { m_fields.append({key, std::move(value)}); }
    /// Unless it is empty, 0 or false.
    void addText(QLatin1StringView key, const QString& text);
    void addNumber(QLatin1StringView key, qint64 number);
    void addTrue(QLatin1StringView key, bool value);
    void reserve(qsizetype count) { m_fields.reserve(count); }
    /// Any JSON under any key; replaces what is there.
    void insert(const QString& key, const QJsonValue& value);

    [[nodiscard]] bool isEmpty() const { return m_fields.isEmpty() && m_json.isEmpty(); }
    [[nodiscard]] bool contains(QLatin1StringView key) const { return find(key) != nullptr || m_json.contains(key); }
    /// As JSON; undefined if it is not there.
    [[nodiscard]] QJsonValue value(QLatin1StringView key) const;
    [[nodiscard]] QJsonValue value(const QString& key) const { return value(QLatin1StringView(key.toLatin1())); }
    // Empty, fallback or false if it is not there or something else.
    [[nodiscard]] QString text(QLatin1StringView key) const;
    [[nodiscard]] qint64 number(QLatin1StringView key, qint64 fallback = 0) const;
    [[nodiscard]] bool flag(QLatin1StringView key) const;

    [[nodiscard]] QJsonObject toJson() const;
    operator QJsonObject() const { return toJson(); } // NOLINT(google-explicit-constructor): it is one
    /// Compact JSON, fields in their order.
    [[nodiscard]] QByteArray compact() const;
    void write(std::string& out) const;
    /// The bodies that it refers to: by fields that are body names, and in JSON by strings under keys that end in "Ref"
    /// and strings of lists, if they are 64 hex digits.
    [[nodiscard]] BodyNames bodies() const;
    void addBodiesTo(BodyNames& names) const;

    friend bool operator==(const Fields& a, const Fields& b) { return a.toJson() == b.toJson(); }

private:
    [[nodiscard]] const FieldValue *find(QLatin1StringView key) const;

    QList<Field> m_fields;
    QJsonObject m_json;
};

} // namespace lathe
