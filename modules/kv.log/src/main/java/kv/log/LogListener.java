package kv.log;

/** What the log tells its owner, from its own threads. Methods must return soon and not throw. */
public interface LogListener {
    /** Writing or forcing has failed: nothing is or will be acknowledged from now on. Called once. */
    default void failed(Throwable cause) {
    }

    /** So many bytes were forced to disk at once, which took so many nanoseconds. Who waited for them has been told. */
    default void forced(long bytes, long nanos) {
    }

    /** No segment can be allocated, or nothing written, for lack of room: {@link Appender#take} refuses. The log keeps trying. */
    default void diskFull(String reason) {
    }

    /** There is room again. */
    default void diskHasRoom() {
    }
}
