package kv.store;

import java.util.Arrays;

/**
 * Decides which entries of two data pages of a shard are kept: as many as one page has room for, those that are asked for most.
 *
 * <p>Confined to one thread, which holds the shard's lock for writing.
 */
final class Contest {
    /*
     * S3-FIFO's shape (Yang et al., 2023) over pages, with TinyLFU's decision. New entries go to young pages, an eighth of the
     * shard's or more (YoungShare). When there are more, the oldest young page meets the oldest main page: the entries of both
     * that were asked for least are evicted until the rest fits one page. The rest becomes the newest main page, and the other
     * page is free, without a compaction. So a page is given up for two that are looked at, each entry is looked at once a round,
     * and no list links entries. Where two are asked for equally often the main one stays: a scan goes through the young pages
     * and no further.
     *
     * Frequencies age (FrequencySketch), so what was in demand once does not stay for ever. That takes long; so an entry that was
     * judged more than once in a row without having been asked for counts for half as much each time, but for no less than a few
     * requests. Without that, where demand moves from key to key, those that it has left held the room, and hit rates were 4 to
     * 13 points less. Those few are what keys have that are worth their room though they wait for long, as in a loop or in Zipf's
     * tail: without that bound loops cost up to 4 points, Zipf 0.7 one.
     *
     * A shorter period favours what was asked for lately, a longer one what is asked for again and again: 4 to 24 times the keys
     * were tried. Two main pages that meet may both be full of what is in demand: that is avoided.
     *
     * A long entry counts for what it has in these pages; if it goes, all of it goes, wherever it lies. So a page of heads, 600
     * of which may stand for 2.4 MB of pieces, must not be halved for a page's sake: of those as much goes as is wanted, and the
     * page goes on as a main one. Its entries are judged again where their pieces lie.
     */
    /** One is being filled, and what is in it is hardly known yet. */
    private static final int YOUNG_MIN = 2;
    private static final int EXPIRED = 0;
    /** Not to be evicted: without a deadline, where only keys that have one may be. */
    private static final int KEPT = FrequencySketch.COUNT_MAX + 2;
    private static final int SCORES = KEPT + 1;
    private static final int TOUCHED_AT_ONCE = 32;
    /** So often an entry may be judged without having been asked for before that counts against it, */
    private static final int ROUNDS_FREE = 1;
    /** and so little it counts for then at least, if it ever did. */
    private static final int IDLE_MIN = 4;

    private final Victims victims;
    private int[] places = new int[1024];
    /** Of the keys of the owners of what lies there. */
    private long[] hashes = new long[1024];
    private byte[] scores = new byte[1024];
    private int[] order = new int[1024];
    private int count;
    /** How many of them are of a young page that meets a main one. */
    private int youngCount;
    /** How many have each score; then the end of each in the order. */
    private final int[] ends = new int[SCORES];
    /** Takes what is read, lest the compiler sees that nobody wants it. */
    private long touched;

    Contest(Victims victims) {
        this.victims = victims;
    }

    /**
     * One step towards so many free pages; false if this shard has nothing.
     *
     * @param keepsLasting whether entries without a deadline stay
     */
    boolean run(Shard shard, int pagesWanted, boolean keepsLasting) {
        DataPages pages = shard.pages();
        ageYoung(shard, keepsLasting);
        int challenger = challenger(shard, keepsLasting);
        if (challenger == DataPages.NO_PAGE) {
            return false;
        }
        int main = pages.oldest(pages.kind(challenger) | PageKind.MAIN, challenger);
        count = 0;
        youngCount = 0;
        collect(shard, challenger);
        if (main == DataPages.NO_PAGE) {
            score(shard, keepsLasting);
            pages.toNewest(challenger);
            evict(shard, challenger, challenger, pages.liveBytes(challenger), pagesWanted);
        } else {
            youngCount = PageKind.isMain(pages.kind(challenger)) ? 0 : count;
            collect(shard, main);
            score(shard, keepsLasting);
            pages.toNewest(main);
            int evicted = evict(shard, challenger, main, PagePool.PAGE_BYTES, pagesWanted);
            if (youngCount > 0 && evicted > 0) {
                shard.youngShare().met(frequency(scores[order[evicted - 1]]), youngPages(pages, keepsLasting),
                        pages(pages, PageKind.MAIN, keepsLasting));
            }
            if (pages.liveBytes(challenger) + pages.liveBytes(main) <= PagePool.PAGE_BYTES) {
                shard.compactor().fill(challenger, main);
            } else if (victims.pieces() > 0 && !PageKind.isOfPieces(pages.kind(challenger))) {
                pages.toMain(challenger);
                pages.toNewest(challenger);
            }
        }
        ShardRemoval.evicted(shard);
        return true;
    }

