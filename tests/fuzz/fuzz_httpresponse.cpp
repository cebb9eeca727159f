// SPDX-License-Identifier: GPL-3.0-or-later
// A response reads the same however its bytes arrive, and never past its end.
#include "engine/net/httpresponseparser.h"

#include "tests/fuzz/fuzzing.h"

using namespace lathe;

namespace {

using Event = HttpResponseParser::Event;

struct Read
{
    int status = 0;
    HttpHeaders headers;
    QByteArray body;
    Event last = Event::NeedMore;
    QString error;
    bool keepAlive = false;
    qsizetype taken = 0;

    bool operator==(const Read&) const = default;
};

Read read(const QList<QByteArray>& pieces, bool toHeadRequest)
{
    HttpResponseParser::Limits limits;
    limits.headBytes = 2048;
    limits.headers = 32;
    limits.bodyBytes = 4096;
    HttpResponseParser parser(toHeadRequest, limits);
    Read read;
    const auto take = [&](Event event) {
        read.last = event;
        if (event == Event::Head) {
            read.status = parser.status();
            read.headers = parser.headers();
        } else if (event == Event::Body) {
            fuzz::expect(read.status != 0, "no body before a head");
            read.body.append(parser.piece());
        }
    };
    const auto isEnd = [&read] { return read.last == Event::End || read.last == Event::Error; };
    for (const QByteArray& piece : pieces) {
        QByteArrayView left = piece;
        do {
            take(parser.next(left));
        } while (read.last != Event::NeedMore && !isEnd());
        fuzz::expect(isEnd() || left.isEmpty(), "what asks for more has used up all there was");
        read.taken += piece.size() - left.size();
        if (isEnd()) {
            break;
        }
    }
    if (!isEnd()) {
        take(parser.endOfInput());
        fuzz::expect(isEnd(), "the end of the input is an end");
    }
    if (read.last == Event::Error) {
        read.error = parser.errorText();
        fuzz::expect(!read.error.isEmpty(), "an error says what is wrong");
        read.taken = 0; // how much was looked at before a fault was seen depends on the split
        read.body.clear();
    } else {
        read.keepAlive = parser.keepAlive();
    }
    fuzz::expect(read.body.size() <= limits.bodyBytes, "no body is over the limit");
    return read;
}

} // namespace

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const fuzz::Input input(data, size);
    for (const bool toHeadRequest : {false, true}) {
        const Read whole = read({input.whole}, toHeadRequest);
        const Read split = read(input.pieces, toHeadRequest);
        fuzz::expect(whole == split, "the same response in any split");
    }
    return 0;
}
