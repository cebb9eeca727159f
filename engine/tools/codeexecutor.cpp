// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/codeexecutor.h"

#include "engine/tools/codelanguage.h"
#include "engine/tools/sandbox.h"
#include "engine/tools/toolschema.h"

#include <QJsonArray>
#include <QStringDecoder>

namespace lathe {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto defaultTime = 10'000ms;
constexpr auto longestTime = 60'000ms;
constexpr qint64 textBytesOfAFile = 16 * 1024; // more than that is no help to a model
constexpr qint64 textBytesOfAllFiles = 64 * 1024;

QJsonObject codeSchema()
{
    return schemaFromText(uR"({
        "type": "object",
        "properties": {
            "language": {"type": "string", "enum": ["python", "node", "bash", "cpp"],
                         "description": "The language of the code."},
            "code": {"type": "string", "minLength": 1, "maxLength": 1000000,
                     "description": "The whole program. What it prints is the answer."},
            "files": {"type": "object", "maxProperties": 100, "additionalProperties": {"type": "string"},
                      "description": "Text files to put into the working folder: plain name to content."},
            "timeoutMs": {"type": "integer", "minimum": 1, "maximum": 60000, "default": 10000,
                          "description": "Milliseconds after which the program is stopped."}
        },
        "required": ["language", "code"],
        "additionalProperties": false
    })");
}

/// A name that is a file of the working folder itself, on any file system.
bool isPlainName(const QString& name)
{
    return !name.isEmpty() && name != "."_L1 && name != ".."_L1 && !name.contains(u'/') &&
           !name.contains(QChar::Null) && name.toUtf8().size() <= 255;
}

QString errorCodeOf(SandboxEnd end)
{
    switch (end) {
    case SandboxEnd::Exited:
        return {};
    case SandboxEnd::TimedOut:
        return u"TIMEOUT"_s;
    case SandboxEnd::Cancelled:
        return u"CANCELLED"_s;
    case SandboxEnd::MemoryExceeded:
        return u"MEMORY_LIMIT"_s;
    case SandboxEnd::OutputExceeded:
        return u"OUTPUT_LIMIT"_s;
    case SandboxEnd::FilesExceeded:
        return u"FILE_LIMIT"_s;
    case SandboxEnd::Unavailable:
        return u"SANDBOX_UNAVAILABLE"_s;
    case SandboxEnd::Failed:
        return u"INVALID_FILES"_s;
    }
    return u"INTERNAL"_s;
}

QJsonArray filesOut(const SandboxOutcome& outcome)
{
    QJsonArray files;
    qint64 textLeft = textBytesOfAllFiles;
    for (const SandboxFile& file : outcome.files) {
        QJsonObject entry{{u"name"_s, file.name}, {u"size"_s, file.size}};
        if (!file.sha256.isEmpty()) {
            entry.insert("sha256"_L1, QString::fromLatin1(file.sha256));
        }
        if (file.hasContent && file.size <= std::min(textBytesOfAFile, textLeft)) {
            QStringDecoder decoder(QStringDecoder::Utf8);
            const QString text = decoder(file.content);
            if (!decoder.hasError() && !text.contains(QChar::Null)) {
                entry.insert("text"_L1, text);
                textLeft -= file.size;
            }
        }
        files.append(entry);
    }
    return files;
}

QJsonObject valueOf(const SandboxOutcome& outcome)
{
    QJsonObject value{{u"exitCode"_s, outcome.exitCode},
                      {u"stdout"_s, QString::fromUtf8(outcome.standardOutput)},
                      {u"stderr"_s, QString::fromUtf8(outcome.standardError)},
                      {u"timedOut"_s, outcome.timedOut()},
                      {u"durationMs"_s, outcome.durationMs},
                      {u"files"_s, filesOut(outcome)}};
    if (outcome.signal != 0) {
        value.insert("signal"_L1, outcome.signal);
    }
    // Only said when true: these cost the model's tokens in every reply.
    if (outcome.outputCut) {
        value.insert("stdoutCut"_L1, true);
    }
    if (outcome.errorCut) {
        value.insert("stderrCut"_L1, true);
    }
    if (outcome.filesCut) {
        value.insert("filesCut"_L1, true);
    }
    return value;
}

