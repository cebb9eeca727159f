// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/codelanguage.h"

#include <algorithm>

namespace lathe {

using namespace Qt::StringLiterals;

namespace {

constexpr CodeLanguage languageTable[] = {
    {"python"_L1, "python3"_L1, "python3"_L1, ".py"_L1},
    {"node"_L1, "node"_L1, "nodejs"_L1, ".js"_L1},
    {"bash"_L1, "bash"_L1, "bash"_L1, ".sh"_L1},
    {"cpp"_L1, "g++"_L1, "g++"_L1, ".cpp"_L1},
};

/// "main.py", or "main_2.py" and so on if the user has a file of that name.
QString freeName(const SandboxJob& job, const QString& stem, const QString& suffix)
{
    QString name = stem + suffix;
    for (int number = 2; job.files.contains(name); ++number) {
        name = u"%1_%2%3"_s.arg(stem).arg(number).arg(suffix);
    }
    return name;
}

} // namespace

std::span<const CodeLanguage> codeLanguages()
{
    return languageTable;
}

Result<void> prepareCode(SandboxJob& job, const QString& language, const QString& code, const ProgramFinder& finder)
{
    const auto *const found = std::ranges::find(languageTable, language, &CodeLanguage::name);
    if (found == std::end(languageTable)) {
        return fail(ErrorCode::NotFound, u"\"%1\" is not a language of code_executor."_s.arg(language));
    }
    const QString program = finder(found->interpreter);
    if (program.isEmpty()) {
        return fail(ErrorCode::Unavailable,
                    u"\"%1\" is not installed below /usr, so %2 code cannot be run. Install the package \"%3\"."_s.arg(
                        found->interpreter, found->name, found->package));
    }
    const QString source = freeName(job, u"main"_s, found->suffix);
    job.files.insert(source, code.toUtf8());
    job.scratchFiles << source;
    if (found->name == "python"_L1) {
        job.argv = QStringList{program, u"/work/"_s + source};
        job.environment.insert(u"PYTHONDONTWRITEBYTECODE"_s, u"1"_s);
        job.environment.insert(u"PYTHONUNBUFFERED"_s, u"1"_s); // what was printed before a limit is not lost
    } else if (found->name == "node"_L1) {
        const qint64 heap = job.memoryLimit / 2 / (1024 * 1024);
        job.argv = QStringList{program, u"--max-old-space-size=%1"_s.arg(heap), u"/work/"_s + source};
        job.environment.insert(u"OPENSSL_CONF"_s, u"/dev/null"_s);
    } else if (found->name == "cpp"_L1) {
        const QString binary = freeName(job, u"main"_s, u".out"_s);
        job.scratchFiles << binary;
        job.argv = QStringList{
            u"/usr/bin/bash"_s,  u"-c"_s, u"\"$1\" -std=c++20 -O1 -pthread -o \"$3\" \"$2\" || exit; exec \"$3\""_s,
            u"bash"_s,           program, u"/work/"_s + source,
            u"/work/"_s + binary};
    } else {
        job.argv = QStringList{program, u"/work/"_s + source};
    }
    return {};
}

} // namespace lathe
