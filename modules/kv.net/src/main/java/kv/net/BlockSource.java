package kv.net;

/** Blocks of the pool for one connection, on its account; one for its event loop, another for the worker that has it. */
interface BlockSource {
    /** @throws BufferExhaustedException if there is none, also after making room */
    Block acquire(int bytesMin);

    /** Null if there is none now. @throws BufferExhaustedException if this connection holds most */
    Block acquireIfThere(int bytesMin);

    void release(Block block);
}
