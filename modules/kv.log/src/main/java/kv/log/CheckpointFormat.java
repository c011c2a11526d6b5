package kv.log;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The bytes of a checkpoint's file. All numbers are little-endian; each CRC32C is of all that follows it in its part.
 * <pre>
 *   header   int CRC, int "KVC1", long log id, long segment and long position to replay from
 *   chunk    int CRC, int payload length (not 0), long number of the chunk (from 0), payload: int length, record; int length, …
 *   footer   int CRC, int 0, long number of chunks, long records, long end position, long now
 * </pre>
 */
final class CheckpointFormat {
    static final int MAGIC = 'K' | 'V' << 8 | 'C' << 16 | '1' << 24;
    static final int HEADER_BYTES = 32;
    static final int CHUNK_HEADER_BYTES = 16;
    static final int FOOTER_BYTES = 40;

    private CheckpointFormat() {
    }

    /** Writes the CRC of a part that lies in the buffer from a place up to its limit. */
    static void seal(ByteBuffer bytes, int start) {
        bytes.putInt(start, crc(bytes, start, bytes.limit()));
    }

    static boolean isWhole(ByteBuffer bytes, int start, int end) {
        return bytes.getInt(start) == crc(bytes, start, end);
    }

    private static int crc(ByteBuffer bytes, int start, int end) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().limit(end).position(start + Integer.BYTES));
        return (int) crc.getValue();
    }
}