    /** Where there are too few main pages the oldest young ones become such, as they are: so it begins. */
    private static void ageYoung(Shard shard, boolean keepsLasting) {
        DataPages pages = shard.pages();
        int surplus = youngPages(pages, keepsLasting) - youngTarget(shard, keepsLasting) - 1;
        for (int young = oldest(pages, 0, 1, keepsLasting); surplus > 0 && young != DataPages.NO_PAGE; surplus--) {
            pages.toMain(young);
            young = oldest(pages, 0, 1, keepsLasting);
        }
    }

    /**
     * The page that is to be given up: the oldest young one, unless there are few; else the oldest main one, if there is another
     * of its kind for those entries of it that stay; else any. Two main pages may both be full of what is in demand.
     */
    private static int challenger(Shard shard, boolean keepsLasting) {
        DataPages pages = shard.pages();
        if (youngPages(pages, keepsLasting) > youngTarget(shard, keepsLasting) / 2) {
            int young = oldest(pages, 0, 1, keepsLasting);
            if (young != DataPages.NO_PAGE && pages.pageCount(pages.kind(young) | PageKind.MAIN) > 0) {
                return young;
            }
            if (young != DataPages.NO_PAGE) {
                pages.toMain(young);
            }
        }
        int main = oldest(pages, PageKind.MAIN, 2, keepsLasting);
        main = main != DataPages.NO_PAGE ? main : oldest(pages, PageKind.MAIN, 1, keepsLasting);
        for (int kind = 0; main == DataPages.NO_PAGE && kind < PageKind.COUNT; kind++) {
            main = isOf(kind, 0, keepsLasting) ? pages.openPage(kind) : DataPages.NO_PAGE;
        }
        return main;
    }

    private static int youngPages(DataPages pages, boolean keepsLasting) {
        return pages(pages, 0, keepsLasting);
    }

    private static int youngTarget(Shard shard, boolean keepsLasting) {
        int all = youngPages(shard.pages(), keepsLasting) + pages(shard.pages(), PageKind.MAIN, keepsLasting);
        return Math.max(YOUNG_MIN, shard.youngShare().of(all));
    }

    private static int pages(DataPages pages, int age, boolean keepsLasting) {
        int count = 0;
        for (int kind = 0; kind < PageKind.COUNT; kind++) {
            count += isOf(kind, age, keepsLasting) ? pages.pageCount(kind) : 0;
        }
        return count;
    }

    private static boolean isOf(int kind, int age, boolean keepsLasting) {
        return (kind & PageKind.MAIN) == age && (PageKind.isExpiring(kind) || !keepsLasting);
    }

    /** The oldest page of one age, of the kinds that have so many; no young one that new entries go to. */
    private static int oldest(DataPages pages, int age, int countMin, boolean keepsLasting) {
        int oldest = DataPages.NO_PAGE;
        for (int kind = 0; kind < PageKind.COUNT; kind++) {
            if (isOf(kind, age, keepsLasting) && pages.pageCount(kind) >= countMin) {
                int except = PageKind.isMain(kind) ? DataPages.NO_PAGE : pages.openPage(kind);
                oldest = pages.older(oldest, pages.oldest(kind, except));
            }
        }
        return oldest;
    }

    private void collect(Shard shard, int page) {
        DataPages pages = shard.pages();
        EntryMemory entries = shard.entries();
        int entryBytes;
        for (int position = 0; position < pages.fillBytes(page); position += entryBytes) {
            int place = DataPages.entryAt(page, position);
            long header = entries.header(place);
            entryBytes = EntryHeader.entryBytes(header);
            if (!EntryHeader.isDead(header)) {
                if (count == places.length) {
                    grow();
                }
                places[count] = place;
                hashes[count++] = entries.hash(Victims.owner(place, header));
            }
        }
    }

    private void grow() {
        places = Arrays.copyOf(places, 2 * count);
        hashes = Arrays.copyOf(hashes, 2 * count);
        scores = Arrays.copyOf(scores, 2 * count);
        order = Arrays.copyOf(order, 2 * count);
    }

