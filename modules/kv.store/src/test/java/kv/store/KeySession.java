package kv.store;

import java.nio.ByteBuffer;

/**
 * A session whose operations bring their key's bytes, each in a section of its own at the moment of the call: short tests with
 * many of them.
 */
final class KeySession {
    /** As a time to live: none. */
    static final long NO_EXPIRY = -1;

    private final KeyValueStore store;
    private final StoreSession session;
    private final Keys keys;

    KeySession(KeyValueStore store) {
        this.store = store;
        this.session = store.session();
        this.keys = session.newKeys();
    }

    int valueLength(ByteBuffer source, int start, int length) {
        open(source, start, length, Access.SHARED);
        try {
            return session.valueLength(0);
        } finally {
            session.close();
        }
    }

    boolean get(ByteBuffer source, int start, int length, ValueSink sink) {
        open(source, start, length, Access.SHARED);
        try {
            return session.get(0, sink);
        } finally {
            session.close();
        }
    }

    /** All of the value, if the target has room for it. */
    int read(ByteBuffer source, int start, int length, ByteBuffer target) {
        open(source, start, length, Access.SHARED);
        try {
            int valueLength = session.valueLength(0);
            return valueLength > target.remaining() ? valueLength : session.read(0, 0, Math.max(0, valueLength), target);
        } finally {
            session.close();
        }
    }

    /** @param ttlMillis from now, or {@link #NO_EXPIRY}, or {@link Deadline#KEEP} */
    PutResult put(ByteBuffer source, int start, int length, ByteBuffer value, int valueStart, int valueLength, long ttlMillis) {
        open(source, start, length, Access.EXCLUSIVE);
        try {
            return session.put(0, value, valueStart, valueLength, ttlMillis == Deadline.KEEP ? Deadline.KEEP
                    : deadline(ttlMillis));
        } finally {
            session.close();
        }
    }

    boolean delete(ByteBuffer source, int start, int length) {
        open(source, start, length, Access.EXCLUSIVE);
        try {
            return session.delete(0);
        } finally {
            session.close();
        }
    }

    ExpireResult expire(ByteBuffer source, int start, int length, long ttlMillis) {
        open(source, start, length, Access.EXCLUSIVE);
        try {
            return session.expireAt(0, deadline(ttlMillis));
        } finally {
            session.close();
        }
    }

    /** What is left, or {@link #NO_EXPIRY}, or {@link Deadline#ABSENT}. */
    long ttlMillis(ByteBuffer source, int start, int length) {
        open(source, start, length, Access.SHARED);
        try {
            long deadline = session.deadlineMillis(0);
            return deadline == Deadline.ABSENT ? Deadline.ABSENT : deadline == Deadline.NONE ? NO_EXPIRY
                    : deadline - session.nowMillis();
        } finally {
            session.close();
        }
    }

    long scan(long cursor, int wanted, KeySink sink) {
        return session.scan(0, cursor, wanted, store.nowMillis(), sink);
    }

    boolean randomKey(KeySink sink) {
        return session.randomKey(0, store.nowMillis(), sink) == 1;
    }

    private void open(ByteBuffer source, int start, int length, Access access) {
        keys.clear();
        keys.add(source, start, length);
        session.openPatiently(keys, 1, access);
    }

    private long deadline(long ttlMillis) {
        return ttlMillis == NO_EXPIRY ? Deadline.NONE : Deadline.after(session.nowMillis(), ttlMillis);
    }
}
