package kv.store;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Long values that have been written into pages while their keys' shards are not locked, to be linked under the locks.
 *
 * <p>Threads: confined to one, its session's; called without a shard's lock but for {@link #chain} and {@link #used}.
 * <p>Invariant: a chain here belongs to no entry. What is not used is given back when the section ends.
 */
final class PreparedValues {
    private static final int KEPT_MAX = 64;

    private final NewChains newChains;
    private int[] keys = new int[4];
    private int[] firstPages = new int[4];
    private int[] pageCounts = new int[4];
    private int count;
    /** Where the next search begins: keys are asked for in the order in which they were prepared, as a rule. */
    private int next;

    PreparedValues(NewChains newChains) {
        this.newChains = newChains;
    }

    /**
     * Writes as much of a key and its value as goes into whole pages. If there is no memory for that, it is not prepared, and
     * whoever puts it finds that out.
     *
     * @return whether it is prepared
     */
    boolean add(Keys list, int key, ByteBuffer value, int start, int length) {
        int firstPage = newChains.make(list, key, value, start, length);
        if (firstPage == PagePool.NONE) {
            return false;
        }
        if (count == keys.length) {
            resize(2 * count);
        }
        keys[count] = key;
        firstPages[count] = firstPage;
        pageCounts[count++] = NewChains.pages(list, key, length);
        return true;
    }

    /** What was added last is not needed any more, if it was not used. */
    void removeLast() {
        count--;
        newChains.give(firstPages[count], pageCounts[count]);
        next = 0;
    }

    /** The first page of the chain prepared for a key, or {@link PagePool#NONE}. */
    int chain(int key) {
        for (int i = 0; i < count; i++, next++) {
            if (next >= count) {
                next = 0;
            }
            if (keys[next] == key && pageCounts[next] > 0) {
                return firstPages[next];
            }
        }
        return PagePool.NONE;
    }

    /** The chain that {@link #chain} returned last belongs to an entry now. */
    void used() {
        pageCounts[next] = 0;
    }

    void giveBack() {
        for (int i = 0; i < count; i++) {
            newChains.give(firstPages[i], pageCounts[i]);
        }
        count = 0;
        next = 0;
        if (keys.length > KEPT_MAX) {
            resize(KEPT_MAX);
        }
    }

    boolean isEmpty() {
        return count == 0;
    }

    private void resize(int length) {
        keys = Arrays.copyOf(keys, length);
        firstPages = Arrays.copyOf(firstPages, length);
        pageCounts = Arrays.copyOf(pageCounts, length);
    }
}
