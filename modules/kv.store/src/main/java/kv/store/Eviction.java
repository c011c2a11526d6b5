package kv.store;

/** Which keys a store may give up when it is full and room is wanted. */
public enum Eviction {
    /** None: what needs room is refused, all else goes on. */
    NONE,
    /** Any key: those that are asked for least often, as far as is known, and among them the oldest. */
    ALL,
    /** As {@link #ALL}, but only of the keys that have a deadline. */
    VOLATILE,
    /** Keys that have a deadline, and of these, in each part of the store, those that are due first. */
    VOLATILE_TTL,
    /** Any key, by chance. */
    RANDOM;

    /** Whether a key without a deadline is never given up. */
    boolean keepsLasting() {
        return this == VOLATILE || this == VOLATILE_TTL;
    }
}
