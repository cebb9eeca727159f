// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/enums.h"

#include <QList>
#include <QString>

#include <optional>

// Questions about stored things, and what storage says of a knowledge base.

namespace lathe {

struct RunQuery
{
    QString text; ///< in prompt, name, user, model, id; empty: all
    QString userId;
    std::optional<RunStatus> status;
    qint64 fromMs = 0; ///< started at or after; 0: no bound
    qint64 toMs = 0;   ///< started before; 0: no bound
    int limit = 200;
    qint64 beforeMs = 0; ///< paging: only runs that started before this time; 0: newest
};

struct EventQuery
{
    qint64 afterSeq = 0;
    int limit = 1000;
    QList<EventType> types; ///< empty: all
    QString text;           ///< in the details
};

struct KnowledgeBaseInfo
{
    qint64 id = 0;
    QString name;
    qint64 documents = 0;
    qint64 passages = 0;
    qint64 characters = 0;
    qint64 addedAtMs = 0;
    bool builtin = false;
    QStringList roots{}; ///< the files and folders it was made of, as absolute paths

    bool operator==(const KnowledgeBaseInfo&) const = default;
};

} // namespace lathe
