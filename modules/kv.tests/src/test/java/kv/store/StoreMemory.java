package kv.store;

/** What tests of other packages need of the store's own. */
public final class StoreMemory {
    private static final int TRIES = 100;

    private StoreMemory() {
    }

    /** Evicts what one step of making room takes, by the store's policy: one record of its journal at most. */
    public static void evict(KeyValueStore store) {
        new Room(store, new JournalRoom(store.journal().newWriter())).step(store.eviction(), 1);
    }

    /**
     * Walks all memory of a store, while nobody but its housekeeper works with it: that takes what has expired away, so a page
     * may be free when all are counted that had an owner just before. What does not hold for long enough does not hold.
     */
    public static void assertInvariants(KeyValueStore store) {
        for (int tries = 1; ; tries++) {
            try {
                Invariants.assertInvariants(store);
                return;
            } catch (AssertionError changedOrWrong) {
                if (tries == TRIES) {
                    throw changedOrWrong;
                }
            }
        }
    }
}
