/**
 * Commands: bytes that a client has sent become requests, operations on the store, and replies. Knows no socket and no thread.
 *
 * <p>In reading order: {@link kv.commands.CommandService} (what all share), {@link kv.commands.Executor} (what each thread has),
 * {@link kv.commands.Client} (what each connection has), {@link kv.commands.ReplyOutput} and {@link kv.commands.ServerView} (what
 * the surroundings give).
 */
module kv.commands {
    requires transitive kv.store;
    requires transitive kv.protocol;
    requires transitive kv.stats;
    requires kv.lua;
    requires kv.rdb;

    exports kv.commands;
}
