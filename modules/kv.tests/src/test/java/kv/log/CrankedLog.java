package kv.log;

import java.io.IOException;
import java.util.Random;
import java.util.function.LongSupplier;
import kv.log.SimulatedStorage.Crash;

/**
 * A simulated disk, and a log on it whose cranks a test turns by hand: what tests of other packages need of this one's.
 *
 * <p>Owner: one thread.
 */
public final class CrankedLog {
    private static final int SEGMENT_BYTES = 6 * Frame.BLOCK_BYTES;
    private static final int LARGE_BYTES = 1500;

    private final SimulatedStorage disk;
    private final TestMemory memory = new TestMemory();
    private final LogConfig config;
    private Log log;

    public CrankedLog(Random random, Fsync fsync, LongSupplier clock) {
        disk = new SimulatedStorage(random);
        config = new LogConfig(fsync, SEGMENT_BYTES, 1 << 14, 2 * Frame.BLOCK_BYTES, LARGE_BYTES, 4L * LargeMemory.CHUNK_BYTES,
                clock, new LogListener() { }, memory);
    }

    public Storage disk() {
        return disk;
    }

    public LogConfig config() {
        return config;
    }

    /** As {@link Log#open}, without its threads. */
    public Log open(Storage storage, LogConfig wanted, Replay replay, boolean truncate) throws IOException {
        log = Log.recover(storage, wanted, replay, truncate);
        return log;
    }

    /** Lets the operation of the disk after so many more be the last one: it throws what {@link #isCrash} knows. */
    public void crashAfter(long operations) {
        disk.crashAfter(operations);
    }

    public static boolean isCrash(Throwable thrown) {
        return thrown instanceof Crash;
    }

    /** After a crash of the process, or of the machine as well. */
    public void restart(boolean machine) {
        log = null;
        memory.takeAllBack();
        disk.restart(machine);
    }

    /** Planted fault: forcing files whose names begin or end like that does nothing. */
    public void forgetForces(String prefix, String suffix) {
        disk.forgetForces(name -> name.startsWith(prefix) && name.endsWith(suffix));
    }

    /** Planted fault. */
    public void forgetDirectoryForces() {
        disk.forgetDirectoryForces();
    }

    /** Whether a change may be appended without waiting for room. */
    public boolean hasRoom() {
        return log.room.free() >= 4 * LARGE_BYTES && log.largeMemory.room().free() >= 2L * LargeMemory.CHUNK_BYTES;
    }

    /** A turn of the thread that writes. */
    public void write(long nanoTime) throws IOException {
        log.writer.turn(nanoTime);
    }

    /** A turn of the thread that has segments ready. */
    public void keep() throws IOException {
        log.keeper.work();
    }

    /** As somebody does who waits for it. */
    public void wantDurable(long position) {
        log.whenDurable(new DurabilityWaiter() {
            @Override
            protected void durable() {
                // The positions are compared instead.
            }
        }, position);
    }

    /** The first half of {@link Checkpoint#commit}. */
    public static long seal(Checkpoint checkpoint) throws IOException {
        return checkpoint.seal();
    }

    /** The second, when the log is durable up to there. */
    public static void complete(Checkpoint checkpoint) throws IOException {
        checkpoint.complete();
    }
}
