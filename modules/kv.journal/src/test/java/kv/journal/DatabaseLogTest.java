package kv.journal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import kv.log.DiskStorage;
import kv.log.Fsync;
import kv.log.LogConfig;
import kv.store.Access;
import kv.store.Deadline;
import kv.store.KeyValueStore;
import kv.store.Keys;
import kv.store.Opening;
import kv.store.StoreConfig;
import kv.store.StoreSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A store of several databases, closed and opened again. */
@Timeout(600)
class DatabaseLogTest {
    private static final int MIB = 1 << 20;
    private static final StoreLogListener QUIET = new StoreLogListener() { };

    @TempDir
    Path folder;

    private KeyValueStore store;
    private StoreLog log;
    private StoreSession session;
    private Keys keys;

    private void open() throws IOException {
        store = new KeyValueStore(StoreConfig.defaults().withMemoryLimitBytes(64L * MIB));
        LogConfig defaults = LogConfig.defaults();
        LogConfig small = new LogConfig(Fsync.NO, MIB, MIB, MIB / 4, MIB / 16, 64L * MIB, System::currentTimeMillis, QUIET,
                defaults.memory());
        log = StoreLog.open(DiskStorage.open(folder.resolve("data")), new StoreLogConfig(small, 1L << 40, false, false, QUIET),
                store);
        session = store.session();
        keys = session.newKeys();
    }

    private void close() throws IOException {
        log.close();
        store.close();
    }

    private void put(int database, String key, String value) {
        open(database, key);
        session.put(0, buffer(value), 0, value.length(), Deadline.NONE);
        session.close();
    }

    private void delete(int database, String key) {
        open(database, key);
        session.delete(0);
        session.close();
    }

    private void open(int database, String key) {
        keys.clear();
        keys.select(database);
        keys.add(buffer(key), 0, key.length());
        assertEquals(Opening.OPEN, session.open(keys, 0, 1, Access.EXCLUSIVE, store.nowMillis()));
    }

    private static ByteBuffer buffer(String text) {
        return ByteBuffer.wrap(text.getBytes(ISO_8859_1)).order(ByteOrder.nativeOrder());
    }

    private Map<String, String> contents(int database) {
        Map<String, String> found = new HashMap<>();
        List<String> names = new ArrayList<>();
        long cursor = 0;
        do {
            cursor = session.scan(database, cursor, 100, store.nowMillis(), (bytes, start, length) -> {
                byte[] key = new byte[length];
                bytes.get(start, key);
                names.add(new String(key, ISO_8859_1));
            });
        } while (cursor != 0);
        for (String name : names) {
            open(database, name);
            byte[] value = new byte[session.valueLength(0)];
            session.read(0, 0, value.length, ByteBuffer.wrap(value));
            session.close();
            found.put(name, new String(value, ISO_8859_1));
        }
        return found;
    }

    @Test
    void randomChanges_reopenedAndCheckpointed_equalTheModel() throws IOException {
        long seed = Long.getLong("kv.seed", 1);
        Random random = new Random(seed);
        List<Map<String, String>> model = new ArrayList<>();
        for (int i = 0; i < KeyValueStore.DATABASES; i++) {
            model.add(new HashMap<>());
        }
        open();
        for (int round = 0; round < 30; round++) {
            for (int i = 0; i < 100; i++) {
                change(random, model);
            }
            if (random.nextBoolean()) {
                log.checkpoint();
            }
            if (random.nextBoolean()) {
                close();
                open();
            }
            for (int database = 0; database < model.size(); database++) {
                assertEquals(model.get(database), contents(database), "seed " + seed);
            }
        }
        close();
    }

    private void change(Random random, List<Map<String, String>> model) {
        int database = random.nextInt(3) * 7;
        String key = "key" + random.nextInt(100);
        switch (random.nextInt(30)) {
            case 0 -> {
                session.clear(database);
                model.get(database).clear();
            }
            case 1 -> {
                int other = random.nextInt(3) * 7;
                session.swap(database, other);
                Map<String, String> swapped = model.get(database);
                model.set(database, model.get(other));
                model.set(other, swapped);
            }
            case 2, 3, 4, 5 -> {
                delete(database, key);
                model.get(database).remove(key);
            }
            case 6 -> {
                if (random.nextInt(10) == 0) {
                    session.clearAll();
                    model.forEach(Map::clear);
                }
            }
            default -> {
                String value = "v" + random.nextInt();
                put(database, key, value);
                model.get(database).put(key, value);
            }
        }
    }

    /** Two keys of one section, in two databases: a log that is cut off anywhere has both of a moment, or neither. */
    @Test
    void section_logCutAnywhere_isThereAsAWholeOrNotAtAll() throws IOException {
        open();
        for (int i = 0; i < 20; i++) {
            String value = "value" + i;
            open(0, "k");
            session.put(0, buffer(value), 0, value.length(), Deadline.NONE);
            keys.select(1);
            session.put(0, buffer(value), 0, value.length(), Deadline.NONE);
            session.close();
        }
        close();
        Path segment;
        try (Stream<Path> files = Files.list(folder.resolve("data"))) {
            segment = files.filter(file -> file.toString().endsWith(".log")).sorted().findFirst().orElseThrow();
        }
        byte[] whole = Files.readAllBytes(segment);
        int end = whole.length;
        while (whole[end - 1] == 0) {
            end--;
        }
        int cutMost = Math.min(end - 1, 150);
        for (int cut = 1; cut < cutMost; cut++) {
            byte[] torn = whole.clone();
            Arrays.fill(torn, end - cut, torn.length, (byte) 0);
            Files.write(segment, torn);
            open();
            assertEquals(contents(0), contents(1), cut + " bytes cut off");
            close();
        }
    }

    /**
     * What was logged while the checkpoint was written is repeated on it. Seen to fail with a swap logged as a swap, which
     * undid itself.
     */
    @Test
    void swap_whileACheckpointIsMade_isNotRepeatedOnIt() throws IOException {
        open();
        put(0, "a", "zero");
        put(1, "b", "one");
        try (kv.log.Checkpoint checkpoint = log.log().checkpoint()) {
            session.swap(0, 1);
            new StoreWalk(store).run(checkpoint, () -> false);
            session.swap(1, 2);
            checkpoint.commit(() -> false);
        }
        close();
        open();
        assertEquals(Map.of("b", "one"), contents(0));
        assertEquals(Map.of(), contents(1));
        assertEquals(Map.of("a", "zero"), contents(2));
        close();
    }
}
