package kv.rdb;

import java.util.Map;

/**
 * What an RDB file holds.
 *
 * @param version   of the format, such as 10 for Redis 7.0
 * @param writtenBy the program's version, as the file says; or "unknown"
 * @param strings   keys that were given to the sink
 * @param leftOut   what was not, and how many of each, such as {@code hash=12}
 */
public record RdbSummary(int version, String writtenBy, long strings, Map<String, Long> leftOut) {
}
