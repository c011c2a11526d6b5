package kv.journal;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import kv.store.KeyValueStore;

/**
 * One of the threads {@code kv-replay-N}: applies the effects on the keys that are its own, in the order in which it is given
 * them.
 *
 * <p>Threads: one gives, its own takes. What a buffer holds passes from the one to the other with the buffer.
 */
final class ReplayLane extends Thread {
    static final int BUFFER_BYTES = 1 << 18;
    private static final int BUFFERS = 3;
    private static final ByteBuffer END = ByteBuffer.allocate(0);

    private final EffectReader reader;
    private final BlockingQueue<ByteBuffer> full = new ArrayBlockingQueue<>(BUFFERS + 1);
    private final BlockingQueue<ByteBuffer> free = new ArrayBlockingQueue<>(BUFFERS);
    /** Being filled; null while there is none. Of the giver. */
    private ByteBuffer filling;
    private volatile Throwable failure;

    ReplayLane(int number, KeyValueStore store) {
        super("kv-replay-" + number);
        reader = new EffectReader(store);
        for (int i = 0; i < BUFFERS; i++) {
            free.add(ByteBuffer.allocateDirect(BUFFER_BYTES).order(Effect.order()));
        }
        setDaemon(true);
    }

    /** Takes an effect that fits a buffer. */
    void give(ByteBuffer effects, int at, int bytes) {
        if (filling != null && bytes > filling.remaining()) {
            flush();
        }
        if (filling == null) {
            filling = takeFrom(free).clear();
        }
        filling.put(filling.position(), effects, at, bytes).position(filling.position() + bytes);
    }

    private void flush() {
        if (filling != null) {
            putInto(full, filling.flip());
            filling = null;
        }
    }

    /** Returns when all that was given has been applied. */
    void awaitIdle() {
        flush();
        ByteBuffer[] all = new ByteBuffer[BUFFERS];
        for (int i = 0; i < BUFFERS; i++) {
            all[i] = takeFrom(free);
        }
        for (ByteBuffer buffer : all) {
            putInto(free, buffer);
        }
    }

    /** What applying has failed with; what was given after that is dropped. */
    Throwable failure() {
        return failure;
    }

    void end() {
        filling = null;
        putInto(full, END);
        boolean interrupted = false;
        while (isAlive()) {
            try {
                join();
            } catch (InterruptedException remembered) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void run() {
        for (ByteBuffer effects = takeFrom(full); effects != END; effects = takeFrom(full)) {
            try {
                if (failure == null) {
                    reader.apply(effects);
                }
            } catch (Throwable thrown) {
                failure = thrown;
            }
            putInto(free, effects);
        }
    }

    private static ByteBuffer takeFrom(BlockingQueue<ByteBuffer> queue) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return queue.take();
                } catch (InterruptedException remembered) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** There is room for all buffers that there are. */
    private static void putInto(BlockingQueue<ByteBuffer> queue, ByteBuffer buffer) {
        queue.add(buffer);
    }
}
