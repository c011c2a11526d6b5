package kv.net;

/** Makes a thread, which its user starts. */
interface ThreadMaker {
    Thread newThread(Runnable task, String name);
}
