package kv.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PagePoolTest {
    private static final int SEGMENT_PAGES = PagePool.SEGMENT_BYTES / PagePool.PAGE_BYTES;

    private final AtomicInteger segments = new AtomicInteger();
    private final AtomicInteger calls = new AtomicInteger();

    private PagePool pool(long pages) {
        PagePool pool = new PagePool(pages * PagePool.PAGE_BYTES, bytes -> {
            segments.incrementAndGet();
            return ByteBuffer.allocate(bytes);
        });
        pool.whenLow(calls::incrementAndGet);
        return pool;
    }

    private static void take(PagePool pool, int pages) {
        for (int i = 0; i < pages; i++) assertNotEquals(PagePool.NONE, pool.take());
    }

    @Test
    void take_fewPagesLeft_callsOnceAndReserveMakesTheNextSegmentReady() {
        PagePool pool = pool(4 * SEGMENT_PAGES);
        take(pool, SEGMENT_PAGES - PagePool.LOW_PAGES - 1);
        assertEquals(0, calls.get());
        assertFalse(pool.isLow());
        take(pool, 1);
        assertEquals(1, calls.get());
        assertTrue(pool.isLow());
        pool.reserve();
        assertFalse(pool.isLow());
        assertEquals(2, segments.get());
        pool.reserve(); // there is enough
        take(pool, PagePool.LOW_PAGES + 1);
        assertEquals(2, segments.get(), "a taker has allocated");
        assertEquals(1, calls.get());
    }

    @Test
    void reserve_emptyPoolOrLimitReached_takesNoMemory() {
        PagePool pool = pool(SEGMENT_PAGES + 1);
        pool.reserve();
        assertEquals(0, segments.get());
        take(pool, SEGMENT_PAGES + 1);
        assertEquals(2, segments.get());
        assertEquals(1, calls.get());
        assertFalse(pool.isLow());
        pool.reserve();
        assertEquals(2, segments.get());
        assertEquals(PagePool.NONE, pool.take());
    }

    @Test
    void take_segmentUnderWayElsewhere_getsWhatIsFree() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        PagePool pool = new PagePool(4L * PagePool.SEGMENT_BYTES, bytes -> {
            if (segments.incrementAndGet() == 2) {
                begun.countDown();
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
            return ByteBuffer.allocate(bytes);
        });
        take(pool, SEGMENT_PAGES - PagePool.LOW_PAGES);
        CompletableFuture<Void> keeper = CompletableFuture.runAsync(pool::reserve);
        begun.await();
        take(pool, PagePool.LOW_PAGES); // would wait for ever, were the free list locked meanwhile
        CompletableFuture<Void> taker = CompletableFuture.runAsync(() -> take(pool, 1)); // waits: there is none
        goOn.countDown();
        keeper.get();
        taker.get();
        assertEquals(2, segments.get(), "the taker has allocated a segment of its own");
    }

    @Test
    void take_manyThreads_eachPageOnceAndNotBeyondTheLimit() {
        int limit = 3 * SEGMENT_PAGES + 7;
        PagePool pool = pool(limit);
        Set<Integer> taken = Collections.synchronizedSet(new HashSet<>());
        AtomicInteger count = new AtomicInteger();
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            threads.add(CompletableFuture.runAsync(() -> {
                for (int page; (page = pool.take()) != PagePool.NONE;) {
                    taken.add(page);
                    count.incrementAndGet();
                }
            }));
            threads.add(CompletableFuture.runAsync(() -> {
                while (count.get() < limit) pool.reserve();
            }));
        }
        threads.forEach(CompletableFuture::join);
        assertEquals(limit, count.get());
        assertEquals(limit, taken.size());
        assertEquals((long) limit * PagePool.PAGE_BYTES, pool.reservedBytes());
        assertEquals(4, segments.get());
    }

    @Test
    void housekeeper_poolIsLow_reservesUnasked() throws InterruptedException {
        try (KeyValueStore store = new KeyValueStore(StoreConfig.defaults().withMemoryLimitBytes(64 << 20).withShards(1))) {
            byte[] value = new byte[20_000];
            for (int i = 0; store.pool().usedBytes() <= PagePool.SEGMENT_BYTES - PagePool.LOW_PAGES * PagePool.PAGE_BYTES; i++) {
                store.put(TestStores.bytes("key" + i), value);
            }
            while (store.pool().reservedBytes() == PagePool.SEGMENT_BYTES) Thread.sleep(1); // bounded by the class's timeout
            assertEquals(2 * PagePool.SEGMENT_BYTES, store.pool().reservedBytes());
        }
    }
}
