package kv.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongUnaryOperator;

/** One operation on one key, in a section of its own: what {@link KeyValueStore} offers for arrays. Confined to one thread. */
final class SingleKey {
    private static final int KEY = 0;

    private final KeyValueStore store;
    private final StoreSession session;
    private final Keys keys;

    SingleKey(KeyValueStore store, byte[] key) {
        this.store = store;
        this.session = new StoreSession(store);
        this.keys = store.newKeys(1);
        keys.add(wrap(key), 0, key.length);
    }

    byte[] get() {
        ArraySink sink = new ArraySink();
        boolean isDetached = false;
        session.openPatiently(keys, 1, Access.SHARED);
        try {
            if (session.get(KEY, Section.VISIT_BYTES_MAX, sink) > Section.VISIT_BYTES_MAX) {
                isDetached = session.detach(KEY) != StoreSession.NOT_DETACHED;
                if (!isDetached) {
                    session.get(KEY, sink);
                }
            }
        } finally {
            session.close();
        }
        if (isDetached) {
            session.copyDetached(0, sink);
            session.releaseDetached();
        }
        store.lookups().count(sink.value != null);
        return sink.value;
    }

    boolean exists() {
        session.openPatiently(keys, 1, Access.SHARED);
        try {
            return session.valueLength(KEY) != StoreSession.NO_VALUE;
        } finally {
            session.close();
        }
    }

    Optional<Duration> timeToLive() {
        session.openPatiently(keys, 1, Access.SHARED);
        try {
            long deadline = session.deadlineMillis(KEY);
            return deadline == Deadline.ABSENT || deadline == Deadline.NONE
                    ? Optional.empty() : Optional.of(Duration.ofMillis(deadline - session.nowMillis()));
        } finally {
            session.close();
        }
    }

    boolean delete() {
        session.openPatiently(keys, 1, Access.EXCLUSIVE);
        try {
            return session.delete(KEY);
        } finally {
            session.close();
        }
    }

    /** @param deadline from the moment of the section */
    void put(byte[] value, LongUnaryOperator deadline) {
        change(value, () -> putNow(value, deadline.applyAsLong(session.nowMillis())));
    }

    boolean putIfAbsent(byte[] value) {
        boolean[] absent = new boolean[1];
        change(value, () -> {
            absent[0] = session.valueLength(KEY) == StoreSession.NO_VALUE;
            return !absent[0] || putNow(value, Deadline.NONE);
        });
        return absent[0];
    }

    /** @param deadline from the moment of the section */
    boolean expireAt(LongUnaryOperator deadline) {
        boolean[] changed = new boolean[1];
        change(new byte[0], () -> {
            ExpireResult result = session.expireAt(KEY, deadline.applyAsLong(session.nowMillis()));
            changed[0] = result == ExpireResult.CHANGED;
            return result != ExpireResult.OUT_OF_MEMORY;
        });
        return changed[0];
    }

    /**
     * Changes the key, once or as often as there was no memory for it and room could be made.
     *
     * @param value that it may get
     * @param change false if there was no memory
     */
    private void change(byte[] value, BooleanSupplier change) {
        for (int tries = 1; ; tries++) {
            session.prepare(keys, KEY, wrap(value), 0, value.length);
            session.openPatiently(keys, 1, Access.EXCLUSIVE);
            try {
                if (change.getAsBoolean()) {
                    return;
                }
            } finally {
                session.close();
            }
            if (tries == StoreSession.TRIES_MAX || !session.makeRoom()) {
                throw new StoreFullException(store.pool().limitBytes());
            }
        }
    }

    private boolean putNow(byte[] value, long deadlineMillis) {
        return session.put(KEY, wrap(value), 0, value.length, deadlineMillis) != PutResult.OUT_OF_MEMORY;
    }

    private static ByteBuffer wrap(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    }
}
