package kv.admin;

import java.net.InetSocketAddress;
import java.util.List;
import kv.stats.LatencySnapshot;

/**
 * What an {@link AdminServer} shows. {@link #phase}, {@link #progress} and {@link #dataAddress} are called by the thread that
 * answers
 * everybody and must not wait; the others by a thread of their own, one call at a time, which may wait for a lock.
 */
public interface Source {

    /** How far a server has come. */
    enum Phase {
        /** It cannot be asked anything yet. */
        STARTING,
        /** It serves: {@link #dataAddress} answers. */
        SERVING,
        /** It has been told to stop. */
        STOPPING,
        /** It can no longer do what it must. */
        FAILED
    }

    /** Where it is now. */
    Phase phase();

    /** A line for people about the phase, such as how much has been loaded. */
    String progress();

    /** Where a client would connect, on this machine; null while it cannot. */
    InetSocketAddress dataAddress();

    /** Writes all metrics. */
    void metrics(MetricsText text);

    /** Each command that has run, with its times. */
    List<CommandTimes> commands();

    /** Commands that took long, the latest first. */
    List<SlowCommand> slowCommands();

    /** The last lines of the log, the latest last. */
    List<String> logLines();

    /** How often a command ran, and how long it took. */
    record CommandTimes(String command, LatencySnapshot times) {
    }

    /**
     * A command that took long.
     *
     * @param atMillis when it began, in milliseconds since 1970
     * @param queueMicros how long it had waited then for a thread
     * @param lockMicros how long it waited for its keys
     * @param executionMicros how long it took but for that
     * @param journalMicros how long its reply then waited to be on disk
     * @param text the command and the beginning of its arguments
     * @param client address and port of who sent it
     * @param user whose connection it was
     */
    record SlowCommand(long atMillis, long queueMicros, long lockMicros, long executionMicros, long journalMicros, String text,
            String client, String user) {
    }
}
