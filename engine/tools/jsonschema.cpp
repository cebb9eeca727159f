// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/jsonschema.h"

#include "engine/tools/schemacompiler.h"
#include "engine/tools/schemaevaluator.h"

namespace lathe {

class JsonSchema::Private
{
public:
    schema::CompiledSchema compiled;
};

Result<JsonSchema> JsonSchema::compile(const QJsonValue& schema)
{
    auto compiled = schema::Compiler(schema).run();
    if (!compiled) {
        return fail(compiled.error());
    }
    JsonSchema made;
    made.d = std::make_shared<const Private>(Private{std::move(*compiled)});
    return made;
}

QList<JsonIssue> JsonSchema::validate(const QJsonValue& instance) const
{
    return schema::Evaluator(d->compiled).run(instance);
}

} // namespace lathe
