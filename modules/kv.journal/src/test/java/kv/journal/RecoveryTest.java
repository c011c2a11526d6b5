package kv.journal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import kv.log.DiskStorage;
import kv.log.Fsync;
import kv.log.Log;
import kv.log.LogConfig;
import kv.log.LogRefusedException;
import kv.store.Access;
import kv.store.KeyValueStore;
import kv.store.Keys;
import kv.store.StoreClock;
import kv.store.StoreConfig;
import kv.store.StoreSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is on disk gives the same store, whichever way it is read. */
@Timeout(600)
class RecoveryTest {
    private static final int MIB = 1 << 20;
    private static final long NANOS = 1_000_000;
    private static final StoreLogListener QUIET = new StoreLogListener() { };

    @TempDir
    Path folder;

    /** Milliseconds since 1970; moved by hand. */
    private final AtomicLong now = new AtomicLong(1_700_000_000_000L);

    private KeyValueStore store(int mebibytes) {
        StoreClock clock = new StoreClock(() -> now.get() * NANOS, () -> now.get() * NANOS, step -> { });
        return new KeyValueStore(StoreConfig.defaults().withMemoryLimitBytes((long) mebibytes * MIB).withClock(clock));
    }

    /** All of a test's log lies in one segment, so that a checkpoint does not take the log before it away. */
    private StoreLog open(String name, KeyValueStore store, int processors) throws IOException {
        LogConfig log = LogConfig.defaults().withFsync(Fsync.NO).withClock(store::nowMillis);
        return StoreLog.recover(DiskStorage.open(folder.resolve(name)), new StoreLogConfig(log, 1L << 40, false, false, QUIET),
                store, processors, Log::open);
    }

    private static void put(KeyValueStore store, Random random) {
        byte[] key = ("key" + random.nextInt(3000)).getBytes(ISO_8859_1);
        byte[] value = ("v" + random.nextInt() + "x".repeat(random.nextInt(random.nextInt(200) == 0 ? 400_000 : 100)))
                .getBytes(ISO_8859_1);
        switch (random.nextInt(8)) {
            case 0 -> store.delete(key);
            case 1 -> store.put(key, value, Duration.ofMillis(1 + random.nextInt(5000)));
            case 2 -> store.expire(key, Duration.ofMillis(1 + random.nextInt(5000)));
            case 3 -> store.persist(key);
            case 4 -> write(store, key, random.nextInt(300) == 0 ? 700_000 : random.nextInt(10), value);
            default -> store.put(key, value);
        }
        if (random.nextInt(3000) == 0) {
            store.clear();
        }
    }

    /** Into the key's value, or behind it from an offset below 10 on, or far behind. */
    private static void write(KeyValueStore store, byte[] key, int offset, byte[] value) {
        StoreSession session = store.session();
        Keys keys = session.newKeys();
        keys.add(ByteBuffer.wrap(key).order(ByteOrder.nativeOrder()), 0, key.length);
        session.open(keys, 0, 1, Access.EXCLUSIVE, store.nowMillis());
        ByteBuffer bytes = ByteBuffer.wrap(value).order(ByteOrder.nativeOrder());
        if (offset == 0) {
            session.append(0, bytes, 0, value.length);
        } else {
            session.setRange(0, offset, bytes, 0, value.length);
        }
        session.close();
    }

    private static Map<String, String> contents(KeyValueStore store) {
        Map<String, String> found = new TreeMap<>();
        for (byte[] key : store.keys(new byte[0])) {
            found.put(new String(key, ISO_8859_1), new String(store.get(key), ISO_8859_1) + store.timeToLive(key));
        }
        return found;
    }

    private void copy(String from, String to, String leftOut) throws IOException {
        Files.createDirectory(folder.resolve(to));
        try (Stream<Path> files = Files.list(folder.resolve(from))) {
            for (Path file : files.filter(each -> !each.toString().endsWith(leftOut)).toList()) {
                Files.copy(file, folder.resolve(to).resolve(file.getFileName()));
            }
        }
    }

    @Test
    void checkpointAndTail_givesWhatAllOfTheLogGives_byOneThreadOrMany() throws IOException {
        long seed = Long.getLong("kv.seed", 1);
        Random random = new Random(seed);
        KeyValueStore first = store(256);
        StoreLog log = open("data", first, 1);
        for (int i = 0; i < 12_000; i++) {
            put(first, random);
            now.addAndGet(random.nextInt(3) == 0 ? 1 : 0);
            if (i == 8000) {
                checkpoint(log, first);
            }
        }
        Map<String, String> expected = contents(first);
        log.close();
        first.close();
        copy("data", "without checkpoint", ".checkpoint");
        copy("data", "again", ".nothing");
        for (String name : new String[] {"data", "again", "without checkpoint"}) {
            KeyValueStore found = store(256);
            StoreLog opened = open(name, found, name.equals("data") ? 1 : 4);
            assertEquals(name.startsWith("without"), opened.recovery().checkpoint() == null);
            assertEquals(expected, contents(found), name + ", seed " + seed);
            opened.close();
            found.close();
        }
    }

    private static void checkpoint(StoreLog log, KeyValueStore store) throws IOException {
        try (kv.log.Checkpoint checkpoint = log.log().checkpoint()) {
            new StoreWalk(store).run(checkpoint, () -> false);
            checkpoint.commit(() -> false);
        }
    }

    /** As with one: nothing on disk has changed by then. */
    @Test
    void store_tooSmall_isRefusedByManyThreadsToo() throws IOException {
        KeyValueStore large = store(256);
        StoreLog log = open("data", large, 1);
        for (int i = 0; i < 3000; i++) {
            large.put(("key" + i).getBytes(ISO_8859_1), new byte[10_000]);
        }
        log.close();
        large.close();
        KeyValueStore small = store(16);
        LogRefusedException refusal = assertThrows(LogRefusedException.class, () -> open("data", small, 4));
        assertTrue(refusal.getMessage().contains("does not fit"), refusal::getMessage);
        small.close();
        KeyValueStore enough = store(256);
        open("data", enough, 4).close();
        assertEquals(3000, enough.size());
        enough.close();
    }

    /** What has expired stays so, and nobody waits. */
    @Test
    void wallClock_lessThanAMinuteBehind_beginsWhereTheLogEnds() throws IOException {
        KeyValueStore before = store(64);
        StoreLog log = open("data", before, 1);
        before.put(new byte[] {1}, new byte[1], Duration.ofMillis(10));
        now.addAndGet(50_000);
        before.put(new byte[] {2}, new byte[1]);
        long end = before.nowMillis();
        log.close();
        before.close();
        now.addAndGet(-49_000);
        KeyValueStore after = store(64);
        StoreLog opened = open("data", after, 1);
        assertEquals(end, after.nowMillis());
        assertEquals(1, after.size());
        opened.close();
        after.close();
    }
}
