package kv.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@link StoreSession#peek}: what it reads, when it says that it has not read, and that it never reads a mixture. */
class OptimisticReadTest {
    private final HandClock clock = new HandClock();
    private final KeyValueStore store = TestStores.store(64 << 20, 1, clock);
    private final StoreSession session = store.session();
    private final StoreSession other = store.session();
    private final Keys keys = session.newKeys();

    @AfterEach
    void close() {
        Invariants.assertInvariants(store);
        store.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    private int peek(String key, ValueSink sink) {
        keys.clear();
        keys.add(TestStores.heap(bytes(key)), 0, key.length());
        return session.peek(keys, 0, store.nowMillis(), sink);
    }

    /** Takes a value, and does something before the first byte of it is copied. */
    private static final class Taker implements ValueSink {
        private final ByteBuffer taken = ByteBuffer.allocate(1 << 12);
        private final Runnable meanwhile;

        Taker(Runnable meanwhile) {
            this.meanwhile = meanwhile;
        }

        @Override
        public void length(int valueBytes) {
            meanwhile.run();
        }

        @Override
        public ByteBuffer space(int remaining) {
            return taken;
        }

        String text() {
            return new String(taken.array(), 0, taken.position(), ISO_8859_1);
        }
    }

    private String peeked(String key) {
        Taker taker = new Taker(() -> { });
        int length = peek(key, taker);
        return length < 0 ? length == StoreSession.NO_VALUE ? "absent" : "not read" : taker.text();
    }

    @Test
    void peek_presentAndAbsent() {
        store.put(bytes("k"), bytes("value"));
        store.put(bytes("empty"), bytes(""));
        assertEquals("value", peeked("k"));
        assertEquals("", peeked("empty"));
        assertEquals("absent", peeked("other"));
        assertEquals("absent", peeked(""));
    }

    @Test
    void peek_expired_isAbsent() {
        store.put(bytes("k"), bytes("value"), Duration.ofMillis(10));
        assertEquals("value", peeked("k"));
        clock.advanceMillis(10);
        assertEquals("absent", peeked("k"));
    }

    @Test
    void peek_longValue_isLeftToASection() {
        store.put(bytes("k"), new byte[StoreSession.PEEKED_BYTES_MAX]);
        assertEquals(StoreSession.PEEKED_BYTES_MAX, peeked("k").length());
        store.put(bytes("k"), new byte[StoreSession.PEEKED_BYTES_MAX + 1]);
        assertEquals("not read", peeked("k"));
    }

    /** Without {@code validate} the answers of these two were 5 and NO_VALUE (planted). */
    @Test
    void peek_changedMeanwhile_isNotRead() {
        store.put(bytes("k"), bytes("first"));
        int length = peek("k", new Taker(() -> store.put(bytes("k"), bytes("other"))));
        assertEquals(StoreSession.NOT_READ, length);
        assertEquals("other", peeked("k"));
        store.put(bytes("mine"), bytes("x"));
        assertEquals(StoreSession.NOT_READ, peek("k", new Taker(() -> store.delete(bytes("mine")))));
    }

    @Test
    void peek_shardInUse_isNotRead() {
        store.put(bytes("k"), bytes("value"));
        Keys held = other.newKeys();
        held.add(TestStores.heap(bytes("another")), 0, 7);
        assertEquals(Opening.OPEN, other.open(held, 0, 1, Access.EXCLUSIVE, store.nowMillis()));
        assertEquals("not read", peeked("k"));
        other.close();
        assertEquals(Opening.OPEN, other.hold(held, 0, 1, store.nowMillis()));
        assertEquals("not read", peeked("k"));
        other.close();
        assertEquals("value", peeked("k"));
    }

    /** While reads are counted, that is a write: only who has been counted as often as it gets is read so. */
    @Test
    void peek_whereReadsAreCounted_leavesCountingToASection() {
        store.setEviction(Eviction.ALL);
        store.put(bytes("k"), bytes("value"));
        assertEquals("not read", peeked("k"));
        for (int i = 0; i < EntryHeader.HITS_MAX; i++) {
            store.get(bytes("k"));
        }
        assertEquals("value", peeked("k"));
    }

    /** Values are one letter, as often as it says: a mixture of two is seen. Without {@code validate} it was (planted). */
    @Test
    @Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void peek_besideWriters_isAlwaysWhole() {
        long seed = Long.getLong("kv.seed", 1);
        AtomicBoolean reading = new AtomicBoolean(true);
        List<CompletableFuture<Void>> writers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            SplittableRandom random = new SplittableRandom(seed + i);
            writers.add(TestStores.runAsync(() -> {
                while (reading.get()) {
                    byte[] key = bytes("key" + random.nextInt(50));
                    char letter = (char) ('a' + random.nextInt(26));
                    switch (random.nextInt(12)) {
                        case 0 -> store.delete(key);
                        case 1 -> store.put(key, bytes(String.valueOf(letter).repeat(4000)));
                        case 2 -> store.clear();
                        default -> store.put(key, bytes(String.valueOf(letter).repeat(letter)));
                    }
                }
            }));
        }
        int read = 0;
        int tries = 0;
        SplittableRandom random = new SplittableRandom(seed - 1);
        while (read < 20_000 || tries < 100_000) {
            String value = peeked("key" + random.nextInt(50));
            tries++;
            if (!value.equals("absent") && !value.equals("not read")) {
                read++;
                assertNotEquals(0, value.length());
                char letter = value.charAt(0);
                assertTrue(value.equals(String.valueOf(letter).repeat(letter)), "seed " + seed + ": " + value);
            }
        }
        reading.set(false);
        writers.forEach(CompletableFuture::join);
    }
}
