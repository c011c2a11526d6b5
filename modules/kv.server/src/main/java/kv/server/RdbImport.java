package kv.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import kv.rdb.RdbFile;
import kv.rdb.RdbSink;
import kv.rdb.RdbSummary;
import kv.store.Access;
import kv.store.Deadline;
import kv.store.KeyValueStore;
import kv.store.Keys;
import kv.store.Opening;
import kv.store.PutResult;
import kv.store.StoreSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An RDB file of Redis or Valkey whose strings are to be loaded before clients are served.
 *
 * @param database the one of its databases that is wanted, {@link #ALL} for all of them; each keeps its number
 */
record RdbImport(Path file, int database) {
    static final int ALL = -1;

    /** @param number null for all databases */
    static RdbImport of(String file, String number) throws UsageException {
        if (file == null) {
            if (number != null) {
                throw new UsageException("--database belongs to --import FILE");
            }
            return null;
        }
        if (number != null && (!number.matches("[0-9]{1,2}") || Integer.parseInt(number) >= KeyValueStore.DATABASES)) {
            throw new UsageException("--database: '" + number + "' is not allowed, allowed: 0 to "
                    + (KeyValueStore.DATABASES - 1));
        }
        return new RdbImport(Path.of(file), number == null ? ALL : Integer.parseInt(number));
    }

    /**
     * Loads them into a store that nobody uses yet, and logs what was left out. The file is read twice: nothing of one that is
     * damaged is loaded.
     *
     * @param databases how many clients can select; others are left out
     */
    void into(KeyValueStore store, int databases, StartProgress progress) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("import: " + file + (Files.exists(file) ? " is no file" : " is not there"));
        }
        long start = System.nanoTime();
        try {
            progress.begin("checking " + file);
            RdbFile.read(file, new Loader(null, database, databases, progress));
            progress.begin("importing " + file);
            Loader loader = new Loader(store, database, databases, progress);
            RdbSummary summary = RdbFile.read(file, loader);
            report(summary, loader, (System.nanoTime() - start) / 1_000_000);
        } catch (UncheckedIOException tooSmall) {
            throw new IOException("import: " + tooSmall.getCause().getMessage(), tooSmall);
        } catch (IOException failure) {
            throw new IOException("import: " + DataDirectory.reason(failure), failure);
        } finally {
            progress.end();
        }
    }

    private void report(RdbSummary summary, Loader loader, long millis) {
        Logger log = LoggerFactory.getLogger(KvServer.class); // not earlier: a logger made before ProgramLog writes past it
        log.info("imported {} keys of {} (version {}, written by {}) in {} ms", loader.loaded, file, summary.version(),
                summary.writtenBy(), millis);
        Map<String, Long> leftOut = new TreeMap<>(summary.leftOut());
        loader.otherDatabases.forEach((number, count) -> leftOut.put("string of database " + number, count));
        if (loader.expired > 0) {
            leftOut.put("string that has expired", loader.expired);
        }
        if (!leftOut.isEmpty()) {
            log.warn("left out of the import: {}", leftOut);
        }
    }

    /** Puts what it is given into a store; without one it only counts. */
    private static final class Loader implements RdbSink {
        private final StoreSession session;
        private final Keys keys;
        private final KeyValueStore store;
        private final int database;
        private final int databases;
        private final StartProgress progress;
        private final Map<Integer, Long> otherDatabases = new TreeMap<>();
        private long loaded;
        private long expired;

        Loader(KeyValueStore store, int database, int databases, StartProgress progress) {
            this.store = store;
            this.database = database;
            this.databases = databases;
            this.progress = progress;
            this.session = store == null ? null : store.session();
            this.keys = session == null ? null : session.newKeys();
        }

        @Override
        public void string(int ofDatabase, ByteBuffer key, ByteBuffer value, long deadlineMillis) {
            if (ofDatabase >= databases || database != ALL && ofDatabase != database) {
                otherDatabases.merge(ofDatabase, 1L, Long::sum);
            } else if (store != null) {
                put(ofDatabase, key, value, deadlineMillis == Long.MAX_VALUE ? Deadline.NONE : deadlineMillis);
            }
        }

        private void put(int number, ByteBuffer key, ByteBuffer value, long deadline) {
            long now = store.nowMillis();
            if (deadline <= now) {
                expired++;
                return;
            }
            keys.clear();
            keys.select(number);
            keys.add(key, 0, key.limit());
            if (session.open(keys, 0, 1, Access.EXCLUSIVE, now) != Opening.OPEN) {
                throw new IllegalStateException("the store is in use while it is loaded");
            }
            try {
                if (session.put(0, value, 0, value.limit(), deadline) == PutResult.OUT_OF_MEMORY) {
                    throw new UncheckedIOException(new IOException("it does not fit: the memory limit of "
                            + store.stats().memoryLimitBytes() + " bytes is reached after " + loaded + " keys"));
                }
            } finally {
                session.close();
            }
            loaded++;
        }

        @Override
        public void progress(long doneBytes, long totalBytes) {
            progress.at(doneBytes, totalBytes);
        }
    }
}
