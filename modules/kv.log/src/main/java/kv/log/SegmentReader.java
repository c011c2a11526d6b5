package kv.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Reads the frames of one segment, whole or not, through a window of its file.
 *
 * <p>Owner: one thread. The window of the reader that one was made from is used again.
 */
final class SegmentReader implements AutoCloseable {
    private static final int WINDOW_BYTES = 4 << 20;

    final long number;
    private final StorageFile file;
    private final long logId;
    private final int segmentBytes;
    private final CRC32C crc = new CRC32C();
    private ByteBuffer window;
    private int windowStart;

    SegmentReader(Storage storage, LogFormat format, long number, SegmentReader former) throws IOException {
        this.number = number;
        this.file = storage.openForReading(FileNames.segment(number));
        this.logId = format.logId();
        this.segmentBytes = format.segmentBytes();
        this.window = former == null ? allocate(Math.min(WINDOW_BYTES, segmentBytes)) : former.window;
        forgetWindow();
    }

    private static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(Frame.order());
    }

    /** Whether the header of a frame that was written for this place is there, whatever follows it. */
    boolean hasHeader(int place) throws IOException {
        return place <= segmentBytes - Frame.BLOCK_BYTES && has(place, Frame.HEADER_BYTES)
                && Frame.isFor(window, place - windowStart, logId, number, place);
    }

    /** Reads the header of a whole frame; false if there is none. */
    boolean readFrame(int place, FrameHeader header) throws IOException {
        if (!hasHeader(place)) {
            return false;
        }
        int payloadBytes = Frame.payloadBytes(window, place - windowStart);
        if (payloadBytes < 0 || payloadBytes > segmentBytes - place - Frame.HEADER_BYTES
                || !has(place, Frame.HEADER_BYTES + payloadBytes) || !Frame.isWhole(window, place - windowStart, crc)) {
            return false;
        }
        Frame.read(window, place - windowStart, header);
        return true;
    }

    /** The payload of the frame that was read last, from position to limit; valid until the next call. */
    ByteBuffer payload(FrameHeader header) {
        int start = header.place - windowStart + Frame.HEADER_BYTES;
        return window.duplicate().order(Frame.order()).limit(start + header.payloadBytes).position(start);
    }

    /** The frame that was read last, from position to limit; valid until the next call. */
    ByteBuffer frame(FrameHeader header) {
        int start = header.place - windowStart;
        return window.duplicate().limit(start + Frame.HEADER_BYTES + header.payloadBytes).position(start);
    }

    long fileBytes() throws IOException {
        return file.size();
    }

    /** Another reader has used the window meanwhile. */
    void forgetWindow() {
        window.clear().limit(0);
    }

    /** Has so many bytes from a place on in the window, if the file has them. */
    private boolean has(int place, int bytes) throws IOException {
        if (place >= windowStart && place + bytes <= windowStart + window.limit()) {
            return true;
        }
        if (bytes > window.capacity()) {
            window = allocate(bytes);
        }
        windowStart = place;
        window.clear();
        file.readFully(window, place);
        window.flip();
        return window.limit() >= bytes;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
