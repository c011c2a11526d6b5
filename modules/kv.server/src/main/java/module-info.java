/**
 * The server: settings, life cycle, and the commands between the wire and the store.
 *
 * <p>{@link kv.server.KvServer} is a server within a program of yours, {@link kv.server.ServerConfig} its settings;
 * {@link kv.server.Main} is the program {@code kv-server}.
 */
module kv.server {
    requires transitive kv.store;
    requires kv.stats;
    requires kv.protocol;
    requires kv.net;
    requires org.slf4j;

    exports kv.server;
}
