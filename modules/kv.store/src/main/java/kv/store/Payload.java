package kv.store;

import java.nio.ByteBuffer;

/**
 * Reads and writes the payloads of one shard's entries, key and value in one, by position, in whatever places they lie. Layout:
 * {@link EntryHeader}.
 *
 * <p>Guarded by the shard's lock: reading methods want it in either mode. An entry number is valid until the shard's next
 * allocation or release.
 */
final class Payload {
    /*
     * Each method goes through the same three kinds of places in the same order: chain, pieces, the entry itself. A cursor that
     * does so for all of them would be an object, or the state of one, and readers share this.
     */
    private static final int PIECE_BYTES = EntryHeader.PIECE_PAYLOAD_BYTES;

    private final DataPages pages;
    private final OverflowChain chain;

    Payload(DataPages pages, OverflowChain chain) {
        this.pages = pages;
        this.chain = chain;
    }

    /** Whether it begins with a key, whose length is that of the entry's. */
    boolean beginsWith(ByteBuffer segment, int start, long header, ByteBuffer key, int keyStart, int keyLength) {
        int place = start + EntryHeader.payloadStart(header);
        if (!EntryHeader.isLong(header)) {
            return Bytes.equal(segment, place, key, keyStart, keyLength);
        }
        int done = chain.matchStart(firstPage(segment, start, header), EntryHeader.chainPages(header), key, keyStart, keyLength);
        for (int i = 0; done >= 0 && done < keyLength && i < EntryHeader.pieces(header); i++) {
            int piece = piece(segment, start, header, i);
            int count = Math.min(keyLength - done, PIECE_BYTES);
            done = Bytes.equal(pages.segment(piece), pieceStart(piece), key, keyStart + done, count) ? done + count : -1;
        }
        return done >= 0 && Bytes.equal(segment, place, key, keyStart + done, keyLength - done);
    }

    /** Copies {@code length} bytes from a position on. */
    void copy(int entry, long header, int position, int length, ValueSink sink) {
        ByteBuffer segment = pages.segment(entry);
        int start = pages.start(entry);
        int place = start + EntryHeader.payloadStart(header);
        if (!EntryHeader.isLong(header)) {
            Bytes.copy(segment, place + position, length, sink, length);
            return;
        }
        int chained = EntryHeader.chainPages(header);
        int done = chain.copy(firstPage(segment, start, header), chained, position, length, sink);
        int piecesStart = chained * EntryHeader.CHUNK_BYTES;
        int piecesEnd = piecesStart + EntryHeader.pieces(header) * PIECE_BYTES;
        while (done < length && position + done < piecesEnd) {
            int skip = (position + done - piecesStart) % PIECE_BYTES;
            int piece = piece(segment, start, header, (position + done - piecesStart) / PIECE_BYTES);
            int count = Math.min(length - done, PIECE_BYTES - skip);
            Bytes.copy(pages.segment(piece), pieceStart(piece) + skip, count, sink, length - done);
            done += count;
        }
        Bytes.copy(segment, place + Math.max(0, position + done - piecesEnd), length - done, sink, length - done);
    }

    /** Writes {@code length} bytes from a position on. */
    void write(int entry, int position, ByteBuffer bytes, int from, int length) {
        ByteBuffer segment = pages.segment(entry);
        int start = pages.start(entry);
        long header = segment.getLong(start);
        int place = start + EntryHeader.payloadStart(header);
        if (!EntryHeader.isLong(header)) {
            segment.put(place + position, bytes, from, length);
            return;
        }
        int chained = EntryHeader.chainPages(header);
        int done = chain.write(firstPage(segment, start, header), chained, position, bytes, from, length);
        int piecesStart = chained * EntryHeader.CHUNK_BYTES;
        int piecesEnd = piecesStart + EntryHeader.pieces(header) * PIECE_BYTES;
        while (done < length && position + done < piecesEnd) {
            int skip = (position + done - piecesStart) % PIECE_BYTES;
            int piece = piece(segment, start, header, (position + done - piecesStart) / PIECE_BYTES);
            int count = Math.min(length - done, PIECE_BYTES - skip);
            pages.segment(piece).put(pieceStart(piece) + skip, bytes, from + done, count);
            done += count;
        }
        segment.put(place + Math.max(0, position + done - piecesEnd), bytes, from + done, length - done);
    }

    /** Writes zeros from a position on; a length below 1 is none. */
    void clear(int entry, int position, int length) {
        for (int done = 0; done < length; done += PagePool.PAGE_BYTES) {
            write(entry, position + done, PagePool.ZEROS, 0, Math.min(PagePool.PAGE_BYTES, length - done));
        }
    }

    /**
     * Copies what an entry has from a position on, which lies behind its chain, to the same position of another, which is not
     * shorter.
     */
    void copyEnd(int from, int to, int position) {
        ByteBuffer segment = pages.segment(from);
        int start = pages.start(from);
        long header = segment.getLong(start);
        int done = position;
        int piecesStart = EntryHeader.chainPages(header) * EntryHeader.CHUNK_BYTES;
        int piecesEnd = EntryHeader.bytesElsewhere(header);
        while (done < piecesEnd) {
            int skip = (done - piecesStart) % PIECE_BYTES;
            int piece = piece(segment, start, header, (done - piecesStart) / PIECE_BYTES);
            write(to, done, pages.segment(piece), pieceStart(piece) + skip, PIECE_BYTES - skip);
            done += PIECE_BYTES - skip;
        }
        int length = EntryHeader.payloadBytes(header) - done;
        write(to, done, segment, start + EntryHeader.payloadStart(header) + done - piecesEnd, length);
    }

    /** First page of a long entry's chain; of no meaning if it has none. */
    int firstPage(int entry) {
        ByteBuffer segment = pages.segment(entry);
        int start = pages.start(entry);
        return firstPage(segment, start, segment.getLong(start));
    }

    void setFirstPage(int entry, int page) {
        ByteBuffer segment = pages.segment(entry);
        int start = pages.start(entry);
        segment.putInt(start + EntryHeader.hashStart(segment.getLong(start)) + Long.BYTES, page);
    }

    /** The entry number of a long entry's piece. */
    int piece(int entry, int number) {
        ByteBuffer segment = pages.segment(entry);
        int start = pages.start(entry);
        return piece(segment, start, segment.getLong(start), number);
    }

    void setPiece(int entry, int number, int piece) {
        ByteBuffer segment = pages.segment(entry);
        int start = pages.start(entry);
        segment.putInt(start + pieceField(segment.getLong(start), number), piece);
        setOwner(piece, entry, number);
    }

    /** The owner has moved. */
    void setOwners(int entry) {
        int pieces = EntryHeader.pieces(pages.segment(entry).getLong(pages.start(entry)));
        for (int i = 0; i < pieces; i++) {
            setOwner(piece(entry, i), entry, i);
        }
    }

    void setOwner(int piece, int owner, int number) {
        pages.segment(piece).putLong(pages.start(piece), EntryHeader.ofPiece(owner, number));
    }

    private int pieceStart(int piece) {
        return pages.start(piece) + EntryHeader.BYTES;
    }

    private static int firstPage(ByteBuffer segment, int start, long header) {
        return segment.getInt(start + EntryHeader.hashStart(header) + Long.BYTES);
    }

    private static int piece(ByteBuffer segment, int start, long header, int number) {
        return segment.getInt(start + pieceField(header, number));
    }

    private static int pieceField(long header, int number) {
        return EntryHeader.hashStart(header) + 2 * Long.BYTES + number * Integer.BYTES;
    }
}
