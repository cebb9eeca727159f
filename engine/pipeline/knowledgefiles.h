// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/result.h"
#include "engine/storage/database.h"

#include <QStringList>

namespace lathe {

/// A file that may become a part of a knowledge base.
struct KnowledgeFile
{
    QString path;
    QString source;       ///< what it is called in the base: relative to the folder it was found in
    bool isNamed = false; ///< by the user himself, not found in a folder

    bool operator==(const KnowledgeFile&) const = default;
};

/// Files to read, and why others are not: "build.log: larger than 64 MiB".
struct KnowledgeFileList
{
    QList<KnowledgeFile> files;
    QStringList notes;
};

/// What a file holds.
struct KnowledgeFileText
{
    QList<KnowledgeDocument> documents; ///< one, or one for each entry of a collection in SMART format; none if blank
    QString note;                       ///< what was done to read it: "not UTF-8, read as Latin-1"
};

/// Files and folders, searched through in the order of names. In folders are left out: what is hidden, folders that
/// programs make (node_modules, __pycache__ ...), what a file .latheignore in the folder names (a pattern a line, as
/// in "*.log" or "drafts/"), what is linked, endings of no text, and more than 100,000 files. An Error if a path does
/// not exist. Reads folders: not for the GUI thread.
[[nodiscard]] Result<KnowledgeFileList> findKnowledgeFiles(const QStringList& paths);
/// Text, Markdown, source code, HTML (reduced to its text) and PDF (by pdftotext, pages parted by form feeds). Errors
/// name the file and say why: unreadable, over 64 MiB, binary.
[[nodiscard]] Result<KnowledgeFileText> readKnowledgeFile(const KnowledgeFile& file, const QByteArray& bytes);
[[nodiscard]] Result<QByteArray> readKnowledgeBytes(const KnowledgeFile& file);
/// SHA-256 in hex.
[[nodiscard]] QString knowledgeHash(const QByteArray& bytes);
/// What a knowledge base made of these paths is called.
[[nodiscard]] QString knowledgeName(const QStringList& paths);
/// The documents of a SMART collection; empty if text is none.
[[nodiscard]] QList<KnowledgeDocument> splitSmartCollection(const QString& text, const QString& source);

} // namespace lathe
