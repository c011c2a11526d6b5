package kv.commands;

/**
 * What the commands need of the process around them and do not have themselves: a thread for what costs a core for long, a timer,
 * a log. Any thread.
 */
public interface Background {

    /**
     * Runs a task of up to some hundred milliseconds on a thread of its own, after those that came before.
     *
     * @return false if too many wait already: it does not run
     */
    boolean compute(Runnable task);

    /** Runs a task, which waits for nothing, so many milliseconds from now. */
    void after(long millis, Runnable task);

    /** A line for whoever runs the server; what clients have sent is quoted in it. */
    void log(Severity severity, String line);

    /** Has the process end as on TERM, soon. False if that is not ours to do: the server is part of another program. */
    boolean stop();

    /** How a line is meant. */
    enum Severity {
        /** Somebody has done what the log should show. */
        INFO,
        /** Somebody has tried what they should not. */
        WARNING
    }
}
