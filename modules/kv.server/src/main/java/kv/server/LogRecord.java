package kv.server;

/**
 * A line of the log, perhaps with the stack trace that belongs to it.
 *
 * @param millis when it came, in milliseconds since 1970
 * @param text UTF-8, without the level, without a newline at the end
 * @param leftOut how many of its kind came before it and were left out
 */
record LogRecord(long millis, LogLevel level, byte[] text, long leftOut) {
}
