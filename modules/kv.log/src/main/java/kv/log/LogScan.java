package kv.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Reads a log from a start to its end, replays the records, and finds out how it ends. Changes nothing.
 *
 * <p>Owner: one thread.
 */
final class LogScan {
    // The log goes on as long as the next frame is whole, made for its place, and begins where the one before it ended. What
    // lies behind its end is looked through as well, block by block: a frame there may say that what is missing here had been
    // forced.
    private static final long UNKNOWN = -1;
    private static final long NO_SEGMENT = -1;

    private final Storage storage;
    private final LogFormat format;
    private final LogStart start;
    private final NavigableSet<Long> segments;
    private final Replay replay;
    private final RecoveryProgress progress;
    private final LogMemory memory;
    private final FrameHeader header = new FrameHeader();
    private SegmentReader reader;
    private int place;
    private ByteBuffer large;
    private boolean skippingLarge;
    private long largeSegment;
    private int largePlace;

    /** Where the log ends: the next frame is to be written there. */
    private long cutSegment;
    private int cutPlace;
    /** The position after the last record. */
    private long position;
    /** The highest position that any frame knew to be forced. */
    private long forcedMark;
    private long nowMillis;
    private long records;
    private long recordBytes;
    private int segmentsRead;
    /** The first segment that has not its full size. No crash does that: it gets its name when its zeros are on disk. */
    private long shortSegment = NO_SEGMENT;
    private long shortBytes;
    /** The first number that no segment has, while a later one is there. No crash does that: names are forced in their order. */
    private long missingSegment = NO_SEGMENT;
    /** Headers behind the end, in the segment where it is, that would count if the log came to reach them. */
    private final List<Integer> stalePlaces = new ArrayList<>();
    /** Later segments that hold such headers, or are short. */
    private final NavigableSet<Long> staleSegments = new TreeSet<>();
    private long staleBytes;

    /** @param segments numbers of all segments that are there */
    LogScan(Storage storage, LogFormat format, LogStart start, NavigableSet<Long> segments, Replay replay,
            RecoveryProgress progress, LogMemory memory) {
        this.storage = storage;
        this.format = format;
        this.start = start;
        this.segments = segments;
        this.replay = replay;
        this.progress = progress;
        this.memory = memory;
        this.nowMillis = start.nowMillis();
        this.position = start.segment() == LogStart.FIRST_SEGMENT ? 0 : UNKNOWN;
    }

    void run() throws IOException {
        if (!segments.contains(start.segment())) {
            throw new LogDamagedException(storage + "/" + FileNames.segment(start.segment())
                    + ", the first one that is needed, is missing", false);
        }
        long expected = start.segment();
        for (long number : segments.tailSet(expected)) {
            if (number != expected && missingSegment == NO_SEGMENT) {
                missingSegment = expected;
            }
            expected = number + 1;
        }
        try {
            open(start.segment());
            segmentsRead++;
            while (readNext() || openNext()) {
                accept();
                place += Frame.bytes(header.payloadBytes);
                tell();
            }
            if (position == UNKNOWN) {
                position = start.position();
            }
            cutSegment = large != null ? largeSegment : reader.number;
            cutPlace = large != null ? largePlace : place;
            survey();
        } finally {
            freeLarge();
            reader.close();
        }
    }

    private void open(long number) throws IOException {
        SegmentReader former = reader;
        reader = newReader(number, former);
        if (former != null) {
            former.close();
        }
        opened();
    }

    private SegmentReader newReader(long number, SegmentReader former) throws IOException {
        SegmentReader made = new SegmentReader(storage, format, number, former);
        if (made.fileBytes() != format.segmentBytes() && shortSegment == NO_SEGMENT) {
            shortSegment = number;
            shortBytes = made.fileBytes();
        }
        return made;
    }

    private void opened() {
        place = 0;
        tell();
    }

    private void tell() {
        progress.at((reader.number - start.segment()) * format.segmentBytes() + place);
    }

    private boolean readNext() throws IOException {
        return reader.readFrame(place, header) && continues();
    }

    /** The rest of a segment is left when the next record does not fit: then the log goes on in the next one. */
    private boolean openNext() throws IOException {
        long next = reader.number + 1;
        if (place == 0 || !segments.contains(next)) {
            return false;
        }
        SegmentReader candidate = newReader(next, reader);
        if (candidate.readFrame(0, header) && continues()) {
            reader.close();
            reader = candidate;
            segmentsRead++;
            opened();
            return true;
        }
        candidate.close();
        reader.forgetWindow();
        return false;
    }

    private boolean continues() throws IOException {
        if (header.isPiece() && (header.payloadBytes <= 0 || header.largeOffset < 0 || header.largeBytes < 0
                || header.payloadBytes > header.largeBytes - header.largeOffset)) {
            return false;
        }
        if (position == UNKNOWN) {
            if (header.position > start.position()) {
                throw new LogDamagedException(where(reader.number, 0) + " begins at position " + header.position
                        + ", after the position " + start.position() + " of " + start.checkpoint(), false);
            }
            skippingLarge = header.isPiece() && header.largeOffset > 0;
            position = header.position;
            return true;
        }
        if (header.position != position) {
            return false;
        }
        if (skippingLarge) {
            return header.isPiece() && header.largeOffset > 0;
        }
        if (large != null) {
            return header.isPiece() && header.largeBytes == large.capacity() && header.largeOffset == large.position();
        }
        return header.largeOffset == 0;
    }

