package kv.rdb;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Packings made by hand; those that Redis makes are in RedisDumpTest. */
class LzfTest {
    private static String unpacked(String packed, int length) {
        ByteBuffer out = ByteBuffer.allocate(length);
        boolean whole = Lzf.decompress(ByteBuffer.wrap(packed.getBytes(StandardCharsets.ISO_8859_1)), out);
        return whole ? new String(out.array(), StandardCharsets.ISO_8859_1) : null;
    }

    @Test
    void decompress_literalsAndRepetitions() {
        assertEquals("", unpacked("", 0));
        assertEquals("abc", unpacked("\2abc", 3));
        assertEquals("abcabcd", unpacked("\2abc\40\2\0d", 7));
        assertEquals("aaaaaa", unpacked("\0a\140\0", 6));
        assertEquals("a" + "a".repeat(264), unpacked("\0a\340\377\0", 265));
    }

    @Test
    void decompress_wrong_isNone() {
        String[] wrong = {"\0", "\5abc", "\0a\40", "\0a\340\1", "\0a\40\1", "\40\0", "\2abc\0"};
        for (String packed : wrong) {
            assertEquals(null, unpacked(packed, 3), packed);
        }
        assertEquals(null, unpacked("\2abc", 2));
        assertEquals(null, unpacked("\2abc", 4));
        assertEquals(null, unpacked("\0a\140\0", 5));
    }

    @Test
    void decompress_randomBytes_neverThrows() {
        Random random = new Random(1);
        int whole = 0;
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = new byte[random.nextInt(12)];
            random.nextBytes(bytes);
            for (int b = 0; b < bytes.length && random.nextBoolean(); b++) {
                bytes[b] = (byte) random.nextInt(64);
            }
            whole += Lzf.decompress(ByteBuffer.wrap(bytes), ByteBuffer.allocate(random.nextInt(20))) ? 1 : 0;
        }
        assertEquals(true, whole > 100, whole + " were whole");
    }
}
