package kv.store;

/**
 * A session's room in the journal for what it is about to write.
 *
 * <p>Threads: confined to one, which holds no lock.
 */
final class JournalRoom {
    /** Null without a journal. */
    final JournalWriter journal;
    /** Whether the session's thread may wait for the disk. */
    boolean waits = true;
    /** Whether the next section may write more than it takes room for. */
    boolean mayGrow;
    /** Whether it keeps a little of it between sections. */
    boolean isKept;

    JournalRoom(JournalWriter journal) {
        this.journal = journal;
    }

    /** @throws StoreNotWritableException also if there is none now, and the session does not wait */
    void take(long bytes) {
        take(bytes, false);
    }

    /** As {@link #take}, for the next section. */
    void takeForSection(long bytes) {
        take(bytes, mayGrow);
        mayGrow = false;
    }

    private void take(long bytes, boolean grows) {
        if (journal != null && !journal.prepare(bytes, grows, waits)) {
            throw StoreNotWritableException.BUSY;
        }
    }

    /** Gives back what was taken and not used. */
    void release() {
        if (journal != null) {
            journal.release(!isKept);
        }
    }
}
