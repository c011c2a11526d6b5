package kv.store;

/** What became of a request to change when a key expires. */
public enum ExpireResult {
    /** The key expires as requested. */
    CHANGED,
    /** The key is absent, or had expired. */
    ABSENT,
    /** The memory limit leaves no room for the key's deadline. Its expiry is what it was. */
    OUT_OF_MEMORY
}
