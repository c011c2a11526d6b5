package kv.store;

import static kv.store.Invariants.assertInvariants;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Random sections of several operations on several keys, each also made on a plain map at the section's moment, under a clock
 * that moves at every reading: whatever read the clock for itself within a section would see keys end in it.
 */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SectionModelTest {
    private static final int KEYS = 40;

    private record Pair(byte[] value, long deadlineMillis) { }

    private final Random random = new Random();
    private final Map<Integer, Pair> model = new HashMap<>();
    private StoreSession session;
    private long now;
    private int valueBytesMax;
    private int refused;
    private int ended;

    @ParameterizedTest
    @CsvSource({
        // longest value, limit KiB, sections, hold every
        "   50,  65536, 40000, 0",
        "   50,  65536, 10000, 2",
        " 9000,  65536, 20000, 0",
        "90000,  65536, 10000, 5",
        "70000,   1024, 10000, 0"})
    void section_randomOperations_areThoseOfAMap(int longest, int limitKibibytes, int sections, int holdEvery) {
        long seed = Long.getLong("kv.seed", 1);
        System.out.println("seed " + seed);
        random.setSeed(seed);
        valueBytesMax = longest;
        StoreConfig config = StoreConfig.defaults().withMemoryLimitBytes((long) limitKibibytes << 10).withShards(4)
                .withClock(new TickingClock(300_000).clock());
        try (KeyValueStore store = new KeyValueStore(config, Hashing.seeded(seed), ByteBuffer::allocateDirect)) {
            session = store.session();
            Keys keys = session.newKeys();
            for (int i = 0; i < sections; i++) {
                section(store, keys, holdEvery > 0 && i % holdEvery == 0);
                if (i % 50 == 0) {
                    store.sweep();
                }
                if (i % 1000 == 0) {
                    assertInvariants(store);
                }
            }
            assertInvariants(store);
            assertTrue(ended > sections / 100, ended + " keys have ended");
            assertEquals(limitKibibytes < 2048, refused > 0, refused + " writes were refused");
        }
    }

    private void section(KeyValueStore store, Keys keys, boolean hold) {
        keys.clear();
        int count = 1 + random.nextInt(random.nextBoolean() ? 1 : 5);
        int[] numbers = new int[count];
        for (int k = 0; k < count; k++) {
            numbers[k] = random.nextInt(KEYS);
            byte[] name = TestStores.bytes("key" + numbers[k]);
            assertEquals(k, keys.add(TestStores.heap(name), 0, name.length));
        }
        now = store.nowMillis();
        Opening opening = hold ? session.hold(keys, 0, count, now) : session.open(keys, 0, count, Access.EXCLUSIVE, now);
        assertEquals(Opening.OPEN, opening);
        try {
            for (int i = random.nextInt(8); i >= 0; i--) {
                int k = random.nextInt(count);
                step(k, numbers[k]);
                store.nowMillis(); // time goes on
            }
        } finally {
            session.close();
        }
    }

    private void step(int k, int number) {
        Pair pair = model.get(number);
        if (pair != null && pair.deadlineMillis <= now) {
            model.remove(number);
            pair = null;
            ended++;
        }
        byte[] old = pair == null ? new byte[0] : pair.value;
        long deadline = pair == null ? Long.MAX_VALUE : pair.deadlineMillis;
        switch (random.nextInt(10)) {
            case 0, 1 -> put(k, number, pair);
            case 2 -> {
                byte[] bytes = TestStores.randomBytes(random, random.nextInt(Math.min(5000, valueBytesMax)));
                wrote(session.append(k, TestStores.heap(bytes), 0, bytes.length), number, old, old.length, bytes, deadline);
            }
            case 3 -> {
                byte[] bytes = TestStores.randomBytes(random, random.nextInt(Math.min(5000, valueBytesMax)));
                int offset = random.nextInt(random.nextBoolean() ? old.length + 1 : valueBytesMax);
                wrote(session.setRange(k, offset, TestStores.direct(bytes), 0, bytes.length), number, old, offset, bytes,
                        deadline);
            }
            case 4 -> {
                assertEquals(pair != null, session.delete(k));
                model.remove(number);
            }
            case 5 -> {
                long end = random.nextInt(4) == 0 ? Deadline.NONE : now + 1 + random.nextInt(8);
                ExpireResult result = session.expireAt(k, end);
                assertEquals(pair == null, result == ExpireResult.ABSENT);
                if (result == ExpireResult.CHANGED) {
                    model.put(number, new Pair(old, end));
                }
            }
            default -> assertPair(k, pair);
        }
    }

    private void put(int k, int number, Pair pair) {
        byte[] value = TestStores.randomBytes(random, random.nextInt(1 + random.nextInt(valueBytesMax)));
        long deadline = switch (random.nextInt(4)) {
            case 0 -> Deadline.KEEP;
            case 1 -> Deadline.NONE;
            default -> now + 1 + random.nextInt(8);
        };
        PutResult result = session.put(k, TestStores.heap(value), 0, value.length, deadline);
        if (result == PutResult.OUT_OF_MEMORY) {
            refused++;
            assertPair(k, pair);
            return;
        }
        assertEquals(pair == null ? PutResult.CREATED : PutResult.REPLACED, result);
        long kept = pair == null ? Deadline.NONE : pair.deadlineMillis;
        model.put(number, new Pair(value, deadline == Deadline.KEEP ? kept : deadline));
    }

    private void wrote(int length, int number, byte[] old, int offset, byte[] bytes, long deadline) {
        if (length == StoreSession.NO_MEMORY) {
            refused++;
            return;
        }
        byte[] expected = Arrays.copyOf(old, Math.max(old.length, offset + bytes.length));
        System.arraycopy(bytes, 0, expected, offset, bytes.length);
        assertEquals(expected.length, length);
        model.put(number, new Pair(expected, deadline));
    }

    private void assertPair(int k, Pair pair) {
        if (pair == null) {
            assertEquals(StoreSession.NO_VALUE, session.valueLength(k));
            assertEquals(Deadline.ABSENT, session.deadlineMillis(k));
            assertEquals(StoreSession.NO_VALUE, session.read(k, 0, 10, ByteBuffer.allocate(10)));
            assertFalse(session.getRange(k, 0, 10, new Collector()));
            return;
        }
        byte[] value = pair.value;
        assertEquals(value.length, session.valueLength(k));
        assertEquals(pair.deadlineMillis, session.deadlineMillis(k));
        int from = random.nextInt(value.length + 3);
        int length = random.nextInt(value.length + 3);
        byte[] part = from >= value.length ? new byte[0] : Arrays.copyOfRange(value, from, Math.min(value.length, from + length));
        ByteBuffer target = ByteBuffer.allocate(value.length + 10);
        assertEquals(value.length, session.read(k, from, length, target));
        assertArrayEquals(part, Arrays.copyOf(target.array(), target.position()));
        Collector collector = new Collector();
        assertTrue(session.getRange(k, from, length, collector));
        assertArrayEquals(part, collector.bytes.array());
        assertTrue(session.get(k, collector));
        assertArrayEquals(value, collector.bytes.array());
    }

    private final class Collector implements ValueSink {
        private ByteBuffer bytes;

        @Override
        public void length(int valueBytes) {
            bytes = ByteBuffer.allocate(valueBytes);
        }

        @Override
        public ByteBuffer space(int remaining) {
            assertEquals(bytes.capacity() - bytes.position(), remaining);
            return bytes.limit(Math.min(bytes.capacity(), bytes.position() + 1 + random.nextInt(1000)));
        }
    }
}