    /** Puts what was collected in order: the lowest score first, and where it is the same what was collected first. */
    private void score(Shard shard, boolean keepsLasting) {
        long keys = shard.keys();
        Arrays.fill(ends, 0);
        for (int i = 0; i < count; i++) {
            if (i % TOUCHED_AT_ONCE == 0) {
                touchSketch(shard.sketch(), i, Math.min(count, i + TOUCHED_AT_ONCE));
            }
            long header = shard.entries().header(places[i]);
            int entry = Victims.owner(places[i], header);
            int score = scoreOf(shard, i, entry, EntryHeader.isFirst(header), keys, keepsLasting);
            scores[i] = (byte) score;
            ends[score]++;
        }
        int end = 0;
        for (int score = 0; score < SCORES; score++) {
            int begin = end;
            end += ends[score];
            ends[score] = begin;
        }
        for (int i = 0; i < count; i++) {
            order[ends[scores[i]]++] = i;
        }
    }

    private void touchSketch(FrequencySketch sketch, int from, int to) {
        long seen = 0;
        for (int i = from; i < to; i++) {
            seen += sketch.touch(hashes[i]);
        }
        touched = seen;
    }

    /** @param isFirst not for a further piece's sake: a long entry is looked at with each of its pieces */
    private int scoreOf(Shard shard, int i, int entry, boolean isFirst, long keys, boolean keepsLasting) {
        EntryMemory entries = shard.entries();
        if (victims.isExpired(entry)) {
            return EXPIRED;
        }
        long header = entries.header(entry);
        int hits = EntryHeader.hits(header);
        if (hits > 0 || isFirst) {
            header = EntryHeader.judged(header);
            entries.setHeader(entry, header);
        }
        int frequency = shard.sketch().add(hashes[i], hits, keys);
        if (i < youngCount) {
            shard.youngShare().judgedYoung(hashes[i]);
        } else if (youngCount > 0) {
            shard.youngShare().judgedMain(hits, frequency);
        }
        int idle = EntryHeader.rounds(header) - ROUNDS_FREE;
        if (idle > 0 && frequency > IDLE_MIN) {
            frequency = Math.max(IDLE_MIN, frequency >> idle);
        }
        return keepsLasting && entries.deadlineMillis(entry) == Deadline.NONE ? KEPT : EXPIRED + 1 + frequency;
    }

    private static int frequency(int score) {
        return Math.max(0, score - EXPIRED - 1);
    }

    /**
     * Evicts from the lowest score on until two pages have so few live bytes, or enough has gone that lies elsewhere. A page that
     * has no other to meet meets itself, and loses half. Returns how many have gone.
     */
    private int evict(Shard shard, int challenger, int main, int liveBytesMax, int pagesWanted) {
        DataPages pages = shard.pages();
        int end = ends[KEPT - 1];
        for (int i = 0; i < end; i++) {
            if (victims.chainPages() + piecesPages(pages.kind(challenger)) >= pagesWanted
                    || pages.liveBytes(challenger) + pages.liveBytes(main) <= liveBytesMax) {
                return i;
            }
            if (i % TOUCHED_AT_ONCE == 0) {
                touchIndex(shard, i, Math.min(end, i + TOUCHED_AT_ONCE));
            }
            victims.takeOwnerOf(places[order[i]], hashes[order[i]]);
            if (order[i] < youngCount && scores[order[i]] != EXPIRED) {
                shard.youngShare().evictedYoung(hashes[order[i]]);
            }
        }
        return end;
    }

    private void touchIndex(Shard shard, int from, int to) {
        long seen = 0;
        for (int i = from; i < to; i++) {
            int place = places[order[i]];
            long header = shard.entries().header(place);
            if (EntryHeader.isPiece(header)) {
                header = shard.entries().header(EntryHeader.ownerOfPiece(header));
            }
            seen += shard.databases()[EntryHeader.database(header)].index.touch(hashes[order[i]]);
        }
        touched = seen;
    }

    /** What pieces of victims make up, seen from a page of the other kind. */
    private int piecesPages(int kind) {
        return PageKind.isOfPieces(kind) ? 0 : victims.pieces() * EntryHeader.PIECE_BYTES / PagePool.PAGE_BYTES;
    }
}
