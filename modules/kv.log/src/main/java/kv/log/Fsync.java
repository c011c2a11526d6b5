package kv.log;

/** When the log is forced to disk. The names are those of the setting. */
public enum Fsync {
    /** Before anything is durable: each group of records is forced before it is acknowledged. */
    ALWAYS,
    /** About once a second, and when 8 MiB wait for it. A crash of the machine takes the last second. */
    EVERYSEC,
    /**
     * When a segment is full, a checkpoint ends or somebody asks for it. A crash of the machine takes what the kernel has not
     * written.
     */
    NO
}
