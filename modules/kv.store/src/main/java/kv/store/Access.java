package kv.store;

/** What a section may do with its keys. */
public enum Access {
    /** Read them, beside others who do. */
    SHARED,
    /** Read and change them, alone. */
    EXCLUSIVE
}
