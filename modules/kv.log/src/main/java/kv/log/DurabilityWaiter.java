package kv.log;

/**
 * Somebody who wants to know when the log is durable up to a position. Meant to be a field of a connection or a base class of
 * what stands for it: registering allocates nothing. It waits for one position at a time.
 */
public abstract class DurabilityWaiter {
    long position;
    DurabilityWaiter next;

    protected DurabilityWaiter() {
    }

    /**
     * The log is durable up to the position. Called by the log's thread, which everybody waits for: it must return soon and not
     * throw. The waiter may be registered again from here on. Never called once the log has failed.
     */
    protected abstract void durable();
}
