package kv.store;

/**
 * What becomes of a change that has found no page in the middle of a section, though the store may have more memory than is
 * ready: the section lets go of its locks, a segment is allocated, and the change is tried again.
 *
 * <p>Threads: confined to one, its session's.
 */
final class Growth {
    /*
     * Pages are made ready before a section opens, so this is rare: a change that takes more than could be known beforehand, or
     * others that have taken what was ready. It evicts nothing: that is for between two sections, see Room.
     */
    private static final int TRIES_MAX = 8;

    private final Section section;
    private final PagePool pool;
    private int timesEmptySeen;

    Growth(Section section, PagePool pool) {
        this.section = section;
        this.pool = pool;
    }

    /**
     * Whether it is worth trying again. To be asked between two operations.
     *
     * @param bytes what the change writes
     * @param tries how often it has been tried
     */
    boolean helps(long bytes, int tries) {
        int timesEmpty = pool.timesEmpty();
        boolean lacked = timesEmpty != timesEmptySeen;
        timesEmptySeen = timesEmpty;
        int pages = Room.pagesFor(bytes) + (tries - 1) * PagePool.SEGMENT_PAGES;
        if (!lacked || tries == TRIES_MAX || pool.isScarce(pages)) {
            return false;
        }
        section.letGoOfLocks();
        pool.makeReady(pages);
        return true;
    }
}
