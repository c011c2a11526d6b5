package kv.journal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import kv.store.Access;
import kv.store.Deadline;
import kv.store.ExpireResult;
import kv.store.JournalWriter;
import kv.store.KeyValueStore;
import kv.store.Keys;
import kv.store.Opening;
import kv.store.PutResult;
import kv.store.StoreSession;

/** Repeats effects on a store that nobody else changes on the same keys. Owner: one thread. */
final class EffectReader {
    // At a moment before all others, at which nothing is expired: a key that has expired since may have been made to last
    // before that, by an effect that comes later.
    private static final long BEFORE_ALL = -1;
    /** The keys of so many effects are hashed and read ahead together. */
    private static final int GROUP = 32;

    private final KeyValueStore store;
    private final StoreSession session;
    private final Keys keys;

    EffectReader(KeyValueStore store) {
        this.store = store;
        this.session = store.session();
        this.keys = session.newKeys();
    }

    /** @param effects one after the other, from its position to its limit */
    void apply(ByteBuffer effects) {
        ByteBuffer head = effects.duplicate().order(Effect.order());
        // The store reads keys and values in native order.
        ByteBuffer bytes = effects.duplicate().order(ByteOrder.nativeOrder());
        while (head.hasRemaining()) {
            addKeys(head, bytes);
            if (keys.size() == 0) {
                applyToAll(head);
            }
            for (int key = 0; key < keys.size(); key++) {
                apply(head, bytes, key);
            }
        }
    }

    /** Of the next effects, as far as they are each on one key of the same database. */
    private void addKeys(ByteBuffer head, ByteBuffer bytes) {
        keys.clear();
        byte database = head.get(head.position() + 1);
        for (int at = head.position(); at < head.limit() && keys.size() < GROUP; at += Effect.bytes(head, at)) {
            if (!Effect.hasKey(head.get(at)) || head.get(at + 1) != database) {
                break;
            }
            keys.add(bytes, at + Effect.headBytes(head, at), Effect.keyBytes(head, at));
        }
        if (keys.size() > 0) {
            keys.select(store.unswapped(requireDatabase(database)));
        }
        if (keys.size() > 1) {
            session.prefetch(keys, 0, keys.size());
        }
    }

    private static int requireDatabase(byte database) {
        int number = Byte.toUnsignedInt(database);
        if (number >= KeyValueStore.DATABASES) {
            throw new IllegalStateException("an effect on database " + number + ": written by a newer version");
        }
        return number;
    }

    private void applyToAll(ByteBuffer head) {
        byte effect = head.get();
        byte database = head.get();
        if (effect == Effect.DATABASES) {
            byte[] tags = new byte[KeyValueStore.DATABASES];
            head.get(tags);
            store.setDatabaseTags(tags);
        } else if (Byte.toUnsignedInt(database) == JournalWriter.ALL_DATABASES) {
            session.clearAll();
        } else {
            keys.select(store.unswapped(requireDatabase(database)));
            session.clear(keys.database());
        }
    }

    private void apply(ByteBuffer head, ByteBuffer bytes, int key) {
        while (session.open(keys, key, key + 1, Access.EXCLUSIVE, BEFORE_ALL) == Opening.HELD) {
            session.awaitRelease(); // another replaying thread writes a long value
        }
        int at = head.position();
        int valueStart = at + Effect.headBytes(head, at) + Effect.keyBytes(head, at);
        int end = at + Effect.bytes(head, at);
        try {
            switch (head.get(at)) {
                case Effect.PUT -> require(session.put(key, bytes, valueStart, end - valueStart, head.getLong(at + 4))
                        != PutResult.OUT_OF_MEMORY);
                case Effect.PATCH -> {
                    require(session.setRange(key, head.getInt(at + 12), bytes, valueStart, end - valueStart)
                            != StoreSession.NO_MEMORY);
                    require(session.expireAt(key, head.getLong(at + 4)) != ExpireResult.OUT_OF_MEMORY);
                }
                case Effect.DELETE -> session.delete(key);
                // Of a key that is not there: a later effect has deleted it, or it had expired when the checkpoint came by.
                case Effect.DEADLINE -> require(session.expireAt(key, head.getLong(at + 4)) != ExpireResult.OUT_OF_MEMORY);
                default -> throw new IllegalStateException("an effect on a key of kind " + head.get(at));
            }
        } finally {
            session.close();
        }
        head.position(end);
    }

    private static void require(boolean done) {
        if (!done) {
            throw new StoreTooSmallException();
        }
    }
}
