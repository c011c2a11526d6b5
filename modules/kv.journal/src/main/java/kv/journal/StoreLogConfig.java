package kv.journal;

import java.util.Objects;
import kv.log.LogConfig;

/**
 * Settings of a store's log.
 *
 * @param log                the log's own
 * @param checkpointLogBytes a checkpoint is made when so many bytes of changes have been logged since the last one, and as many
 *                           as that one holds
 * @param truncate           whether to give up, once, all from a damage on that would else be refused
 * @param acceptClock        whether to start though the wall clock is behind the last change
 * @param listener           is told what happens
 */
public record StoreLogConfig(LogConfig log, long checkpointLogBytes, boolean truncate, boolean acceptClock,
        StoreLogListener listener) {
    private static final long MIB = 1 << 20;

    public StoreLogConfig {
        Objects.requireNonNull(log);
        Objects.requireNonNull(listener);
        if (checkpointLogBytes < 1) {
            throw new IllegalArgumentException("checkpointLogBytes: " + checkpointLogBytes + " is not positive");
        }
    }

    /** Each change is on disk before it is acknowledged; checkpoints from 256 MiB of changes on. */
    public static StoreLogConfig defaults(StoreLogListener listener) {
        return new StoreLogConfig(LogConfig.defaults().withListener(listener), 256 * MIB, false, false, listener);
    }
}