    private void accept() throws IOException {
        forcedMark = Math.max(forcedMark, header.forced);
        nowMillis = Math.max(nowMillis, header.nowMillis);
        ByteBuffer payload = reader.payload(header);
        if (header.isPiece()) {
            acceptPiece(payload);
        } else {
            acceptRecords(payload);
        }
        position = header.end();
    }

    private void acceptPiece(ByteBuffer piece) {
        if (skippingLarge) {
            skippingLarge = !header.isLastPiece();
            return;
        }
        if (large == null) {
            large = memory.allocate(header.largeBytes).order(Frame.order());
            largeSegment = reader.number;
            largePlace = place;
        }
        large.put(piece);
        if (header.isLastPiece()) {
            deliver(large.flip(), header.position);
            freeLarge();
        }
    }

    private void freeLarge() {
        if (large != null) {
            memory.free(large);
            large = null;
        }
    }

    private void acceptRecords(ByteBuffer payload) throws IOException {
        int begin = payload.position();
        int end = payload.limit();
        for (int at = begin; at < end; ) {
            int length = end - at < Ring.HEADER_BYTES ? -1 : payload.getInt(at);
            if (length < 0 || length > end - at - Ring.HEADER_BYTES || payload.getInt(at + Integer.BYTES) != Ring.RECORD) {
                throw new LogDamagedException(where(reader.number, place) + " holds a whole frame without whole records: "
                        + "it was written by another program, or by a wrong one", false);
            }
            payload.limit(at + Ring.HEADER_BYTES + length).position(at + Ring.HEADER_BYTES);
            deliver(payload, header.position + (at - begin));
            payload.limit(end);
            at += Ring.slotBytes(length);
        }
    }

    private void deliver(ByteBuffer record, long recordPosition) {
        if (recordPosition >= start.position()) {
            records++;
            recordBytes += record.remaining();
            replay.record(record);
        }
    }

    /** Looks for frames behind the end. */
    private void survey() throws IOException {
        if (reader.number != cutSegment) {
            open(cutSegment);
        }
        survey(cutPlace);
        for (long number : segments.tailSet(cutSegment, false)) {
            open(number);
            if (survey(0) || reader.fileBytes() != format.segmentBytes()) {
                staleSegments.add(number);
            }
        }
    }

    private boolean survey(int from) throws IOException {
        boolean found = false;
        for (int at = from; at < format.segmentBytes(); ) {
            int bytes = Frame.BLOCK_BYTES;
            if (reader.hasHeader(at)) {
                found = true;
                if (reader.number == cutSegment) {
                    stalePlaces.add(at);
                }
                if (reader.readFrame(at, header)) {
                    forcedMark = Math.max(forcedMark, header.forced);
                    bytes = Frame.bytes(header.payloadBytes);
                }
                staleBytes += bytes;
            }
            at += bytes;
        }
        return found;
    }

    private String where(long segment, int at) {
        return storage + "/" + FileNames.segment(segment) + " at " + at;
    }

    /** Throws if the log ends before what is known to have been on the disk, or may do so. */
    void requireNoDamage() throws LogDamagedException {
        if (shortSegment != NO_SEGMENT) {
            throw new LogDamagedException(storage + "/" + FileNames.segment(shortSegment) + " is damaged: it has " + shortBytes
                    + " bytes, not " + format.segmentBytes() + ", so what the log had behind position " + position
                    + " may be missing", position >= start.end());
        }
        if (missingSegment != NO_SEGMENT) {
            throw new LogDamagedException(storage + "/" + FileNames.segment(missingSegment) + " is missing and a later one is "
                    + "there, so what the log had behind position " + position + " may be missing", position >= start.end());
        }
        if (position < forcedMark) {
            throw new LogDamagedException(where(cutSegment, cutPlace) + " is damaged: the log ends at position " + position
                    + " there, and had been forced up to " + forcedMark, position >= start.end());
        }
    }

    /** Throws if the log does not complete its checkpoint. */
    void requireCheckpointsEnd() throws LogDamagedException {
        if (position < start.end()) {
            throw new LogDamagedException(where(cutSegment, cutPlace) + " is damaged: the log ends at position " + position
                    + " there, "
                    + start.checkpoint() + " needs it up to " + start.end() + ", or no complete state can be restored", false);
        }
    }

    boolean isDamaged() {
        return position < forcedMark || shortSegment != NO_SEGMENT || missingSegment != NO_SEGMENT;
    }

    long cutSegment() {
        return cutSegment;
    }

    int cutPlace() {
        return cutPlace;
    }

    long position() {
        return position;
    }

    List<Integer> stalePlaces() {
        return Collections.unmodifiableList(stalePlaces);
    }

    NavigableSet<Long> staleSegments() {
        return Collections.unmodifiableNavigableSet(staleSegments);
    }

    RecoverySummary summary(long checkpointRecords) {
        String cut = staleBytes == 0 ? null : where(cutSegment, cutPlace) + ": " + staleBytes + " bytes "
                + (isDamaged() ? "from the damage on, of which some had been forced" : "that were not complete, or not forced");
        return new RecoverySummary(start.checkpoint(), checkpointRecords, records, recordBytes, segmentsRead, position,
                nowMillis, cut);
    }
}
