// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/domain/fields.h"

#include "engine/core/canonicaljson.h"

#include <algorithm>
#include <charconv>

namespace lathe {

namespace {

template <typename... Functions>
struct Overloaded : Functions...
{
    using Functions::operator()...;
};
template <typename... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

/// Literals of ours and hashes: nothing in them needs to be escaped.
void writeName(std::string& out, QByteArrayView name)
{
    out.push_back('"');
    out.append(name.data(), static_cast<size_t>(name.size()));
    out.push_back('"');
}

void writeInteger(std::string& out, qint64 number)
{
    char text[24];
    const auto written = std::to_chars(text, text + sizeof text, number);
    out.append(text, static_cast<size_t>(written.ptr - text));
}

bool isHash(QStringView text)
{
    return text.size() == 64 && std::all_of(text.begin(), text.end(), [](QChar c) {
               return (c >= QLatin1Char('0') && c <= QLatin1Char('9')) ||
                      (c >= QLatin1Char('a') && c <= QLatin1Char('f'));
           });
}

void collect(const QJsonValue& value, bool reference, BodyNames& found)
{
    if (value.isString()) {
        const QString text = reference ? value.toString() : QString();
        if (isHash(text)) {
            found.append(text.toLatin1());
        }
    } else if (value.isArray()) {
        const QJsonArray array = value.toArray();
        for (const QJsonValue& element : array) {
            collect(element, true, found);
        }
    } else if (value.isObject()) {
        const QJsonObject object = value.toObject();
        for (auto it = object.begin(); it != object.end(); ++it) {
            collect(it.value(), it.key().endsWith(QLatin1String("Ref")), found);
        }
    }
}

} // namespace

FieldValue::FieldValue(Fields fields) : m_value(std::make_shared<const Fields>(std::move(fields))) {}

FieldValue::FieldValue(QList<Fields> list) : m_value(std::make_shared<const QList<Fields>>(std::move(list))) {}

QJsonValue FieldValue::toJson() const
{
    return std::visit(
        Overloaded{[](bool value) { return QJsonValue(value); }, [](qint64 value) { return QJsonValue(value); },
                   [](QLatin1StringView name) { return QJsonValue(QString(name)); },
                   [](const QString& text) { return QJsonValue(text); }, [](const QJsonValue& json) { return json; },
                   [](const Body& body) { return QJsonValue(QString::fromLatin1(body.sha256)); },
                   [](const BodyNames& names) {
                       QJsonArray list;
                       for (const QByteArray& name : names) {
                           list.append(QString::fromLatin1(name));
                       }
                       return QJsonValue(list);
                   },
                   [](const std::shared_ptr<const Fields>& fields) { return QJsonValue(fields->toJson()); },
                   [](const std::shared_ptr<const QList<Fields>>& objects) {
                       QJsonArray list;
                       for (const Fields& fields : *objects) {
                           list.append(fields.toJson());
                       }
                       return QJsonValue(list);
                   }},
        m_value);
}

void FieldValue::write(std::string& out) const
{
    std::visit(Overloaded{[&out](bool value) { out.append(value ? "true" : "false"); },
                          [&out](qint64 value) { writeInteger(out, value); },
                          [&out](QLatin1StringView name) { writeName(out, name); },
                          [&out](const QString& text) { appendJsonText(out, text); },
                          [&out](const QJsonValue& json) { appendJson(out, json); },
                          [&out](const Body& body) { writeName(out, body.sha256); },
                          [&out](const BodyNames& names) {
                              out.push_back('[');
                              for (const QByteArray& name : names) {
                                  out.append(out.back() == '[' ? "" : ",");
                                  writeName(out, name);
                              }
                              out.push_back(']');
                          },
                          [&out](const std::shared_ptr<const Fields>& fields) { fields->write(out); },
                          [&out](const std::shared_ptr<const QList<Fields>>& objects) {
                              out.push_back('[');
                              for (const Fields& fields : *objects) {
                                  out.append(out.back() == '[' ? "" : ",");
                                  fields.write(out);
                              }
                              out.push_back(']');
                          }},
               m_value);
}

void FieldValue::addBodiesTo(BodyNames& names) const
{
    if (const auto *body = std::get_if<Body>(&m_value)) {
        names.append(body->sha256);
    } else if (const auto *list = std::get_if<BodyNames>(&m_value)) {
        names.append(*list);
    } else if (const auto *object = std::get_if<std::shared_ptr<const Fields>>(&m_value)) {
        (*object)->addBodiesTo(names);
    } else if (const auto *objects = std::get_if<std::shared_ptr<const QList<Fields>>>(&m_value)) {
        for (const Fields& fields : **objects) {
            fields.addBodiesTo(names);
        }
    } else if (const auto *json = std::get_if<QJsonValue>(&m_value)) {
        collect(*json, false, names);
    }
}

QString FieldValue::text() const
{
    if (const auto *text = std::get_if<QString>(&m_value)) {
        return *text;
    }
    if (const auto *name = std::get_if<QLatin1StringView>(&m_value)) {
        return QString(*name);
    }
    if (const auto *body = std::get_if<Body>(&m_value)) {
        return QString::fromLatin1(body->sha256);
    }
    const auto *json = std::get_if<QJsonValue>(&m_value);
    return json != nullptr ? json->toString() : QString();
}

qint64 FieldValue::number(qint64 fallback) const
{
    if (const auto *number = std::get_if<qint64>(&m_value)) {
        return *number;
    }
    const auto *json = std::get_if<QJsonValue>(&m_value);
    return json != nullptr ? json->toInteger(fallback) : fallback;
}

bool FieldValue::flag() const
{
    if (const auto *value = std::get_if<bool>(&m_value)) {
        return *value;
    }
    const auto *json = std::get_if<QJsonValue>(&m_value);
    return json != nullptr && json->toBool();
}

void Fields::addText(QLatin1StringView key, const QString& text)
{
    if (!text.isEmpty()) {
        add(key, text);
    }
}

void Fields::addNumber(QLatin1StringView key, qint64 number)
{
    if (number != 0) {
        add(key, number);
    }
}

void Fields::addTrue(QLatin1StringView key, bool value)
{
    if (value) {
        add(key, true);
    }
}

void Fields::insert(const QString& key, const QJsonValue& value)
{
    m_fields.removeIf([&key](const Field& field) { return key == field.key; });
    m_json.insert(key, value);
}

const FieldValue *Fields::find(QLatin1StringView key) const
{
    const auto found =
        std::find_if(m_fields.cbegin(), m_fields.cend(), [key](const Field& field) { return field.key == key; });
    return found == m_fields.cend() ? nullptr : &found->value;
}

QJsonValue Fields::value(QLatin1StringView key) const
{
    const FieldValue *found = find(key);
    return found != nullptr ? found->toJson() : m_json.value(key);
}

QString Fields::text(QLatin1StringView key) const
{
    const FieldValue *found = find(key);
    return found != nullptr ? found->text() : m_json.value(key).toString();
}

qint64 Fields::number(QLatin1StringView key, qint64 fallback) const
{
    const FieldValue *found = find(key);
    return found != nullptr ? found->number(fallback) : m_json.value(key).toInteger(fallback);
}

bool Fields::flag(QLatin1StringView key) const
{
    const FieldValue *found = find(key);
    return found != nullptr ? found->flag() : m_json.value(key).toBool();
}

QJsonObject Fields::toJson() const
{
    QJsonObject json = m_json;
    for (const Field& field : m_fields) {
        json.insert(field.key, field.value.toJson());
    }
    return json;
}

QByteArray Fields::compact() const
{
    thread_local std::string out; // grown once
    out.clear();
    write(out);
    return {out.data(), static_cast<qsizetype>(out.size())};
}

void Fields::write(std::string& out) const
{
    if (m_fields.isEmpty()) {
        appendJson(out, m_json);
        return;
    }
    char separator = '{';
    for (const Field& field : m_fields) {
        out.push_back(separator);
        separator = ',';
        writeName(out, field.key);
        out.push_back(':');
        field.value.write(out);
    }
    for (auto it = m_json.constBegin(); it != m_json.constEnd(); ++it) {
        out.push_back(',');
        appendJsonText(out, it.key());
        out.push_back(':');
        appendJson(out, it.value());
    }
    out.push_back('}');
}

BodyNames Fields::bodies() const
{
    BodyNames names;
    addBodiesTo(names);
    return names;
}

void Fields::addBodiesTo(BodyNames& names) const
{
    for (const Field& field : m_fields) {
        field.value.addBodiesTo(names);
    }
    if (!m_json.isEmpty()) {
        collect(m_json, false, names);
    }
}

} // namespace lathe
