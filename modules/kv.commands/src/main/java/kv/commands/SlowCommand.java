package kv.commands;

/**
 * A command that took long, as those are told who watch the server.
 *
 * @param atMillis when it began, in milliseconds since 1970
 * @param queueMicros how long it had waited then, since it was received, for a thread that executes it
 * @param lockMicros how long it waited for its keys: for those that work on their shards, before it began or within its time
 * @param executionMicros how long it took, but for that
 * @param journalMicros how long its reply then waited to be on disk; 0 if it did not, or does so still
 * @param text the command and its arguments, cut short
 * @param client address and port of who sent it
 * @param user whose connection it was
 */
public record SlowCommand(long atMillis, long queueMicros, long lockMicros, long executionMicros, long journalMicros, String text,
        String client, String user) {
}
