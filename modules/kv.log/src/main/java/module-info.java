/**
 * A log of records on disk: what {@link kv.log.Log} says is durable is found again after a crash. It knows bytes and
 * positions, no command and no key; what is on disk is described in {@code docs/LOG.md}.
 *
 * <pre>{@code
 * try (Log log = Log.open(DiskStorage.open(directory), LogConfig.defaults(), replay)) {
 *     Appender appender = log.appender();          // one thread's access
 *     if (appender.take(record.remaining()) == Admission.TAKEN) {
 *         appender.begin(record.remaining());      // in the order in which it shall be replayed: under the caller's lock
 *         appender.put(record, record.position(), record.remaining());
 *         long position = appender.end();
 *         log.awaitDurable(position);
 *     }
 * }
 * }</pre>
 * In reading order: {@link kv.log.Log}, {@link kv.log.Appender}, {@link kv.log.DurabilityWaiter}, {@link kv.log.Checkpoint},
 * {@link kv.log.Replay}, {@link kv.log.Storage}.
 */
module kv.log {
    exports kv.log;
}
