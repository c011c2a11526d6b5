package kv.store;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.function.LongConsumer;

/**
 * What may be done in an open section, shared or exclusive: read its keys, and what is known of them.
 *
 * <p>Threads: confined to one. See {@link StoreSession}, which opens the sections.
 */
abstract class SectionReads {
    /** Answer of {@link #peek}: not possible now. */
    public static final int NOT_READ = -2;
    /** Values up to so many bytes are what {@link #peek} is for. */
    public static final int PEEKED_BYTES_MAX = OptimisticRead.VALUE_BYTES_MAX;

    final KeyValueStore store;
    final Section section;
    private final OptimisticRead optimistic;
    private final DetachedValues detached;
    private final BufferSink bufferSink = new BufferSink();
    private final Lookups.Count lookups = new Lookups.Count();

    SectionReads(KeyValueStore store, Section section) {
        this.store = store;
        this.section = section;
        this.optimistic = new OptimisticRead(store, section);
        this.detached = new DetachedValues(store.pool(), store.readers(), store.retired());
    }

    /** The moment that stands still. */
    public long nowMillis() {
        return section.nowMillis();
    }

    /** Whether a section is open that holds all keys. */
    public boolean holdsAll() {
        return section.holdsAll();
    }

    /** The long section that is open, as {@link StoreSession#met} shows it to others; null if none is. */
    public Object holding() {
        return section.mark;
    }

    /**
     * Has somebody told each time that opening a section had to wait for the lock of a shard, and for how many nanoseconds. It is
     * told under locks, and returns at once. That a long section is in the way is no such wait.
     */
    public void onLockWait(LongConsumer listener) {
        section.lockWaits.listener = listener;
    }

    /** The length of the key's value in bytes, or {@link StoreSession#NO_VALUE}. */
    public int valueLength(int key) {
        Shard shard = section.enter(key);
        try {
            int entry = shard.find(section.keys(), key, section.nowMillis());
            return entry == DataPages.NO_ENTRY ? StoreSession.NO_VALUE : shard.valueBytes(entry);
        } finally {
            section.leave(shard);
        }
    }

    /** Copies the key's value into the sink; false, without a call to it, if the key is absent. */
    public boolean get(int key, ValueSink sink) {
        return get(key, Integer.MAX_VALUE, sink) != StoreSession.NO_VALUE;
    }

    /**
     * Copies a short value into the sink without a section, if that is possible at once: for about half of what a section costs.
     * What is in the sink is the value only if this method says so: it may have to be taken back.
     *
     * @return the value's length; {@link StoreSession#NO_VALUE}, without a call to the sink; or {@link #NOT_READ},
     *         and then a section has to be opened
     */
    public int peek(Keys keys, int key, long nowMillis, ValueSink sink) {
        int length = optimistic.read(keys, key, nowMillis, sink);
        if (length != NOT_READ) {
            lookups.count(length != StoreSession.NO_VALUE);
        }
        return length;
    }

    /**
     * Copies the key's value into the sink, unless it is longer than {@code most} bytes; then, and if the key is absent, the sink
     * is not called. Of a longer one only the length is told, which does not count as a look-up.
     *
     * @return the value's length, or {@link StoreSession#NO_VALUE}
     */
    public int get(int key, int most, ValueSink sink) {
        int length;
        Shard shard = section.enter(key);
        try {
            int entry = shard.find(section.keys(), key, section.nowMillis());
            length = entry == DataPages.NO_ENTRY ? StoreSession.NO_VALUE : shard.valueBytes(entry);
            if (length > most || !isFound(shard, entry)) {
                return length;
            }
            if (length <= Section.VISIT_BYTES_MAX || !leavesToCopy(shard, entry)) {
                shard.copyValue(entry, 0, length, sink);
                return length;
            }
        } finally {
            section.leave(shard);
        }
        try {
            detached.copy(0, 0, length, sink);
        } finally {
            detached.release();
        }
        return length;
    }

    /** Whether a long value can be copied when its shard has been left: a holding section's stays what it is. */
    private boolean leavesToCopy(Shard shard, int entry) {
        return !section.keepsLocks() && detached.count() == 0 && detached.add(shard, entry);
    }

    /**
     * Remembers the key's value as it is now, to be copied when the section has been closed: {@link #copyDetached}. For long
     * values, whose copying would keep others from their shards. Values are numbered from 0 in the order in which they are
     * detached.
     *
     * @return the value's length; or {@link StoreSession#NO_VALUE}, which has no number; or {@link StoreSession#NOT_DETACHED},
     *         and then {@link #get} has to do
     */
    public int detach(int key) {
        Shard shard = section.enter(key);
        try {
            int entry = shard.find(section.keys(), key, section.nowMillis());
            if (entry != DataPages.NO_ENTRY && !detached.add(shard, entry)) {
                return StoreSession.NOT_DETACHED;
            }
            return isFound(shard, entry) ? shard.valueBytes(entry) : StoreSession.NO_VALUE;
        } finally {
            section.leave(shard);
        }
    }

    /** Copies a detached value into the sink: in the section or after it. */
    public void copyDetached(int number, ValueSink sink) {
        detached.copy(number, 0, detached.length(number), sink);
    }

    /** Copies a part of a detached value, which must have all of it; the sink is told the part's length. */
    public void copyDetached(int number, int offset, int length, ValueSink sink) {
        Objects.checkFromIndexSize(offset, length, detached.length(number));
        detached.copy(number, offset, length, sink);
    }

