package kv.store;

import static kv.store.TestStores.bytes;
import static kv.store.TestStores.heap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is thrown in the middle of a change ends the store, and somebody is told. */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StoreFailureTest {
    private static final class Injected extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private final List<Throwable> reported = new CopyOnWriteArrayList<>();
    /** The allocator throws. */
    private volatile boolean failing;
    /** Memory cannot be written: whoever tries is in the middle of a change. */
    private volatile boolean readOnly;

    private final IntFunction<ByteBuffer> allocator = bytes -> {
        if (failing) {
            throw new Injected();
        }
        ByteBuffer segment = ByteBuffer.allocateDirect(bytes);
        return readOnly ? segment.asReadOnlyBuffer() : segment;
    };
    private final KeyValueStore store = new KeyValueStore(StoreConfig.defaults().withMemoryLimitBytes(256 << 20).withShards(4)
            .withFailureHandler(reported::add), Hashing.seeded(1), allocator);
    private final StoreSession session = store.session();
    private final Keys keys = session.newKeys();

    StoreFailureTest() {
        for (String name : new String[] {"a", "b", "c", "d", "e", "f"}) {
            keys.add(heap(bytes(name)), 0, 1);
        }
    }

    @Test
    void put_somethingIsThrownInTheMiddle_breaksTheStore() {
        readOnly = true;
        assertThrows(ReadOnlyBufferException.class, () -> store.put(bytes("k"), bytes("v")));
        assertBroken();
    }

    @Test
    void put_somethingIsThrownBeforeTheLock_isHarmless() {
        failing = true;
        assertThrows(Injected.class, () -> store.put(bytes("k"), bytes("v")));
        failing = false;
        store.put(bytes("k"), bytes("v"));
        assertEquals(0, reported.size());
    }

    @Test
    void section_bodyThrowsAfterAChange_breaksTheStore() {
        for (int kind = 0; kind < 3; kind++) {
            StoreFailureTest fresh = new StoreFailureTest();
            fresh.open(kind);
            fresh.session.put(0, heap(bytes("v")), 0, 1, Deadline.NONE);
            Injected thrown = new Injected();
            fresh.session.failed(thrown);
            assertEquals(0, fresh.reported.size(), "not while locks are held");
            fresh.session.close();
            assertSame(thrown, fresh.reported.get(0));
            fresh.assertBroken();
        }
    }

    @Test
    void section_bodyThrowsBeforeAnyChange_isHarmless() {
        for (int kind = 0; kind < 3; kind++) {
            open(kind);
            session.valueLength(0);
            assertThrows(IllegalArgumentException.class, () -> session.put(0, heap(bytes("v")), 0, 1, -7));
            session.failed(new Injected());
            session.close();
        }
        store.put(bytes("k"), bytes("v"));
        assertEquals(0, reported.size());
    }

    @Test
    void heldSection_somethingIsThrownInAnOperation_breaksTheStore() {
        readOnly = true;
        open(2);
        assertThrows(ReadOnlyBufferException.class, () -> session.put(3, heap(bytes("v")), 0, 1, Deadline.NONE));
        assertThrows(IllegalStateException.class, () -> session.valueLength(3));
        session.close();
        assertBroken();
    }

    /** From the moment at which the locks are released nobody may get in, though the handler has not been called yet. */
    @Test
    void handler_isCalledWithoutLocksAndAfterTheShardIsShut() {
        AtomicReference<Throwable> seen = new AtomicReference<>();
        AtomicReference<KeyValueStore> opened = new AtomicReference<>();
        KeyValueStore broken = new KeyValueStore(StoreConfig.defaults().withMemoryLimitBytes(64 << 20).withShards(1)
                .withFailureHandler(failure -> seen.set(TestStores.supplyAsync(() ->
                        assertThrows(IllegalStateException.class, () -> opened.get().get(bytes("k")))).join())),
                                Hashing.seeded(1), allocator);
        opened.set(broken);
        readOnly = true;
        assertThrows(ReadOnlyBufferException.class, () -> broken.put(bytes("k"), bytes("v")));
        assertEquals("the store is broken by an earlier failure", seen.get().getMessage());
        broken.close();
    }

    @Test
    void housekeeper_dies_breaksTheStore() {
        store.housekeeper().start();
        byte[] value = new byte[30_000];
        try {
            for (int i = 0; store.pool().usedBytes() <= PagePool.SEGMENT_BYTES - PagePool.LOW_PAGES * PagePool.PAGE_BYTES; i++) {
                store.put(bytes("key" + i), value);
                failing = true; // from the second segment on, which the housekeeper allocates ahead
            }
        } catch (IllegalStateException alreadyBroken) {
            // It may be as quick as that.
        }
        while (reported.isEmpty()) {
            Thread.onSpinWait();
        }
        assertEquals(Injected.class, reported.get(0).getClass());
        store.close();
    }

    private void open(int kind) {
        assertEquals(Opening.OPEN, switch (kind) {
            case 0 -> session.open(keys, 0, 1, Access.EXCLUSIVE, 0);
            case 1 -> session.open(keys, 0, keys.size(), Access.EXCLUSIVE, 0);
            default -> session.hold(keys, 0, keys.size(), 0);
        });
    }

    private void assertBroken() {
        assertEquals(1, reported.size());
        for (String key : new String[] {"a", "b", "k", "m", "n", "o", "p"}) {
            assertThrows(IllegalStateException.class, () -> store.get(bytes(key)));
            assertThrows(IllegalStateException.class, () -> store.put(bytes(key), bytes("v")));
        }
        assertThrows(IllegalStateException.class, store::size);
        assertThrows(IllegalStateException.class, store::clear);
        store.close();
        assertEquals(1, reported.size());
    }
}
