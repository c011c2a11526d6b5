package kv.log;

/** What a frame's header says; see {@link Frame} for its bytes. Reused by its one owner. */
final class FrameHeader {
    long logId;
    long segment;
    int place;
    int payloadBytes;
    long position;
    long forced;
    long nowMillis;
    int largeBytes;
    int largeOffset;

    boolean isPiece() {
        return largeBytes != 0;
    }

    boolean isLastPiece() {
        return largeOffset + payloadBytes == largeBytes;
    }

    /** The position after it. A large record counts as its slot in the ring, and only with its last piece. */
    long end() {
        if (!isPiece()) {
            return position + payloadBytes;
        }
        return isLastPiece() ? position + Ring.LARGE_SLOT_BYTES : position;
    }
}
