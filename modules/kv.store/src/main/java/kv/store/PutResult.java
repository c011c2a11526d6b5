package kv.store;

/** What became of a pair that was put. */
public enum PutResult {
    /** The key was absent, or had expired. */
    CREATED,
    /** The key had another value, or the same. */
    REPLACED,
    /** The memory limit is reached. The key, if it was there, still has its old value and expiry. */
    OUT_OF_MEMORY
}
