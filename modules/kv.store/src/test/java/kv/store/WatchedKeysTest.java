package kv.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Watched keys, beside the changes of others. */
class WatchedKeysTest {
    /** At 500,000 changes a second, those of ten milliseconds. */
    private static final int OTHER_CHANGES = 5_000;
    private static final int WATCHES = 400;

    @Test
    void isAnyChanged_onlyOtherKeysHaveChanged_isFalseInNearlyAllCases() {
        try (KeyValueStore store = new KeyValueStore(StoreConfig.defaults().withMemoryLimitBytes(64 << 20).withShards(256))) {
            StoreSession session = store.session();
            Keys keys = session.newKeys();
            ByteBuffer bytes = TestStores.heap(new byte[8]);
            int taken = 0;
            int number = 0;
            for (int watch = 0; watch < WATCHES; watch++) {
                WatchedKeys watched = new WatchedKeys();
                open(session, keys, bytes.putLong(0, -1L - watch));
                session.watch(0, watched);
                session.close();
                for (int i = 0; i < OTHER_CHANGES; i++) {
                    put(session, keys, bytes.putLong(0, number++ % 100_000));
                }
                taken += isChanged(store, session, keys, watched) ? 1 : 0;
                watched.clear();
            }
            System.out.println("WatchedKeysTest " + taken + " of " + WATCHES + " taken for changed");
            assertTrue(taken * 100 <= 2 * WATCHES, taken + " of " + WATCHES);
        }
    }

    @Test
    void isAnyChanged_itself_isNeverMissed() {
        try (KeyValueStore store = TestStores.store()) {
            StoreSession session = store.session();
            Keys keys = session.newKeys();
            ByteBuffer bytes = TestStores.heap(new byte[8]);
            for (int watch = 0; watch < 2000; watch++) {
                WatchedKeys watched = new WatchedKeys();
                open(session, keys, bytes.putLong(0, watch));
                session.watch(0, watched);
                session.close();
                put(session, keys, bytes);
                assertTrue(isChanged(store, session, keys, watched));
                watched.clear();
                assertEquals(0, watched.size());
            }
        }
    }

    private static void open(StoreSession session, Keys keys, ByteBuffer name) {
        keys.clear();
        keys.add(name, 0, 8);
        session.openPatiently(keys, 1, Access.EXCLUSIVE);
    }

    private static void put(StoreSession session, Keys keys, ByteBuffer name) {
        open(session, keys, name);
        session.put(0, name, 0, 8, Deadline.NONE);
        session.close();
    }

    private static boolean isChanged(KeyValueStore store, StoreSession session, Keys keys, WatchedKeys watched) {
        keys.clear();
        watched.addTo(keys);
        session.open(keys, 0, 1, Access.EXCLUSIVE, store.nowMillis());
        boolean changed = session.isAnyChanged(watched, 0);
        session.close();
        return changed;
    }
}
