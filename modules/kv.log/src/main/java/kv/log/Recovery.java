package kv.log;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;

/** Reads what a log's directory holds, and makes it ready to go on with. Owner: one thread, before the log's own start. */
final class Recovery {
    private final Storage storage;
    private final LogMemory memory;
    private final Replay replay;
    private final LogDirectory directory;
    private LogFormat format;
    private NavigableSet<Long> segments;
    private LogStart start = LogStart.NO_CHECKPOINT;
    private LogScan scan;
    private RecoverySummary summary;
    private List<Segment> writable;

    Recovery(Storage storage, LogMemory memory, Replay replay) {
        this.storage = storage;
        this.memory = memory;
        this.replay = replay;
        this.directory = new LogDirectory(storage);
    }

    /** Makes the log if there is none, replays it, and cuts its torn tail off. */
    void open(LogConfig config, boolean truncate) throws IOException {
        directory.lock(true);
        if (!directory.hasFormat()) {
            directory.create(config, new SecureRandom());
        }
        read();
        if (!truncate) {
            scan.requireNoDamage();
        }
        scan.requireCheckpointsEnd();
        writable = directory.cut(scan, format.segmentBytes(), segments);
        directory.clear(start);
    }

    /** Only reads. */
    void check() throws IOException {
        directory.lock(false);
        if (!directory.hasFormat()) {
            throw new LogRefusedException(storage + " holds no log: there is no file " + FileNames.FORMAT);
        }
        read();
        scan.requireCheckpointsEnd();
        scan.requireNoDamage();
    }

    private void read() throws IOException {
        format = LogFormat.read(storage);
        segments = directory.segments();
        long checkpointRecords = 0;
        Optional<String> checkpoint = directory.newestCheckpoint();
        RecoveryProgress progress;
        if (checkpoint.isPresent()) {
            try (CheckpointReader reader = new CheckpointReader(storage, format, checkpoint.get())) {
                start = reader.start();
                progress = new RecoveryProgress(replay, reader.fileBytes() + logBytes());
                reader.replay(replay, progress);
                progress.ended(reader.fileBytes());
                checkpointRecords = reader.records();
            }
        } else {
            progress = new RecoveryProgress(replay, logBytes());
        }
        scan = new LogScan(storage, format, start, segments, replay, progress, memory);
        scan.run();
        replay.end();
        summary = scan.summary(checkpointRecords);
    }

    /** Of the log that may have to be read. */
    private long logBytes() {
        return (long) segments.tailSet(start.segment()).size() * format.segmentBytes();
    }

    LogFormat format() {
        return format;
    }

    LogStart start() {
        return start;
    }

    RecoverySummary summary() {
        return summary;
    }

    /** The segment to go on with, and after it those that are ready. */
    List<Segment> writable() {
        return writable;
    }
}
