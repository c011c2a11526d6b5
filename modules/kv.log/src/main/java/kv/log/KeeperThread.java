package kv.log;

import java.io.IOException;

/** The thread {@code kv-segments}: has segments ready, takes old ones away. Never interrupted. */
final class KeeperThread extends Thread {
    private static final long RETRY_MILLIS = 1000;

    private final Log log;
    private final SegmentKeeper keeper;
    private volatile boolean closing;

    KeeperThread(Log log, SegmentKeeper keeper) {
        super("kv-segments");
        this.log = log;
        this.keeper = keeper;
        setDaemon(true);
    }

    void close() {
        closing = true;
        keeper.wake();
    }

    @Override
    public void run() {
        try {
            while (!closing) {
                if (!work()) {
                    keeper.awaitWork(RETRY_MILLIS);
                    keeper.requireDirectory();
                }
            }
        } catch (Throwable failure) {
            log.fail(failure);
        }
    }

    private boolean work() throws IOException {
        try {
            return keeper.work();
        } catch (IOException failure) {
            // What it fails with says less where the directory is gone.
            keeper.requireDirectory();
            throw failure;
        }
    }
}
