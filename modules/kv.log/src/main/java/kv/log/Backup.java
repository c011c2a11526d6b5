package kv.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;

/**
 * Copies a log that is being written into another directory: what it held when the copy began, and perhaps more.
 *
 * <p>Owner: one thread, while no checkpoint is made, which would take away what is copied.
 */
final class Backup {
    // What is never written again is linked: the checkpoint and all segments but the one that is written to. Of that the frames
    // are copied in their order up to the first that is not whole, so that no frame is without one that came before it: a block
    // read before it was written, and behind it a frame with a later mark, would be damage. FORMAT comes last.
    private static final int FORCED_BYTES = 4 << 20;

    private final Log log;
    private final Storage source;
    private final Storage target;
    private final BooleanSupplier givenUp;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 18);
    private long unforcedBytes;

    Backup(Log log, Storage target, BooleanSupplier givenUp) {
        this.log = log;
        this.source = log.storage;
        this.target = target;
        this.givenUp = givenUp;
    }

    /** @param checkpoint name of the newest checkpoint, or null; {@code firstSegment} is the first that is needed with it */
    void run(String checkpoint, long firstSegment) throws IOException {
        log.awaitDurableUnlessFull(log.position(), givenUp);
        long openSegment = log.currentSegment();
        if (checkpoint != null) {
            linkOrCopy(checkpoint);
        }
        for (long number = firstSegment; number < openSegment; number++) {
            linkOrCopy(FileNames.segment(number));
        }
        copyFrames(openSegment);
        copy(FileNames.FORMAT);
        target.forceDirectory();
    }

    private void linkOrCopy(String name) throws IOException {
        if (!source.link(name, target)) {
            copy(name);
        }
    }

    private void copy(String name) throws IOException {
        try (StorageFile from = source.openForReading(name); StorageFile to = target.create(name)) {
            long at = 0;
            while (from.readFully(buffer.clear(), at) > 0) {
                at = write(to, buffer.flip(), at);
            }
            to.force(true);
        }
    }

    private void copyFrames(long number) throws IOException {
        LogFormat format = new LogFormat(log.logId, log.config.segmentBytes());
        FrameHeader header = new FrameHeader();
        try (SegmentReader from = new SegmentReader(source, format, number, null);
                StorageFile to = target.create(FileNames.segment(number))) {
            long at = 0;
            while (from.readFrame((int) at, header)) {
                write(to, from.frame(header), at);
                at += Frame.bytes(header.payloadBytes);
            }
            fill(to);
            to.force(true);
        }
    }

    /** With zeros up to a segment's size, the padding of the frame before included. */
    private void fill(StorageFile file) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect(buffer.capacity());
        for (long at = file.size(); at < log.config.segmentBytes(); ) {
            zeros.clear().limit((int) Math.min(zeros.capacity(), log.config.segmentBytes() - at));
            at = write(file, zeros, at);
        }
    }

    /** Returns the place behind what was written. */
    private long write(StorageFile file, ByteBuffer bytes, long at) throws IOException {
        if (givenUp.getAsBoolean()) {
            throw new IOException("given up");
        }
        int count = bytes.remaining();
        file.writeFully(bytes, at);
        unforcedBytes += count;
        if (unforcedBytes >= FORCED_BYTES) {
            file.force(false);
            unforcedBytes = 0;
        }
        return at + count;
    }
}
