package kv.store;

import static kv.store.TestStores.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LookupsTest {
    private static final int COLLECTIONS_MAX = 100;

    private final KeyValueStore store = TestStores.store();
    private final ByteBuffer target = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder());

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void stats_eachWayToReadAValue_countsOnce() {
        store.put(bytes("key"), bytes("value"));
        store.get(bytes("key"));
        store.get(bytes("none"));
        assertCounted(1, 1);

        StoreSession session = store.session();
        Keys keys = session.newKeys();
        keys.add(TestStores.heap(bytes("key")), 0, 3);
        keys.add(TestStores.heap(bytes("none")), 0, 4);
        session.openPatiently(keys, 2, Access.SHARED);
        ArraySink sink = new ArraySink();
        for (int key = 0; key < 2; key++) {
            session.get(key, sink);
            session.get(key, 2, sink); // of the longer one the length only: that is no look-up
            session.getRange(key, 0, 1, sink);
            session.read(key, 0, 16, target.clear());
            session.detach(key);
        }
        session.close();
        session.releaseDetached();
        assertCounted(1 + 4, 1 + 5);
        for (int key = 0; key < 2; key++) {
            session.peek(keys, key, store.nowMillis(), sink);
        }
        assertCounted(1 + 5, 1 + 6);
    }

    @Test
    void stats_whatReadsNoValue_countsNothing() {
        store.put(bytes("key"), bytes("value"));
        store.contains(bytes("key"));
        store.contains(bytes("none"));
        store.timeToLive(bytes("key"));
        store.putIfAbsent(bytes("none"), bytes("value"));
        store.delete(bytes("none"));
        assertCounted(0, 0);
    }

    @Test
    void stats_manyThreads_noCountIsLost() {
        store.put(bytes("key"), bytes("value"));
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            threads.add(TestStores.runAsync(() -> {
                StoreSession session = store.session();
                for (int j = 0; j < 5000; j++) {
                    read(session, "key");
                    store.get(bytes("none"));
                }
            }));
        }
        threads.forEach(CompletableFuture::join);
        assertCounted(20_000, 20_000);
    }

    /** What a session has counted outlives it. */
    @Test
    void stats_sessionsThatNobodyHasAnyMore_areNotForgotten() {
        store.put(bytes("key"), bytes("value"));
        WeakReference<StoreSession> session = new WeakReference<>(readWithASessionOfItsOwn());
        for (int i = 0; i < COLLECTIONS_MAX && session.get() != null; i++) {
            System.gc();
        }
        assertNull(session.get(), "the store keeps sessions alive");
        assertCounted(1, 1);
    }

    private StoreSession readWithASessionOfItsOwn() {
        StoreSession session = store.session();
        read(session, "key");
        read(session, "none");
        return session;
    }

    private void read(StoreSession session, String name) {
        Keys keys = session.newKeys();
        keys.add(TestStores.heap(bytes(name)), 0, name.length());
        session.openPatiently(keys, 1, Access.SHARED);
        session.get(0, new ArraySink());
        session.close();
    }

    private void assertCounted(long hits, long misses) {
        assertEquals(hits, store.stats().hitsTotal(), "hits");
        assertEquals(misses, store.stats().missesTotal(), "misses");
    }
}
