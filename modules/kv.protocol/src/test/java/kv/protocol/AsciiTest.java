package kv.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AsciiTest {

    @Test
    void upper_everyByteAtEveryPlace_raisesLettersOnly() {
        for (int b = 0; b < 256; b++) {
            int expected = b >= 'a' && b <= 'z' ? b - 32 : b;
            assertEquals(expected, Ascii.upper((byte) b));
            for (int shift = 0; shift < 64; shift += 8) {
                for (long rest : new long[] {0, -1L, 0x6162637a7b604080L}) {
                    long word = rest & ~(0xffL << shift) | (long) b << shift;
                    assertEquals(expected, (int) (Ascii.upper(word) >>> shift & 0xff), "byte " + b + " at " + shift);
                }
            }
        }
    }

    @Test
    void word_everyLengthAndPlace_isSameForAllBuffers() {
        byte[] bytes = {1, -2, 3, -4, 5, -6, 7, -8, 9, -10, 11};
        for (int kind = 0; kind < 4; kind++) {
            ByteBuffer buffer = Fixture.allocate(kind, bytes.length).put(bytes).flip();
            for (int start = 0; start <= bytes.length; start++) {
                for (int length = 0; length <= Math.min(8, bytes.length - start); length++) {
                    long expected = 0;
                    for (int i = 0; i < length; i++) {
                        expected |= (bytes[start + i] & 0xffL) << (8 * i);
                    }
                    assertEquals(expected, Ascii.word(buffer, start, length), start + "+" + length);
                }
            }
        }
    }

    @Test
    void searches_randomBytes_agreeWithPlainLoops() {
        long seed = Long.getLong("kv.seed", 1);
        System.out.println("AsciiTest seed " + seed);
        Random random = new Random(seed);
        // Neighbours of the bytes looked for, and those that a wrong borrow would take for them.
        byte[] alphabet = {'\n', 11, 9, 8, ' ', '!', 31, 0, 1, '\r', 'a', 'b', -1, -128, (byte) 0x8a, (byte) 0xa0};
        for (int round = 0; round < 200_000; round++) {
            byte[] bytes = new byte[random.nextInt(40)];
            int letters = 1 + random.nextInt(alphabet.length);
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = alphabet[alphabet.length - 1 - random.nextInt(letters)];
                if (random.nextInt(16) == 0) {
                    bytes[i] = alphabet[random.nextInt(alphabet.length)];
                }
            }
            ByteBuffer buffer = Fixture.allocate(round & 3, bytes.length + 10).put(bytes).put(new byte[10]).flip();
            int from = random.nextInt(bytes.length + 1);
            int newline = from;
            while (newline < bytes.length && bytes[newline] != '\n') {
                newline++;
            }
            int end = from;
            while (end < bytes.length && bytes[end] != '\n' && bytes[end] != ' ' && bytes[end] != '\t') {
                end++;
            }
            assertEquals(newline, Ascii.newline(buffer, from, bytes.length), "seed " + seed);
            assertEquals(end, Ascii.fieldEnd(buffer, from, bytes.length), "seed " + seed);
        }
    }
}
