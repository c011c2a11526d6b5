package kv.commands;

/**
 * What a client's connection holds, as CLIENT LIST tells it: each figure is true of a moment just gone.
 *
 * @param unreadBytes received and kept until a command can be made of them
 * @param inputBytes memory that these lie in
 * @param outputBlocks buffers with replies that wait to be sent
 * @param outputBytes memory of these
 * @param totalBytes all that the connection is charged with: buffers, and what the commands keep for it
 * @param sends whether it waits for the client to take replies, and reads nothing meanwhile
 */
public record ClientMemory(int unreadBytes, long inputBytes, int outputBlocks, long outputBytes, long totalBytes, boolean sends) {
    static final ClientMemory NONE = new ClientMemory(0, 0, 0, 0, 0, false);
}
