package kv.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import kv.journal.StoreLog;
import kv.log.DiskStorage;
import kv.log.Log;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where BACKUP puts its copies: a directory, and below it one for each backup, with the name that a client has given. A backup
 * has its name when it is complete. Any thread.
 */
final class BackupDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(KvServer.class);
    private static final String NAME = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}";
    private static final String UNFINISHED_SUFFIX = ".tmp";

    private final Path directory;
    private final DiskStorage backups;

    /** Makes the directory if there is none. */
    BackupDirectory(String path) throws IOException {
        directory = Path.of(path);
        try {
            backups = DiskStorage.open(directory);
        } catch (IOException failure) {
            throw new IOException("backup-dir: " + DataDirectory.reason(failure), failure);
        }
    }

    /** Copies what the log holds; fails with an IOException that says why not. */
    CompletableFuture<Void> make(String name, StoreLog log) {
        if (!name.matches(NAME) || name.endsWith(UNFINISHED_SUFFIX)) {
            return CompletableFuture.failedFuture(
                    new IOException("the name of a backup is of letters, digits, '_', '-' and '.'"));
        }
        return log.betweenCheckpoints((source, givenUp) -> make(name, source, givenUp));
    }

    private void make(String name, Log source, BooleanSupplier givenUp) throws IOException {
        long start = System.nanoTime();
        if (backups.list().contains(name)) {
            throw new IOException("there is a backup of that name already");
        }
        String unfinished = name + UNFINISHED_SUFFIX;
        Path path = directory.resolve(unfinished);
        delete(path);
        try (DiskStorage target = DiskStorage.open(path)) {
            source.backup(target, givenUp);
            backups.rename(unfinished, name);
            backups.forceDirectory();
        } catch (IOException failure) {
            LOG.error("no backup {} could be made: {}", name, failure.getMessage());
            delete(path);
            throw new IOException("no backup could be made: " + failure.getMessage(), failure);
        }
        LOG.info("backup {} in {} ms", directory.resolve(name), (System.nanoTime() - start) / 1_000_000);
    }

    /** What is left of one that was not finished. */
    private static void delete(Path unfinished) throws IOException {
        if (Files.isDirectory(unfinished)) {
            try (DiskStorage files = DiskStorage.existing(unfinished)) {
                for (String file : files.list()) {
                    files.delete(file);
                }
            }
            Files.delete(unfinished);
        }
    }
}