class CodeExecutor final : public Tool
{
public:
    CodeExecutor(const ToolSettings& settings, Clock& clock, ProgramFinder finder)
        : m_finder(std::move(finder)), m_runner(clock, settings.bubblewrapPath)
    {
        m_spec.name = u"code_executor"_s;
        m_spec.description =
            u"Runs a program in a sandbox without network and returns its exit code, what it printed, and the files it "
            "made. Use it for arithmetic, for working on data and for checking code. The attachments of the task lie "
            "in the working folder under their own names. Only the standard library of the language is there."_s;
        m_spec.inputSchema = codeSchema();
        m_spec.sideEffect = SideEffect::Pure;
        m_spec.timeout = longestTime + 5000ms; // the program's own limit comes first
    }

    [[nodiscard]] const ToolSpec& spec() const override { return m_spec; }

    [[nodiscard]] ToolAvailability availability() const override
    {
        const Result<void> usable = m_runner.available();
        if (usable) {
            return {};
        }
        return {false, usable.error().message, u"SANDBOX_UNAVAILABLE"_s};
    }

    QCoro::Task<ToolResult> run(ToolInvocation invocation, std::stop_token stop) override
    {
        SandboxJob job;
        ToolResult result;
        if (const Result<void> usable = m_runner.available(); !usable) {
            result = toolError(u"SANDBOX_UNAVAILABLE"_s, usable.error().message);
            co_return result;
        }
        result = prepare(job, invocation);
        if (!result.ok) {
            co_return result;
        }
        const SandboxOutcome outcome = co_await m_runner.run(std::move(job), std::move(stop));
        result.ok = outcome.end == SandboxEnd::Exited;
        result.errorCode = errorCodeOf(outcome.end);
        result.message = outcome.reason;
        result.value = valueOf(outcome);
        result.durationMs = outcome.durationMs;
        co_return result;
    }

private:
    /// Fills job; a result that is not ok says what is wrong with the invocation.
    [[nodiscard]] ToolResult prepare(SandboxJob& job, const ToolInvocation& invocation) const
    {
        const QJsonObject& arguments = invocation.arguments;
        for (const Attachment& attachment : invocation.attachments) {
            job.files.insert(attachment.name, attachment.content);
        }
        // Over an attachment of the same name: the model's wish is the newer one.
        const QJsonObject files = arguments.value("files"_L1).toObject();
        for (auto file = files.begin(); file != files.end(); ++file) {
            job.files.insert(file.key(), file.value().toString().toUtf8());
        }
        qint64 total = 0;
        for (auto file = job.files.cbegin(); file != job.files.cend(); ++file) {
            if (!isPlainName(file.key())) {
                return toolError(u"INVALID_FILES"_s,
                                 u"\"%1\" cannot be a file in the working folder: a plain name is needed."_s.arg(
                                     file.key().left(300)));
            }
            total += file->size();
        }
        if (total > sandboxFolderBytes) {
            return toolError(u"INVALID_FILES"_s,
                             u"The files are %1 bytes together; the working folder has room for %2."_s.arg(total).arg(
                                 sandboxFolderBytes));
        }
        job.wallLimit = std::chrono::milliseconds(
            arguments.value("timeoutMs"_L1).toInteger(static_cast<qint64>(defaultTime.count())));
        if (job.wallLimit < 1ms || job.wallLimit > longestTime) {
            return toolError(u"INVALID_ARGUMENTS"_s, u"timeoutMs must be from 1 to %1."_s.arg(longestTime.count()));
        }
        const Result<void> prepared = prepareCode(job, arguments.value("language"_L1).toString(),
                                                  arguments.value("code"_L1).toString(), m_finder);
        if (!prepared) {
            const bool missing = prepared.error().code == ErrorCode::Unavailable;
            return toolError(missing ? u"INTERPRETER_MISSING"_s : u"INVALID_ARGUMENTS"_s, prepared.error().message);
        }
        return {};
    }

    ToolSpec m_spec;
    ProgramFinder m_finder;
    SandboxRunner m_runner;
};

} // namespace

std::unique_ptr<Tool> makeCodeExecutor(const ToolSettings& settings, Clock& clock, ProgramFinder finder)
{
    return std::make_unique<CodeExecutor>(settings, clock, std::move(finder));
}

} // namespace lathe
