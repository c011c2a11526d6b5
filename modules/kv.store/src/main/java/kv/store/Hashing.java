package kv.store;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.util.SplittableRandom;

/**
 * SipHash-1-3: a keyed 64-bit hash of a range of bytes. Immutable; any thread.
 *
 * <p>Buffers must be in native byte order. The key, 128 bits, is drawn anew for each store.
 */
final class Hashing {
    /*
     * Aumasson and Bernstein, 2012, with one round a word and three in the end, as Python, Ruby and Rust have it in their tables.
     * It is a pseudorandom function: who does not know the key learns from the hashes of some keys nothing about those of others.
     * That is what we need, for we do show hashes: SCAN's cursor is a prefix of one, and KEYS reports in their order. With a hash
     * that is merely seeded, such prefixes give away the seed, or make it needless: of wyhash's multiplications (-a)(-b) = ab
     * collides under every seed.
     *
     * Costs about 14 ns more than that for a key of 16 bytes, and is computed once a command (Keys), where it was twice.
     */
    private static final boolean LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    private final long first;
    private final long second;
    private final long third;
    private final long fourth;

    Hashing(long key0, long key1) {
        first = key0 ^ 0x736f6d6570736575L;
        second = key1 ^ 0x646f72616e646f6dL;
        third = key0 ^ 0x6c7967656e657261L;
        fourth = key1 ^ 0x7465646279746573L;
    }

    static Hashing random() {
        ByteBuffer key = ByteBuffer.wrap(entropy(2 * Long.BYTES));
        return new Hashing(key.getLong(), key.getLong());
    }

    /**
     * From the system's source where that is a file: what SecureRandom would read, without the 30 ms of start-up that its
     * providers take to load.
     */
    private static byte[] entropy(int length) {
        try (InputStream source = new FileInputStream("/dev/urandom")) {
            byte[] bytes = source.readNBytes(length);
            if (bytes.length == length) {
                return bytes;
            }
        } catch (IOException noSuchSource) {
            // Not a Unix system.
        }
        byte[] bytes = new byte[length];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    static Hashing seeded(long seed) {
        SplittableRandom key = new SplittableRandom(seed);
        return new Hashing(key.nextLong(), key.nextLong());
    }

    long hash(ByteBuffer bytes, int start, int length) {
        assert bytes.order() == ByteOrder.nativeOrder();
        long a = first;
        long b = second;
        long c = third;
        long d = fourth;
        int end = start + (length & -Long.BYTES);
        for (int i = start; i <= end; i += Long.BYTES) {
            long word = i < end ? word(bytes, i) : (long) length << 56 | tail(bytes, start, length);
            d ^= word;
            // One round. It is written out twice, because a method cannot return four words.
            a += b;
            b = Long.rotateLeft(b, 13) ^ a;
            a = Long.rotateLeft(a, 32);
            c += d;
            d = Long.rotateLeft(d, 16) ^ c;
            a += d;
            d = Long.rotateLeft(d, 21) ^ a;
            c += b;
            b = Long.rotateLeft(b, 17) ^ c;
            c = Long.rotateLeft(c, 32);
            a ^= word;
        }
        c ^= 0xFF;
        for (int round = 0; round < 3; round++) {
            a += b;
            b = Long.rotateLeft(b, 13) ^ a;
            a = Long.rotateLeft(a, 32);
            c += d;
            d = Long.rotateLeft(d, 16) ^ c;
            a += d;
            d = Long.rotateLeft(d, 21) ^ a;
            c += b;
            b = Long.rotateLeft(b, 17) ^ c;
            c = Long.rotateLeft(c, 32);
        }
        return a ^ b ^ c ^ d;
    }

    /** The bytes after the last whole word, the first of them lowest. Read as parts of words that end where they end. */
    private static long tail(ByteBuffer bytes, int start, int length) {
        int count = length & Long.BYTES - 1;
        int end = start + length;
        if (count == 0) {
            return 0;
        }
        if (length >= Long.BYTES) {
            return word(bytes, end - Long.BYTES) >>> Long.SIZE - Byte.SIZE * count;
        }
        if (count >= Integer.BYTES) {
            long low = half(bytes, start) & 0xFFFF_FFFFL;
            long high = half(bytes, end - Integer.BYTES) & 0xFFFF_FFFFL;
            return low | high >>> Long.SIZE - Byte.SIZE * count << Integer.SIZE;
        }
        long tail = 0;
        for (int i = count - 1; i >= 0; i--) {
            tail = tail << Byte.SIZE | bytes.get(start + i) & 0xFF;
        }
        return tail;
    }

    private static long word(ByteBuffer bytes, int at) {
        return LITTLE_ENDIAN ? bytes.getLong(at) : Long.reverseBytes(bytes.getLong(at));
    }

    private static int half(ByteBuffer bytes, int at) {
        return LITTLE_ENDIAN ? bytes.getInt(at) : Integer.reverseBytes(bytes.getInt(at));
    }
}
