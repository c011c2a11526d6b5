package kv.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/**
 * A list of references to keys, each hashed once, when it is added: where in which buffer it lies. The keys' bytes stay the
 * caller's and must not change while the list is used.
 *
 * <p>Threads: confined to one. Adding allocates only beyond the most keys that the list has had so far; a list that has been huge
 * gives that up when it is cleared.
 */
public final class Keys {
    private static final int KEPT_MAX = 1024;

    private final Hashing hashing;
    private final int keyBytesMax;
    private ByteBuffer[] sources;
    private int[] starts;
    private int[] lengths;
    private long[] hashes;
    private int count;
    /** As {@link DatabaseNumbers#tag} takes it. */
    private int database;
    private boolean countsReads = true;

    Keys(Hashing hashing, int keyBytesMax, int capacity) {
        this.hashing = hashing;
        this.keyBytesMax = keyBytesMax;
        allocate(capacity);
    }

    /** Empties the list. */
    public void clear() {
        // A list outlives its buffers, and must not keep their memory.
        Arrays.fill(sources, 0, count, null);
        if (hashes.length > KEPT_MAX) {
            allocate(KEPT_MAX);
        }
        count = 0;
    }

    /**
     * From now on all keys of the list, those that are in it, too, are keys of this database; at first they are of 0. Allowed in
     * an open section.
     *
     * @param database 0 to 15, or what {@link KeyValueStore#unswapped} returns
     */
    public void select(int database) {
        this.database = DatabaseNumbers.require(database);
    }

    /** Whether reading their values counts as asking for them, which eviction goes by; at first it does. */
    public void countReads(boolean on) {
        countsReads = on;
    }

    boolean countsReads() {
        return countsReads;
    }

    /** The database that was selected last. */
    public int database() {
        return database;
    }

    /**
     * Adds a key and returns its number, which counts from 0.
     *
     * @param source in native byte order; its position is not heeded, the key must end at its limit or before
     */
    public int add(ByteBuffer source, int start, int length) {
        if (length > keyBytesMax) {
            throw new IllegalArgumentException("key of " + length + " bytes is longer than " + keyBytesMax);
        }
        requireRange(source, start, length);
        if (count == hashes.length) {
            grow(2 * count);
        }
        sources[count] = source;
        starts[count] = start;
        lengths[count] = length;
        hashes[count] = hashing.hash(source, start, length);
        return count++;
    }

    /** Forgets the keys from this number on. */
    public void truncate(int size) {
        for (int key = Objects.checkIndex(size, count + 1); key < count; key++) {
            sources[key] = null;
        }
        count = size;
    }

    public int size() {
        return count;
    }

    /** Whether two keys are the same bytes. */
    public boolean areEqual(int key, int other) {
        return hashes[key] == hashes[other] && lengths[key] == lengths[other]
                && Bytes.equal(sources[key], starts[key], sources[other], starts[other], lengths[key]);
    }

    ByteBuffer source(int key) {
        return sources[key];
    }

    int start(int key) {
        return starts[key];
    }

    int length(int key) {
        return lengths[key];
    }

    long hash(int key) {
        return hashes[key];
    }

    /** A range of a caller's buffer that we read. */
    static void requireRange(ByteBuffer buffer, int start, int length) {
        Objects.checkFromIndexSize(start, length, buffer.limit());
        if (buffer.order() != ByteOrder.nativeOrder()) {
            throw new IllegalArgumentException("the buffer's byte order is " + buffer.order() + ", not the native one");
        }
    }

    private void allocate(int capacity) {
        sources = new ByteBuffer[capacity];
        starts = new int[capacity];
        lengths = new int[capacity];
        hashes = new long[capacity];
    }

    private void grow(int capacity) {
        sources = Arrays.copyOf(sources, capacity);
        starts = Arrays.copyOf(starts, capacity);
        lengths = Arrays.copyOf(lengths, capacity);
        hashes = Arrays.copyOf(hashes, capacity);
    }
}
