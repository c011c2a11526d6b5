package kv.store;

/**
 * Which of the databases, that users know by their numbers, is which in the shards, where each has a <em>tag</em>: the number
 * that it had before all swaps. So a swap touches no entry.
 *
 * <p>Read under any shard's lock, changed when all shards are held. Without a lock, what is read may be of a moment ago.
 */
final class DatabaseNumbers {
    static final int COUNT = 16;

    /** By number; and by a tag behind that, for those who must go on with a database whatever number it gets. */
    private final int[] tags = new int[2 * COUNT];
    /** How often each number has been given to another database. */
    private final long[] swaps = new long[COUNT];

    DatabaseNumbers() {
        for (int i = 0; i < tags.length; i++) {
            tags[i] = i % COUNT;
        }
    }

    /** @param database a number, or what {@link #unswapped} returns */
    int tag(int database) {
        return tags[database];
    }

    /** What stands for the database of a tag. */
    static int unswapped(int tag) {
        return COUNT + tag;
    }

    static int require(int database) {
        if (database < 0 || database >= 2 * COUNT) {
            throw new IllegalArgumentException("database " + database + " is not in 0 to " + (COUNT - 1));
        }
        return database;
    }

    void swap(int first, int second) {
        int tag = tags[first];
        tags[first] = tags[second];
        tags[second] = tag;
        swaps[first]++;
        swaps[second]++;
    }

    long swaps(int number) {
        return swaps[number];
    }

    /** The tags by number. */
    byte[] tags() {
        byte[] copy = new byte[COUNT];
        for (int number = 0; number < COUNT; number++) {
            copy[number] = (byte) tags[number];
        }
        return copy;
    }

    void set(byte[] all) {
        for (int number = 0; number < COUNT; number++) {
            tags[number] = all[number];
        }
    }
}
