// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTest>

// Waiting in tests on a machine that does other work as well: QTRY_COMPARE and QTRY_VERIFY give up after a minute, not
// after Qt's five seconds. What comes in time costs nothing; only a test that fails anyway takes longer.

#undef QTRY_COMPARE
#undef QTRY_VERIFY
#undef QTRY_VERIFY2
#define QTRY_COMPARE(expression, expected) QTRY_COMPARE_WITH_TIMEOUT((expression), (expected), 60000)
#define QTRY_VERIFY(expression) QTRY_VERIFY_WITH_TIMEOUT((expression), 60000)
#define QTRY_VERIFY2(expression, message) QTRY_VERIFY2_WITH_TIMEOUT((expression), message, 60000)
