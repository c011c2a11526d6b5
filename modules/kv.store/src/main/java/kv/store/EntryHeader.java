package kv.store;

import java.nio.ByteOrder;

/**
 * The first word of an entry: how long key and value are, and which parts follow.
 *
 * <pre>
 *  bits  0–15  key length in bytes            bit 43  a deadline field follows
 *  bits 16–42  value length in bytes          bit 44  dead: its space waits to be reclaimed
 *  bits 48–51  times asked for, see below     bit 45  long: most of the payload lies elsewhere
 *  bits 52–55  rounds not asked for           bit 46  a piece of a long entry's payload: see below
 *  bits 56–63  its database's tag             bit 47  staged: not there yet for those who look for its key
 *
 *  short     header 8 | [deadline 8] | key, value | padding to 8
 * long header 8 | [deadline 8] | hash 8 | first page 4 | unused 4 | pieces 4 each | padding to 8 | rest of key, value | padding
 * to 8
 *
 *  piece     bits 0–23 its long entry, 24–26 its number there, 44, 46 | {@value #PIECE_PAYLOAD_BYTES} bytes of payload
 * </pre>
 *
 * <p>The payload is the key followed by the value. One of more than {@value #SHORT_PAYLOAD_MAX} bytes is long: as many full
 * chunks of it as there are lie in a chain of whole pages, the next bytes in up to eight pieces, which are entries of their own,
 * and the rest in the entry itself. Where a byte lies depends on its position and the payload's length alone, so that giving a
 * key a deadline never changes that.
 *
 * <p>How often an entry was asked for since it was written, or judged last ({@link Contest}), is counted in half a byte, by
 * those who read it and so hold the shard's lock for reading: with a plain store of the byte, of which some may get lost, which
 * harms nothing. All other bits change under the lock held for writing only; the byte's other half tells how often in a row it
 * was judged without having been asked for.
 */
final class EntryHeader {
    /*
     * Pieces, because pages are filled with whole entries: were entries as long as half a page and a little, every page would be
     * half empty. With entries of at most an eighth of a page the loss is an eighth at most. They are not chained but numbered in
     * their long entry, so that all their addresses are known at once.
     */
    static final int BYTES = Long.BYTES;
    /** Payload bytes in one page of a chain; the number of the next follows. */
    static final int CHUNK_BYTES = PagePool.PAGE_BYTES - Long.BYTES;
    static final int PIECE_BYTES = 4096;
    static final int PIECE_PAYLOAD_BYTES = PIECE_BYTES - BYTES;
    static final int PIECES_MAX = (CHUNK_BYTES - 1) / PIECE_PAYLOAD_BYTES;
    static final int KEY_BYTES_MAX = 0xFFFF;
    static final int VALUE_BYTES_MAX = 64 << 20;

    private static final int SHORT_PAYLOAD_MAX = PIECE_BYTES;
    private static final int PIECE_NUMBER_SHIFT = 24;
    private static final long OWNER_MASK = (1L << PIECE_NUMBER_SHIFT) - 1;
    private static final long VALUE_MASK = (1L << 27) - 1;
    private static final long DEADLINE = 1L << 43;
    private static final long DEAD = 1L << 44;
    private static final long LONG = 1L << 45;
    private static final long PIECE = 1L << 46;
    private static final long STAGED = 1L << 47;
    private static final int DATABASE_SHIFT = 56;
    private static final int HITS_SHIFT = 48;
    private static final int ROUNDS_SHIFT = HITS_SHIFT + 4;
    private static final long ASKED_MASK = 0xFFL << HITS_SHIFT;
    /** What is counted at most: who is asked for more often is worth no further store. */
    static final int HITS_MAX = 15;
    private static final int ROUNDS_MAX = 15;
    /** Distance from the header to the byte that counts. */
    static final int HITS_START = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? HITS_SHIFT / 8 : 7 - HITS_SHIFT / 8;

    static {
        assert PIECES_MAX <= 8 : "a piece's number has three bits";
    }

    private EntryHeader() { }

    /** @param tag of its database, see {@link DatabaseNumbers} */
    static long of(int tag, int keyBytes, int valueBytes, boolean deadline) {
        long header = keyBytes | (long) valueBytes << 16 | (long) tag << DATABASE_SHIFT;
        if (deadline) {
            header |= DEADLINE;
        }
        return keyBytes + valueBytes > SHORT_PAYLOAD_MAX ? header | LONG : header;
    }

    /** @param owner the long entry, or {@link DataPages#NO_ENTRY} as long as there is none */
    static long ofPiece(int owner, int number) {
        return owner | (long) number << PIECE_NUMBER_SHIFT | PIECE;
    }

    /** The same entry with a value of another length. */
    static long withValueBytes(long header, int valueBytes) {
        return of(database(header), keyBytes(header), valueBytes, hasDeadline(header)) | header & ASKED_MASK;
    }

