package kv.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;

/**
 * A checkpoint being written: records that, with the log from {@link #startPosition} on, give back the state at its end. They
 * are made while the log goes on; a record may show a change that the log behind the start position holds as well.
 *
 * <p>Threads: one at a time; it may wait for the log and the disk. One checkpoint at a time.
 * <p>Use: records, then {@link #commit}; {@link #close} without it leaves the older checkpoint in place.
 */
public final class Checkpoint implements AutoCloseable {
    // The log is forced up to the position after the last record before the file gets its name: a record may show a change that
    // is not forced yet. The name's directory is forced before the segments go that it makes superfluous.
    private static final int CHUNK_BYTES = 1 << 16;
    private static final int FORCED_BYTES = 4 << 20;
    private static final String UNFINISHED = "checkpoint" + FileNames.UNFINISHED_SUFFIX;

    private final Log log;
    private final Storage storage;
    private final long startSegment;
    private final long startPosition;
    private final StorageFile file;
    private ByteBuffer chunk;
    private long chunks;
    private long records;
    private long fileBytes;
    private long unforcedBytes;
    private long endPosition;
    private boolean open = true;

    Checkpoint(Log log) throws IOException {
        this.log = log;
        this.storage = log.storage;
        // In this order: what is claimed from the position on is written to this segment or a later one.
        this.startSegment = log.currentSegment();
        this.startPosition = log.position();
        this.chunk = log.config.memory().allocate(CHUNK_BYTES).order(Frame.order());
        clearChunk();
        try {
            this.file = storage.create(UNFINISHED);
        } catch (IOException | RuntimeException failure) {
            log.config.memory().free(chunk);
            throw failure;
        }
        try {
            writeHeader();
        } catch (IOException | RuntimeException failure) {
            close();
            throw failure;
        }
    }

    /** What is changed from here on is in the log behind this position. */
    public long startPosition() {
        return startPosition;
    }

    public long records() {
        return records;
    }

    /** Bytes written so far. */
    public long fileBytes() {
        return fileBytes;
    }

    /** Adds what remains in the buffer as one record. */
    public void record(ByteBuffer record) throws IOException {
        int bytes = Integer.BYTES + record.remaining();
        if (bytes > chunk.remaining()) {
            flush();
            ensureRoom(bytes);
        }
        chunk.putInt(record.remaining()).put(record);
        records++;
    }

    private void ensureRoom(int bytes) {
        if (bytes > chunk.remaining()) {
            ByteBuffer larger = log.config.memory().allocate(CheckpointFormat.CHUNK_HEADER_BYTES + bytes).order(Frame.order());
            log.config.memory().free(chunk);
            chunk = larger;
            clearChunk();
        }
    }

    private void clearChunk() {
        chunk.clear().position(CheckpointFormat.CHUNK_HEADER_BYTES);
    }

    private void flush() throws IOException {
        int payloadBytes = chunk.position() - CheckpointFormat.CHUNK_HEADER_BYTES;
        if (payloadBytes == 0) {
            return;
        }
        chunk.flip().putInt(Integer.BYTES, payloadBytes).putLong(2 * Integer.BYTES, chunks);
        CheckpointFormat.seal(chunk, 0);
        write(chunk);
        chunks++;
        clearChunk();
    }

    private void writeHeader() throws IOException {
        ByteBuffer header = ByteBuffer.allocate(CheckpointFormat.HEADER_BYTES).order(Frame.order());
        header.putInt(0).putInt(CheckpointFormat.MAGIC).putLong(log.logId).putLong(startSegment).putLong(startPosition).flip();
        CheckpointFormat.seal(header, 0);
        write(header);
    }

    private void writeFooter() throws IOException {
        ByteBuffer footer = ByteBuffer.allocate(CheckpointFormat.FOOTER_BYTES).order(Frame.order());
        footer.putInt(0).putInt(0).putLong(chunks).putLong(records).putLong(endPosition)
                .putLong(log.config.clock().getAsLong()).flip();
        CheckpointFormat.seal(footer, 0);
        write(footer);
    }

    private void write(ByteBuffer part) throws IOException {
        int bytes = part.remaining();
        file.writeFully(part, fileBytes);
        fileBytes += bytes;
        unforcedBytes += bytes;
        if (unforcedBytes >= FORCED_BYTES) {
            file.force(false);
            unforcedBytes = 0;
        }
    }

    /**
     * Completes it: from now on the log is replayed from here, and what lies before goes.
     *
     * @param givenUp asked while it waits for the log; throws once it says so, or when the log waits for room on the disk
     */
    public void commit(BooleanSupplier givenUp) throws IOException {
        seal();
        log.awaitDurableUnlessFull(endPosition, givenUp);
        complete();
    }

    /** No record comes any more: the log up to here belongs to it. */
    long seal() throws IOException {
        flush();
        endPosition = log.position();
        return endPosition;
    }

    /** Once the log is durable up to what {@link #seal} has returned. */
    void complete() throws IOException {
        writeFooter();
        file.force(true);
        String name = FileNames.checkpoint(startPosition);
        storage.rename(UNFINISHED, name);
        storage.forceDirectory();
        open = false;
        free();
        log.checkpointed(name, startSegment);
    }

    /** Gives it up, unless it is complete. */
    @Override
    public void close() throws IOException {
        if (open) {
            open = false;
            free();
            log.checkpointGivenUp();
            storage.delete(UNFINISHED);
        }
    }

    private void free() throws IOException {
        log.config.memory().free(chunk);
        file.close();
    }
}
