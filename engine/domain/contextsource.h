// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/result.h"

#include <QFuture>
#include <QJsonObject>
#include <QList>
#include <QString>

namespace lathe {

/// A passage found in a knowledge base.
struct ContextPassage
{
    qint64 id = 0;
    QString knowledgeBase;
    QString source; ///< file name or document id
    QString title;
    QString text;
    qint64 offset = 0; ///< character position of text in its document
    qint64 line = 0;   ///< likewise, from 1; 0: not known
    qint64 page = 0;   ///< likewise; 0: it has no pages
    double score = 0;  ///< larger is better; 1 would be the best by words and by meaning

    bool operator==(const ContextPassage&) const = default;
};
[[nodiscard]] QJsonObject toJson(const ContextPassage& passage);

/// Where retrieve_context searches; storage fulfils it, tools and the built-in model use it.
class ContextSource
{
public:
    virtual ~ContextSource() = default;
    /// The best topK (1 to 100) passages for a free-text query, best first. Any text is a valid query.
    [[nodiscard]] virtual QFuture<Result<QList<ContextPassage>>> search(QString query, int topK) = 0;
};

} // namespace lathe
