/**
 * The server: settings and life cycle; it puts the store, the commands and the network together.
 *
 * <p>{@link kv.server.KvServer} is a server within a program of yours, {@link kv.server.ServerConfig} its settings;
 * {@link kv.server.Main} is the program {@code kv-server}.
 */
module kv.server {
    requires transitive kv.store;
    requires kv.commands;
    requires kv.protocol;
    requires kv.log;
    requires kv.journal;
    requires kv.rdb;
    requires kv.net;
    requires kv.tls;
    requires kv.admin;
    requires kv.memory; // for the log; and whether the JVM counts it
    requires java.management; // what collections cost, for the metrics
    requires static jdk.jfr; // where the JVM has it, its events; the image does not
    requires org.slf4j;
    requires jdk.unsupported; // sun.misc.Signal, by reflection: HUP must not end the program

    exports kv.server;
}
