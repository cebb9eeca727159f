// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/icons.h"

#include <QApplication>
#include <QFile>
#include <QHash>
#include <QIconEngine>
#include <QPainter>
#include <QPixmapCache>
#include <QSvgRenderer>

#include <cmath>
#include <optional>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

QByteArray svgText(const QString& name)
{
    static QHash<QString, QByteArray> texts;
    const auto known = texts.constFind(name);
    if (known != texts.constEnd()) {
        return *known;
    }
    QFile file(u":/lathe/icons/"_s + name + u".svg"_s);
    const QByteArray text = file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    texts.insert(name, text);
    return text;
}

class TintedIcon : public QIconEngine
{
public:
    TintedIcon(QString name, std::optional<Kind> kind) : m_name(std::move(name)), m_kind(kind) {}

    void paint(QPainter *painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override
    {
        const qreal ratio = painter->device()->devicePixelRatioF();
        const int side = std::min(rect.width(), rect.height());
        const QPixmap map = iconPixmap(m_name, color(mode), side, ratio);
        painter->drawPixmap(rect.x() + (rect.width() - side) / 2, rect.y() + (rect.height() - side) / 2, map);
    }
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State) override
    {
        return iconPixmap(m_name, color(mode), std::min(size.width(), size.height()), 1.0);
    }
    QPixmap scaledPixmap(const QSize& size, QIcon::Mode mode, QIcon::State, qreal) override
    {
        return iconPixmap(m_name, color(mode), std::min(size.width(), size.height()), 1.0);
    }
    QSize actualSize(const QSize& size, QIcon::Mode, QIcon::State) override { return size; }
    QIconEngine *clone() const override { return new TintedIcon(*this); }
    bool isNull() override { return false; }

private:
    [[nodiscard]] QColor color(QIcon::Mode mode) const
    {
        const QPalette palette = QApplication::palette();
        if (mode == QIcon::Disabled) {
            return palette.color(QPalette::Disabled, QPalette::WindowText);
        }
        if (mode == QIcon::Selected) {
            return palette.color(QPalette::HighlightedText);
        }
        return m_kind ? theme::kindColor(*m_kind, palette) : palette.color(QPalette::WindowText);
    }

    QString m_name;
    std::optional<Kind> m_kind;
};

} // namespace

QPixmap iconPixmap(const QString& name, const QColor& color, int size, qreal ratio)
{
    const int pixels = static_cast<int>(std::lround(size * ratio));
    const QString key = u"lathe/%1/%2/%3/%4"_s.arg(name, color.name(QColor::HexArgb)).arg(pixels).arg(ratio);
    QPixmap map;
    if (QPixmapCache::find(key, &map)) {
        return map;
    }
    map = QPixmap(pixels, pixels);
    map.fill(Qt::transparent);
    QByteArray text = svgText(name);
    text.replace("currentColor", color.name().toLatin1());
    QSvgRenderer renderer(text);
    QPainter painter(&map);
    renderer.render(&painter, QRectF(0, 0, pixels, pixels));
    painter.end();
    map.setDevicePixelRatio(ratio);
    QPixmapCache::insert(key, map);
    return map;
}

QIcon icon(const QString& name)
{
    return QIcon(new TintedIcon(name, std::nullopt));
}

QIcon icon(const QString& name, Kind kind)
{
    return QIcon(new TintedIcon(name, kind));
}

} // namespace lathe
