package kv.store;

import static kv.store.TestStores.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is read ahead without a lock must do no harm, whatever happens to the store meanwhile. Its use is shown by benchmarks. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PrefetchTest {
    private static final int ANNOUNCED_MAX = 32;

    @Test
    void announce_moreThanFit_isRefusedUntilPrefetched() {
        try (KeyValueStore store = TestStores.store()) {
            StoreSession session = store.session();
            for (int i = 0; i < ANNOUNCED_MAX; i++) assertTrue(announce(session, "key" + i));
            assertFalse(announce(session, "one more"));
            session.prefetch();
            assertTrue(announce(session, "one more"));
        }
    }

    @Test
    void prefetch_keysPresentAbsentAndOfAClosedStore_changesNothing() {
        KeyValueStore store = TestStores.store();
        StoreSession session = store.session();
        prefetch(session, 0, 100);
        for (int i = 0; i < 50_000; i++) store.put(bytes("key" + i), bytes("value" + i));
        prefetch(session, 0, 60_000);
        assertEquals(50_000, store.size());
        store.clear();
        prefetch(session, 0, 60_000);
        assertEquals(0, store.size());
        store.close();
        prefetch(session, 0, 60_000);
    }

    /** A slot read without the lock may hold anything by the time its entry is looked up: here every number, in every state of the pages. */
    @Test
    void touch_anyEntryNumber_neverFails() {
        PagePool pool = new PagePool(100L * PagePool.PAGE_BYTES, ByteBuffer::allocateDirect);
        DataPages pages = new DataPages(pool);
        touchAll(pages); // none there
        while (pages.openFresh()) { }
        touchAll(pages);
        for (int page = 1; page < 100; page += 2) pages.release(page);
        touchAll(pages);
        pool.close();
        touchAll(pages);
    }

    private static void touchAll(DataPages pages) {
        for (int entry = 0; entry < 1 << 24; entry++) pages.touch(entry);
    }

    private static void prefetch(StoreSession session, int from, int to) {
        for (int i = from; i < to; i++) {
            if (announce(session, "key" + i)) continue;
            session.prefetch();
            assertTrue(announce(session, "key" + i));
        }
        session.prefetch();
    }

    private static boolean announce(StoreSession session, String key) {
        ByteBuffer bytes = TestStores.heap(bytes(key));
        return session.announce(bytes, 0, bytes.capacity());
    }
}
