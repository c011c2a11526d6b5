package kv.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HashingTest {
    private static final int KEYS = 32_768;

    /** As CPython computes them: SipHash-1-3 with the key 0 of PYTHONHASHSEED=0. */
    @ParameterizedTest
    @CsvSource({"1, 44bc103b1f8540ed", "3, 58c04bf1747a31b8", "4, 2427d2b30edc6058", "7, b41012aeee05c7d4", "8, d22d9341176d0728",
        "9, 4ec42971d570753b", "12, a1a02b08c8ebdfdc", "15, 566f711d32f59152", "16, 7e6bfb8bf1d36ac4", "17, e11516de8399dc83",
        "23, 533300b1e6795446", "31, 1c67696cfcadb9a6", "32, 2aeaaeff82fc305b", "40, af08005c19450807"})
    void hash_keyZero_isThatOfAnIndependentImplementation(int length, String expected) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (7 * i + 1);
        }
        assertEquals(expected, Long.toHexString(new Hashing(0, 0).hash(TestStores.heap(bytes), 0, length)));
    }

    /** The first vector of the authors, with the key 00 01 … 0f: it shows which half of the key is which. */
    @Test
    void hash_authorsKeyAndEmptyInput_isTheirs() {
        assertEquals(0xabac0158050fc4dcL, new Hashing(0x0706050403020100L, 0x0f0e0d0c0b0a0908L).hash(TestStores.heap(new byte[0]),
                0, 0));
    }

    /** What collided under every seed before, one time in four a block: (-a)(-b) = ab. And its like. */
    @Test
    void hash_algebraicFamilies_doNotCollide() {
        long[] patterns = {0xFFFF_FFFF_FFFF_FFFEL, -1, Long.MIN_VALUE, 1, 2, 0x8000_0000_0000_0001L, 0x7FFF_FFFF_FFFF_FFFFL,
                0x0101_0101_0101_0101L};
        for (long pattern : patterns) {
            Hashing hashing = Hashing.random();
            Set<Long> hashes = new HashSet<>();
            // 12 blocks of two words, each block as it is or with both of its words changed.
            ByteBuffer key = TestStores.heap(TestStores.randomBytes(new Random(pattern), 12 * 16));
            for (int chosen = 0; chosen < 1 << 12; chosen++) {
                for (int block = 0; block < 12; block++) {
                    long mask = (chosen >>> block & 1) == 0 ? 0 : pattern;
                    key.putLong(16 * block, block ^ mask).putLong(16 * block + 8, -block ^ mask);
                }
                assertTrue(hashes.add(hashing.hash(key, 0, key.capacity())), "pattern " + Long.toHexString(pattern));
            }
        }
    }

    @Test
    void hash_sameBytesElsewhere_isTheSame() {
        Random random = new Random(1);
        Hashing hashing = Hashing.random();
        for (int length = 0; length < 100; length++) {
            byte[] key = TestStores.randomBytes(random, length);
            byte[] shifted = new byte[length + 7];
            System.arraycopy(key, 0, shifted, 3, length);
            long hash = hashing.hash(TestStores.heap(key), 0, length);
            assertEquals(hash, hashing.hash(TestStores.heap(shifted), 3, length));
            assertEquals(hash, hashing.hash(TestStores.direct(shifted), 3, length));
        }
    }

    @Test
    void hash_anyByteOrLengthChanged_isAnother() {
        Hashing hashing = Hashing.random();
        for (int length = 1; length < 100; length++) {
            Set<Long> hashes = new HashSet<>();
            byte[] key = new byte[length];
            hashes.add(hashing.hash(TestStores.heap(key), 0, length));
            assertTrue(hashes.add(hashing.hash(TestStores.heap(key), 0, length - 1)));
            for (int i = 0; i < length; i++) {
                key[i] = 1;
                assertTrue(hashes.add(hashing.hash(TestStores.heap(key), 0, length)));
                key[i] = 0;
            }
        }
    }

    @Test
    void hash_otherSecrets_isAnother() {
        ByteBuffer key = TestStores.heap(new byte[16]);
        assertNotEquals(Hashing.random().hash(key, 0, 16), Hashing.random().hash(key, 0, 16));
    }

    @Test
    void find_keysOfOneStringHashCode_probesNoMoreThanForOthers() {
        // "Aa" and "BB" have one hash code, so all strings of 15 such pairs have.
        double colliding = probesPerKey(number -> {
            StringBuilder key = new StringBuilder();
            for (int bit = 0; bit < 15; bit++) {
                key.append((number >>> bit & 1) == 0 ? "Aa" : "BB");
            }
            return TestStores.bytes(key.toString());
        });
        assertProbesNearRandom(colliding);
    }

    @Test
    void find_keysThatDifferInHighBitsOnly_probesNoMoreThanForOthers() {
        assertProbesNearRandom(probesPerKey(number -> ByteBuffer.allocate(16).putInt(number).array()));
        assertProbesNearRandom(probesPerKey(number -> ByteBuffer.allocate(16).putLong(8, (long) number << 49).array()));
        assertProbesNearRandom(probesPerKey(number -> TestStores.bytes("key:" + number)));
    }

    private static void assertProbesNearRandom(double probesPerKey) {
        Random random = new Random(2);
        double others = probesPerKey(number -> TestStores.randomBytes(random, 30));
        assertTrue(probesPerKey < 1.3 * others, probesPerKey + " probes a key, not " + others);
    }

    /** Slots looked at for finding each key, on the average. */
    private static double probesPerKey(IntFunction<byte[]> keyOf) {
        try (KeyValueStore store = TestStores.store(64 << 20, 4, new HandClock())) {
            List<byte[]> keys = new ArrayList<>();
            for (int i = 0; i < KEYS; i++) {
                byte[] key = keyOf.apply(i);
                keys.add(key);
                store.put(key, key);
            }
            long probes = 0;
            Keys one = store.newKeys(1);
            for (byte[] key : keys) {
                one.clear();
                one.add(TestStores.heap(key), 0, key.length);
                long hash = one.hash(0);
                Shard shard = store.shards().of(hash);
                int entry = shard.find(one, 0, 0);
                IndexPage page = shard.index(one).page(hash);
                probes += 1 + (page.slotOf(hash, entry) - page.home(hash) & IndexPage.SLOTS - 1);
                assertTrue(Arrays.equals(key, store.get(key)));
            }
            Invariants.assertInvariants(store);
            return (double) probes / KEYS;
        }
    }
}
