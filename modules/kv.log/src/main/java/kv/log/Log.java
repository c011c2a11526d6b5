package kv.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * A log of records on disk. What it says is durable is replayed at the next start, in the order in which it was appended,
 * whatever happens to the process or the machine in between.
 *
 * <p>Threads: any. Two are its own: {@code kv-commit} writes and forces, {@code kv-segments} has room ready.
 * <p>Positions are numbers that grow with each record and stay over restarts. A record is durable when {@link #durablePosition}
 * is at or behind its end.
 * <p>Failure: once writing or forcing has failed nothing becomes durable any more, {@link LogListener#failed} is told, and the
 * process should end. A full disk passes; meanwhile {@link Appender#take} refuses, and what is in the log already waits.
 */
public final class Log implements AutoCloseable {
    final Storage storage;
    final LogConfig config;
    final long logId;
    final State state;
    final Ring ring;
    final Room room;
    final LargeMemory largeMemory;
    /** Records in memory of their own, by the place of their slot. */
    final Map<Long, LargeRecord> largeRecords = new ConcurrentHashMap<>();
    final Waiters waiters = new Waiters();
    final LogWriter writer;
    final SegmentKeeper keeper;
    private final RecoverySummary recovery;
    private final LogThread logThread;
    private final KeeperThread keeperThread;
    private final AtomicLong forceWanted = new AtomicLong();
    private final ByteBuffer ringMemory;
    private boolean checkpointing;
    private String checkpointName;
    /** The first segment that is needed with it. */
    private long firstSegment;
    private boolean closed;

    /**
     * Opens the log of a directory, or makes one in an empty directory; replays what is found, cuts a torn tail off, and starts.
     *
     * @param truncate whether to give up all from a damage on that would else be refused
     * @throws LogRefusedException if the directory is in use, foreign, or of a newer format
     * @throws LogDamagedException if something is missing that had been on the disk
     */
    public static Log open(Storage storage, LogConfig config, Replay replay, boolean truncate) throws IOException {
        Log log = recover(storage, config, replay, truncate);
        log.logThread.start();
        log.keeperThread.start();
        return log;
    }

    /** As {@link #open}, with its threads not started: a test turns the cranks. */
    static Log recover(Storage storage, LogConfig config, Replay replay, boolean truncate) throws IOException {
        Recovery recovery = new Recovery(storage, config.memory(), replay);
        try {
            recovery.open(config, truncate);
            return new Log(storage, config.withSegmentBytes(recovery.format().segmentBytes()), recovery);
        } catch (IOException | RuntimeException | Error failure) {
            storage.close();
            throw failure;
        }
    }

    /**
     * Reads all of a log that nobody uses, as {@link #open} would, and changes nothing.
     *
     * @throws LogRefusedException if the directory is in use, foreign, or of a newer format
     * @throws LogDamagedException if something is missing that had been on the disk
     */
    public static RecoverySummary check(Storage storage, Replay replay) throws IOException {
        Recovery recovery = new Recovery(storage, LogMemory.COLLECTED, replay);
        recovery.check();
        return recovery.summary();
    }

    private Log(Storage storage, LogConfig config, Recovery recovery) {
        long position = recovery.summary().position();
        List<Segment> segments = recovery.writable();
        Segment current = segments.get(0);
        this.storage = storage;
        this.config = config;
        this.logId = recovery.format().logId();
        this.state = new State(config.listener(), this::wakeAll);
        this.recovery = recovery.summary();
        this.checkpointName = recovery.start().checkpoint();
        this.firstSegment = recovery.start().segment();
        this.ringMemory = config.memory().allocate(config.ringBytes());
        this.ring = new Ring(ringMemory, position);
        this.room = new Room(config.ringBytes());
        this.largeMemory = new LargeMemory(config.memory(), config.largeMemoryBytes() / 2);
        this.keeper = new SegmentKeeper(storage, state, config.segmentBytes(), recovery.start().segment(), current.number + 1);
        segments.subList(1, segments.size()).forEach(keeper::addReady);
        this.writer = new LogWriter(this, keeper, current, position);
        this.logThread = new LogThread(this, writer, keeper);
        this.keeperThread = new KeeperThread(this, keeper);
    }

    /** What was found at the start. */
    public RecoverySummary recovery() {
        return recovery;
    }

    /** A new way in for one thread; see there. */
    public Appender appender() {
        return new Appender(this);
    }

    /** What a record may become longer than what was taken for it, so that all of them stay within their memory. */
    public long unpreparedBytesMax() {
        return config.largeMemoryBytes() / 2;
    }

    /** The position after all that has been appended, or is being appended. */
    public long position() {
        return ring.claimed();
    }

    /** All before this position is on the disk. */
    public long durablePosition() {
        return writer.forced();
    }

    /**
     * Calls the waiter once the log is durable up to a position, unless it is so already.
     *
     * @return whether it will be called
     */
    public boolean whenDurable(DurabilityWaiter waiter, long position) {
        if (writer.forced() >= position) {
            return false;
        }
        waiters.add(waiter, position);
        if (config.fsync() != Fsync.ALWAYS) {
            want(position);
        } else if (writer.forced() >= position) {
            // It became so meanwhile, and the log's thread may not have seen the waiter.
            logThread.wake();
        }
        return true;
    }

    /** Has the log forced up to a position soon, whatever the mode. */
    private void want(long position) {
        forceWanted.accumulateAndGet(position, Math::max);
        logThread.wake();
    }

    long forceWanted() {
        return forceWanted.get();
    }

    /**
     * Waits until the log is durable up to a position.
     *
     * @throws IOException if it never will be, since the log has failed or is closed
     */
    public void awaitDurable(long position) throws IOException {
        awaitDurable(position, state::isOpen);
        if (writer.forced() < position) {
            throw new IOException("the log has failed or is closed", state.failure());
        }
    }

    /**
     * As {@link #awaitDurable(long)}, for who makes a file of what is in the log: it may take the very room that the log waits
     * for.
     *
     * @param givenUp asked now and then; throws once it says so
     */
    void awaitDurableUnlessFull(long position, BooleanSupplier givenUp) throws IOException {
        awaitDurable(position, () -> state.isOpen() && !logThread.waitsForRoom() && !givenUp.getAsBoolean());
        if (writer.forced() < position) {
            throw new IOException(!state.isOpen() ? "the log has failed or is closed"
                    : logThread.waitsForRoom() ? "the disk is full" : "given up", state.failure());
        }
    }

    private void awaitDurable(long position, BooleanSupplier goesOn) {
        BlockedThread waiter = new BlockedThread();
        if (whenDurable(waiter, position)) {
            waiter.await(goesOn);
        }
    }

    /** Whether records may be appended now. */
    public Admission admission() {
        return state.admission();
    }

    /** Why the disk is full, or null. */
    public String diskFullReason() {
        return state.fullReason();
    }

    /** What has failed, or null. */
    public Throwable failure() {
        return state.failure();
    }

    /** Bytes of all records written since the start. */
    public long recordBytes() {
        return writer.recordBytes();
    }

    /** Records written since the start. */
    public long recordCount() {
        return writer.recordCount();
    }

    /** Frames written since the start. */
    public long frames() {
        return writer.frames();
    }

    /** Forces of segments since the start. */
    public long forces() {
        return writer.forces();
    }

    /** Bytes that wait to be written. */
    public long waitingBytes() {
        return writer.waitingBytes();
    }

    /** Begins a checkpoint. */
    public Checkpoint checkpoint() throws IOException {
        synchronized (this) {
            if (checkpointing) {
                throw new IllegalStateException("a checkpoint is being written");
            }
            checkpointing = true;
        }
        try {
            return new Checkpoint(this);
        } catch (IOException | RuntimeException | Error failure) {
            checkpointGivenUp();
            throw failure;
        }
    }

    /**
     * Copies what has been appended so far into an empty directory, by links where it can be: a log that can be opened there, or
     * copied back. No checkpoint may be made meanwhile.
     *
     * @param givenUp asked now and then; throws once it says so
     */
    public void backup(Storage target, BooleanSupplier givenUp) throws IOException {
        String checkpoint;
        long segment;
        synchronized (this) {
            if (checkpointing) {
                throw new IllegalStateException("a checkpoint is being written");
            }
            checkpoint = checkpointName;
            segment = firstSegment;
        }
        new Backup(this, target, givenUp).run(checkpoint, segment);
    }

    /** How many segments a checkpoint made now would make superfluous. */
    public synchronized long supersededSegments() {
        return writer.currentSegment() - firstSegment;
    }

    synchronized void checkpointGivenUp() {
        checkpointing = false;
    }

    /** A checkpoint is on the disk, with its name: takes away what it replaces. */
    void checkpointed(String name, long startSegment) throws IOException {
        String former;
        synchronized (this) {
            checkpointing = false;
            former = checkpointName;
            checkpointName = name;
            firstSegment = startSegment;
        }
        keeper.retire(startSegment);
        if (former != null && !former.equals(name)) {
            storage.delete(former);
        }
    }

    long currentSegment() {
        return writer.currentSegment();
    }

    void committed() {
        logThread.committed();
    }

    /** Nothing is acknowledged from now on. */
    void fail(Throwable cause) {
        state.fail(cause);
    }

    private void wakeAll() {
        room.wake();
        largeMemory.room().wake();
        keeper.wake();
    }

    /** Writes and forces all that has been appended, and ends. Nobody may append any more. */
    @Override
    public void close() throws IOException {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        logThread.close();
        join(logThread);
        keeperThread.close();
        join(keeperThread);
        Throwable failure = state.failure();
        state.close();
        writer.close();
        keeper.close();
        largeMemory.close();
        config.memory().free(ringMemory);
        storage.close();
        if (failure != null) {
            throw new IOException("the log had failed", failure);
        }
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException remembered) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
