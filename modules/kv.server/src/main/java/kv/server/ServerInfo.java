package kv.server;

import java.util.List;
import java.util.Locale;
import kv.net.NetStats;
import kv.stats.LatencySnapshot;
import kv.protocol.CommandSpec;
import kv.store.StoreStats;

/** The text of INFO: Redis's names where we have the figure, ours beside them. */
final class ServerInfo {
    private ServerInfo() {
    }

    /** @param sections lower-case names; none, or "default", "all" or "everything" among them, means all */
    static String text(ServerState server, List<String> sections) {
        boolean all = sections.isEmpty() || sections.contains("default") || sections.contains("all")
                || sections.contains("everything");
        StringBuilder text = new StringBuilder();
        if (all || sections.contains("server")) server(text, server);
        if (all || sections.contains("clients")) clients(text, server);
        if (all || sections.contains("memory")) memory(text, server);
        if (all || sections.contains("persistence")) persistence(text);
        if (all || sections.contains("stats")) stats(text, server);
        if (all || sections.contains("replication")) replication(text);
        if (sections.contains("commandstats") || sections.contains("all") || sections.contains("everything")) {
            commandStats(text, server);
        }
        if (all || sections.contains("keyspace")) keyspace(text, server);
        return text.toString();
    }

    private static void begin(StringBuilder text, String section) {
        if (text.length() > 0) text.append("\r\n");
        text.append("# ").append(section).append("\r\n");
    }

    private static void line(StringBuilder text, String name, Object value) {
        text.append(name).append(':').append(value).append("\r\n");
    }

    private static void server(StringBuilder text, ServerState server) {
        begin(text, "Server");
        line(text, "redis_version", ServerCommands.REDIS_VERSION);
        line(text, "redis_mode", "standalone");
        line(text, "kv_server_version", KvServer.version());
        line(text, "java_version", System.getProperty("java.version"));
        line(text, "os", System.getProperty("os.name") + " " + System.getProperty("os.version") + " " + System.getProperty("os.arch"));
        line(text, "process_id", ProcessHandle.current().pid());
        line(text, "tcp_port", server.port());
        long seconds = (System.nanoTime() - server.startNanos) / 1_000_000_000;
        line(text, "uptime_in_seconds", seconds);
        line(text, "uptime_in_days", seconds / 86_400);
        line(text, "event_loops", server.config.eventLoops());
        line(text, "workers", server.config.workers());
    }

    private static void clients(StringBuilder text, ServerState server) {
        begin(text, "Clients");
        line(text, "connected_clients", server.netStats().connectionsOpen());
        line(text, "maxclients", server.config.maxConnections());
    }

    private static void memory(StringBuilder text, ServerState server) {
        StoreStats store = server.store.stats();
        begin(text, "Memory");
        line(text, "used_memory", store.memoryUsedBytes());
        line(text, "used_memory_human", String.format(Locale.ROOT, "%.2fM", store.memoryUsedBytes() / 1048576.0));
        line(text, "used_memory_dataset", store.valueBytes());
        line(text, "reserved_memory", store.memoryReservedBytes());
        line(text, "buffer_memory", server.netStats().bufferBytes());
        line(text, "maxmemory", store.memoryLimitBytes());
        line(text, "maxmemory_policy", "noeviction");
    }

    private static void persistence(StringBuilder text) {
        begin(text, "Persistence");
        line(text, "loading", 0);
        line(text, "rdb_bgsave_in_progress", 0);
        line(text, "aof_enabled", 0);
    }

    private static void stats(StringBuilder text, ServerState server) {
        NetStats net = server.netStats();
        begin(text, "Stats");
        line(text, "total_connections_received", net.connectionsAccepted());
        line(text, "total_commands_processed", server.commandCount());
        line(text, "total_net_input_bytes", net.bytesReceived());
        line(text, "total_net_output_bytes", net.bytesSent());
        line(text, "rejected_connections", net.connectionsRejected());
        line(text, "failed_connections", net.connectionsFailed());
        line(text, "idle_closed_connections", net.connectionsIdleClosed());
        line(text, "total_error_replies", server.metrics.errors());
        line(text, "expired_keys", server.store.stats().expiredTotal());
        line(text, "evicted_keys", 0);
    }

    private static void replication(StringBuilder text) {
        begin(text, "Replication");
        line(text, "role", "master");
        line(text, "connected_slaves", 0);
    }

    private static void commandStats(StringBuilder text, ServerState server) {
        begin(text, "Commandstats");
        for (CommandSpec spec : server.commands.resp.commands()) {
            LatencySnapshot latency = server.metrics.latency(((ServerCommand) spec).metric);
            if (latency.count() == 0) continue;
            line(text, "cmdstat_" + spec.name(), String.format(Locale.ROOT, "calls=%d,usec_per_call=%.2f,p99_usec=%.2f",
                    latency.count(), latency.meanNanos() / 1000.0, latency.percentileNanos(99) / 1000.0));
        }
    }

    private static void keyspace(StringBuilder text, ServerState server) {
        begin(text, "Keyspace");
        StoreStats store = server.store.stats();
        if (store.keys() > 0) line(text, "db0", "keys=" + store.keys() + ",expires=" + store.expiringKeys() + ",avg_ttl=0");
    }
}
