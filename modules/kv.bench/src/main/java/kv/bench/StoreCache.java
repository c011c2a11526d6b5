package kv.bench;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import kv.store.Access;
import kv.store.Deadline;
import kv.store.Eviction;
import kv.store.KeyValueStore;
import kv.store.Keys;
import kv.store.PutResult;
import kv.store.StoreConfig;
import kv.store.StoreSession;

/** The real store, with as much memory as so many entries need that never change. */
final class StoreCache implements CachePolicy {
    private static final long PAGE_BYTES = 32 << 10;
    private static final int SHARD_BYTES = 4 << 20;
    private static final int KEY_BYTES = Long.BYTES;
    private static final int HEADER_BYTES = 8;
    /** Of a value that goes into a piece and a rest: the rest's fields. */
    private static final int LONG_FIELDS_BYTES = 32;
    private static final int SHORT_MAX = 4096;
    private static final int INDEX_BYTES = 5;

    private final KeyValueStore store;
    private final StoreSession session;
    private final Keys keys;
    private final ByteBuffer keyAndValue;
    private final int valueBytes;
    private long now;

    StoreCache(int room, int valueBytes) {
        this.valueBytes = valueBytes;
        this.keyAndValue = ByteBuffer.allocate(KEY_BYTES + valueBytes).order(ByteOrder.nativeOrder());
        this.store = new KeyValueStore(StoreConfig.defaults().withMemoryLimitBytes(memoryBytes(room, valueBytes))
                .withEviction(Eviction.ALL));
        this.session = store.session();
        this.keys = session.newKeys();
    }

    /** Entries as they lie in their pages, their places in the index, and an index page for each shard. */
    private static long memoryBytes(int room, int valueBytes) {
        int payload = KEY_BYTES + valueBytes;
        long entry = (HEADER_BYTES + payload + (payload > SHORT_MAX ? LONG_FIELDS_BYTES : 0) + 7 & ~7) + INDEX_BYTES;
        long shards = Math.max(1, Math.min(256, Long.highestOneBit(room * entry / SHARD_BYTES)));
        return Math.max(4 * PAGE_BYTES, (room * entry / PAGE_BYTES + 1 + shards) * PAGE_BYTES);
    }

    @Override
    public boolean request(int key) {
        keys.clear();
        keyAndValue.putLong(0, key);
        keys.add(keyAndValue, 0, KEY_BYTES);
        session.open(keys, 0, 1, Access.SHARED, ++now);
        int length = session.read(0, 0, 0, keyAndValue);
        session.close();
        if (length == StoreSession.NO_VALUE) {
            load();
        }
        return length != StoreSession.NO_VALUE;
    }

    private void load() {
        for (int tries = 1; ; tries++) {
            session.open(keys, 0, 1, Access.EXCLUSIVE, now);
            PutResult result = session.put(0, keyAndValue, KEY_BYTES, valueBytes, Deadline.NONE);
            session.close();
            if (result != PutResult.OUT_OF_MEMORY) {
                return;
            }
            if (tries == StoreSession.TRIES_MAX || !session.makeRoom()) {
                throw new IllegalStateException("a full store found no room for a value");
            }
        }
    }

    @Override
    public long size() {
        return store.size();
    }

    @Override
    public void close() {
        store.close();
    }
}
