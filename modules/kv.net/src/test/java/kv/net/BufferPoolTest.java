package kv.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BufferPoolTest {
    private static final int LIMIT = 16 << 20;
    private static final int LARGE = 1 << 20;

    private final List<Signal> told = new ArrayList<>();
    private final SignalQueue signals = new SignalQueue(() -> { });
    private final BufferPool pool = new BufferPool(LIMIT);

    private Account client() {
        Signal signal = new Signal(signals, "client");
        told.add(signal);
        return pool.newAccount(signal);
    }

    private boolean isTold(int client) {
        return (told.get(client).take() & Signal.FAIL) != 0;
    }

    private int fill(Account account, int size) {
        int count = 0;
        try {
            while (pool.acquire(account, size) != null) {
                count++;
            }
        } catch (BufferExhaustedException full) {
            return count;
        }
        return count;
    }

    @Test
    void giveBackUnused_largeBlocks_goWhenNobodyHasNeededThemForASecond() {
        Account account = client();
        Block one = pool.acquire(account, LARGE / 2);
        Block other = pool.acquire(account, LARGE / 2);
        pool.release(account, one);
        pool.release(account, other);
        long full = pool.bytes();
        long now = System.nanoTime();
        assertTrue(pool.hasSpare());
        pool.giveBackUnused(now + BufferPool.UNUSED_NANOS);
        assertEquals(full, pool.bytes(), "looked at for the first time");
        pool.release(account, pool.acquire(account, LARGE / 2));
        pool.giveBackUnused(now + 2 * BufferPool.UNUSED_NANOS - 1);
        assertEquals(full, pool.bytes(), "too soon");
        pool.giveBackUnused(now + 2 * BufferPool.UNUSED_NANOS);
        assertEquals(full - one.bytes(), pool.bytes(), "one was needed");
        pool.giveBackUnused(now + 3 * BufferPool.UNUSED_NANOS);
        assertEquals(full - 2L * one.bytes(), pool.bytes());
        assertFalse(pool.hasSpare());
    }

    @ParameterizedTest
    @CsvSource({"1,256", "256,256", "257,512", "16384,16384", "16385,49152", "49152,49152", "49153,81920", "81921,147456",
        "1048576,1064960", "1064960,1064960"})
    void acquire_size_isTheNextOfTheBlockSizes(int bytes, int capacity) {
        ByteBuffer buffer = pool.acquire(client(), bytes).buffer;
        assertEquals(capacity, buffer.capacity());
        assertEquals(ByteOrder.nativeOrder(), buffer.order());
    }

    @ParameterizedTest
    @CsvSource({"100", "16384", "60000", "1000000"})
    void release_sameSizeAgain_isReusedAndCleared(int bytes) {
        Account account = client();
        Block block = pool.acquire(account, bytes);
        block.buffer.putInt(1).limit(10);
        pool.release(account, block);
        Block again = pool.acquire(account, bytes);
        assertSame(block, again);
        assertEquals(0, again.buffer.position());
        assertEquals(again.buffer.capacity(), again.buffer.limit());
    }

    @Test
    void release_all_littleIsKept() {
        Account account = client();
        for (int size : new int[] {100, 5000, 16384, 60_000, 300_000}) {
            List<Block> blocks = new ArrayList<>();
            while (account.held < 10 << 20) {
                blocks.add(pool.acquire(account, size));
            }
            blocks.forEach(block -> pool.release(account, block));
            assertEquals(0, account.held);
        }
        assertTrue(pool.bytes() <= LIMIT / 8 + 9L * Slab.BYTES, () -> pool.bytes() + " bytes");
        pool.trim();
        assertEquals(0, pool.bytes());
    }

    @Test
    void acquire_oneClientTakesAll_isRefusedItself() {
        Account hog = client();
        assertEquals(13, fill(hog, LARGE));
        assertThrows(BufferExhaustedException.class, () -> pool.acquire(hog, LARGE));
        assertTrue(pool.bytes() <= LIMIT);
        assertEquals(0, pool.evictions());
    }

    @Test
    void acquire_full_whoHoldsMostGoesAndTheOtherIsServed() {
        Account small = client();
        assertNotNull(pool.acquire(small, 30_000));
        Account hog = client();
        fill(hog, LARGE);
        assertNotNull(pool.acquire(client(), 600_000), "the last eighth is for those that hold less");
        assertTrue(isTold(1));
        assertTrue(!isTold(0) && !isTold(2));
        assertThrows(BufferExhaustedException.class, () -> pool.acquire(hog, 1), "it gets nothing more");
        assertEquals(1, pool.evictions());
    }

    @Test
    void acquire_whileSomebodyIsLeaving_nobodyElseMustGo() {
        Account hog = client();
        fill(hog, LARGE);
        for (int i = 0; i < 100; i++) {
            assertNotNull(pool.acquire(client(), 10_000));
        }
        assertEquals(1, pool.evictions());
    }

    @Test
    void acquire_manyEqual_theOldestGoesForTheNew() {
        List<Account> clients = new ArrayList<>();
        while (pool.evictions() == 0) {
            clients.add(client());
            assertNotNull(pool.acquire(clients.get(clients.size() - 1), 16 << 10));
        }
        assertTrue(isTold(0));
        assertTrue(clients.get(0).evicted);
    }

    @Test
    void await_untilTheHogHasGone_isServed() throws Exception {
        Account hog = client();
        Deque<Block> blocks = new ArrayDeque<>();
        for (Block block; hog.held < 13L * LARGE && (block = pool.acquire(hog, LARGE)) != null;) {
            blocks.add(block);
        }
        Account other = client();
        assertNotNull(pool.acquire(other, LARGE));
        assertNotNull(pool.acquire(other, LARGE));
        assertNull(pool.acquire(other, LARGE), "the last eighth is taken");
        Thread loop = new Thread(() -> {
            while (told.get(0).take() == 0) {
                Thread.onSpinWait();
            }
            blocks.forEach(block -> pool.release(hog, block));
        });
        loop.start();
        assertNotNull(pool.await(other, LARGE, 300_000));
        loop.join();
    }

    /** Those that hold it may be in the same batch, and come back with it. Planted: where each has its own time, it fails. */
    @Test
    void await_inVain_isForAllOfTheBatch() {
        fill(client(), LARGE);
        Account other = client();
        assertNotNull(pool.acquire(other, LARGE));
        assertNotNull(pool.acquire(other, LARGE));
        Batch batch = new Batch(ByteBuffer.allocate(Batch.BYTES));
        assertTrue(batch.memoryWaitMillis() > 0);
        for (int i = 0; i < 3; i++) {
            assertThrows(BufferExhaustedException.class, () -> batch.await(pool, other, LARGE));
            assertEquals(0, batch.memoryWaitMillis());
        }
        batch.reset();
        assertTrue(batch.memoryWaitMillis() > 0);
    }

    @Test
    void await_nobodyGoes_isRefusedInTheEnd() {
        fill(client(), LARGE);
        Account other = client();
        assertNotNull(pool.acquire(other, LARGE));
        assertNotNull(pool.acquire(other, LARGE));
        assertThrows(BufferExhaustedException.class, () -> pool.await(other, LARGE, 20));
    }

    @Test
    void allocateFixed_moreThanAQuarter_isRefusedUnlessNecessary() {
        int size = LIMIT / 8;
        assertNotNull(pool.allocateFixed(size, false));
        assertNotNull(pool.allocateFixed(size, false));
        assertNull(pool.allocateFixed(size, false));
        assertNotNull(pool.allocateFixed(size, true));
    }

    /** Random clients, sizes and ends: the limit holds at each step, nothing overlaps, all comes back. */
    @Test
    void acquireAndRelease_atRandom_limitHoldsAndNothingIsShared() {
        long seed = Long.getLong("kv.seed", 1);
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        List<Account> accounts = new ArrayList<>();
        List<Deque<Block>> held = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            accounts.add(client());
            held.add(new ArrayDeque<>());
        }
        for (int step = 0; step < 50_000; step++) {
            int who = random.nextInt(accounts.size());
            Deque<Block> blocks = held.get(who);
            if (isTold(who) || random.nextInt(200) == 0) {
                leave(accounts.get(who), blocks, who);
                accounts.set(who, pool.newAccount(told.get(who)));
            } else if (random.nextInt(3) == 0 && !blocks.isEmpty()) {
                pool.release(accounts.get(who), checked(blocks.poll(), who));
            } else {
                acquire(accounts.get(who), blocks, 1 << random.nextInt(21), who);
            }
            assertTrue(pool.bytes() <= LIMIT);
        }
        for (int i = 0; i < accounts.size(); i++) {
            leave(accounts.get(i), held.get(i), i);
        }
        pool.trim();
        assertEquals(0, pool.bytes());
    }

    private void acquire(Account account, Deque<Block> blocks, int size, int who) {
        try {
            Block block = pool.acquire(account, size);
            if (block != null) {
                block.buffer.putInt(0, who).putInt(block.bytes() - 4, who);
                blocks.add(block);
            }
        } catch (BufferExhaustedException full) {
            assertTrue(account.evicted || account.held + size > 0);
        }
    }

    private void leave(Account account, Deque<Block> blocks, int who) {
        while (!blocks.isEmpty()) {
            pool.release(account, checked(blocks.poll(), who));
        }
        assertEquals(0, account.held);
        account.close();
    }

    private static Block checked(Block block, int who) {
        assertEquals(who, block.buffer.getInt(0));
        assertEquals(who, block.buffer.getInt(block.bytes() - 4));
        return block;
    }
}
