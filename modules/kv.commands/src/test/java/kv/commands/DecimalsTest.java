package kv.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DecimalsTest {
    private static BigDecimal parse(String text) {
        byte[] bytes = ("?" + text + "?").getBytes(StandardCharsets.ISO_8859_1);
        return Decimals.parse(ByteBuffer.wrap(bytes), 1, bytes.length - 2);
    }

    private static String sum(String one, String other) {
        byte[] sum = Decimals.sum(parse(one), parse(other));
        return sum == null ? null : new String(sum, StandardCharsets.US_ASCII);
    }

    @Test
    void parse_table_asRedisReadsIt() {
        for (String number : new String[] {"0", "-0", "00", "1", "+1", "1.", ".5", "-.5e-3", "1e5", "1E+5", "0e99999",
            "0.0e-99999", "000.", "1.18973149535723176502e4932", "3.6e-4951", "0x10", "0X1.8p1", "-0x.8", "0x1p-16000",
            "0x0p999999999"}) {
            assertNotNull(parse(number), number);
        }
        for (String other : new String[] {"", " 1", "1 ", "1e", "e1", ".", "+", "--1", "1.2.3", "nan", "0x", "0x.", "0xg", "0x1p",
            "1e4933", "-1.18973149535723176503e4932", "1e-4952", "1e99999999999", "1e-99999999999", "0x1p16384", "0x1p-17000",
            "0x1p999999999", "\u00b2", "1_0", "1d", "infi", "0e", "0e1.5"}) {
            assertNull(parse(other), other);
        }
        for (String infinite : new String[] {"inf", "-INF", "+Infinity"}) {
            assertSame(Decimals.INFINITE, parse(infinite), infinite);
        }
        assertEquals(0, parse("0x1.8p1").compareTo(new BigDecimal("3")));
        assertEquals(0, parse("-0xA.4").compareTo(new BigDecimal("-10.25")));
    }

    @Test
    void sum_table_isPlainAndRounded() {
        assertEquals("0.3", sum("0.1", "0.2"));
        assertEquals("3200", sum("3.0e3", "200"));
        assertEquals("0", sum("1e-20", "0"));
        assertEquals("0", sum("5", "-5.0"));
        assertEquals("-0.00000000000000001", sum("0", "-0.00000000000000001"));
        assertEquals("1000000000000000000000", sum("1e21", "0"));
        assertNull(sum("inf", "-inf"));
        assertNull(sum("1.1e4932", "1.1e4932"));
    }

    /** What INCRBYFLOAT has stored, the next one reads. */
    @Test
    void sum_anyTwoNumbers_canBeReadAgain() {
        long seed = Long.getLong("kv.seed", 1);
        System.out.println("DecimalsTest seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 5_000; round++) {
            String one = random(random);
            String other = random(random);
            BigDecimal a = parse(one);
            BigDecimal b = parse(other);
            if (a != null && b != null) {
                byte[] sum = Decimals.sum(a, b);
                if (sum != null) {
                    assertTrue(sum.length <= Decimals.BYTES_MAX, one + " + " + other);
                    BigDecimal again = Decimals.parse(ByteBuffer.wrap(sum), 0, sum.length);
                    assertNotNull(again, one + " + " + other + " seed " + seed);
                    assertEquals(new String(sum, StandardCharsets.US_ASCII),
                            new String(Decimals.sum(again, BigDecimal.ZERO), StandardCharsets.US_ASCII));
                }
            }
        }
    }

    private static String random(Random random) {
        return (random.nextBoolean() ? "-" : "") + random.nextInt(1_000_000) + "." + random.nextInt(1_000_000)
                + "e" + (random.nextInt(9_800) - 4_900);
    }

    /** The longest texts of each kind, also those that nearly match: a pattern that backtracks would take hours. */
    @Test
    void parse_longTexts_areRefusedOrReadSoon() {
        int length = Decimals.BYTES_MAX;
        String[] texts = {"0".repeat(length - 1) + "x", "9".repeat(length), "0." + "0".repeat(length - 3) + "x", "."
            + "0".repeat(length - 1), "0x" + "f".repeat(length - 2), "0x" + "f".repeat(length - 3) + "g", "1e"
            + "9".repeat(length - 2), "-".repeat(length), "0x1." + "0".repeat(length - 14) + "1p1000000", "1" + "0".repeat(4_932)
            + "." + "1".repeat(100)};
        for (int round = 0; round < 100; round++) {
            for (String text : texts) {
                parse(text);
            }
        }
        assertNull(parse("1".repeat(length + 1)));
    }
}