    /** How often the entry was asked for: 0 to {@value #HITS_MAX}. */
    static int hits(long header) {
        return hits((byte) (header >>> HITS_SHIFT));
    }

    /** The same, of the byte that lies {@link #HITS_START} from the header. */
    static int hits(byte asked) {
        return asked & HITS_MAX;
    }

    /** It was asked for so often, and so not left alone. */
    static long withHits(long header, int hits) {
        return header & ~ASKED_MASK | (long) hits << HITS_SHIFT;
    }

    /** How often in a row it was judged without having been asked for since: 0 to {@value #ROUNDS_MAX}. */
    static int rounds(long header) {
        return (int) (header >>> ROUNDS_SHIFT) & ROUNDS_MAX;
    }

    /** It is judged once more, and begins to count anew. */
    static long judged(long header) {
        int rounds = hits(header) > 0 ? 0 : Math.min(ROUNDS_MAX, rounds(header) + 1);
        return withHits(header, 0) | (long) rounds << ROUNDS_SHIFT;
    }

    /** Whether it is an entry, or the first piece of one. */
    static boolean isFirst(long header) {
        return !isPiece(header) || numberOfPiece(header) == 0;
    }

    /** Whether two entries of one key take the same places, whatever the lengths of their values. */
    static boolean hasSameShape(long header, long other) {
        return entryBytes(header) == entryBytes(other) && isLong(header) == isLong(other)
                && chainPages(header) == chainPages(other) && pieces(header) == pieces(other);
    }

    /** The tag of the database that its key is in. Not of a piece. */
    static int database(long header) {
        return (int) (header >>> DATABASE_SHIFT);
    }

    static int keyBytes(long header) {
        return (int) header & 0xFFFF;
    }

    static int valueBytes(long header) {
        return (int) (header >>> 16 & VALUE_MASK);
    }

    static int payloadBytes(long header) {
        return keyBytes(header) + valueBytes(header);
    }

    /** Whether it is an entry that may be found, with a key of this length. */
    static boolean hasKeyBytes(long header, int length) {
        return (header & (0xFFFF | STAGED)) == length;
    }

    static boolean hasDeadline(long header) {
        return (header & DEADLINE) != 0;
    }

    static boolean isDead(long header) {
        return (header & DEAD) != 0;
    }

    static boolean isLong(long header) {
        return (header & LONG) != 0;
    }

    static boolean isPiece(long header) {
        return (header & PIECE) != 0;
    }

    static boolean isStaged(long header) {
        return (header & STAGED) != 0;
    }

    static long withDeadline(long header) {
        return header | DEADLINE;
    }

    static long dead(long header) {
        return header | DEAD;
    }

    /** A dead entry of so many bytes, {@value #PIECE_BYTES} at most. */
    static long deadOf(int entryBytes) {
        return dead(of(0, 0, entryBytes - BYTES, false));
    }

    static long staged(long header) {
        return header | STAGED;
    }

    static long notStaged(long header) {
        return header & ~STAGED;
    }

    static int ownerOfPiece(long header) {
        return (int) (header & OWNER_MASK);
    }

    static int numberOfPiece(long header) {
        return (int) (header >>> PIECE_NUMBER_SHIFT) & 7;
    }

    /**
     * Distance from the header to the field that holds a long entry's hash; the first page's number is one word on, the pieces'
     * two.
     */
    static int hashStart(long header) {
        return BYTES + deadlineBytes(header);
    }

    /** Distance from the header to the payload, or the rest of it. */
    static int payloadStart(long header) {
        int start = BYTES + deadlineBytes(header);
        return isLong(header) ? start + 2 * Long.BYTES + (Integer.BYTES * pieces(header) + 7 & ~7) : start;
    }

    static int chainPages(long header) {
        return isLong(header) ? payloadBytes(header) / CHUNK_BYTES : 0;
    }

    static int pieces(long header) {
        return isLong(header) ? payloadBytes(header) % CHUNK_BYTES / PIECE_PAYLOAD_BYTES : 0;
    }

    /** The payload's bytes before the rest: those in chain and pieces. */
    static int bytesElsewhere(long header) {
        return chainPages(header) * CHUNK_BYTES + pieces(header) * PIECE_PAYLOAD_BYTES;
    }

    /** Bytes that the entry takes up in its data page: a multiple of 8, at most little more than an eighth of a page. */
    static int entryBytes(long header) {
        if ((header & (LONG | PIECE)) == 0) {
            return BYTES + deadlineBytes(header) + payloadBytes(header) + 7 & ~7;
        }
        return isPiece(header) ? PIECE_BYTES : payloadStart(header) + payloadBytes(header) - bytesElsewhere(header) + 7 & ~7;
    }

    private static int deadlineBytes(long header) {
        // The deadline bit, 43, moved to the place of 8: one word.
        return (int) (header >>> 40 & 8);
    }
}