    /** Forgets what is detached. As long as it is not forgotten, memory that others give up is not used anew: do so at once. */
    public void releaseDetached() {
        detached.release();
    }

    /**
     * Copies a part of the key's value into the sink; false, without a call to it, if the key is absent. What lies beyond the
     * value's end is left out; the sink is told the length of what is left.
     */
    public boolean getRange(int key, int offset, int length, ValueSink sink) {
        requireRange(offset, length);
        Shard shard = section.enter(key);
        try {
            int entry = shard.find(section.keys(), key, section.nowMillis());
            if (!isFound(shard, entry)) {
                return false;
            }
            int count = Math.max(0, Math.min(length, shard.valueBytes(entry) - offset));
            shard.copyValue(entry, count == 0 ? 0 : offset, count, sink);
            return true;
        } finally {
            section.leave(shard);
        }
    }

    /**
     * Puts a part of the key's value at the target's position, which it advances: from an offset on, as much as there is, but not
     * more than {@code length} and what the target has room for.
     *
     * @param target of any byte order
     * @return the length of the whole value, or {@link StoreSession#NO_VALUE}
     */
    public int read(int key, int offset, int length, ByteBuffer target) {
        requireRange(offset, length);
        int atOnce = section.keepsLocks() ? length : Math.min(length, Section.VISIT_BYTES_MAX);
        int valueLength = readOnce(key, offset, atOnce, target, true);
        for (int done = atOnce; done < Math.min(length, valueLength - offset) && target.hasRemaining(); done += atOnce) {
            readOnce(key, offset + done, Math.min(atOnce, length - done), target, false);
        }
        return valueLength;
    }

    /** @param counts as a look-up */
    private int readOnce(int key, int offset, int length, ByteBuffer target, boolean counts) {
        Shard shard = section.enter(key);
        try {
            int entry = shard.find(section.keys(), key, section.nowMillis());
            if (counts ? !isFound(shard, entry) : entry == DataPages.NO_ENTRY) {
                return StoreSession.NO_VALUE;
            }
            int valueLength = shard.valueBytes(entry);
            int count = Math.min(Math.min(length, target.remaining()), valueLength - offset);
            if (count > 0) {
                bufferSink.target = target;
                shard.copyValue(entry, offset, count, bufferSink);
            }
            return valueLength;
        } finally {
            bufferSink.target = null;
            section.leave(shard);
        }
    }

    /** Whether there is an entry, whose value is asked for: that counts. */
    private boolean isFound(Shard shard, int entry) {
        boolean found = entry != DataPages.NO_ENTRY;
        if (found) {
            shard.countHit(entry, section.keys());
        }
        lookups.count(found);
        return found;
    }

    Lookups.Count lookups() {
        return lookups;
    }

    /** The key's deadline, or {@link Deadline#NONE}, or {@link Deadline#ABSENT}. */
    public long deadlineMillis(int key) {
        Shard shard = section.enter(key);
        try {
            int entry = shard.find(section.keys(), key, section.nowMillis());
            return entry == DataPages.NO_ENTRY ? Deadline.ABSENT : shard.deadlineMillis(entry);
        } finally {
            section.leave(shard);
        }
    }

    /** Has a key watched from now on, as it is now. */
    public void watch(int key, WatchedKeys watched) {
        Shard shard = section.enter(key);
        try {
            watched.add(section.keys(), key, shard, store.shards().numbers(), section.nowMillis());
        } finally {
            section.leave(shard);
        }
    }

    /**
     * Whether one of the watched keys has changed since it is watched.
     *
     * @param first the number of the first of them in the section's list, of which they are the last: see {@link
     *         WatchedKeys#addTo}
     */
    public boolean isAnyChanged(WatchedKeys watched, int first) {
        int selected = section.keys().database();
        try {
            int count = section.keys().size() - first;
            for (int number = 0; number < count; number++) {
                Shard shard = section.enter(first + number);
                try {
                    if (watched.isChanged(number, section.keys(), first + number, store.shards().numbers(),
                            section.nowMillis())) {
                        return true;
                    }
                } finally {
                    section.leave(shard);
                }
            }
            return false;
        } finally {
            section.keys().select(selected);
        }
    }

    /** The bytes of memory that the key takes with its value and its place in the index, or {@link StoreSession#NO_VALUE}. */
    public long memoryBytes(int key) {
        Shard shard = section.enter(key);
        try {
            int entry = shard.find(section.keys(), key, section.nowMillis());
            return entry == DataPages.NO_ENTRY ? StoreSession.NO_VALUE : shard.memoryBytes(entry);
        } finally {
            section.leave(shard);
        }
    }

    /** How often the key was asked for of late, about, where the store evicts; or {@link StoreSession#NO_VALUE}. */
    public int frequency(int key) {
        Shard shard = section.enter(key);
        try {
            int entry = shard.find(section.keys(), key, section.nowMillis());
            return entry == DataPages.NO_ENTRY ? StoreSession.NO_VALUE : shard.frequency(entry);
        } finally {
            section.leave(shard);
        }
    }

    static void requireRange(int offset, int length) {
        if (offset < 0 || length < 0) {
            throw new IllegalArgumentException("a range of " + length + " bytes from " + offset + " on");
        }
    }

    private static final class BufferSink implements ValueSink {
        private ByteBuffer target;

        @Override
        public void length(int valueBytes) { }

        @Override
        public ByteBuffer space(int remaining) {
            return target;
        }
    }
}
