package kv.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a journal is told before a section opens, and after: room for all that is written, and none that lies idle. */
class JournalRoomTest {
    private static final int VALUE_BYTES = 1 << 20;
    /** Keys, and what the journal writes beside them. */
    private static final int MORE_BYTES = 1 << 10;

    private final List<Object> told = new ArrayList<>();

    private Journal journal() {
        JournalWriter writer = proxy(JournalWriter.class);
        return (Journal) Proxy.newProxyInstance(Journal.class.getClassLoader(), new Class<?>[] {Journal.class},
                (proxy, method, args) -> method.getName().equals("newWriter") ? writer : 0L);
    }

    private <T> T proxy(Class<T> type) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
            switch (method.getName()) {
                case "prepare" -> {
                    told.add((boolean) args[1] ? args[0] + " or more" : args[0]);
                    return true;
                }
                case "release" -> told.add("release " + args[0]);
                case "end" -> {
                    return 1L;
                }
                default -> {
                    return null;
                }
            }
            return null;
        }));
    }

    @Test
    void longValueAndShortOne_roomForBoth_andNothingKeptOfIt() {
        try (KeyValueStore store = new KeyValueStore(StoreConfig.defaults().withMemoryLimitBytes(64 << 20))) {
            store.attach(journal());
            StoreSession session = store.session();
            session.keepRoom();
            Keys keys = store.newKeys(2);
            ByteBuffer value = ByteBuffer.allocateDirect(VALUE_BYTES).order(ByteOrder.nativeOrder());
            keys.add(value, 0, 4);
            keys.add(value, 0, 5);
            for (int round = 0; round < 2; round++) {
                session.prepare(keys, 0, value, 0, VALUE_BYTES);
                session.announce(MORE_BYTES);
                assertSame(Opening.OPEN, session.open(keys, 0, 2, Access.EXCLUSIVE, store.nowMillis()));
                assertSame(PutResult.CREATED, session.put(0, value, 0, VALUE_BYTES, Deadline.NONE));
                session.delete(0);
                session.close();
            }
            session.announceMore();
            for (int round = 0; round < 2; round++) {
                session.open(keys, 1, 2, Access.EXCLUSIVE, store.nowMillis());
                session.close();
            }
        }
        long small = 5L + SectionWrites.CHANGE_BYTES;
        long all = VALUE_BYTES + MORE_BYTES + 9 + 2L * SectionWrites.CHANGE_BYTES;
        assertEquals(List.of(all, "release false", all, "release false", small + " or more", "release false", small,
                "release false"), told);
    }
}
