// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/result.h"
#include "engine/storage/database.h"

#include <QStringList>

namespace lathe {

/// The documents of text files and folders (searched through): .txt .md .rst .html .csv .json source code and files
/// without an ending. A collection in SMART format (".I 1 / .T / .A / .B / .W") gives one document an entry.
/// HTML is reduced to its text. Files over 64 MiB, binary files and unreadable ones are an error that names the file
/// when they were named themselves, and are left out inside folders. Reads files: not for the GUI thread.
[[nodiscard]] Result<QList<KnowledgeDocument>> readKnowledgeFiles(const QStringList& paths);
/// What a knowledge base made of these paths is called.
[[nodiscard]] QString knowledgeName(const QStringList& paths);
/// The documents of a SMART collection; empty if text is none.
[[nodiscard]] QList<KnowledgeDocument> splitSmartCollection(const QString& text, const QString& source);

} // namespace lathe
