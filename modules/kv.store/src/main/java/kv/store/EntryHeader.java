package kv.store;

/**
 * The first word of an entry: how long key and value are, and which parts follow.
 *
 * <pre>
 *  bits  0–15  key length in bytes            bit 43  a deadline field follows
 *  bits 16–42  value length in bytes          bit 44  dead: its space waits to be reclaimed
 *  bits 46–63  zero                           bit 45  overflow: most of the payload lies in pages of its own
 *
 *  inline    header 8 | [deadline 8] |                                  key, value          | padding to 8
 *  overflow  header 8 | [deadline 8] | hash 8 | first page 4 | unused 4 | rest of key, value | padding to 8
 * </pre>
 *
 * <p>The payload is the key followed by the value. A payload too long for one data page puts its first full chunks into a chain of overflow
 * pages and keeps the rest inline. Whether it does so depends on its length alone, so that giving a key a deadline never changes the shape.
 */
final class EntryHeader {
    static final int BYTES = Long.BYTES;
    /** Payload bytes in one overflow page; less than a page so that the longest rest still fits a data page with all fields. */
    static final int CHUNK_BYTES = PagePool.PAGE_BYTES - 4 * Long.BYTES;
    static final int KEY_BYTES_MAX = 0xFFFF;
    static final int VALUE_BYTES_MAX = 64 << 20;

    private static final int INLINE_PAYLOAD_MAX = PagePool.PAGE_BYTES - 2 * Long.BYTES;
    private static final long VALUE_MASK = (1L << 27) - 1;
    private static final long DEADLINE = 1L << 43;
    private static final long DEAD = 1L << 44;
    private static final long OVERFLOW = 1L << 45;

    private EntryHeader() { }

    static long of(int keyBytes, int valueBytes, boolean deadline) {
        long header = keyBytes | (long) valueBytes << 16;
        if (deadline) {
            header |= DEADLINE;
        }
        return keyBytes + valueBytes > INLINE_PAYLOAD_MAX ? header | OVERFLOW : header;
    }

    static int keyBytes(long header) {
        return (int) header & 0xFFFF;
    }

    static int valueBytes(long header) {
        return (int) (header >>> 16 & VALUE_MASK);
    }

    static boolean hasDeadline(long header) {
        return (header & DEADLINE) != 0;
    }

    static boolean isDead(long header) {
        return (header & DEAD) != 0;
    }

    static boolean isOverflow(long header) {
        return (header & OVERFLOW) != 0;
    }

    static long withDeadline(long header) {
        return header | DEADLINE;
    }

    static long dead(long header) {
        return header | DEAD;
    }

    /** Distance from the header to the field that holds an overflow entry's hash; the first page's number is one word on. */
    static int hashStart(long header) {
        return BYTES + deadlineBytes(header);
    }

    /** Distance from the header to the inline payload. */
    static int payloadStart(long header) {
        // The overflow bit, 45, moved to the place of 16: two words.
        return BYTES + deadlineBytes(header) + (int) (header >>> 41 & 16);
    }

    static int overflowPages(long header) {
        return isOverflow(header) ? (keyBytes(header) + valueBytes(header)) / CHUNK_BYTES : 0;
    }

    /** Bytes that the entry takes up in its data page: a multiple of 8, at most a page. */
    static int entryBytes(long header) {
        int payload = keyBytes(header) + valueBytes(header);
        int inline = isOverflow(header) ? payload % CHUNK_BYTES : payload;
        return payloadStart(header) + inline + 7 & ~7;
    }

    private static int deadlineBytes(long header) {
        // The deadline bit, 43, moved to the place of 8: one word.
        return (int) (header >>> 40 & 8);
    }
}
