package kv.journal;

import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import kv.log.DiskStorage;
import kv.log.Fsync;
import kv.log.LogConfig;
import kv.store.KeyValueStore;
import kv.store.StoreConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who waits for the thread that makes checkpoints is told when it dies. */
@Timeout(600)
class CheckpointThreadTest {
    private static final int MIB = 1 << 20;
    private static final StoreLogListener QUIET = new StoreLogListener() { };

    @TempDir
    Path folder;

    /** Seen to wait for ever with the Errors left out of Checkpointer.run. */
    @Test
    void taskDies_whoWaitsIsTold_andWhoComesLater() throws Exception {
        try (KeyValueStore store = new KeyValueStore(StoreConfig.defaults().withMemoryLimitBytes(64L * MIB))) {
            StoreLog log = open(store);
            Error death = new AssertionError("test");
            CompletableFuture<Void> dying = log.betweenCheckpoints((ofStore, givenUp) -> {
                throw death;
            });
            CompletableFuture<Void> behind = log.betweenCheckpoints((ofStore, givenUp) -> { });
            assertSame(death, failure(dying));
            assertSame(death, failure(behind));
            assertSame(death, failure(log.betweenCheckpoints((ofStore, givenUp) -> { })));
            assertSame(death, failure(log.checkpoint()));
            log.close();
        }
    }

    private StoreLog open(KeyValueStore store) throws IOException {
        LogConfig defaults = LogConfig.defaults();
        LogConfig small = new LogConfig(Fsync.NO, MIB, MIB, MIB / 4, MIB / 16, 64L * MIB, System::currentTimeMillis, QUIET,
                defaults.memory());
        return StoreLog.open(DiskStorage.open(folder.resolve("data")), new StoreLogConfig(small, 1L << 40, false, false, QUIET),
                store);
    }

    private static Throwable failure(CompletableFuture<Void> future) {
        return assertThrows(ExecutionException.class, () -> future.get(300, TimeUnit.SECONDS)).getCause();
    }
}
