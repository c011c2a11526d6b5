package kv.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class RequestTest {

    @Test
    void argEquals_anyCase_comparesWholeArgument() {
        Request request = request("eX", "exx", "");
        assertTrue(request.argEquals(0, "EX"));
        assertFalse(request.argEquals(0, "EXX"));
        assertFalse(request.argEquals(0, "PX"));
        assertFalse(request.argEquals(1, "EX"));
        assertFalse(request.argEquals(2, "EX"));
    }

    @Test
    void argIsLong_allLongs_areToldFromOtherText() {
        Request request = request("0", "-9223372036854775808", "9223372036854775807", "x", "");
        assertTrue(request.argIsLong(0));
        assertEquals(0, request.longValue());
        assertTrue(request.argIsLong(1));
        assertEquals(Long.MIN_VALUE, request.longValue());
        assertTrue(request.argIsLong(2));
        assertEquals(Long.MAX_VALUE, request.longValue());
        assertFalse(request.argIsLong(3));
        assertFalse(request.argIsLong(4));
        assertEquals(5, request.argLong(3, 5));
    }

    @Test
    void toString_bytes_areReadAsUtf8() {
        assertEquals("h\u00e9", request("h\u00c3\u00a9").toString(0));
    }

    @Test
    void capacity_afterHugeRequest_goesBack() {
        Request request = new Request();
        int initial = request.argsCapacity();
        request.begin(Fixture.buffer(""));
        for (int i = 0; i < 100_000; i++) {
            request.addArg(i, i);
        }
        assertEquals(99_999, request.start(99_999));
        assertEquals(5, request.length(5));
        request.begin(Fixture.buffer(""));
        assertEquals(0, request.argCount());
        assertEquals(initial, request.argsCapacity());
    }

    private static Request request(String... args) {
        Request request = new Request();
        request.begin(Fixture.buffer(String.join("", args)));
        int start = 0;
        for (String arg : args) {
            request.addArg(start, arg.length());
            start += arg.length();
        }
        return request;
    }
}
