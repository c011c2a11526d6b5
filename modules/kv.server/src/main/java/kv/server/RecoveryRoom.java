package kv.server;

import java.io.IOException;
import kv.store.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The memory that a store has while it is recovered: more than its limit, if the machine has more. What is on disk may be from
 * days of another limit. It holds more than the store ever did at once: what has expired since, and what was deleted and added
 * while a checkpoint was written. And nothing can be evicted before all of it has been read, since a later change may be of a
 * part of a value. Then what has expired goes, and what does not fit: by the policy, and with a line that says how much.
 *
 * <p>Owner: the thread that starts the server.
 */
final class RecoveryRoom {
    private static final Logger LOG = LoggerFactory.getLogger(KvServer.class);

    private final KeyValueStore store;
    private final long limitBytes;

    private RecoveryRoom(KeyValueStore store, long limitBytes) {
        this.store = store;
        this.limitBytes = limitBytes;
    }

    /** Before the store is recovered. */
    static RecoveryRoom of(KeyValueStore store) {
        long limitBytes = store.stats().memoryLimitBytes();
        for (long more = MachineMemory.bytes() / 8 * 7; more > limitBytes && !raise(store, more); more /= 2) {
            LOG.debug("a store of these shards cannot have {} bytes", more);
        }
        return new RecoveryRoom(store, limitBytes);
    }

    /** False if its shards cannot address so much. */
    private static boolean raise(KeyValueStore store, long bytes) {
        try {
            store.setMemoryLimitBytes(bytes);
            return true;
        } catch (IllegalArgumentException notAddressable) {
            return false;
        }
    }

    /** After that, and before anybody else uses it. */
    void giveBack() throws IOException {
        if (store.stats().memoryLimitBytes() == limitBytes) {
            return;
        }
        long keys = store.size();
        try {
            store.setMemoryLimitBytes(limitBytes);
        } catch (IllegalArgumentException notEnoughToEvict) {
            throw new IOException("what is on disk does not fit max-memory, " + limitBytes
                    + " bytes, and eviction may not take enough of it away: " + notEnoughToEvict.getMessage(), notEnoughToEvict);
        }
        long evicted = keys - store.size();
        if (evicted > 0) {
            LOG.warn("{} of {} keys on disk do not fit max-memory, {} bytes, and have been evicted", evicted, keys, limitBytes);
        }
    }
}
