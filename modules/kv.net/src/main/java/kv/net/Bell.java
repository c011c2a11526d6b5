package kv.net;

/** How other threads make an event loop look up. */
interface Bell {
    /** Any thread, after it has published what the loop shall see. */
    void ring();
}
