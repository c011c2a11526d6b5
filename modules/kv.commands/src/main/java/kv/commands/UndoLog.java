package kv.commands;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.LongConsumer;
import kv.store.Deadline;
import kv.store.KeyValueStore;
import kv.store.Keys;
import kv.store.StoreSession;

/**
 * What keys were before a script, or a transaction, first changed them, so that one that is ended leaves nothing behind.
 *
 * <p>Owner: one run of these, inside its section, which nobody else sees into.
 */
final class UndoLog {

    // Writes go to the store at once, where the script's own reads see them and every command is what it always is; a script
    // that is
    // ended has them taken back before its section closes. The other way round, writes kept apart and applied at the end, would
    // need each command a second time, against what is kept.

    private record Before(int database, int key, byte[] value, long deadline) { }

    private final LongConsumer charged;
    private final List<Before> entries = new ArrayList<>();
    /** By key and database. */
    private final BitSet saved = new BitSet();

    /** @param charged is told what memory each entry takes, before it is taken */
    UndoLog(LongConsumer charged) {
        this.charged = charged;
    }

    void clear() {
        entries.clear();
        saved.clear();
    }

    /** Remembers a key, by its number, as it is in the database that is selected, unless it has been. */
    void save(StoreSession session, Keys keys, int key) {
        int bit = key * KeyValueStore.DATABASES + keys.database();
        if (saved.get(bit)) {
            return;
        }
        int length = session.valueLength(key);
        charged.accept(96L + Math.max(0, length));
        if (length < 0) {
            entries.add(new Before(keys.database(), key, null, Deadline.ABSENT));
        } else {
            byte[] value = new byte[length];
            session.read(key, 0, length, ByteBuffer.wrap(value));
            entries.add(new Before(keys.database(), key, value, session.deadlineMillis(key)));
        }
        saved.set(bit);
    }

    /** Everything is as it was; a key for which there is no memory any more is gone, as if it had been evicted. */
    void restore(StoreSession session, Keys keys) {
        for (Before entry : entries) {
            keys.select(entry.database);
            session.delete(entry.key);
        }
        for (Before entry : entries) {
            if (entry.value != null) {
                ByteBuffer value = ByteBuffer.wrap(entry.value).order(ByteOrder.nativeOrder());
                keys.select(entry.database);
                session.put(entry.key, value, 0, entry.value.length, entry.deadline);
            }
        }
        clear();
    }
}
