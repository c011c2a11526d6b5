package kv.log;

import java.io.IOException;
import java.util.concurrent.locks.LockSupport;

/**
 * The thread {@code kv-commit}: turns the writer's crank, and sleeps when there is nothing to do.
 *
 * <p>Never interrupted: that would close the segment's channel.
 */
final class LogThread extends Thread {
    // Who commits a record wakes this thread only if it says that it sleeps, and for which claim. It says so first and looks for
    // claims after that; a claim is made before that position is read; so one of the two sees the other.
    private static final long AWAKE = Long.MAX_VALUE;
    private static final long ASLEEP = 0;
    private static final long SLEEP_NANOS = 10_000_000_000L;
    private static final long SLEEP_UNFORCED_NANOS = 100_000_000;
    private static final long RETRY_MILLIS = 100;
    /** Not worth a sleep, which lasts 50 microseconds and more. */
    private static final long WAIT_NANOS_MIN = 50_000;
    // Where nobody waits for the disk, this thread rests after each short frame, and is not woken: what comes meanwhile becomes
    // one frame, and who commits has nobody to wake. Else each record wakes a sleeper, and is padded to a block of its own.
    private static final long REST_NANOS = 1_000_000;
    /** After a longer frame there is enough for the next one. */
    private static final int SHORT_FRAME_BYTES = 1 << 18;

    private final Log log;
    private final LogWriter writer;
    private final SegmentKeeper keeper;
    private final Gather gather;
    /** Who claims up to there wakes this thread. */
    private volatile long wakeAt = AWAKE;
    private volatile boolean closing;
    private volatile boolean waitsForRoom;

    LogThread(Log log, LogWriter writer, SegmentKeeper keeper) {
        super("kv-commit");
        this.log = log;
        this.writer = writer;
        this.keeper = keeper;
        this.gather = new Gather(log.config.frameBytesMax());
        setDaemon(true);
    }

    /** To be called after a commit. */
    void committed() {
        long at = wakeAt;
        if (at != AWAKE && log.position() >= at) {
            wakeAt = AWAKE;
            LockSupport.unpark(this);
        }
    }

    /** To be called after whatever else this thread should look at. */
    void wake() {
        if (wakeAt != AWAKE) {
            wakeAt = AWAKE;
            LockSupport.unpark(this);
        }
    }

    /** Whether what is in the log cannot be written before the disk has room. */
    boolean waitsForRoom() {
        return waitsForRoom;
    }

    /** Lets the thread write and force what has been claimed, and end. */
    void close() {
        closing = true;
        wake();
        keeper.wake();
    }

    @Override
    public void run() {
        try {
            while (log.state.isOpen() && step()) {
                // Each step says whether there is another; after a failure of another thread there is none.
            }
        } catch (Throwable failure) {
            log.fail(failure);
        }
    }

    private boolean step() throws IOException, InterruptedException {
        boolean groups = log.config.fsync() == Fsync.ALWAYS && !closing;
        if (groups && waits()) {
            return true;
        }
        long before = writer.forced();
        long forces = writer.forces();
        long start = System.nanoTime();
        LogWriter.Turn turn = writer.turn(start);
        if (groups && writer.forces() != forces) {
            gather.forced(start, System.nanoTime(), writer.forced() - before, writer.waitingBytes());
        }
        boolean stuck = turn == LogWriter.Turn.NO_ROOM || turn == LogWriter.Turn.NO_SEGMENT && log.state.isFull();
        if (waitsForRoom != stuck) {
            waitsForRoom = stuck;
        }
        switch (turn) {
            case WORKED -> {
                if (rests()) {
                    LockSupport.parkNanos(REST_NANOS);
                }
            }
            case IDLE -> {
                if (closing && writer.waitingBytes() == 0) {
                    return end();
                }
                sleep();
            }
            case NO_SEGMENT -> {
                if (closing && log.state.isFull()) {
                    throw new IOException("closed with the disk full; records that were not acknowledged are lost");
                }
                keeper.awaitReady(RETRY_MILLIS);
            }
            case NO_ROOM -> {
                if (closing) {
                    throw new IOException("closed with the disk full; records that were not acknowledged are lost");
                }
                LockSupport.parkNanos(RETRY_MILLIS * 1_000_000);
            }
        }
        return true;
    }

    private boolean waits() {
        long waiting = writer.waitingBytes();
        if (waiting == 0) {
            return false;
        }
        long now = System.nanoTime();
        long left = gather.leftNanos(now);
        if (left < WAIT_NANOS_MIN || !gather.waits(waiting, now)) {
            return false;
        }
        wakeAt = writer.taken() + gather.wantedBytes();
        if (writer.waitingBytes() < gather.wantedBytes()) {
            LockSupport.parkNanos(this, left);
        }
        wakeAt = AWAKE;
        return true;
    }

    private boolean rests() {
        return log.config.fsync() != Fsync.ALWAYS && !closing && !writer.isWanted() && writer.frameBytes() < SHORT_FRAME_BYTES;
    }

    private void sleep() {
        wakeAt = ASLEEP;
        if (writer.waitingBytes() > 0) {
            Thread.yield(); // claimed, and as good as committed
        } else if (!closing && !writer.isWanted()) {
            LockSupport.parkNanos(this, writer.hasUnforced() ? SLEEP_UNFORCED_NANOS : SLEEP_NANOS);
        }
        wakeAt = AWAKE;
    }

    private boolean end() throws IOException {
        if (writer.hasUnforced()) {
            writer.force();
        }
        writer.mark();
        return false;
    }
}
