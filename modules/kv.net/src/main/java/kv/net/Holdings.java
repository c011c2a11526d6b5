package kv.net;

/**
 * What one connection holds, as others see it: each figure is true of a moment just gone, not all of them of the same one.
 *
 * @param unreadBytes received and kept until a handler can use them
 * @param inputBytes memory of the buffers that these lie in
 * @param outputBlocks buffers whose bytes wait to be sent
 * @param outputBytes memory of these
 * @param bufferBytes all memory that the connection has of the buffer pool
 * @param heapBytes what its handler has charged
 * @param sends whether its event loop waits until the client takes bytes, and reads none meanwhile
 */
public record Holdings(int unreadBytes, long inputBytes, int outputBlocks, long outputBytes, long bufferBytes, long heapBytes,
        boolean sends) {
}
