package kv.store;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One session's way to room for what it is about to write: before its section opens, it evicts what the policy allows, one page
 * or little more under a lock, one shard after another, until there is as much as is wanted.
 *
 * <p>Threads: confined to one, which is in no section.
 * <p>Locks: one shard's at a time. A held shard is left alone, so no key of an open section is evicted.
 * <p>Failure: what is thrown in the middle of an eviction breaks the shard and is reported.
 */
final class Room {
    /** What changing a key takes besides a long value: the halves of a split index page, a page for entries, and one to spare. */
    static final int PAGES_A_KEY = 4;
    /** Of many keys, few split a page. */
    private static final int PAGES_A_SHARD = 2;
    /** Of a small store, that would be much: then the rare split has to ask again. */
    private static final int SPARE_SHARE = 256;
    /** About what one step writes to the journal: the keys of a page. */
    private static final int JOURNAL_BYTES = 48 << 10;
    /** Shards of which the fullest gives: so all stay about equally full. */
    private static final int COMPARED = 8;
    /** Steps without success, others taking what is won. */
    private static final int STEPS_A_PAGE = 16;

    private final KeyValueStore store;
    private final Shards shards;
    private final PagePool pool;
    private final RetiredChains retired;
    /** Null without one. */
    private final JournalWriter journal;
    private final JournalRoom journalRoom;
    private final Victims victims;
    /** Made when first needed. */
    private Contest contest;
    private long[] deadlines = new long[64];

    Room(KeyValueStore store, JournalRoom journalRoom) {
        this.store = store;
        this.shards = store.shards();
        this.pool = store.pool();
        this.retired = store.retired();
        this.journal = journalRoom.journal;
        this.journalRoom = journalRoom;
        this.victims = new Victims(journal);
    }

    /** Before some keys are changed, by values of so many bytes in all: has free pages ready. Costs two reads as a rule. */
    void ready(int keys, long bytes) {
        int pages = (int) Math.min((long) PAGES_A_KEY * keys, PAGES_A_KEY + (long) PAGES_A_SHARD * shards.count());
        int more = pagesOf(bytes);
        pool.makeReady(pages + more);
        if (pool.isScarce(pages + more)) {
            make(Math.min(pages, spareMax()) + more);
        }
    }

    /** Has pages ready for a chain. */
    void readyForChain(int pages) {
        pool.makeReady(pages);
        if (pool.isScarce(pages)) {
            make(pages);
        }
    }

    /** After something has failed for want of memory: makes room for so many bytes; false if there is not so much to be had. */
    boolean makeFor(long bytes) {
        int pages = pagesFor(bytes);
        pool.makeReady(pages);
        return store.eviction() != Eviction.NONE && make(pages);
    }

    /** Evicts until no more than this is in use, or until there is nothing that may be evicted. */
    void shrinkTo(long bytes) {
        EvictionListener listener = store.evictionListener();
        long keysBefore = victims.keys();
        long start = listener == null ? 0 : System.nanoTime();
        long surplus = pool.usedBytes() - bytes;
        while (surplus > 0 && step(store.eviction(), (int) (surplus / PagePool.PAGE_BYTES) + 1)) {
            retired.giveBack();
            surplus = pool.usedBytes() - bytes;
        }
        tell(listener, keysBefore, start);
    }

    private void tell(EvictionListener listener, long keysBefore, long startNanos) {
        if (listener != null && victims.keys() > keysBefore) {
            listener.evicted(victims.keys() - keysBefore, System.nanoTime() - startNanos);
        }
    }

    private int spareMax() {
        return (int) Math.min(Integer.MAX_VALUE, Math.max(1, pool.limitBytes() / PagePool.PAGE_BYTES / SPARE_SHARE));
    }

    /** What changing a key takes by a value of so many bytes. */
    static int pagesFor(long bytes) {
        return pagesOf(bytes) + PAGES_A_KEY;
    }

    private static int pagesOf(long bytes) {
        return (int) ((bytes + PagePool.PAGE_BYTES / 2) / PagePool.PAGE_BYTES);
    }

    private boolean make(int wanted) {
        Eviction eviction = store.eviction();
        if (eviction == Eviction.NONE) {
            retired.giveBackPatiently();
            return pool.pagesFree() >= wanted;
        }
        EvictionListener listener = store.evictionListener();
        long keysBefore = victims.keys();
        long start = listener == null ? 0 : System.nanoTime();
        boolean made = evict(eviction, wanted);
        tell(listener, keysBefore, start);
        return made;
    }

    private boolean evict(Eviction eviction, int wanted) {
        for (long steps = 0; pool.pagesFree() < wanted; steps++) {
            retired.giveBack();
            if (pool.pagesFree() >= wanted) {
                return true;
            }
            if ((long) wanted * PagePool.PAGE_BYTES > pool.limitBytes() || steps > (long) STEPS_A_PAGE * (wanted + shards.count())
                    || !step(eviction, wanted - pool.pagesFree())) {
                retired.giveBackPatiently();
                return pool.pagesFree() >= wanted;
            }
        }
        return true;
    }

