package kv.commands;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The hash XXH3 of 64 bits without a seed, which DIGEST replies and IFDEQ compares: that of the public specification, so that a
 * client can compute it too. It protects from accidents only; the store's own keys are hashed otherwise.
 *
 * <p>Stateless; any thread. Reads numbers in little-endian order on all machines.
 */
final class Xxh3 {

    // Four ways by length, as specified: up to 16 bytes, to 128, to 240, and longer ones in stripes of 64 bytes that are summed
    // up in eight lanes, stirred after each block of 1024 bytes. What is read from both ends overlaps: no input is padded.

    private static final long PRIME32_1 = 0x9E3779B1L;
    private static final long PRIME32_2 = 0x85EBCA77L;
    private static final long PRIME32_3 = 0xC2B2AE3DL;
    private static final long PRIME64_1 = 0x9E3779B185EBCA87L;
    private static final long PRIME64_2 = 0xC2B2AE3D27D4EB4FL;
    private static final long PRIME64_3 = 0x165667B19E3779F9L;
    private static final long PRIME64_4 = 0x85EBCA77C2B2AE63L;
    private static final long PRIME64_5 = 0x27D4EB2F165667C5L;
    private static final long AVALANCHE = 0x165667919E3779F9L;
    private static final long SHORT_MIX = 0x9FB21C651E98DF25L;

    private static final int STRIPE_BYTES = 64;
    private static final int BLOCK_BYTES = 1024;
    private static final int LANES = STRIPE_BYTES / Long.BYTES;

    private static final ByteBuffer SECRET = bytesOf("b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671f"
            + "cb79e64eccc0e578825ad07dccff7221b8084674f743248ee03590e6813a264c"
            + "3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8"
            + "a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364"
            + "eac5ac8334d3ebc3c581a0fffa1363eb170ddd51b7f0da49d316552629d4689e"
            + "2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e");
    private static final int SECRET_BYTES = 192;

    private Xxh3() {
    }

    private static ByteBuffer bytesOf(String hex) {
        ByteBuffer bytes = ByteBuffer.allocate(hex.length() / 2).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < hex.length(); i += 2) {
            bytes.put((byte) Integer.parseInt(hex, i, i + 2, 16));
        }
        return bytes;
    }

    /** The hash of a range of a buffer. */
    static long hash(ByteBuffer bytes, int start, int length) {
        ByteBuffer in = bytes.slice(start, length).order(ByteOrder.LITTLE_ENDIAN);
        if (length <= 16) {
            return hashTo16(in, length);
        }
        if (length <= 128) {
            return hashTo128(in, length);
        }
        return length <= 240 ? hashTo240(in, length) : hashLong(in, length);
    }

    private static long hashTo16(ByteBuffer in, int length) {
        if (length > 8) {
            long low = in.getLong(0) ^ secret(24) ^ secret(32);
            long high = in.getLong(length - 8) ^ secret(40) ^ secret(48);
            return avalanche(length + Long.reverseBytes(low) + high + foldedProduct(low, high));
        }
        if (length >= 4) {
            long both = unsigned(in.getInt(length - 4)) + (unsigned(in.getInt(0)) << 32);
            return mixShort(both ^ secret(8) ^ secret(16), length);
        }
        if (length > 0) {
            int ends = (in.get(0) & 0xFF) << 16 | in.get(length - 1) & 0xFF;
            int all = ends | (in.get(length >> 1) & 0xFF) << 24 | length << 8;
            return oldAvalanche(unsigned(all ^ SECRET.getInt(0) ^ SECRET.getInt(4)));
        }
        return oldAvalanche(secret(56) ^ secret(64));
    }

    private static long hashTo128(ByteBuffer in, int length) {
        long sum = length * PRIME64_1;
        for (int pair = (length - 1) / 32; pair >= 0; pair--) {
            sum += mix16(in, 16 * pair, 32 * pair) + mix16(in, length - 16 * (pair + 1), 32 * pair + 16);
        }
        return avalanche(sum);
    }

    private static long hashTo240(ByteBuffer in, int length) {
        long sum = length * PRIME64_1;
        for (int at = 0; at < 128; at += 16) {
            sum += mix16(in, at, at);
        }
        sum = avalanche(sum);
        for (int at = 128; at + 16 <= length; at += 16) {
            sum += mix16(in, at, at - 128 + 3);
        }
        return avalanche(sum + mix16(in, length - 16, 136 - 17));
    }

    private static long hashLong(ByteBuffer in, int length) {
        long[] lanes = {PRIME32_3, PRIME64_1, PRIME64_2, PRIME64_3, PRIME64_4, PRIME32_2, PRIME64_5, PRIME32_1};
        int lastStripe = length - STRIPE_BYTES;
        for (int block = 0; block < length; block += BLOCK_BYTES) {
            int end = Math.min(block + BLOCK_BYTES, length - 1);
            for (int at = block; at + STRIPE_BYTES <= end; at += STRIPE_BYTES) {
                addStripe(lanes, in, at, (at - block) / LANES);
            }
            if (block + BLOCK_BYTES < length) {
                stir(lanes);
            }
        }
        addStripe(lanes, in, lastStripe, SECRET_BYTES - STRIPE_BYTES - 7);
        long sum = length * PRIME64_1;
        for (int lane = 0; lane < LANES; lane += 2) {
            sum += foldedProduct(lanes[lane] ^ secret(11 + 8 * lane), lanes[lane + 1] ^ secret(19 + 8 * lane));
        }
        return avalanche(sum);
    }

    private static void addStripe(long[] lanes, ByteBuffer in, int at, int secretAt) {
        for (int lane = 0; lane < LANES; lane++) {
            long data = in.getLong(at + 8 * lane);
            long keyed = data ^ secret(secretAt + 8 * lane);
            lanes[lane ^ 1] += data;
            lanes[lane] += (keyed & 0xFFFFFFFFL) * (keyed >>> 32);
        }
    }

    private static void stir(long[] lanes) {
        for (int lane = 0; lane < LANES; lane++) {
            long value = lanes[lane];
            lanes[lane] = (value ^ value >>> 47 ^ secret(SECRET_BYTES - STRIPE_BYTES + 8 * lane)) * PRIME32_1;
        }
    }

    private static long mix16(ByteBuffer in, int at, int secretAt) {
        return foldedProduct(in.getLong(at) ^ secret(secretAt), in.getLong(at + 8) ^ secret(secretAt + 8));
    }

    /** The two halves of the product of 128 bits, one upon the other. */
    private static long foldedProduct(long a, long b) {
        long unsignedHigh = Math.multiplyHigh(a, b) + (a >> 63 & b) + (b >> 63 & a);
        return a * b ^ unsignedHigh;
    }

    private static long mixShort(long value, int length) {
        long mixed = (value ^ Long.rotateLeft(value, 49) ^ Long.rotateLeft(value, 24)) * SHORT_MIX;
        mixed = (mixed ^ (mixed >>> 35) + length) * SHORT_MIX;
        return mixed ^ mixed >>> 28;
    }

    private static long avalanche(long value) {
        long mixed = (value ^ value >>> 37) * AVALANCHE;
        return mixed ^ mixed >>> 32;
    }

    /** That of the older hash of 64 bits, which the shortest inputs still take. */
    private static long oldAvalanche(long value) {
        long mixed = (value ^ value >>> 33) * PRIME64_2;
        mixed = (mixed ^ mixed >>> 29) * PRIME64_3;
        return mixed ^ mixed >>> 32;
    }

    private static long secret(int at) {
        return SECRET.getLong(at);
    }

    private static long unsigned(int number) {
        return number & 0xFFFFFFFFL;
    }
}
