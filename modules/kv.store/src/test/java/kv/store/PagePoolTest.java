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
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PagePoolTest {
    private static final int SEGMENT_PAGES = PagePool.SEGMENT_BYTES / PagePool.PAGE_BYTES;

    private final AtomicInteger segments = new AtomicInteger();
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 10_000_000_000L);
    private volatile boolean refusing;

    private PagePool pool(long pages) {
        PagePool pool = new PagePool(pages * PagePool.PAGE_BYTES, bytes -> {
            segments.incrementAndGet();
            if (refusing) {
                throw new OutOfMemoryError("no more, says the test");
            }
            return ByteBuffer.allocate(bytes);
        }, nanos::get);
        pool.whenToBeKept(calls::incrementAndGet);
        return pool;
    }

    /** As who changes a shard does: with a segment made ready where none is free. */
    private static int takeOne(PagePool pool) {
        int page = pool.take();
        if (page == PagePool.NONE) {
            pool.makeReady(1);
            page = pool.take();
        }
        return page;
    }

    private static void take(PagePool pool, int pages) {
        for (int i = 0; i < pages; i++) {
            assertNotEquals(PagePool.NONE, takeOne(pool));
        }
    }

    @Test
    void take_noneIsFree_neverAllocates() {
        PagePool pool = pool(4 * SEGMENT_PAGES);
        assertEquals(PagePool.NONE, pool.take());
        assertEquals(0, segments.get());
        assertEquals(1, pool.timesEmpty());
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
        assertEquals(2, calls.get(), "there is a second segment now, which may be given back");
    }

    @Test
    void reserve_emptyPoolOrLimitReached_takesNoMemory() {
        PagePool pool = pool(SEGMENT_PAGES + 1);
        pool.reserve();
        assertEquals(0, segments.get());
        take(pool, SEGMENT_PAGES + 1);
        assertEquals(2, segments.get());
        assertEquals(2, calls.get(), "when it was low, and when there was a second segment");
        assertFalse(pool.isLow());
        pool.reserve();
        assertEquals(2, segments.get());
        assertEquals(PagePool.NONE, pool.take());
    }

    @Test
    void makeReady_pagesAreFew_growsAtOnceAndNotTwice() {
        PagePool pool = pool(10 * SEGMENT_PAGES);
        pool.makeReady(1);
        pool.makeReady(SEGMENT_PAGES - PagePool.MARGIN_PAGES);
        assertEquals(1, segments.get());
        pool.makeReady(SEGMENT_PAGES - PagePool.MARGIN_PAGES + 1);
        assertEquals(2, segments.get());
        pool.makeReady(5 * SEGMENT_PAGES);
        assertEquals(6, segments.get());
        take(pool, 5 * SEGMENT_PAGES);
        assertEquals(6, segments.get(), "a taker has allocated");
    }

    @Test
    void refusal_memoryComesBack_isAskedForLaterByTheHousekeeperOnly() {
        PagePool pool = pool(10 * SEGMENT_PAGES);
        take(pool, SEGMENT_PAGES);
        refusing = true;
        int wakeUps = calls.get();
        assertEquals(PagePool.NONE, takeOne(pool));
        assertEquals(wakeUps + 1, calls.get(), "the housekeeper is to know");
        assertEquals(1, pool.refusals());
        assertEquals(10L * PagePool.SEGMENT_BYTES, pool.limitBytes());
        for (long seconds = 1; seconds < 120; seconds = Math.min(60, 2 * seconds) + seconds / 60 * 100) {
            int asked = segments.get();
            assertEquals(seconds * 1_000_000_000, pool.nanosToRetry());
            assertFalse(pool.isLow());
            pool.makeReady(1);
            pool.reserve();
            assertEquals(PagePool.NONE, pool.take());
            assertEquals(asked, segments.get());
            nanos.addAndGet(seconds * 1_000_000_000);
            assertTrue(pool.isLow());
            pool.reserve();
            assertEquals(asked + 1, segments.get());
        }
        refusing = false;
        nanos.addAndGet(60_000_000_000L);
        pool.reserve();
        assertEquals(0, pool.nanosToRetry());
        take(pool, 3 * SEGMENT_PAGES);
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
        }, System::nanoTime);
        take(pool, SEGMENT_PAGES - PagePool.LOW_PAGES);
        CompletableFuture<Void> keeper = TestStores.runAsync(pool::reserve);
        begun.await();
        take(pool, PagePool.LOW_PAGES); // would wait for ever, were the free list locked meanwhile
        CompletableFuture<Void> taker = TestStores.runAsync(() -> take(pool, 1)); // waits: there is none
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
            threads.add(TestStores.runAsync(() -> {
                for (int page; (page = takeOne(pool)) != PagePool.NONE;) {
                    taken.add(page);
                    count.incrementAndGet();
                }
            }));
            threads.add(TestStores.runAsync(() -> {
                while (count.get() < limit) {
                    pool.reserve();
                }
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
            while (store.pool().reservedBytes() == PagePool.SEGMENT_BYTES) {
                Thread.sleep(1); // bounded by the class's timeout
            }
            assertEquals(2 * PagePool.SEGMENT_BYTES, store.pool().reservedBytes());
        }
    }

    @Test
    void limit_lowered_withholdsWhatIsFreeBeyondItUntilThatIsGivenBack() {
        PagePool pool = pool(4 * SEGMENT_PAGES);
        take(pool, SEGMENT_PAGES + 10); // of two segments
        assertFalse(pool.setLimitBytes((SEGMENT_PAGES + 9L) * PagePool.PAGE_BYTES));
        assertEquals(4L * SEGMENT_PAGES * PagePool.PAGE_BYTES, pool.limitBytes());
        assertTrue(pool.setLimitBytes((SEGMENT_PAGES + 12L) * PagePool.PAGE_BYTES));
        take(pool, 2);
        assertEquals(PagePool.NONE, pool.take());
        assertTrue(pool.isScarce(0));
        for (int page = 0; page < SEGMENT_PAGES + 12; page++) {
            pool.give(page);
        }
        assertTrue(pool.setLimitBytes(100L * PagePool.PAGE_BYTES));
        take(pool, 100);
        assertEquals(PagePool.NONE, pool.take());
        assertNotEquals(null, pool.takeOut());
        assertEquals(100L * PagePool.PAGE_BYTES, pool.usedBytes());
        assertEquals(PagePool.NONE, pool.take());
    }

    @Test
    void limit_raised_givesWhatWasWithheldAndThenGrows() {
        PagePool pool = pool(SEGMENT_PAGES);
        take(pool, 5);
        assertTrue(pool.setLimitBytes(10L * PagePool.PAGE_BYTES));
        take(pool, 5);
        assertEquals(PagePool.NONE, pool.take());
        assertTrue(pool.setLimitBytes(100L * PagePool.PAGE_BYTES));
        take(pool, 90);
        assertEquals(PagePool.NONE, pool.take());
        assertEquals(1, segments.get());
        assertTrue(pool.setLimitBytes((SEGMENT_PAGES + 100L) * PagePool.PAGE_BYTES)); // the second segment is short
        take(pool, SEGMENT_PAGES);
        assertEquals(PagePool.NONE, pool.take());
        assertTrue(pool.setLimitBytes(2L * SEGMENT_PAGES * PagePool.PAGE_BYTES)); // the third one, too
        take(pool, SEGMENT_PAGES - 100);
        assertEquals(PagePool.NONE, pool.take());
        assertEquals(3, segments.get());
    }
}