    /** Evicts something; false if there is nothing that may be. */
    boolean step(Eviction eviction, int wanted) {
        if (eviction == Eviction.NONE) {
            return false;
        }
        int first = shards.nextHand();
        Shard fullest = null;
        for (int i = 0; i < Math.min(COMPARED, shards.count()); i++) {
            Shard shard = shards.get(first + i & shards.count() - 1);
            if (mayGive(shard, eviction) && (fullest == null || shard.pageCount() > fullest.pageCount())) {
                fullest = shard;
            }
        }
        if (fullest != null && evictFrom(fullest, wanted)) {
            return true;
        }
        for (int i = 0; i < shards.count(); i++) {
            Shard shard = shards.get(first + i & shards.count() - 1);
            if (mayGive(shard, eviction) && evictFrom(shard, wanted)) {
                return true;
            }
        }
        return false;
    }

    /** A hint, read without the lock. */
    private static boolean mayGive(Shard shard, Eviction eviction) {
        return (eviction.keepsLasting() ? shard.expiry().keys() : shard.pageCount()) > 0;
    }

    private boolean evictFrom(Shard shard, int wanted) {
        int missing = shard.sketch().missingLongs(shard.keys());
        long[] larger = missing == 0 ? null : new long[missing];
        int[] ghosts = missing == 0 ? null : new int[YoungShare.GHOSTS];
        long now = store.evictionMillis();
        journalRoom.take(JOURNAL_BYTES);
        Throwable failed = null;
        long stamp = shard.lock.writeLock();
        try {
            if (shard.holder != null) {
                return false;
            }
            if (larger != null) {
                shard.sketch().grow(larger);
                shard.youngShare().remembersIn(ghosts);
            }
            victims.begin(shard, now);
            boolean evicted = evictLocked(shard, wanted);
            if (journal != null) {
                shard.journalMarks.changedAny(journal.end());
            }
            return evicted;
        } catch (Throwable thrown) {
            shard.holder = Holder.BROKEN;
            failed = thrown;
            throw thrown;
        } finally {
            shard.lock.unlockWrite(stamp);
            if (journal != null) {
                journal.release(true);
            }
            if (failed != null) {
                store.failure().report(failed);
            }
        }
    }

    private boolean evictLocked(Shard shard, int wanted) {
        return switch (shard.eviction()) {
            case NONE -> false;
            case ALL, VOLATILE -> {
                if (contest == null) {
                    contest = new Contest(victims);
                }
                yield contest.run(shard, wanted, shard.eviction().keepsLasting());
            }
            case VOLATILE_TTL -> evictSoonest(shard, wanted);
            case RANDOM -> evictAny(shard, wanted);
        };
    }

    /** All of a page picked by chance, or as much of it as it takes. */
    private boolean evictAny(Shard shard, int wanted) {
        DataPages pages = shard.pages();
        if (pages.pageCount() == 0) {
            return false;
        }
        int page = 1 + ThreadLocalRandom.current().nextInt(pages.pageNumberEnd() - 1);
        while (!pages.exists(page)) {
            page = 1 + page % (pages.pageNumberEnd() - 1);
        }
        evictDue(shard, page, Deadline.NONE, wanted);
        return true;
    }

    /** Of the page that has the entry that is due first: those due before all of other pages, or the first eighth. */
    private boolean evictSoonest(Shard shard, int wanted) {
        DataPages pages = shard.pages();
        int first = pages.soonestDue(DataPages.NO_PAGE);
        if (first == DataPages.NO_PAGE) {
            return false;
        }
        int count = collectDeadlines(shard, first);
        pages.earliestDeadline(first, count == 0 ? Deadline.NONE : deadlines[0]);
        if (count > 0) {
            int second = pages.soonestDue(first);
            long limit = second == DataPages.NO_PAGE ? deadlines[count - 1] : pages.earliestDeadline(second) - 1;
            evictDue(shard, first, Math.min(Deadline.NONE - 1, Math.max(deadlines[count / 8], limit)), wanted);
        }
        return true;
    }

    /** The deadlines of a page's entries, in their order. */
    private int collectDeadlines(Shard shard, int page) {
        DataPages pages = shard.pages();
        int count = 0;
        int entryBytes;
        for (int position = 0; position < pages.fillBytes(page); position += entryBytes) {
            long header = shard.entries().header(DataPages.entryAt(page, position));
            entryBytes = EntryHeader.entryBytes(header);
            if (!EntryHeader.isDead(header) && EntryHeader.hasDeadline(header)) {
                long deadline = shard.entries().deadlineMillis(DataPages.entryAt(page, position));
                if (deadline != Deadline.NONE) {
                    if (count == deadlines.length) {
                        deadlines = Arrays.copyOf(deadlines, 2 * count);
                    }
                    deadlines[count++] = deadline;
                }
            }
        }
        Arrays.sort(deadlines, 0, count);
        return count;
    }

    /** Evicts a page's entries that are due until then; {@link Deadline#NONE} stands for all. */
    private void evictDue(Shard shard, int page, long untilMillis, int wanted) {
        DataPages pages = shard.pages();
        int end = pages.fillBytes(page);
        int entryBytes;
        for (int position = 0; position < end && victims.chainPages() < wanted; position += entryBytes) {
            int place = DataPages.entryAt(page, position);
            long header = shard.entries().header(place);
            entryBytes = EntryHeader.entryBytes(header);
            boolean isChosen = untilMillis == Deadline.NONE
                    || !EntryHeader.isPiece(header) && shard.entries().deadlineMillis(place) <= untilMillis;
            if (!EntryHeader.isDead(header) && isChosen) {
                victims.takeOwnerOf(place);
            }
        }
        shard.compactor().mergeEmptiest();
        ShardRemoval.evicted(shard);
    }
}
