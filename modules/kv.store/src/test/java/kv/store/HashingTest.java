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

class HashingTest {
    private static final int KEYS = 32_768;

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
            for (byte[] key : keys) {
                long hash = store.hashing().hash(TestStores.heap(key), 0, key.length);
                Shard shard = store.shardOf(hash);
                int entry = shard.find(hash, TestStores.heap(key), 0, key.length);
                IndexPage page = shard.index().page(hash);
                probes += 1 + (page.slotOf(hash, entry) - page.home(hash) & IndexPage.SLOTS - 1);
                assertTrue(Arrays.equals(key, store.get(key)));
            }
            Invariants.assertInvariants(store);
            return (double) probes / KEYS;
        }
    }
}
