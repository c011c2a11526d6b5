package kv.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Has segments ready before they are needed, and takes away those that a checkpoint has made superfluous: as the next ones to be
 * written if they can be, else deleted.
 *
 * <p>Threads: {@link #work} by one, the rest by any. The lock guards the two queues and is held for no input or output.
 * <p>Failure: what finds no room is tried again; meanwhile the {@link State} says that the disk is full. Anything else, such as a
 * directory that is gone or a file system that has become read-only, does not pass.
 */
final class SegmentKeeper {
    // Zeros that are written and forced before a segment is used leave only data to be forced later, no change of the file's
    // size or place: half the time of a force. An old segment is as good as zeros, for its frames name another segment; but
    // never one that has a second name, for that is somebody's backup.
    private static final int READY_MIN = 1;
    private static final int READY_MAX = 4;
    private static final int PIECE_BYTES = 1 << 20;
    private static final int FORCED_PIECES = 4;
    private static final String UNFINISHED = "segment" + FileNames.UNFINISHED_SUFFIX;

    private final Storage storage;
    private final State state;
    private final int segmentBytes;
    private final ByteBuffer zeros;
    private final Deque<Segment> ready = new ArrayDeque<>();
    private final Deque<Long> old = new ArrayDeque<>();
    /** The oldest segment that is there and not in {@link #old}. */
    private long oldest;
    private long nextNumber;
    /** Since {@link #work} looked. */
    private boolean changed;

    /** @param oldest the number of the oldest segment that is there; {@code nextNumber} if there is none */
    SegmentKeeper(Storage storage, State state, int segmentBytes, long oldest, long nextNumber) {
        this.storage = storage;
        this.state = state;
        this.segmentBytes = segmentBytes;
        this.zeros = ByteBuffer.allocateDirect(Math.min(segmentBytes, PIECE_BYTES));
        this.oldest = oldest;
        this.nextNumber = nextNumber;
    }

    /** Takes over a segment that recovery has found ready. */
    synchronized void addReady(Segment segment) {
        if (segment.number != nextNumber) {
            throw new IllegalArgumentException("segment " + segment.number + " where " + nextNumber + " is the next");
        }
        nextNumber++;
        ready.add(segment);
    }

    /** The next segment, or null if none is ready. */
    synchronized Segment poll() {
        Segment segment = ready.poll();
        wake();
        return segment;
    }

    /** Waits until a segment is ready, or for about that time; also ended by {@link #wake}. */
    synchronized void awaitReady(long millis) throws InterruptedException {
        if (ready.isEmpty()) {
            wait(millis);
        }
    }

    /** Waits until there may be new work, or for about that time. */
    synchronized void awaitWork(long millis) throws InterruptedException {
        if (!changed) {
            wait(millis);
        }
    }

    synchronized void wake() {
        changed = true;
        notifyAll();
    }

    /** Gives up all segments below a number. */
    synchronized void retire(long below) {
        for (; oldest < below; oldest++) {
            old.add(oldest);
        }
        wake();
    }

    synchronized int oldSegments() {
        return old.size();
    }

    /**
     * Makes one segment ready, or takes one old segment away; false if there was neither to do, or it failed and should wait a
     * little.
     */
    boolean work() throws IOException {
        Long oldNumber;
        int readyNow;
        long number;
        synchronized (this) {
            changed = false;
            oldNumber = old.peek();
            readyNow = ready.size();
            number = nextNumber;
        }
        if (oldNumber != null && takeAway(oldNumber, readyNow < READY_MAX ? number : 0)) {
            return true;
        }
        return readyNow < READY_MIN && allocate(number);
    }

    /** Throws if the directory is gone: what is written to its open files then is on no disk at the next start. */
    void requireDirectory() throws IOException {
        try {
            storage.links(FileNames.FORMAT);
        } catch (NoSuchFileException gone) {
            throw new IOException("the directory " + storage + " is gone, or is another one now", gone);
        }
    }

    private boolean takeAway(long oldNumber, long number) {
        String name = FileNames.segment(oldNumber);
        boolean done = false;
        StorageFile file = null;
        try {
            file = number == 0 ? null : recyclable(name);
            if (file == null) {
                storage.delete(name);
            } else {
                storage.rename(name, FileNames.segment(number));
                storage.forceDirectory();
            }
            done = true;
        } catch (IOException notNow) {
            // It takes room and does no harm: the next start deletes it, if nothing before.
            closeQuietly(file);
        }
        synchronized (this) {
            old.remove();
            if (done && file != null) {
                handOver(new Segment(number, file, segmentBytes, 0));
            }
        }
        return done;
    }

    /** An old segment's file if it may be used again, else null. */
    private StorageFile recyclable(String name) throws IOException {
        if (storage.links(name) != 1) {
            return null;
        }
        StorageFile file = storage.openForWriting(name);
        if (file.size() == segmentBytes) {
            return file;
        }
        file.close();
        return null;
    }

    private boolean allocate(long number) throws IOException {
        StorageFile file = null;
        try {
            file = storage.create(UNFINISHED);
            fill(file);
            storage.rename(UNFINISHED, FileNames.segment(number));
            storage.forceDirectory();
        } catch (NoRoomException full) {
            closeQuietly(file);
            deleteUnfinished();
            state.fullForKeeper("no other segment of " + segmentBytes + " bytes could be made: " + full.getMessage());
            return false;
        }
        synchronized (this) {
            handOver(new Segment(number, file, segmentBytes, 0));
        }
        return true;
    }

    /** Half a segment must not take the room that others need. */
    private void deleteUnfinished() {
        try {
            storage.delete(UNFINISHED);
        } catch (IOException alsoThat) {
            // The next attempt creates it anew, which says what is wrong.
            return;
        }
    }

    private static void closeQuietly(StorageFile file) {
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException lesser) {
            // A failure to make a segment is being reported already; nothing in the file is needed.
            return;
        }
    }

    private void handOver(Segment segment) {
        ready.add(segment);
        nextNumber++;
        state.fullForKeeper(null);
        notifyAll();
    }

    /** In pieces that are forced, so that a force of the log's does not wait for all of it. */
    private void fill(StorageFile file) throws IOException {
        for (int at = 0, piece = 1; at < segmentBytes; piece++) {
            zeros.clear().limit(Math.min(zeros.capacity(), segmentBytes - at));
            int bytes = zeros.remaining();
            file.writeFully(zeros, at);
            at += bytes;
            if (piece % FORCED_PIECES == 0) {
                file.force(false);
            }
        }
        file.force(true);
    }

    /** Closes what is ready; the files stay. */
    synchronized void close() throws IOException {
        for (Segment segment : ready) {
            segment.close();
        }
        ready.clear();
    }
}
