// SPDX-License-Identifier: GPL-3.0-or-later
// The events of a stream do not depend on how its bytes arrive.
#include "engine/net/ssereader.h"

#include "tests/fuzz/fuzzing.h"

#include <tuple>

using namespace lathe;

namespace {

using Event = std::tuple<QByteArray, QByteArray, QByteArray>;

QList<Event> read(const QList<QByteArray>& pieces, qsizetype limit, bool *good)
{
    QList<Event> events;
    SseReader reader(
        [&events](const SseEvent& event) {
            events.emplaceBack(event.event.toByteArray(), event.data.toByteArray(), event.id.toByteArray());
        },
        limit);
    *good = true;
    for (const QByteArray& piece : pieces) {
        *good = reader.feed(piece).has_value() && *good;
    }
    *good = reader.finish().has_value() && *good;
    fuzz::expect(reader.eventCount() == events.size(), "each event is told and counted once");
    return events;
}

} // namespace

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const fuzz::Input input(data, size);
    bool whole = false;
    bool split = false;
    const QList<Event> expected = read({input.whole}, SseReader::defaultMaxEventBytes, &whole);
    const QList<Event> events = read(input.pieces, SseReader::defaultMaxEventBytes, &split);
    fuzz::expect(whole && split, "nothing under the limit is refused");
    fuzz::expect(events == expected, "the same events in any split");
    for (const Event& event : read(input.pieces, 64, &split)) {
        fuzz::expect(std::get<1>(event).size() <= 64, "no event is over the limit");
    }
    return 0;
}
