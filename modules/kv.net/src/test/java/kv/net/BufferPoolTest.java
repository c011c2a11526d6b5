package kv.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BufferPoolTest {
    @ParameterizedTest
    @CsvSource({"1,16384", "16384,16384", "16385,49152", "49152,49152", "49153,81920", "1048576,1064960", "1064960,1064960"})
    void acquire_size_isTheNextClass(int bytes, int capacity) {
        assertEquals(capacity, new BufferPool(1 << 30).acquire(bytes).capacity());
    }

    @Test
    void release_sameSizeAgain_isReused() {
        BufferPool pool = new BufferPool(1 << 20);
        ByteBuffer buffer = pool.acquire(100_000);
        buffer.putLong(1);
        pool.release(buffer);
        ByteBuffer again = pool.acquire(100_000);
        assertSame(buffer, again);
        assertEquals(0, again.position());
    }

    @Test
    void acquire_overTheLimit_isRefusedUntilSomethingIsReleased() {
        BufferPool pool = new BufferPool(100_000);
        ByteBuffer large = pool.acquire(50_000);
        assertThrows(BufferExhaustedException.class, () -> pool.acquire(50_000));
        ByteBuffer block = pool.acquireBlock();
        assertTrue(pool.bytes() <= 100_000);
        pool.release(large);
        assertThrows(BufferExhaustedException.class, () -> pool.acquire(100_000));
        for (int i = 0; i < 5; i++) pool.acquireBlock(); // the large one is given up for them
        assertTrue(pool.bytes() <= 100_000, () -> pool.bytes() + " bytes");
        assertEquals(BufferPool.BLOCK_BYTES, block.capacity());
    }
}
