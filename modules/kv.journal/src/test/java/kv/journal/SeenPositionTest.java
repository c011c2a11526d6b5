package kv.journal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import kv.log.DiskStorage;
import kv.store.Access;
import kv.store.Deadline;
import kv.store.KeyValueStore;
import kv.store.Keys;
import kv.store.StoreConfig;
import kv.store.StoreSession;
import kv.store.ValueSink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody who has seen a key has to wait for: its own last change, and hardly ever another's. */
class SeenPositionTest {
    @TempDir
    Path folder;

    private KeyValueStore store;
    private StoreLog log;
    private StoreSession session;

    @BeforeEach
    void open() throws IOException {
        store = new KeyValueStore(StoreConfig.defaults().withMemoryLimitBytes(64L << 20));
        log = StoreLog.open(DiskStorage.open(folder.resolve("data")), StoreLogConfig.defaults(new StoreLogListener() { }), store);
        session = store.session();
    }

    @AfterEach
    void close() throws IOException {
        log.close();
        store.close();
    }

    private Keys keys(String... names) {
        Keys keys = session.newKeys();
        for (String name : names) {
            keys.add(buffer(name), 0, name.length());
        }
        return keys;
    }

    private static ByteBuffer buffer(String text) {
        return ByteBuffer.wrap(text.getBytes(ISO_8859_1)).order(ByteOrder.nativeOrder());
    }

    private long put(String... names) {
        session.open(keys(names), 0, names.length, Access.EXCLUSIVE, store.nowMillis());
        for (int i = 0; i < names.length; i++) {
            session.put(i, buffer("value"), 0, 5, Deadline.NONE);
        }
        session.close();
        assertEquals(log.position(), session.takeSeenPosition());
        return log.position();
    }

    private long seen(String... names) {
        session.open(keys(names), 0, names.length, Access.SHARED, store.nowMillis());
        session.close();
        return session.takeSeenPosition();
    }

    /** Without the lock. */
    private long peeked(String name) {
        session.peek(keys(name), 0, store.nowMillis(), new NoSink());
        return session.takeSeenPosition();
    }

    @Test
    void ofAKey_isThatOfItsLastChange() {
        long first = put("key");
        assertEquals(first, seen("key"));
        assertEquals(first, peeked("key"));
        assertEquals(0, session.takeSeenPosition());
        long second = put("key");
        assertTrue(second > first);
        assertEquals(second, seen("key"));
        assertEquals(second, peeked("key"));
        store.awaitDurable();
        assertTrue(log.log().durablePosition() >= second);
    }

    /** Some share a mark with it, one in 16,384. With one mark a shard there were 62 in 1000. */
    @Test
    void ofOtherKeys_isHardlyEverThat() {
        put("key");
        int concerned = 0;
        for (int i = 0; i < 1000; i++) {
            concerned += seen("other" + i) > 0 || peeked("other" + i) > 0 ? 1 : 0;
        }
        assertTrue(concerned < 10, concerned + " of 1000");
    }

    @Test
    void ofKeysThatWereChangedTogether_isThatOfAll() {
        long position = put("a", "b", "c");
        for (String name : new String[] {"a", "b", "c"}) {
            assertEquals(position, seen(name));
            assertEquals(position, peeked(name));
        }
    }

    @Test
    void ofSeveral_isTheHighest() {
        put("a");
        long second = put("b");
        assertEquals(second, seen("a", "b"));
        assertEquals(second, seen("b", "a"));
    }

    @Test
    void ofAnyKey_afterAllWereTakenAway_isThatOfTheClear() {
        put("key");
        store.clear();
        for (int i = 0; i < 100; i++) {
            assertEquals(log.position(), seen("other" + i));
            assertEquals(log.position(), peeked("other" + i));
        }
    }

    /** As a script does that names keys as it goes. */
    @Test
    void ofAKeyThatWasIncludedLater_isThatOfItsChange() {
        String other = includedIn("a");
        session.put(1, buffer("value"), 0, 5, Deadline.NONE);
        session.close();
        long position = session.takeSeenPosition();
        assertEquals(log.position(), position);
        assertEquals(position, seen(other));
        assertEquals(other, includedIn("a"));
        session.close();
        assertEquals(position, session.takeSeenPosition());
    }

    /** Opens a section on a key, with another one of its shard, which is returned. */
    private String includedIn(String name) {
        for (int i = 0; ; i++) {
            session.open(keys(name, "other" + i), 0, 1, Access.EXCLUSIVE, store.nowMillis());
            session.takeSeenPosition();
            try {
                session.include(1, 2);
                return "other" + i;
            } catch (IllegalStateException inAnotherShard) {
                session.close();
            }
        }
    }

    private static final class NoSink implements ValueSink {
        private final ByteBuffer bytes = ByteBuffer.allocate(100);

        @Override
        public void length(int valueBytes) {
            bytes.clear();
        }

        @Override
        public ByteBuffer space(int remaining) {
            return bytes;
        }
    }
}
