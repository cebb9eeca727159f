// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/jsonpositions.h"

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr int kMaxDepth = 200;

class Scanner
{
public:
    explicit Scanner(const QString& text) : m_text(text) {}

    QHash<QString, int> run()
    {
        value(u"$"_s, 0);
        return m_lines;
    }

private:
    bool value(const QString& path, int depth)
    {
        blanks();
        if (m_at >= m_text.size() || depth > kMaxDepth) {
            return false;
        }
        if (!m_lines.contains(path)) {
            m_lines.insert(path, m_line);
        }
        const QChar c = m_text.at(m_at);
        if (c == u'{') {
            return object(path, depth);
        }
        if (c == u'[') {
            return array(path, depth);
        }
        if (c == u'"') {
            QString ignored;
            return string(ignored);
        }
        const auto start = m_at;
        while (m_at < m_text.size() && (m_text.at(m_at).isLetterOrNumber() || u"+-."_s.contains(m_text.at(m_at)))) {
            ++m_at;
        }
        return m_at > start;
    }

    bool object(const QString& path, int depth)
    {
        ++m_at;
        blanks();
        if (eat(u'}')) {
            return true;
        }
        while (true) {
            blanks();
            const int line = m_line;
            QString key;
            if (!string(key)) {
                return false;
            }
            const QString inner = path + u'.' + key;
            m_lines.insert(inner, line);
            blanks();
            if (!eat(u':') || !value(inner, depth + 1)) {
                return false;
            }
            blanks();
            if (eat(u'}')) {
                return true;
            }
            if (!eat(u',')) {
                return false;
            }
        }
    }

    bool array(const QString& path, int depth)
    {
        ++m_at;
        blanks();
        if (eat(u']')) {
            return true;
        }
        for (int index = 0;; ++index) {
            if (!value(u"%1[%2]"_s.arg(path).arg(index), depth + 1)) {
                return false;
            }
            blanks();
            if (eat(u']')) {
                return true;
            }
            if (!eat(u',')) {
                return false;
            }
        }
    }

    bool string(QString& out)
    {
        if (!eat(u'"')) {
            return false;
        }
        while (m_at < m_text.size()) {
            const QChar c = m_text.at(m_at++);
            if (c == u'"') {
                return true;
            }
            if (c == u'\n') {
                return false;
            }
            if (c == u'\\' && m_at < m_text.size()) {
                out += m_text.at(m_at++);
            } else {
                out += c;
            }
        }
        return false;
    }

    bool eat(QChar wanted)
    {
        if (m_at < m_text.size() && m_text.at(m_at) == wanted) {
            ++m_at;
            return true;
        }
        return false;
    }

    void blanks()
    {
        while (m_at < m_text.size() && m_text.at(m_at).isSpace()) {
            m_line += m_text.at(m_at) == u'\n' ? 1 : 0;
            ++m_at;
        }
    }

    const QString& m_text;
    qsizetype m_at = 0;
    int m_line = 1;
    QHash<QString, int> m_lines;
};

} // namespace

QHash<QString, int> jsonLines(const QString& text)
{
    return Scanner(text).run();
}

int lineOfPath(const QHash<QString, int>& lines, const QString& path)
{
    QString at = path;
    while (!at.isEmpty()) {
        if (const auto line = lines.constFind(at); line != lines.constEnd()) {
            return *line;
        }
        const auto cut = std::max(at.lastIndexOf(u'.'), at.lastIndexOf(u'['));
        if (cut <= 0) {
            return 0;
        }
        at.truncate(cut);
    }
    return 0;
}

} // namespace lathe
