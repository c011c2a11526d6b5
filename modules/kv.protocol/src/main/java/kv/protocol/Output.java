package kv.protocol;

import java.nio.ByteBuffer;

/**
 * Where replies go: a stream of bytes that is written through the end of whatever buffer it has at the moment.
 *
 * <p>Owner: the worker that is writing the replies.
 */
public interface Output {

    /** The most bytes that may be asked for at once; longer things are put piece by piece. */
    int RESERVE_BYTES_MAX = 1024;

    /**
     * A buffer with at least {@code bytes} (at most {@link #RESERVE_BYTES_MAX}) remaining. What is put at its position, by
     * moving the position, is part of the stream. Valid until the next call; it may be used in full, beyond {@code bytes}, and
     * what lies behind its position may be overwritten.
     */
    ByteBuffer reserve(int bytes);
}
