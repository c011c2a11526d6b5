package kv.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Keys that a client watches, and what they were when it began to: so that {@link StoreSession#isAnyChanged} can tell whether one
 * of them has changed since. Whatever changes a key counts, its expiry too, but not what leaves an absent key absent.
 *
 * <p>Never misses a change; takes the change of another key for one of these in few cases, see {@link Stamps}.
 * <p>Threads: one at a time, but for {@link #clear} and {@link #end}.
 */
public final class WatchedKeys {
    private final List<Watched> watched = new ArrayList<>();
    /** The same, to be found; of keys with one hash the first. */
    private final Map<Name, Watched> byName = new HashMap<>();
    private boolean ended;

    private record Name(long hash, int database) { }

    /**
     * One of them, at the moment of its watch.
     *
     * @param database its number then and now, and how often it had been swapped
     */
    private record Watched(ByteBuffer key, int database, long swaps, Shard shard, int stamp, int stampOfAll, boolean existed) { }

    /** None yet. */
    public WatchedKeys() { }

    public synchronized int size() {
        return watched.size();
    }

    /** Watches nothing any more. Any thread. */
    public synchronized void clear() {
        watched.forEach(one -> one.shard.stamps().unwatch());
        watched.clear();
        byName.clear();
    }

    /** The client has gone, though a command of it may be at work: nothing is watched any more, and all counts as changed. */
    public synchronized void end() {
        ended = true;
        clear();
    }

    /** Puts them behind the keys of a list, for a section in which {@link StoreSession#isAnyChanged} is asked. */
    public synchronized void addTo(Keys keys) {
        for (Watched one : watched) {
            keys.add(one.key, 0, one.key.capacity());
        }
    }

    /** In a section on the key. One that is watched already stays so, as it was. */
    synchronized void add(Keys keys, int key, Shard shard, DatabaseNumbers numbers, long nowMillis) {
        int database = keys.database();
        Name name = new Name(keys.hash(key), database);
        Watched same = byName.get(name);
        if (ended || same != null && same.key.capacity() == keys.length(key)
                && Bytes.equal(same.key, 0, keys.source(key), keys.start(key), keys.length(key))) {
            return;
        }
        ByteBuffer copy = ByteBuffer.allocate(keys.length(key)).order(ByteOrder.nativeOrder());
        copy.put(0, keys.source(key), keys.start(key), keys.length(key));
        Stamps stamps = shard.stamps();
        stamps.watch();
        long hash = keys.hash(key);
        Watched one = new Watched(copy, database, numbers.swaps(database), shard, stamps.stamp(numbers.tag(database), hash),
                stamps.stampOfAll(hash), shard.find(keys, key, nowMillis) != DataPages.NO_ENTRY);
        watched.add(one);
        byName.putIfAbsent(name, one);
    }

    /** As {@link StoreSession#isAnyChanged}, of the one with this number here, which is {@code key} of the list. */
    synchronized boolean isChanged(int number, Keys keys, int key, DatabaseNumbers numbers, long nowMillis) {
        if (ended) {
            return true;
        }
        Watched one = watched.get(number);
        keys.select(one.database);
        // No stamp tells of expiry, of a database emptied as a whole, nor of a swap. By the first two a key is gone.
        boolean exists = one.shard.find(keys, key, nowMillis) != DataPages.NO_ENTRY;
        if (one.existed != exists) {
            return true;
        }
        long hash = keys.hash(key);
        Stamps stamps = one.shard.stamps();
        long swaps = numbers.swaps(one.database) - one.swaps;
        if (swaps == 0) {
            return stamps.stamp(numbers.tag(one.database), hash) != one.stamp;
        }
        // Absent before a swap and after it: no change. What was between two swaps nobody knows.
        return swaps > 1 || exists || stamps.stampOfAll(hash) != one.stampOfAll;
    }
}
