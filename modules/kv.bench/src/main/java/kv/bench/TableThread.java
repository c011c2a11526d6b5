package kv.bench;

import java.nio.ByteBuffer;
import kv.store.Access;
import kv.store.Deadline;
import kv.store.KeyValueStore;
import kv.store.PutResult;
import kv.store.StoreSession;

/** What one benchmark thread does with a table: each call is about the chosen key, in a section of its own. */
final class TableThread {
    final Keys chosen;
    private final ByteBuffer target = ByteBuffer.allocateDirect(Keys.VALUE_BYTES);
    private final StoreSession session;
    private final kv.store.Keys key;

    TableThread(KeyValueStore store, Keys chosen) {
        this.chosen = chosen;
        session = store.session();
        key = session.newKeys();
    }

    /** Puts the keys of all numbers below the count. */
    void fill(long count) {
        for (long i = 0; i < count; i++) {
            chosen.choose(i);
            if (put() == PutResult.OUT_OF_MEMORY) {
                throw new IllegalStateException("the table is full at " + i + " keys");
            }
        }
    }

    /** The value's length, or {@link StoreSession#NO_VALUE}. */
    int get() {
        open(Access.SHARED);
        int length = session.read(0, 0, Keys.VALUE_BYTES, target.clear());
        session.close();
        return length;
    }

    PutResult put() {
        open(Access.EXCLUSIVE);
        PutResult result = session.put(0, chosen.value, 0, Keys.VALUE_BYTES, Deadline.NONE);
        session.close();
        return result;
    }

    boolean delete() {
        open(Access.EXCLUSIVE);
        boolean deleted = session.delete(0);
        session.close();
        return deleted;
    }

    private void open(Access access) {
        key.clear();
        key.add(chosen.key, 0, Keys.KEY_BYTES);
        session.open(key, 0, 1, access, 0);
    }
}
