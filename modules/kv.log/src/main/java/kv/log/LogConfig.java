package kv.log;

import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * Settings of a log. Sizes are in bytes.
 *
 * @param fsync            when the log is forced
 * @param segmentBytes     size of a segment's file; of an existing log the size it was made with counts
 * @param ringBytes        records that wait to be written; a power of two. Writers wait while it is full
 * @param frameBytesMax    what is written at once at most, header and padding included; a multiple of 4 KiB. One buffer of that
 *                         size
 * @param largeBytes       a longer record does not go through the ring but in memory of its own, written in several frames
 * @param largeMemoryBytes memory that such records take together; who needs more waits, and is let in alone with one that is
 *                         longer. Beside it each appender has 256 KiB
 * @param clock            milliseconds since 1970, written into each frame
 * @param listener         is told of failures
 * @param memory           gives the ring, the frame's buffer and the memory of large records
 */
public record LogConfig(Fsync fsync, int segmentBytes, int ringBytes, int frameBytesMax, int largeBytes, long largeMemoryBytes,
        LongSupplier clock, LogListener listener, LogMemory memory) {
    private static final int MIB = 1 << 20;

    public LogConfig {
        Objects.requireNonNull(fsync);
        Objects.requireNonNull(clock);
        Objects.requireNonNull(listener);
        Objects.requireNonNull(memory);
        require(Integer.bitCount(ringBytes) == 1 && ringBytes >= Frame.BLOCK_BYTES,
                "ringBytes is no power of two from 4096 on", ringBytes);
        require(frameBytesMax >= Frame.BLOCK_BYTES && frameBytesMax % Frame.BLOCK_BYTES == 0 && frameBytesMax <= Frame.BYTES_MAX,
                "frameBytesMax is no multiple of 4096 up to " + Frame.BYTES_MAX, frameBytesMax);
        require(segmentBytes % Frame.BLOCK_BYTES == 0 && segmentBytes >= frameBytesMax,
                "segmentBytes does not hold whole frames", segmentBytes);
        // A record that is not large must fit a frame, and two of them the ring, or a writer waits for ever.
        require(largeBytes > 0 && Ring.slotBytes(largeBytes) <= frameBytesMax - Frame.HEADER_BYTES,
                "largeBytes does not fit a frame", largeBytes);
        require(2L * Ring.slotBytes(largeBytes) <= ringBytes, "largeBytes does not fit the ring twice", largeBytes);
        require(largeMemoryBytes >= LargeMemory.CHUNK_BYTES, "largeMemoryBytes is less than one chunk", largeMemoryBytes);
    }

    /** Forces always; segments of 64 MiB, 16 MiB of waiting records. */
    public static LogConfig defaults() {
        return new LogConfig(Fsync.ALWAYS, 64 * MIB, 16 * MIB, 4 * MIB, MIB / 4, 64L * MIB, System::currentTimeMillis,
                new LogListener() { }, LogMemory.COLLECTED);
    }

    public LogConfig withFsync(Fsync value) {
        return new LogConfig(value, segmentBytes, ringBytes, frameBytesMax, largeBytes, largeMemoryBytes, clock, listener,
                memory);
    }

    public LogConfig withClock(LongSupplier value) {
        return new LogConfig(fsync, segmentBytes, ringBytes, frameBytesMax, largeBytes, largeMemoryBytes, value, listener,
                memory);
    }

    public LogConfig withListener(LogListener value) {
        return new LogConfig(fsync, segmentBytes, ringBytes, frameBytesMax, largeBytes, largeMemoryBytes, clock, value, memory);
    }

    public LogConfig withMemory(LogMemory value) {
        return new LogConfig(fsync, segmentBytes, ringBytes, frameBytesMax, largeBytes, largeMemoryBytes, clock, listener, value);
    }

    public LogConfig withLargeMemoryBytes(long value) {
        return new LogConfig(fsync, segmentBytes, ringBytes, frameBytesMax, largeBytes, value, clock, listener, memory);
    }

    LogConfig withSegmentBytes(int value) {
        return new LogConfig(fsync, value, ringBytes, frameBytesMax, largeBytes, largeMemoryBytes, clock, listener, memory);
    }

    private static void require(boolean condition, String otherwise, long value) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise + ": " + value);
        }
    }
}
