package kv.log;

/** What became of the wish to append. */
public enum Admission {
    /** There is room: the records may be appended. */
    TAKEN,
    /** There is no room now; only for who does not wait. */
    LATER,
    /** The disk has no room for another segment. Nothing must be changed that would have to be logged; it may go better later. */
    DISK_FULL,
    /** The log has failed or is closed: nothing will be durable any more. */
    FAILED
}
