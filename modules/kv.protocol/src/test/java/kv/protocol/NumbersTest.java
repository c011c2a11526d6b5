package kv.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NumbersTest {

    private static final List<String> NOT_NUMBERS = List.of("", "-", "+", "+1", "-0", "00", "01", "-01", " 1", "1 ", "1.5", "1e3",
            "0x1", "a", "1a", "--1", "9223372036854775808", "-9223372036854775809", "18446744073709551616",
            "99999999999999999999", "-99999999999999999999", "92233720368547758070", "\0", "1\0", "/", ":", "1:", "\u00b2");

    @Test
    void parse_boundsAndSmall_areRead() {
        for (String number : List.of("0", "1", "-1", "9", "10", "99", "100", "-10", "9223372036854775807", "-9223372036854775808",
                "9223372036854775799", "1000000000000000000", "-1000000000000000000")) {
            assertEquals(Long.parseLong(number), parse(number, 77), number);
            assertEquals(Long.parseLong(number), parse(number, -77), number);
        }
    }

    @Test
    void parse_anythingElse_isOtherwise() {
        for (String text : NOT_NUMBERS) {
            assertEquals(77, parse(text, 77), text);
            assertEquals(-77, parse(text, -77), text);
        }
    }

    @Test
    void append_anyLong_readsBackAsItself() {
        ByteBuffer out = ByteBuffer.allocate(Numbers.LONG_BYTES_MAX + 3);
        for (long power = 1; power > 0; power *= 10) {
            for (long value : new long[] {power, power - 1, power + 1, -power, -power + 1, -power - 1}) {
                check(out, value);
            }
        }
        check(out, Long.MAX_VALUE);
        check(out, Long.MIN_VALUE);
        long seed = Long.getLong("kv.seed", 1);
        System.out.println("NumbersTest seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 200_000; i++) {
            check(out, random.nextLong() >> random.nextInt(64));
        }
    }

    private static void check(ByteBuffer out, long value) {
        out.clear().position(3);
        Numbers.append(out, value);
        int length = out.position() - 3;
        assertEquals(Long.toString(value), new String(out.array(), 3, length, StandardCharsets.US_ASCII));
        assertEquals(value, Numbers.parse(out, 3, length, value + 1));
    }

    private static long parse(String text, long otherwise) {
        ByteBuffer in = Fixture.buffer("7" + text + "7");
        return Numbers.parse(in, 1, text.length(), otherwise);
    }
}
