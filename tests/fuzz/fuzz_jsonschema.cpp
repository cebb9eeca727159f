// SPDX-License-Identifier: GPL-3.0-or-later
// [schema, instance]: any schema of a stranger is refused or compiled, and checks any value in bounded work.
#include "engine/tools/jsonschema.h"

#include "tests/fuzz/fuzzing.h"

#include <QJsonArray>
#include <QJsonDocument>

using namespace lathe;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArray text(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    const QJsonArray pair = QJsonDocument::fromJson(text).array();
    const Result<JsonSchema> schema = JsonSchema::compile(pair.at(0));
    if (!schema) {
        fuzz::expect(!schema.error().message.isEmpty(), "an error says what is wrong");
        return 0;
    }
    const QList<JsonIssue> issues = schema->validate(pair.at(1));
    fuzz::expect(issues.size() <= 50, "at most 50 issues");
    for (const JsonIssue& issue : issues) {
        fuzz::expect(issue.path.startsWith(u'$') && !issue.message.isEmpty(), "an issue says where and what");
    }
    fuzz::expect(schema->validate(pair.at(1)) == issues, "the same verdict each time");
    return 0;
}
