package kv.log;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * What is written to a segment at once: a header, bytes of records, zeros up to the next multiple of {@value #BLOCK_BYTES}.
 *
 * <p>All numbers are little-endian, positions and lengths in bytes:
 * <pre>
 *   0  int   CRC32C of all from 4 on up to the end of the payload
 *   4  int   "KVF1"
 *   8  long  log id
 *  16  long  number of the segment
 *  24  int   place in the segment
 *  28  int   length of the payload
 *  32  long  position of the first record in it
 *  40  long  position up to which the log was known to be forced when this was written
 *  48  long  now, milliseconds since 1970
 *  56  int   0, or the length of the large record that this is a piece of
 *  60  int   where in that record the piece begins
 *  64  payload
 * </pre>
 */
final class Frame {
    // The place makes a frame that was written for another place, or before this file was recycled, no frame. The mark of what
    // is forced tells damage (below any mark) from a tail that no crash had to keep. Blocks, so that nothing acknowledged is
    // written again.
    static final int BLOCK_BYTES = 4096;
    static final int BYTES_MAX = 64 << 20;
    static final int HEADER_BYTES = 64;
    static final int MAGIC = 'K' | 'V' << 8 | 'F' << 16 | '1' << 24;
    private static final int MAGIC_AT = 4;
    private static final int LOG_ID_AT = 8;
    private static final int SEGMENT_AT = 16;
    private static final int PLACE_AT = 24;
    private static final int LENGTH_AT = 28;
    private static final int POSITION_AT = 32;
    private static final int FORCED_AT = 40;
    private static final int NOW_AT = 48;
    private static final int LARGE_LENGTH_AT = 56;
    private static final int LARGE_OFFSET_AT = 60;

    private Frame() {
    }

    static ByteOrder order() {
        return ByteOrder.LITTLE_ENDIAN;
    }

    /** What a payload of that length takes in a segment. */
    static int bytes(int payloadBytes) {
        return HEADER_BYTES + payloadBytes + BLOCK_BYTES - 1 & -BLOCK_BYTES;
    }

    /**
     * The header around a payload that stands in the buffer from {@link #HEADER_BYTES} on. Then the buffer holds the frame and
     * nothing else.
     */
    static void seal(ByteBuffer frame, FrameHeader header) {
        int end = HEADER_BYTES + header.payloadBytes;
        int bytes = bytes(header.payloadBytes);
        frame.clear();
        frame.putInt(MAGIC_AT, MAGIC).putLong(LOG_ID_AT, header.logId).putLong(SEGMENT_AT, header.segment)
                .putInt(PLACE_AT, header.place)
                .putInt(LENGTH_AT, header.payloadBytes).putLong(POSITION_AT, header.position).putLong(FORCED_AT, header.forced)
                .putLong(NOW_AT, header.nowMillis).putInt(LARGE_LENGTH_AT, header.largeBytes)
                .putInt(LARGE_OFFSET_AT, header.largeOffset);
        for (int i = end; i < bytes; i++) {
            frame.put(i, (byte) 0);
        }
        frame.putInt(0, crc(frame, 0, end, new CRC32C()));
        frame.position(0).limit(bytes);
    }

    /** Whether there is the header of a frame that was written for this very place; the frame may be damaged or cut. */
    static boolean isFor(ByteBuffer block, int at, long logId, long segment, int place) {
        return block.getInt(at + MAGIC_AT) == MAGIC && block.getLong(at + LOG_ID_AT) == logId
                && block.getLong(at + SEGMENT_AT) == segment && block.getInt(at + PLACE_AT) == place;
    }

    /** The length that a header gives its payload; anything if the header is damaged. */
    static int payloadBytes(ByteBuffer block, int at) {
        return block.getInt(at + LENGTH_AT);
    }

    static boolean isWhole(ByteBuffer block, int at, CRC32C crc) {
        return block.getInt(at) == crc(block, at, at + HEADER_BYTES + payloadBytes(block, at), crc);
    }

    static void read(ByteBuffer block, int at, FrameHeader header) {
        header.logId = block.getLong(at + LOG_ID_AT);
        header.segment = block.getLong(at + SEGMENT_AT);
        header.place = block.getInt(at + PLACE_AT);
        header.payloadBytes = payloadBytes(block, at);
        header.position = block.getLong(at + POSITION_AT);
        header.forced = block.getLong(at + FORCED_AT);
        header.nowMillis = block.getLong(at + NOW_AT);
        header.largeBytes = block.getInt(at + LARGE_LENGTH_AT);
        header.largeOffset = block.getInt(at + LARGE_OFFSET_AT);
    }

    private static int crc(ByteBuffer bytes, int start, int end, CRC32C crc) {
        crc.reset();
        crc.update(bytes.duplicate().limit(end).position(start + MAGIC_AT));
        return (int) crc.getValue();
    }
}
