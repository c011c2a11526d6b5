package kv.commands;

import java.util.function.Supplier;
import kv.protocol.CommandSpec.Flag;
import kv.protocol.Request;

/**
 * Shows commands that have run to those who want to know of them: the slow log, the monitors, a search for hot keys. Any thread.
 *
 * <p>Nobody pays for that who is not looked at: an executor compares the time that a command has taken, which it knows anyway,
 * with one threshold, and while somebody wants to see every command, every time is above it.
 */
final class Watch {
    private final SlowLog slowLog;
    private final Monitors monitors;
    /** The search for hot keys that runs, or the last one; null = none. */
    private volatile HotKeys hotKeys;
    /** Whether it runs. */
    private volatile boolean searching;
    private volatile long wantedNanos;

    Watch(SlowLog slowLog, Monitors monitors) {
        this.slowLog = slowLog;
        this.monitors = monitors;
        settle();
    }

    /** Whether somebody wants to know of a command that has taken so long. */
    boolean wants(long nanos) {
        return nanos >= wantedNanos;
    }

    /** To be called when what somebody wants to know has changed. */
    synchronized void settle() {
        wantedNanos = monitors.isEmpty() && !searching ? slowLog.thresholdNanos() : Long.MIN_VALUE;
    }

    /** The search for hot keys from now on; null = none. */
    synchronized void search(HotKeys search) {
        hotKeys = search;
        searching = search != null;
        settle();
    }

    HotKeys hotKeys() {
        return hotKeys;
    }

    /** The search has ended; what it has found stays. */
    synchronized void endSearch() {
        searching = false;
        settle();
    }

    /**
     * One that is wanted. Its request is still readable.
     *
     * @param replyBytes how long its reply is
     * @param waits what it has waited for
     * @return what the slow log has taken down, or null
     */
    SlowLog.Entry saw(Command command, Request request, Client client, long endMillis, long nanos, long replyBytes,
            Supplier<Waits.OfCommand> waits) {
        SlowLog.Entry slow = null;
        if (slowLog.isLong(nanos) && !command.flags().contains(Flag.SKIP_SLOWLOG)) {
            slow = slowLog.add(command, request, client, endMillis, nanos, waits.get());
        }
        if (!monitors.isEmpty()) {
            monitors.saw(command, request, client, endMillis - nanos / 1_000_000);
        }
        if (searching) {
            if (hotKeys.isActive(endMillis)) {
                hotKeys.saw(command, request, nanos, requestBytes(request) + replyBytes);
            } else {
                endSearch();
            }
        }
        return slow;
    }

    /** As RESP writes it, but for the digits of lengths. */
    private static long requestBytes(Request request) {
        long bytes = 0;
        for (int arg = 0; arg < request.argCount(); arg++) {
            bytes += request.length(arg) + 6;
        }
        return bytes;
    }
}
