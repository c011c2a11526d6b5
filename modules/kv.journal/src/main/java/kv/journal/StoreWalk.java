package kv.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import kv.log.Checkpoint;
import kv.store.Access;
import kv.store.Deadline;
import kv.store.KeyValueStore;
import kv.store.Keys;
import kv.store.Opening;
import kv.store.StoreSession;

/**
 * Writes all keys of a store into a checkpoint while others work on it. Owner: one thread.
 *
 * <p>Limits: {@value #PIECE_BYTES} bytes are copied under one lock at most; as much and one batch of keys is all its memory.
 */
final class StoreWalk {
    // Keys are reported a batch at a time, then each is read in a section of its own. A value that changes between two pieces
    // of it is in the log as a whole, or as the patch that changed it: so what the pieces come to need not have been at any
    // moment.
    private static final int PIECE_BYTES = 256 << 10;
    private static final int BATCH_KEYS = 512;
    private static final int PREFETCHED_KEYS = 32;
    private static final long HELD_NANOS = 1_000_000;

    private final KeyValueStore store;
    private final StoreSession session;
    private final Keys keys;
    private final int batchKeys;
    private final int pieceBytes;
    private final ByteBuffer record;
    /** Of the database that is being written. */
    private int tag;
    private ByteBuffer batch = ByteBuffer.allocate(1 << 16).order(ByteOrder.nativeOrder());

    StoreWalk(KeyValueStore store) {
        this(store, BATCH_KEYS, PIECE_BYTES);
    }

    /** With other limits, for tests. */
    StoreWalk(KeyValueStore store, int batchKeys, int pieceBytes) {
        this.store = store;
        this.batchKeys = batchKeys;
        this.pieceBytes = pieceBytes;
        this.record = ByteBuffer.allocateDirect(Effect.HEAD_BYTES_MAX + Effect.KEY_BYTES_MAX + pieceBytes).order(Effect.order());
        this.session = store.session();
        this.keys = session.newKeys();
    }

    /** Returns when each key that is there all the time has been written; throws if it is to be given up. */
    void run(Checkpoint checkpoint, BooleanSupplier givenUp) throws IOException {
        // The numbers of a later moment than that from which on the log is repeated.
        byte[] tags = store.databaseTags();
        for (int number = 0; number < tags.length; number++) {
            if (tags[number] != number) {
                record.clear().put(Effect.DATABASES).put((byte) 0).put(tags);
                checkpoint.record(record.flip());
                break;
            }
        }
        for (tag = 0; tag < KeyValueStore.DATABASES; tag++) {
            keys.select(store.unswapped(tag));
            if (store.stats(keys.database()).keys() > 0) {
                run(checkpoint, givenUp, keys.database());
            }
        }
    }

    private void run(Checkpoint checkpoint, BooleanSupplier givenUp, int database) throws IOException {
        long cursor = 0;
        boolean isComplete = false;
        while (!isComplete) {
            requireWanted(givenUp);
            batch.clear();
            long next = session.scan(database, cursor, batchKeys, store.nowMillis(), this::add);
            if (next == StoreSession.HELD) {
                pause();
                continue;
            }
            writeBatch(checkpoint, givenUp);
            cursor = next;
            isComplete = next == 0;
            Thread.yield();
        }
    }

    private static void requireWanted(BooleanSupplier givenUp) throws IOException {
        if (givenUp.getAsBoolean()) {
            throw new IOException("given up");
        }
    }

    private void add(ByteBuffer bytes, int start, int length) {
        int at = batch.position();
        int needed = at + Integer.BYTES + length;
        if (needed > batch.capacity()) {
            batch = ByteBuffer.allocate(Math.max(needed, 2 * batch.capacity())).order(ByteOrder.nativeOrder()).put(batch.flip());
        }
        batch.putInt(at, length).put(at + Integer.BYTES, bytes, start, length).position(needed);
    }

    private void writeBatch(Checkpoint checkpoint, BooleanSupplier givenUp) throws IOException {
        keys.clear();
        int end = batch.position();
        for (int at = 0; at < end; ) {
            int length = batch.getInt(at);
            keys.add(batch, at + Integer.BYTES, length);
            at += Integer.BYTES + length;
        }
        int key = 0;
        for (int at = 0; at < end; key++) {
            if (key % PREFETCHED_KEYS == 0) {
                session.prefetch(keys, key, Math.min(key + PREFETCHED_KEYS, keys.size()));
            }
            int length = batch.getInt(at);
            write(checkpoint, key, at + Integer.BYTES, length, givenUp);
            at += Integer.BYTES + length;
        }
    }

    /** All pieces of one key's value. */
    private void write(Checkpoint checkpoint, int key, int keyStart, int keyLength, BooleanSupplier givenUp)
            throws IOException {
        int offset = 0;
        int valueLength;
        do {
            valueLength = read(key, keyStart, keyLength, offset);
            if (valueLength == StoreSession.NO_VALUE) {
                return;
            }
            checkpoint.record(record.flip());
            offset += pieceBytes;
            requireWanted(givenUp);
        } while (offset < valueLength);
    }

    /** Copies a piece of a value into the record; returns the length of all of it. */
    private int read(int key, int keyStart, int keyLength, int offset) {
        while (session.open(keys, key, key + 1, Access.SHARED, store.nowMillis()) == Opening.HELD) {
            pause();
        }
        try {
            long deadline = session.deadlineMillis(key);
            if (deadline == Deadline.ABSENT) {
                return StoreSession.NO_VALUE;
            }
            int valueLength = session.valueLength(key);
            int pieceLength = Math.max(0, Math.min(valueLength - offset, pieceBytes));
            record.clear();
            record.put(offset == 0 ? Effect.PUT : Effect.PATCH).put((byte) tag).putShort((short) keyLength)
                    .putLong(deadline);
            if (offset > 0) {
                record.putInt(offset);
            }
            record.putInt(pieceLength);
            record.put(record.position(), batch, keyStart, keyLength).position(record.position() + keyLength);
            session.read(key, offset, pieceLength, record);
            return valueLength;
        } finally {
            session.close();
        }
    }

    /** A long section is in the way: it ends by itself. */
    private static void pause() {
        LockSupport.parkNanos(HELD_NANOS);
    }
}
