package kv.log;

import java.io.IOException;
import java.nio.ByteBuffer;

/** An open file of a {@link Storage}, read and written at absolute positions. */
public interface StorageFile extends AutoCloseable {
    /**
     * Writes some of what remains in the buffer, and moves its position.
     *
     * @throws NoRoomException if the disk is full or a quota reached
     */
    int write(ByteBuffer source, long position) throws IOException;

    /** Reads some bytes into what remains of the buffer; -1 at the end of the file. */
    int read(ByteBuffer target, long position) throws IOException;

    /** Returns once all that was written is on the disk, with the file's size if that was changed. */
    void force(boolean size) throws IOException;

    long size() throws IOException;

    @Override
    void close() throws IOException;

    /** Writes all that remains in the buffer. */
    default void writeFully(ByteBuffer source, long position) throws IOException {
        long at = position;
        while (source.hasRemaining()) {
            int written = write(source, at);
            if (written <= 0) {
                throw new IOException("the file takes no more bytes at " + at);
            }
            at += written;
        }
    }

    /** Reads until the buffer is full or the file ends; returns the number of bytes read. */
    default int readFully(ByteBuffer target, long position) throws IOException {
        int total = 0;
        while (target.hasRemaining()) {
            int read = read(target, position + total);
            if (read < 0) {
                break;
            }
            total += read;
        }
        return total;
    }
}
