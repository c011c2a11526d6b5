package kv.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * The files of a log's directory: found, made, and cleared of what is no longer needed. Owner: one thread, before the log's own
 * start.
 */
final class LogDirectory {
    /** What a fresh file system has in its root. */
    private static final Set<String> HARMLESS = Set.of("lost+found");

    private static final String DETACHED = "detached" + FileNames.UNFINISHED_SUFFIX;

    private final Storage storage;

    LogDirectory(Storage storage) {
        this.storage = storage;
    }

    /** @param create whether the lock's file may be made */
    void lock(boolean create) throws IOException {
        if (!storage.lock(FileNames.LOCK, create)) {
            throw new LogRefusedException(storage + " is in use by a running server");
        }
    }

    boolean hasFormat() throws IOException {
        return storage.list().contains(FileNames.FORMAT);
    }

    /** Makes a log in an empty directory. */
    void create(LogConfig config, RandomGenerator random) throws IOException {
        requireEmpty();
        State state = new State(new LogListener() { }, () -> { });
        SegmentKeeper keeper = new SegmentKeeper(storage, state, config.segmentBytes(), LogStart.FIRST_SEGMENT,
                LogStart.FIRST_SEGMENT);
        keeper.work();
        keeper.close();
        if (state.isFull()) {
            throw new IOException(state.fullReason());
        }
        // Last: a directory without it is one whose making was not finished.
        new LogFormat(random.nextLong(), config.segmentBytes()).write(storage);
    }

    private void requireEmpty() throws IOException {
        for (String name : storage.list()) {
            if (name.equals(FileNames.LOCK) || FileNames.isUnfinished(name) || HARMLESS.contains(name)
                    || isUnusedFirstSegment(name)) {
                continue;
            }
            throw new LogRefusedException(storage + " is not empty and has no file " + FileNames.FORMAT + ": it holds " + name);
        }
    }

    private boolean isUnusedFirstSegment(String name) throws IOException {
        if (!name.equals(FileNames.segment(LogStart.FIRST_SEGMENT))) {
            return false;
        }
        ByteBuffer first = ByteBuffer.allocate(Frame.HEADER_BYTES);
        try (StorageFile file = storage.openForReading(name)) {
            file.readFully(first, 0);
        }
        for (int i = 0; i < first.position(); i++) {
            if (first.get(i) != 0) {
                return false;
            }
        }
        return true;
    }

    NavigableSet<Long> segments() throws IOException {
        NavigableSet<Long> numbers = new TreeSet<>();
        for (String name : storage.list()) {
            FileNames.segmentNumber(name).ifPresent(numbers::add);
        }
        return numbers;
    }

    Optional<String> newestCheckpoint() throws IOException {
        return CheckpointReader.newest(storage.list());
    }

    /** Deletes what is not needed by a log that starts there. */
    void clear(LogStart start) throws IOException {
        for (String name : storage.list()) {
            boolean oldSegment = FileNames.segmentNumber(name).orElse(Long.MAX_VALUE) < start.segment();
            boolean oldCheckpoint = FileNames.checkpointPosition(name).isPresent() && !name.equals(start.checkpoint());
            if (oldSegment || oldCheckpoint || FileNames.isUnfinished(name)) {
                storage.delete(name);
            }
        }
    }

    /**
     * Makes sure that the log ends where the scan says, whatever comes after: what lies behind can never count.
     *
     * @return the segment to go on with, and after it those that are ready
     */
    List<Segment> cut(LogScan scan, int segmentBytes, NavigableSet<Long> segments) throws IOException {
        NavigableSet<Long> later = new TreeSet<>(segments.tailSet(scan.cutSegment(), false));
        List<Long> ready = new ArrayList<>();
        for (long number = scan.cutSegment() + 1; later.contains(number) && !scan.staleSegments().contains(number)
                && isOursAlone(number); number++) {
            ready.add(number);
        }
        later.removeAll(ready);
        // Also if there is none to delete: the process may have died before it forced its last change of a name.
        storage.forceDirectory();
        for (long number : later.descendingSet()) {
            storage.delete(FileNames.segment(number));
            // One after the other: a gap among the numbers would be taken for damage.
            storage.forceDirectory();
        }
        List<Segment> result = new ArrayList<>();
        result.add(cutSegment(scan, segmentBytes));
        for (long number : ready) {
            result.add(new Segment(number, storage.openForWriting(FileNames.segment(number)), segmentBytes, 0));
        }
        return result;
    }

    /** Whether nobody has linked the segment: what is somebody's backup is never written to. */
    private boolean isOursAlone(long number) throws IOException {
        return storage.links(FileNames.segment(number)) == 1;
    }

    /** Gives the segment a file of its own, if that has a second name. */
    private void detach(long number) throws IOException {
        if (isOursAlone(number)) {
            return;
        }
        String name = FileNames.segment(number);
        try (StorageFile from = storage.openForReading(name); StorageFile to = storage.create(DETACHED)) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 18);
            for (long at = 0; from.readFully(buffer.clear(), at) > 0; at += buffer.position()) {
                to.writeFully(buffer.flip(), at);
            }
            to.force(true);
        }
        storage.rename(DETACHED, name);
        storage.forceDirectory();
    }

    private Segment cutSegment(LogScan scan, int segmentBytes) throws IOException {
        detach(scan.cutSegment());
        StorageFile file = storage.openForWriting(FileNames.segment(scan.cutSegment()));
        try {
            ByteBuffer zeros = ByteBuffer.allocateDirect(Frame.BLOCK_BYTES);
            for (int place : scan.stalePlaces()) {
                file.writeFully(zeros.clear(), place);
            }
            for (long at = file.size() & -Frame.BLOCK_BYTES; at < segmentBytes; at += Frame.BLOCK_BYTES) {
                fill(file, zeros, Math.max(at, file.size()), at + Frame.BLOCK_BYTES);
            }
            // What was read may stand in the kernel's memory only, if just the process died: it is about to be answered from.
            file.force(true);
            return new Segment(scan.cutSegment(), file, segmentBytes, scan.cutPlace());
        } catch (IOException | RuntimeException failure) {
            file.close();
            throw failure;
        }
    }

    private static void fill(StorageFile file, ByteBuffer zeros, long from, long to) throws IOException {
        file.writeFully(zeros.clear().limit((int) (to - from)), from);
    }
}
