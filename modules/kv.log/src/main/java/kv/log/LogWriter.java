package kv.log;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Takes records out of the ring, writes them as frames and forces them: the duty of the log's one thread, a turn at a time, so
 * that a test can turn the crank.
 *
 * <p>Owner: the log's thread; what others read is volatile.
 * <p>Invariant: with {@link Fsync#ALWAYS} a frame of whole records is written only after all before it has been forced, so that
 * its mark covers them. In every mode a segment is forced before the next one is begun: only the last may hold what is not
 * forced.
 * <p>Failure: no room: the frame stays in the buffer and is written again at the next turn. Anything else is for ever.
 */
final class LogWriter {
    /** What a turn has come to. */
    enum Turn { WORKED, IDLE, NO_SEGMENT, NO_ROOM }

    /** Forced when so much waits for it, whatever the time: the ring must not fill up while a long force runs. */
    static final long UNFORCED_BYTES_MAX = 8 << 20;
    private static final long EVERYSEC_NANOS = 1_000_000_000;

    private final Log log;
    private final Ring ring;
    private final Fsync fsync;
    private final ByteBuffer frame;
    private final int payloadBytesMax;
    private final FrameHeader header = new FrameHeader();
    private final SegmentKeeper keeper;
    private Segment segment;
    /** A frame is in the buffer that could not be written yet. */
    private boolean pending;
    private boolean marked;
    private LargeRecord large;
    /** Where the next slot to be read begins: all before is in the frame, or in a segment. */
    private long read;
    private int largeOffset;
    /** The position after the last record that is written whole. */
    private long written;
    private long unforcedBytes;
    private long lastForceNanos;
    private volatile long forced;
    private volatile long currentSegment;
    private volatile long recordBytes;
    private volatile long recordCount;
    private volatile long frames;
    private volatile long forces;

    /** @param segment the last one of recovery, or null */
    LogWriter(Log log, SegmentKeeper keeper, Segment segment, long position) {
        this.log = log;
        this.ring = log.ring;
        this.fsync = log.config.fsync();
        this.frame = log.config.memory().allocate(log.config.frameBytesMax()).order(Frame.order());
        this.payloadBytesMax = log.config.frameBytesMax() - Frame.HEADER_BYTES;
        this.keeper = keeper;
        this.segment = segment;
        this.currentSegment = segment == null ? 0 : segment.number;
        this.read = position;
        this.written = position;
        this.forced = position;
    }

    /** The position up to which all is on disk. */
    long forced() {
        return forced;
    }

    /** The segment that frames are written to now: what is claimed after this call goes to this one or a later one. */
    long currentSegment() {
        return currentSegment;
    }

    /** Bytes of all records written since the start. */
    long recordBytes() {
        return recordBytes;
    }

    /** Records written since the start. */
    long recordCount() {
        return recordCount;
    }

    long frames() {
        return frames;
    }

    long forces() {
        return forces;
    }

    /** What the last frame holds, its header and padding included. */
    int frameBytes() {
        return Frame.bytes(header.payloadBytes);
    }

    /** The position before which all has been taken out of the ring. The log's thread only. */
    long taken() {
        return read;
    }

    /** Claimed and not taken out of the ring yet. */
    long waitingBytes() {
        return ring.claimed() - read;
    }

    boolean hasUnforced() {
        return unforcedBytes > 0;
    }

    /** Whether somebody waits for something that the next turn does, though there is no record. */
    boolean isWanted() {
        return log.waiters.hasAdded() || isForceWanted();
    }

    Turn turn(long nanoTime) throws IOException {
        Turn turn = workOn(nanoTime);
        if (turn != Turn.WORKED) {
            log.waiters.releaseLate(forced);
        }
        return turn;
    }

    private Turn workOn(long nanoTime) throws IOException {
        if (pending) {
            return writePending();
        }
        if (isForceDue(nanoTime)) {
            force();
        }
        if (!hasPlace()) {
            Turn rotated = rotate();
            if (rotated != Turn.WORKED) {
                return rotated;
            }
        }
        if (large != null) {
            return writePiece();
        }
        long next = ring.header(read);
        if (next == 0) {
            return Turn.IDLE;
        }
        if (Ring.kindOf(next) == Ring.LARGE) {
            large = log.largeRecords.remove(read);
            largeOffset = 0;
            return writePiece();
        }
        return writeRecords(next);
    }

    private boolean hasPlace() {
        return segment != null && segment.room() > 0;
    }

    /** As many whole records as there are and fit. */
    private Turn writeRecords(long firstHeader) throws IOException {
        int max = Math.min(payloadBytesMax, segment.room() - Frame.HEADER_BYTES);
        int bytes = 0;
        int records = 0;
        for (long next = firstHeader; Ring.kindOf(next) == Ring.RECORD; next = ring.header(read + bytes)) {
            int slotBytes = Ring.slotBytes(Ring.lengthOf(next));
            if (bytes + slotBytes > max) {
                break;
            }
            bytes += slotBytes;
            records++;
        }
        if (bytes == 0) {
            return rotate();
        }
        frame.clear().position(Frame.HEADER_BYTES);
        ring.copyTo(frame, read, bytes);
        ring.clear(read, bytes);
        seal(read, bytes, 0, 0);
        read += bytes;
        log.room.give(bytes);
        recordBytes += bytes - (long) records * Ring.HEADER_BYTES;
        recordCount += records;
        return writePending();
    }

    private Turn writePiece() throws IOException {
        int max = Math.min(payloadBytesMax, segment.room() - Frame.HEADER_BYTES);
        int bytes = Math.min(max, large.length() - largeOffset);
        frame.clear().position(Frame.HEADER_BYTES);
        large.copyTo(frame, largeOffset, bytes);
        seal(read, bytes, large.length(), largeOffset);
        largeOffset += bytes;
        if (largeOffset == large.length()) {
            ring.clear(read, Ring.LARGE_SLOT_BYTES);
            read += Ring.LARGE_SLOT_BYTES;
            log.room.give(Ring.LARGE_SLOT_BYTES);
            recordBytes += large.length();
            recordCount++;
            large.free();
            large = null;
        }
        return writePending();
    }

    private void seal(long position, int payloadBytes, int largeBytes, int offset) {
        header.logId = log.logId;
        header.segment = segment.number;
        header.place = segment.place();
        header.payloadBytes = payloadBytes;
        header.position = position;
        header.forced = forced;
        header.nowMillis = log.config.clock().getAsLong();
        header.largeBytes = largeBytes;
        header.largeOffset = offset;
        Frame.seal(frame, header);
        pending = true;
        marked = payloadBytes == 0;
    }

    private Turn writePending() throws IOException {
        int bytes = Frame.bytes(header.payloadBytes);
        try {
            // From the beginning also if a part was written before: the same bytes to the same place.
            frame.position(0).limit(bytes);
            segment.file.writeFully(frame, segment.place());
        } catch (NoRoomException full) {
            log.state.fullForWriter("no room to write to " + FileNames.segment(segment.number) + ": " + full.getMessage());
            return Turn.NO_ROOM;
        }
        pending = false;
        log.state.fullForWriter(null);
        segment.wrote(bytes);
        frames++;
        written = header.end();
        unforcedBytes += bytes;
        boolean incomplete = header.isPiece() && !header.isLastPiece();
        if (fsync == Fsync.ALWAYS && !incomplete || unforcedBytes >= UNFORCED_BYTES_MAX && fsync != Fsync.NO) {
            force();
        }
        return Turn.WORKED;
    }

    private boolean isForceDue(long nanoTime) {
        return isForceWanted() || unforcedBytes > 0 && fsync == Fsync.EVERYSEC && nanoTime - lastForceNanos >= EVERYSEC_NANOS;
    }

    private boolean isForceWanted() {
        long wanted = log.forceWanted();
        return unforcedBytes > 0 && wanted > forced && wanted <= written;
    }

    private Turn rotate() throws IOException {
        if (segment != null && unforcedBytes > 0) {
            force();
        }
        Segment next = keeper.poll();
        if (next == null) {
            return Turn.NO_SEGMENT;
        }
        if (segment != null) {
            segment.close();
        }
        segment = next;
        currentSegment = next.number;
        return Turn.WORKED;
    }

    /** Returns once all that is written is on disk, and tells those who wait for it. */
    void force() throws IOException {
        long bytes = unforcedBytes;
        long start = System.nanoTime();
        segment.file.force(false);
        if (!log.state.isOpen()) {
            return; // it has failed meanwhile, by another thread: what was forced may have no name any more
        }
        forces++;
        unforcedBytes = 0;
        lastForceNanos = System.nanoTime();
        forced = written;
        log.waiters.release(forced);
        log.config.listener().forced(bytes, lastForceNanos - start);
    }

    /**
     * Writes a frame without records that marks all before it as forced: the damage of that is then no torn tail. False if
     * there is no place.
     */
    boolean mark() throws IOException {
        if (pending || large != null || !hasPlace()) {
            return false;
        }
        if (!marked) {
            if (unforcedBytes > 0) {
                force();
            }
            frame.clear();
            seal(read, 0, 0, 0);
            if (writePending() == Turn.WORKED && unforcedBytes > 0) {
                force();
            }
        }
        return true;
    }

    void close() throws IOException {
        if (segment != null) {
            segment.close();
        }
        log.config.memory().free(frame);
    }
}
