package kv.server;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import kv.commands.Persistence;
import kv.journal.CheckpointStatus;
import kv.journal.StoreLog;
import kv.journal.StoreLogConfig;
import kv.journal.StoreLogListener;
import kv.log.Admission;
import kv.log.DiskStorage;
import kv.log.Fsync;
import kv.log.LogConfig;
import kv.log.LogDamagedException;
import kv.log.RecoverySummary;
import kv.log.Storage;
import kv.net.Exchange;
import kv.store.DatabaseStats;
import kv.store.KeyValueStore;
import kv.store.StoreClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The data on disk: recovered before the first client comes, and from then on what replies wait for. Any thread.
 *
 * <p>Failure: when the log fails, the server's failure handler is told: nothing is acknowledged any more. A full disk is told
 * to clients, and in the log once as it begins and ends.
 */
final class DataDirectory implements Persistence, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KvServer.class);

    /** Forcing the log, and ending, is left so much of the time to stop. */
    private static final long CLOSE_MILLIS = 1_000;

    private final StoreLog log;
    private final boolean repliesWait;
    /** Null if there is to be none. */
    private final BackupDirectory backups;

    private DataDirectory(StoreLog log, boolean repliesWait, BackupDirectory backups) {
        this.log = log;
        this.repliesWait = repliesWait;
        this.backups = backups;
    }

    /**
     * Returns when all that was on disk is in the store, which must be empty; null if the configuration wants nothing on disk.
     *
     * @param disk null for the configuration's directory
     * @param imported what the store is to hold at first, if there is nothing on disk yet; or null
     */
    static DataDirectory open(ServerConfig config, Storage disk, KeyValueStore store, Consumer<Throwable> onFailure,
            StartProgress progress, RdbImport imported) throws IOException {
        if (imported != null) {
            requireEmpty(config);
            imported.into(store, config.databases(), progress);
        }
        if (disk == null && config.dataDirectory().isEmpty()) {
            return null;
        }
        StoreClock clock = store.clock();
        Fsync fsync = Fsync.valueOf(config.fsync().toUpperCase(Locale.ROOT));
        StoreLogConfig defaults = StoreLogConfig.defaults(new Events(onFailure, progress));
        LogConfig ofLog = defaults.log().withFsync(fsync).withClock(clock::nowMillis)
                .withLargeMemoryBytes(Math.max(MemoryPlan.LONG_LOG_MIN, config.memoryPlan().longLog()))
                .withMemory(new LogBuffers(defaults.log().ringBytes()));
        StoreLogConfig wanted = new StoreLogConfig(ofLog, defaults.checkpointLogBytes(), config.recoverTruncate(),
                config.acceptClock(), defaults.listener());
        long start = System.nanoTime();
        BackupDirectory backups = config.backupDirectory().isEmpty() ? null : new BackupDirectory(config.backupDirectory());
        try {
            progress.begin("recovering");
            RecoveryRoom room = RecoveryRoom.of(store);
            Storage storage = disk != null ? disk : DiskStorage.open(Path.of(config.dataDirectory()));
            StoreLog log = StoreLog.open(storage, wanted, store);
            try {
                room.giveBack();
            } catch (IOException tooSmall) {
                log.close();
                throw tooSmall;
            }
            requireDatabases(config.databases(), store, log);
            DataDirectory data = new DataDirectory(log, fsync == Fsync.ALWAYS, backups);
            progress.end();
            if (imported == null) {
                report(log.recovery(), store, (System.nanoTime() - start) / 1_000_000);
            } else {
                data.keepImport(progress);
            }
            return data;
        } catch (LogDamagedException damaged) {
            throw new IOException(damaged.getMessage() + (damaged.isTruncatable()
                    ? "; restore a backup, or give up all from there on with --recover-truncate on" : "; restore a backup"),
                    damaged);
        } catch (IOException failure) {
            throw new IOException("data-dir: " + reason(failure), failure);
        }
    }

    /** Java says of some failures only which file they are about. */
    static String reason(IOException failure) {
        if (failure instanceof FileAlreadyExistsException) {
            return failure.getMessage() + " is no directory";
        }
        if (failure instanceof NoSuchFileException) {
            return failure.getMessage() + " cannot be made: the directory that it would lie in is missing";
        }
        if (failure instanceof AccessDeniedException) {
            return failure.getMessage() + " may not be used by this user: permission denied";
        }
        return failure.getMessage();
    }

    /** Before an import is read, which may take long. */
    private static void requireEmpty(ServerConfig config) throws IOException {
        Path directory = Path.of(config.dataDirectory());
        if (config.dataDirectory().isEmpty() || !Files.exists(directory.resolve("FORMAT"))) {
            return;
        }
        try (DiskStorage storage = DiskStorage.existing(directory)) {
            RecoverySummary found = StoreLog.check(storage);
            if (found.checkpoint() != null || found.position() > 0) {
                throw new IOException("import: only into an empty data-dir, and " + directory + " holds data already");
            }
        }
    }

    /** It is on disk all at once, when the checkpoint has its name. */
    private void keepImport(StartProgress progress) throws IOException {
        progress.begin("writing a checkpoint of what was imported");
        try {
            if (log.recovery().position() > 0 || log.recovery().checkpoint() != null) {
                throw new IOException("the directory was used meanwhile");
            }
            log.checkpoint().join();
        } catch (CompletionException failure) {
            close();
            throw new IOException(failure.getCause().getMessage(), failure);
        } catch (IOException used) {
            close();
            throw used;
        }
    }

    /** All keys that there are must be within reach. */
    private static void requireDatabases(int count, KeyValueStore store, StoreLog log) throws IOException {
        List<DatabaseStats> found = store.databaseStats();
        for (int number = count; number < found.size(); number++) {
            if (found.get(number).keys() > 0) {
                log.close();
                throw new IOException("there are keys in database " + number + ": databases must be " + (number + 1)
                        + " or more");
            }
        }
    }

    private static void report(RecoverySummary found, KeyValueStore store, long millis) {
        if (found.cut() != null) {
            LOG.warn("cut off from the log: {}", found.cut());
        }
        LOG.info("recovered {} keys in {} ms: {} records of {}, {} of the log", store.size(), millis, found.checkpointRecords(),
                found.checkpoint() == null ? "no checkpoint" : found.checkpoint(), found.records());
    }

    /** Whether replies are held until what they tell is on disk. */
    boolean repliesWait() {
        return repliesWait;
    }

    /** Holds the connection unless all up to a position is durable. Called by its handler. @param wait told how long it was */
    void holdUntilDurable(Exchange exchange, ServedClient client, long position, LongConsumer wait) {
        if (position <= log.log().durablePosition()) {
            return;
        }
        client.holdBy(exchange.hold(), wait);
        if (!log.whenDurable(client, position)) {
            client.durable();
        }
    }

    @Override
    public boolean requestCheckpoint() {
        return log.requestCheckpoint();
    }

    @Override
    public CompletableFuture<Void> checkpoint() {
        return log.checkpoint();
    }

    @Override
    public CompletableFuture<Void> backup(String name) {
        if (backups == null) {
            return CompletableFuture.failedFuture(
                    new IOException("this server makes no backups: it was started without backup-dir"));
        }
        return backups.make(name, log);
    }

    @Override
    public Status status() {
        CheckpointStatus status = log.checkpointStatus();
        return new Status(status.inProgress(), status.startedMillis(), status.lastMillis(), status.lastTookMillis(),
                status.lastFailed(), status.changedRecords(), log.log().admission() == Admission.TAKEN, log.log().waitingBytes());
    }

    /** Gives up what is being made of checkpoints and backups, so that nobody waits for one. */
    void stopping() {
        log.stopCheckpoints();
    }

    /** When nobody changes the store any more: makes a checkpoint, if that shortens the next start and fits the time. */
    void checkpointWithin(long millis) {
        log.checkpointWithin(millis - CLOSE_MILLIS);
    }

    /** Forces what was changed, and ends. */
    @Override
    public void close() {
        try {
            log.close();
        } catch (IOException failure) {
            LOG.error("the log could not be closed: {}", failure.getMessage());
        }
    }

    /** What the log tells, to the server's log. */
    private record Events(Consumer<Throwable> onFailure, StartProgress progress) implements StoreLogListener {
        @Override
        public void recovering(long doneBytes, long totalBytes) {
            progress.at(doneBytes, totalBytes);
        }

        @Override
        public void failed(Throwable cause) {
            LOG.error("the log has failed, nothing is acknowledged any more: {}", cause.getMessage());
            onFailure.accept(cause);
        }

        @Override
        public void forced(long bytes, long nanos) {
            FlightEvents.force(bytes, nanos);
        }

        @Override
        public void diskFull(String reason) {
            LOG.error("disk full, changes are refused: {}", reason);
        }

        @Override
        public void diskHasRoom() {
            LOG.info("the disk has room again, changes are taken");
        }

        @Override
        public void checkpointFailed(Exception cause) {
            LOG.error("no checkpoint could be made: {}", cause.getMessage());
        }

        @Override
        public void checkpointed(long records, long bytes, long millis) {
            FlightEvents.checkpoint(records, bytes, millis);
            LOG.info("checkpoint of {} records, {} bytes, in {} ms", records, bytes, millis);
        }
    }
}
