// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/result.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QStringList>

#include <memory>
#include <optional>

namespace lathe {

/// One thing wrong with a JSON document: where ("$.attachments[2].name") and what, in words.
struct JsonIssue
{
    QString path;
    QString message;

    bool operator==(const JsonIssue&) const = default;
};

/// Reads the members of one JSON object with types, and collects every issue with its path instead of stopping at
/// the first. Readers of nested objects share the issues of their root. A read that fails returns the fallback.
/// Keys are literals or outlive the reader. Not thread safe; lives on the stack.
class JsonReader
{
public:
    explicit JsonReader(QJsonObject object, QString path = QStringLiteral("$"));

    [[nodiscard]] bool has(QLatin1StringView key) const;
    QString requiredString(QLatin1StringView key);
    QString string(QLatin1StringView key, const QString& fallback = {});
    /// Whole numbers only (1.5 and "3" are issues), within [min, max].
    qint64 integer(QLatin1StringView key, qint64 fallback, qint64 min, qint64 max);
    std::optional<qint64> optionalInteger(QLatin1StringView key, qint64 min, qint64 max);
    double number(QLatin1StringView key, double fallback, double min, double max);
    bool boolean(QLatin1StringView key, bool fallback);
    QJsonObject object(QLatin1StringView key);
    QJsonArray array(QLatin1StringView key);
    QStringList stringList(QLatin1StringView key);
    QJsonValue value(QLatin1StringView key);
    /// A reader for the object at key (empty if absent); records an issue if it is something else.
    JsonReader child(QLatin1StringView key);
    /// Readers for the objects of the array at key; elements that are no objects are issues.
    QList<JsonReader> children(QLatin1StringView key);
    /// Records an issue for every member that no read so far asked for.
    void refuseUnknown();
    void addIssue(const QString& path, const QString& message);
    /// The same for the member at key, which counts as asked for.
    void addIssueAt(QLatin1StringView key, const QString& message);

    [[nodiscard]] const QString& path() const { return m_path; }
    [[nodiscard]] const QList<JsonIssue>& issues() const { return *m_issues; }
    /// Nothing, or an InvalidInput error: message is the first issue, detail all of them, one a line.
    [[nodiscard]] Result<void> finish() const;

private:
    JsonReader(QJsonObject object, QString path, std::shared_ptr<QList<JsonIssue>> issues);
    QJsonValue take(QLatin1StringView key);
    void wrongType(QLatin1StringView key, const QJsonValue& found, const QString& wanted);

    QJsonObject m_object;
    QString m_path;
    QList<QLatin1StringView> m_asked; // keys are literals
    std::shared_ptr<QList<JsonIssue>> m_issues;
};

/// Parses text to an object; the error says line and column and what was expected. Refuses documents over maxBytes
/// and nesting over 512 levels.
[[nodiscard]] Result<QJsonObject> parseJsonObject(QByteArrayView text, qint64 maxBytes = 64 * 1024 * 1024);

} // namespace lathe
