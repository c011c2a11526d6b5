package kv.store;

import static kv.store.Invariants.assertInvariants;
import static kv.store.TestStores.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A key of an open long section is not evicted, whatever room others want: the shards that it holds give nothing. (A short one
 * keeps the locks without which nothing is evicted.)
 *
 * <p>Seen to fail, both tests with each policy, with {@code if (shard.holder != null)} left out of {@link Room}.
 */
class HeldShardEvictionTest {
    private static final int SHARDS = 4;
    private static final int LIMIT_BYTES = 8 << 20;
    private static final int VALUE_BYTES = 1000;
    private static final int FULL_KEYS = LIMIT_BYTES / VALUE_BYTES;

    private KeyValueStore store;

    @AfterEach
    void assertInvariantsAndClose() {
        assertInvariants(store);
        store.close();
    }

    private void openFull(Eviction eviction) {
        StoreConfig config = StoreConfig.defaults().withMemoryLimitBytes(LIMIT_BYTES).withEviction(eviction).withShards(SHARDS);
        store = new KeyValueStore(config, Hashing.seeded(7), ByteBuffer::allocateDirect);
        for (int i = 0; i < FULL_KEYS; i++) {
            put(i);
        }
        assertTrue(store.stats().evictedTotal() > 0, "it is not full");
    }

    @ParameterizedTest
    @EnumSource(value = Eviction.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void hold_whileAnotherWantsMostOfTheStore_nothingOfItsShardGoes(Eviction eviction) {
        openFull(eviction);
        StoreSession holder = store.session();
        assertEquals(Opening.OPEN, holder.hold(keyList(holder, 0), 0, 1, store.nowMillis()));
        int held = shardOf(0);
        int other = 1;
        while (shardOf(other) == held) {
            other++;
        }
        long evictedBefore = evicted();
        List<Long> keysBefore = keysByShard();

        StoreSession session = store.session();
        session.announce(LIMIT_BYTES / 8 * 7);
        assertEquals(Opening.OPEN, session.open(keyList(session, other), 0, 1, Access.EXCLUSIVE, store.nowMillis()));
        session.close();
        assertTrue(evicted() - evictedBefore > FULL_KEYS / 2, "little was evicted, though so much was wanted");
        assertEquals(keysBefore.get(held), keysByShard().get(held));
        holder.close();
    }

    @ParameterizedTest
    @EnumSource(value = Eviction.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void holdAll_whileAnotherWantsRoom_nothingGoes(Eviction eviction) {
        openFull(eviction);
        StoreSession holder = store.session();
        List<Long> keysBefore = keysByShard();
        assertEquals(Opening.OPEN, holder.holdAll(holder.newKeys(), store.nowMillis()));

        StoreSession session = store.session();
        session.announce(LIMIT_BYTES / 2);
        assertEquals(Opening.HELD, session.open(keyList(session, 1), 0, 1, Access.EXCLUSIVE, store.nowMillis()));
        assertEquals(keysBefore, keysByShard());
        holder.close();
    }

    private long evicted() {
        return store.stats().evictedTotal();
    }

    private List<Long> keysByShard() {
        return IntStream.range(0, SHARDS).mapToObj(shard -> store.shards().get(shard).keys()).toList();
    }

    private static Keys keyList(StoreSession session, int number) {
        Keys keys = session.newKeys();
        keys.add(TestStores.heap(key(number)), 0, key(number).length);
        return keys;
    }

    private int shardOf(int number) {
        byte[] key = key(number);
        return store.shards().of(store.hashing().hash(TestStores.heap(key), 0, key.length)).number;
    }

    private void put(int number) {
        store.put(key(number), new byte[VALUE_BYTES], Duration.ofMinutes(1 + number % 100));
    }

    private static byte[] key(int number) {
        return bytes("key-%08d".formatted(number));
    }
}
