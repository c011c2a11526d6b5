package kv.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Takes away entries of one shard for want of room, and writes that down: for whoever repeats the changes they are deletions.
 *
 * <p>Confined to one thread, which holds the shard's lock for writing.
 */
final class Victims {
    /** Null without a journal. */
    private final JournalWriter journal;
    private final LongKey longKey = new LongKey();
    private Shard shard;
    private long nowMillis;
    private int chainPages;
    private int pieces;
    private long keys;

    Victims(JournalWriter journal) {
        this.journal = journal;
    }

    void begin(Shard ofShard, long now) {
        shard = ofShard;
        nowMillis = now;
        chainPages = 0;
        pieces = 0;
    }

    /** Pages in the chains of those that were taken since {@link #begin}. */
    int chainPages() {
        return chainPages;
    }

    /** Pieces of those that were taken since {@link #begin}. */
    int pieces() {
        return pieces;
    }

    /** Keys that were taken, those that had expired not among them: of all shards, ever. */
    long keys() {
        return keys;
    }

    boolean isExpired(int entry) {
        return shard.isExpired(entry, nowMillis);
    }

    /** The entry that what lies here belongs to: a piece's owner, or itself. */
    static int owner(int entry, long header) {
        return EntryHeader.isPiece(header) ? EntryHeader.ownerOfPiece(header) : entry;
    }

    /** Takes the entry that what lies here belongs to, unless that has been done. */
    void takeOwnerOf(int place) {
        long header = shard.entries().header(place);
        if (!EntryHeader.isDead(header)) {
            int entry = owner(place, header);
            take(entry, shard.entries().hash(entry));
        }
    }

    /** As {@link #takeOwnerOf(int)}. @param hash the owner's key's */
    void takeOwnerOf(int place, long hash) {
        long header = shard.entries().header(place);
        if (!EntryHeader.isDead(header)) {
            take(owner(place, header), hash);
        }
    }

    private void take(int entry, long hash) {
        long header = shard.entries().header(entry);
        boolean expired = isExpired(entry);
        if (journal != null && !expired) {
            journalDelete(entry, header);
        }
        keys += expired ? 0 : 1;
        chainPages += EntryHeader.chainPages(header);
        pieces += EntryHeader.pieces(header);
        ShardRemoval.evict(shard, entry, hash, expired);
    }

    private void journalDelete(int entry, long header) {
        int tag = EntryHeader.database(header);
        int length = EntryHeader.keyBytes(header);
        if (EntryHeader.isLong(header)) {
            shard.entries().copyKey(entry, longKey);
            journal.delete(tag, longKey.bytes, 0, length);
        } else {
            DataPages pages = shard.pages();
            journal.delete(tag, pages.segment(entry), pages.start(entry) + EntryHeader.payloadStart(header), length);
        }
    }

    /** A key that may lie in several places. */
    private static final class LongKey implements ValueSink {
        private ByteBuffer bytes;

        @Override
        public void length(int keyBytes) {
            if (bytes == null) {
                bytes = ByteBuffer.allocate(EntryHeader.KEY_BYTES_MAX).order(ByteOrder.nativeOrder());
            }
            bytes.clear();
        }

        @Override
        public ByteBuffer space(int remaining) {
            return bytes;
        }
    }
}
