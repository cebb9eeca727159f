// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/domain/contextsource.h"

using namespace Qt::StringLiterals;

namespace lathe {

QJsonObject toJson(const ContextPassage& passage)
{
    QJsonObject json;
    json.insert("id"_L1, passage.id);
    json.insert("knowledgeBase"_L1, passage.knowledgeBase);
    json.insert("source"_L1, passage.source);
    json.insert("title"_L1, passage.title);
    json.insert("text"_L1, passage.text);
    json.insert("offset"_L1, passage.offset);
    if (passage.line > 0) {
        json.insert("line"_L1, passage.line);
    }
    if (passage.page > 0) {
        json.insert("page"_L1, passage.page);
    }
    json.insert("score"_L1, passage.score);
    return json;
}

} // namespace lathe
