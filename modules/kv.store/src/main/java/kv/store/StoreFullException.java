package kv.store;

/** Thrown by {@link KeyValueStore} when the memory limit is reached. The store goes on working, and the key has its old value. */
public final class StoreFullException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StoreFullException(long memoryLimitBytes) {
        super("the store's memory limit of " + memoryLimitBytes + " bytes is reached");
    }
}
