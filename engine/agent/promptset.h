// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/result.h"
#include "engine/domain/prompttext.h"

#include <QByteArray>
#include <QList>
#include <QString>

namespace lathe {

/// The texts that agents work with. They are files that a person can read and change: the built-in ones, each of which
/// a file of the same name in a folder of the user's takes the place of. {{name}} stands for what a run fills in.
struct PromptSet
{
    QString system;   ///< how to work; stands first in every frame
    QString tools;    ///< without native tool calling: how to write a decision; {{tools}}
    QString examples; ///< likewise: decisions as they should look; may be empty
    QString result;   ///< likewise: a tool's result as the model sees it; {{tool}}, {{result}}
    QString repair;   ///< likewise: what is said to a reply that is no decision; {{problem}}

    bool operator==(const PromptSet&) const = default;
};

[[nodiscard]] PromptSet builtinPrompts();
/// The files in folder, and the built-in texts where there is none. File if one cannot be read; InvalidInput, which
/// names the file, if it is empty where it must not be, is no UTF-8, too long, or lacks one of its {{names}}.
[[nodiscard]] Result<PromptSet> readPrompts(const QString& folder);
/// The same one by one.
[[nodiscard]] Result<QList<PromptText>> promptTexts(const QString& folder);
/// Checks a text and writes its file; an empty one takes the file away, so that the built-in text holds again.
[[nodiscard]] Result<void> writePrompt(const QString& folder, const QString& name, const QString& text);

/// 12 hexadecimal digits: equal if and only if the texts are.
[[nodiscard]] QString versionOf(const PromptSet& prompts);
/// As it is kept beside a run, so that it can go on after the files were changed.
[[nodiscard]] QByteArray toBytes(const PromptSet& prompts);
[[nodiscard]] Result<PromptSet> promptsFromBytes(const QByteArray& bytes);

/// text with value in the place of {{name}}. Nothing in value is looked at again.
[[nodiscard]] QString filled(const QString& text, QLatin1StringView name, const QString& value);

} // namespace lathe
