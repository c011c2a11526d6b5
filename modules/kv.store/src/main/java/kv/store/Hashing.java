package kv.store;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.util.SplittableRandom;

/**
 * Seeded 64-bit hash of a range of bytes. Immutable; any thread.
 *
 * <p>Buffers must be in native byte order. The secrets are drawn anew for each store, so nobody can prepare keys that collide.
 */
final class Hashing {
    /*
     * After wyhash: eight bytes at a time, each pair of words xored with a secret and multiplied to 128 bits, the halves folded.
     * About 5 ns for a key of 16 bytes. Every word meets a secret before it is multiplied, so that without knowing the secrets one
     * can neither force a product to zero nor make two keys collide; plain 31 * h + b schemes collide under every seed.
     */
    private final long first;
    private final long second;
    private final long third;
    private final long fourth;

    private Hashing(long first, long second, long third, long fourth) {
        this.first = first;
        this.second = second;
        this.third = third;
        this.fourth = fourth;
    }

    static Hashing random() {
        ByteBuffer secrets = ByteBuffer.wrap(entropy(4 * Long.BYTES));
        return new Hashing(secrets.getLong(), secrets.getLong(), secrets.getLong(), secrets.getLong());
    }

    /** From the system's source where that is a file: what SecureRandom would read, without the 30 ms of start-up that its providers take to load. */
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
        SplittableRandom secrets = new SplittableRandom(seed);
        return new Hashing(secrets.nextLong(), secrets.nextLong(), secrets.nextLong(), secrets.nextLong());
    }

    long hash(ByteBuffer bytes, int start, int length) {
        assert bytes.order() == ByteOrder.nativeOrder();
        long state = first;
        long head;
        long tail;
        if (length >= Long.BYTES) {
            int last = start + length - 2 * Long.BYTES;
            for (int i = start; i < last; i += 2 * Long.BYTES) {
                state = fold(bytes.getLong(i) ^ second, bytes.getLong(i + Long.BYTES) ^ state);
            }
            head = bytes.getLong(Math.max(start, last));
            tail = bytes.getLong(last + Long.BYTES);
        } else if (length >= Integer.BYTES) {
            head = bytes.getInt(start);
            tail = bytes.getInt(start + length - Integer.BYTES);
        } else if (length > 0) {
            head = bytes.get(start) << 16 | (bytes.get(start + (length >>> 1)) & 0xFF) << 8 | bytes.get(start + length - 1) & 0xFF;
            tail = 0;
        } else {
            head = 0;
            tail = 0;
        }
        return fold(fold(head ^ third, tail ^ state) ^ fourth, length ^ second);
    }

    private static long fold(long a, long b) {
        return Math.multiplyHigh(a, b) ^ a * b;
    }
}
