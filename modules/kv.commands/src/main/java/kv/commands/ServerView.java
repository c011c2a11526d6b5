package kv.commands;

import java.util.Map;
import kv.store.StoreStats;

/** What INFO and CONFIG tell of the program around the commands. Any thread. */
public interface ServerView {

    /** The version of the server. */
    String version();

    /** The TCP port that clients connect to. */
    int port();

    /** The settings, and how they are changed. */
    Configuration configuration();

    /** How many databases clients may select. */
    int databases();

    /** The number of event loops. */
    int eventLoops();

    /** The number of worker threads. */
    int workers();

    /** What the network has counted. */
    Traffic traffic();

    /** INFO's lines about TLS, by name, in their order; none where there is no TLS port. */
    Map<String, Long> tls();

    /** What the process has taken of the machine. */
    ProcessUse process();

    /** Whether DEBUG may be used. */
    boolean allowsDebug();

    /**
     * What the memory of the process that is in the machine's is made of: bytes by kind, in the order of their interest. The last
     * kind is what is left of the whole, as the system tells it; without that, 0.
     *
     * @param store the figures of the store at this moment
     * @param indexBytes how much of what it uses is its index
     */
    Map<String, Long> residentByKind(StoreStats store, long indexBytes);

    /**
     * A script says something for the log; waits for nothing.
     *
     * @param level as Redis counts it: 0 for debugging to 3 for a warning
     * @param text without line ends
     */
    void scriptLog(int level, String text);

    /** What keeps the data on disk, or null. */
    Persistence persistence();

    /**
     * What a process has taken of the machine; 0 where that is not known.
     *
     * @param userNanos CPU time in user mode, in nanoseconds
     * @param systemNanos CPU time in the kernel, in nanoseconds
     * @param residentBytes memory that is in the machine's
     */
    record ProcessUse(long userNanos, long systemNanos, long residentBytes) {
    }

    /**
     * What the network has counted since the start.
     *
     * @param connectionsOpen connections now
     * @param connectionsAccepted connections ever accepted, the rejected ones not among them
     * @param connectionsRejected connections closed at once because there were too many
     * @param connectionsFailed connections closed by an I/O error, for lack of memory or by a bug
     * @param connectionsIdleClosed connections closed because nothing came
     * @param bytesReceived bytes read from clients
     * @param bytesSent bytes written to clients
     * @param bufferBytes memory for input and output, in use or kept for reuse
     */
    record Traffic(long connectionsOpen, long connectionsAccepted, long connectionsRejected, long connectionsFailed,
            long connectionsIdleClosed, long bytesReceived, long bytesSent, long bufferBytes) {
    }
}
