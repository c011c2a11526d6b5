package kv.commands;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import kv.protocol.Request;

/**
 * One search for hot keys, as HOTKEYS START begins it: which keys take most time and most bytes on the wire. Any thread.
 *
 * <p>Bounded: ten times as many keys are remembered as are asked for, each by its first {@value #KEY_BYTES_MAX} bytes.
 */
final class HotKeys {
    static final int KEY_BYTES_MAX = 256;
    private static final int REMEMBERED_PER_KEY = 10;

    /** What is looked for. Times in milliseconds; {@code durationMillis} 0 = until it is stopped. */
    record Wish(boolean cpu, boolean net, int count, long durationMillis, int sampleRatio) {
    }

    final Wish wish;
    final long startMillis;
    final ServerView.ProcessUse useAtStart;
    private final TopKeys byNanos;
    private final TopKeys byBytes;

    // Guarded by this.
    private boolean active = true;
    private long endMillis;
    private long allMicros;
    private long allBytes;

    HotKeys(Wish wish, long startMillis, ServerView.ProcessUse useAtStart) {
        this.wish = wish;
        this.startMillis = startMillis;
        this.useAtStart = useAtStart;
        this.byNanos = new TopKeys(wish.count * REMEMBERED_PER_KEY);
        this.byBytes = new TopKeys(wish.count * REMEMBERED_PER_KEY);
    }

    /** Whether it goes on at this moment. */
    synchronized boolean isActive(long nowMillis) {
        if (active && wish.durationMillis > 0 && nowMillis - startMillis >= wish.durationMillis) {
            stop(startMillis + wish.durationMillis);
        }
        return active;
    }

    synchronized void stop(long nowMillis) {
        active = false;
        endMillis = nowMillis;
    }

    /** A command has run. Its request is still readable. */
    void saw(Command command, Request request, long nanos, long bytes) {
        int keys = command.keyCountOf(request, 0);
        if (keys == 0) {
            return;
        }
        boolean sampled = wish.sampleRatio == 1 || ThreadLocalRandom.current().nextInt(wish.sampleRatio) == 0;
        long micros = nanos / 1000;
        synchronized (this) {
            if (!active) {
                return;
            }
            allMicros += micros;
            allBytes += bytes;
            for (int key = 0; sampled && key < keys; key++) {
                int arg = command.firstKeyArg() + key * command.keyStep();
                byte[] name = new byte[Math.min(KEY_BYTES_MAX, request.length(arg))];
                request.bytes().get(request.start(arg), name);
                if (wish.cpu) {
                    byNanos.add(name, nanos / keys);
                }
                if (wish.net) {
                    byBytes.add(name, bytes / keys);
                }
            }
        }
    }

    synchronized long durationMillis(long nowMillis) {
        return (active ? nowMillis : endMillis) - startMillis;
    }

    /** Of all commands with keys. */
    synchronized long allMicros() {
        return allMicros;
    }

    /** Of all commands with keys. */
    synchronized long allBytes() {
        return allBytes;
    }

    /** Of the keys that were sampled. */
    synchronized long sampledBytes() {
        return byBytes.total();
    }

    /** Keys with the nanoseconds that they have taken, the largest first. */
    synchronized List<TopKeys.Top> byNanos() {
        return byNanos.largest(wish.count);
    }

    /** Keys with the bytes that they have taken, the largest first. */
    synchronized List<TopKeys.Top> byBytes() {
        return byBytes.largest(wish.count);
    }
}
