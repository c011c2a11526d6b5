package kv.store;

import static kv.store.TestStores.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is read ahead without a lock must do no harm, whatever happens to the store meanwhile. Its use is shown by benchmarks. */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PrefetchTest {
    @Test
    void prefetch_keysPresentAbsentAndOfAClosedStore_changesNothing() {
        KeyValueStore store = TestStores.store();
        StoreSession session = store.session();
        prefetch(session, 0, 100);
        for (int i = 0; i < 50_000; i++) {
            store.put(bytes("key" + i), bytes("value" + i));
        }
        prefetch(session, 0, 60_000);
        assertEquals(50_000, store.size());
        store.clear();
        prefetch(session, 0, 60_000);
        assertEquals(0, store.size());
        store.close();
        prefetch(session, 0, 60_000);
    }

    /**
     * A slot read without the lock may hold anything by the time its entry is looked up: here every number, in every state of the
     * pages.
     */
    @Test
    void touch_anyEntryNumber_neverFails() {
        PagePool pool = new PagePool(100L * PagePool.PAGE_BYTES, ByteBuffer::allocateDirect, System::nanoTime);
        DataPages pages = new DataPages(pool);
        touchAll(pages); // none there
        pool.makeReady(1);
        while (pages.openFresh(0)) { }
        touchAll(pages);
        for (int page = 1; page < 100; page += 2) {
            pages.release(page);
        }
        touchAll(pages);
        pool.close();
        touchAll(pages);
    }

    private static void touchAll(DataPages pages) {
        for (int entry = 0; entry < 1 << 24; entry++) {
            pages.touch(entry);
        }
    }

    private static void prefetch(StoreSession session, int from, int to) {
        Keys keys = session.newKeys();
        for (int i = from; i < to; i++) {
            byte[] key = bytes("key" + i);
            keys.add(TestStores.heap(key), 0, key.length);
        }
        session.prefetch(keys, 0, keys.size());
    }
}
