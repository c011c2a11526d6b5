package kv.commands;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import kv.protocol.CommandSpec;
import kv.stats.LatencySnapshot;
import kv.store.DatabaseStats;
import kv.store.StoreStats;

/** The text of one INFO: Redis's names and order where we have the figure, ours beside them. */
final class ServerInfo {
    /** The Redis whose commands and replies these are; clients choose their features by it. */
    static final String REDIS_VERSION = "7.0.15";

    private static final long SECONDS_PER_DAY = 86_400;
    private static final long MILLIS_PER_SECOND = 1000;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final CommandContext c;
    private final CommandService server;
    private final StringBuilder text = new StringBuilder();
    /** Made when first needed: it costs a look at every shard. */
    private StoreStats store;

    ServerInfo(CommandContext c) {
        this.c = c;
        this.server = c.server;
    }

    String text() {
        if (isWanted("server", true)) {
            server();
        }
        if (isWanted("clients", true)) {
            clients();
        }
        if (isWanted("memory", true)) {
            memory();
        }
        if (isWanted("persistence", true)) {
            persistence();
        }
        if (isWanted("stats", true)) {
            stats();
        }
        if (isWanted("tls", true)) {
            tls();
        }
        if (isWanted("replication", true)) {
            replication();
        }
        if (isWanted("cpu", true)) {
            cpu();
        }
        if (isWanted("commandstats", false)) {
            commandStats();
        }
        if (isWanted("errorstats", true)) {
            errorStats();
        }
        if (isWanted("latencystats", false)) {
            latencyStats();
        }
        if (isWanted("cluster", true)) {
            begin("Cluster");
            line("cluster_enabled", 0);
        }
        if (isWanted("keyspace", true)) {
            keyspace();
        }
        return text.toString();
    }

    /** Whether the request names the section, in any case, or a group that it belongs to. */
    private boolean isWanted(String section, boolean byDefault) {
        if (c.argCount() == 1) {
            return byDefault;
        }
        for (int arg = 1; arg < c.argCount(); arg++) {
            if (c.request.argEquals(arg, section) || c.request.argEquals(arg, "ALL") || c.request.argEquals(arg, "EVERYTHING")
                    || byDefault && c.request.argEquals(arg, "DEFAULT")) {
                return true;
            }
        }
        return false;
    }

    private void begin(String section) {
        if (text.length() > 0) {
            text.append("\r\n");
        }
        text.append("# ").append(section).append("\r\n");
    }

    private void line(String name, Object value) {
        text.append(name).append(':').append(value).append("\r\n");
    }

    /** What Redis counts and what there is none of here, so that tools show the truth instead of nothing. */
    private void zeros(String... names) {
        for (String name : names) {
            line(name, 0);
        }
    }

    private StoreStats store() {
        if (store == null) {
            store = server.store.stats();
            c.session.sawAll();
        }
        return store;
    }

    private void server() {
        begin("Server");
        line("redis_version", REDIS_VERSION);
        line("redis_mode", "standalone");
        line("kv_server_version", server.view.version());
        line("java_version", System.getProperty("java.version"));
        line("os", System.getProperty("os.name") + " " + System.getProperty("os.version") + " " + System.getProperty("os.arch"));
        line("arch_bits", 64);
        line("process_id", ProcessHandle.current().pid());
        line("run_id", server.runId);
        line("tcp_port", server.view.port());
        line("server_time_usec", c.now * 1000);
        long seconds = (c.nanos - server.startNanos) / NANOS_PER_SECOND;
        line("uptime_in_seconds", seconds);
        line("uptime_in_days", seconds / SECONDS_PER_DAY);
        line("event_loops", server.view.eventLoops());
        line("workers", server.view.workers());
    }

    private void clients() {
        begin("Clients");
        line("connected_clients", server.view.traffic().connectionsOpen());
        line("cluster_connections", 0);
        line("maxclients", server.view.configuration().all().get("maxclients"));
        line("blocked_clients", 0);
        line("tracking_clients", 0);
    }

    private void memory() {
        long residentBytes = server.view.process().residentBytes();
        begin("Memory");
        size("used_memory", store().memoryUsedBytes());
        size("used_memory_rss", residentBytes);
        line("used_memory_overhead", store().memoryUsedBytes() - store().valueBytes());
        line("used_memory_dataset", store().valueBytes());
        size("used_memory_lua", server.scripts.memory.usedBytes());
        size("used_memory_scripts", server.scripts.cacheBytes());
        line("number_of_cached_scripts", server.scripts.count());
        line("reserved_memory", store().memoryReservedBytes());
        line("buffer_memory", server.view.traffic().bufferBytes());
        size("maxmemory", store().memoryLimitBytes());
        line("maxmemory_policy", server.view.configuration().all().get("maxmemory-policy"));
        line("mem_fragmentation_ratio", String.format(Locale.ROOT, "%.2f",
                (double) residentBytes / Math.max(1, store().memoryUsedBytes())));
        line("mem_fragmentation_bytes", residentBytes - store().memoryUsedBytes());
        line("mem_clients_normal", server.view.traffic().bufferBytes());
        server.view.residentByKind(store(), server.store.indexBytes()).forEach((kind, bytes) -> line("resident_" + kind, bytes));
        zeros("mem_clients_slaves", "mem_not_counted_for_evict", "active_defrag_running", "lazyfree_pending_objects");
    }

    private void size(String name, long bytes) {
        line(name, bytes);
        line(name + "_human", String.format(Locale.ROOT, "%.2fM", bytes / 1048576.0));
    }

    private void persistence() {
        begin("Persistence");
        line("loading", 0);
        Persistence persistence = server.view.persistence();
        if (persistence == null) {
            line("rdb_bgsave_in_progress", 0);
            line("aof_enabled", 0);
            return;
        }
        Persistence.Status status = persistence.status();
        line("rdb_changes_since_last_save", status.changes());
        line("rdb_bgsave_in_progress", status.checkpointing() ? 1 : 0);
        line("rdb_last_save_time", status.lastMillis() / MILLIS_PER_SECOND);
        line("rdb_last_bgsave_status", status.lastFailed() ? "err" : "ok");
        line("rdb_last_bgsave_time_sec", status.lastTookMillis() < 0 ? -1 : status.lastTookMillis() / MILLIS_PER_SECOND);
        line("rdb_current_bgsave_time_sec",
                status.checkpointing() ? Math.max(0, c.now - status.startedMillis()) / MILLIS_PER_SECOND : -1);
        line("aof_enabled", 1);
        line("aof_rewrite_in_progress", status.checkpointing() ? 1 : 0);
        line("aof_last_write_status", status.writable() ? "ok" : "err");
        line("aof_buffer_length", status.waitingBytes());
    }

    private void stats() {
        ServerView.Traffic net = server.recent.traffic();
        begin("Stats");
        line("total_connections_received", net.connectionsAccepted());
        line("total_commands_processed", server.recent.count());
        line("total_net_input_bytes", net.bytesReceived());
        line("total_net_output_bytes", net.bytesSent());
        line("rejected_connections", net.connectionsRejected());
        line("failed_connections", net.connectionsFailed());
        line("idle_closed_connections", net.connectionsIdleClosed());
        line("expired_keys", server.recent.expired(store().expiredTotal()));
        line("evicted_keys", store().evictedTotal());
        line("keyspace_hits", server.recent.hits());
        line("keyspace_misses", server.recent.misses());
        line("pubsub_channels", 0);
        line("pubsub_patterns", 0);
        line("total_error_replies", server.recent.errors());
        line("acl_access_denied_auth", server.denials.count(Denials.Reason.AUTH));
        line("acl_access_denied_cmd", server.denials.count(Denials.Reason.COMMAND));
        line("acl_access_denied_key", server.denials.count(Denials.Reason.KEY));
        line("acl_access_denied_channel", 0);
        line("acl_access_denied_tls_cert", server.denials.count(Denials.Reason.CERTIFICATE));
        line("acl_slow_checks", server.users.slowChecks());
        line("expired_stale_perc", "0.00");
        zeros("expired_time_cap_reached_count", "unexpected_error_replies", "dump_payload_sanitizations", "tracking_total_keys",
                "tracking_total_items", "tracking_total_prefixes", "sync_full", "sync_partial_ok", "sync_partial_err",
                "latest_fork_usec", "migrate_cached_sockets", "slave_expires_tracked_keys");
        line("slow_commands", server.slowLog.total());
        line("monitor_lines_left_out", server.monitorLinesLeftOut());
        line("clock_steps", server.clock.steps());
    }

    private void tls() {
        Map<String, Long> lines = server.view.tls();
        if (!lines.isEmpty()) {
            begin("TLS");
            lines.forEach(this::line);
        }
    }

    private void replication() {
        begin("Replication");
        line("role", "master");
        line("connected_slaves", 0);
        line("master_repl_offset", 0);
        line("second_repl_offset", -1);
        zeros("repl_backlog_active", "repl_backlog_size", "repl_backlog_first_byte_offset", "repl_backlog_histlen");
    }

    private void cpu() {
        ServerView.ProcessUse use = server.view.process();
        begin("CPU");
        line("used_cpu_sys", seconds(use.systemNanos()));
        line("used_cpu_user", seconds(use.userNanos()));
        line("used_cpu_sys_children", seconds(0));
        line("used_cpu_user_children", seconds(0));
    }

    private static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.6f", (double) nanos / NANOS_PER_SECOND);
    }

    private void commandStats() {
        begin("Commandstats");
        for (CommandSpec spec : server.commands.resp.commands()) {
            commandStats((Command) spec);
        }
    }

    /** Tools read the fields by their places, so ours come last. */
    private void commandStats(Command command) {
        RecentMetrics metrics = server.recent;
        long calls = metrics.count(command.metric);
        long micros = metrics.totalNanos(command.metric) / 1000;
        long rejected = metrics.rejected(command.metric);
        if (calls + rejected > 0) {
            line("cmdstat_" + command.fullName, String.format(Locale.ROOT,
                    "calls=%d,usec=%d,usec_per_call=%.2f,rejected_calls=%d,failed_calls=%d", calls, micros,
                    (double) micros / Math.max(1, calls), rejected, metrics.failed(command.metric)));
        }
        if (command.isContainer()) {
            for (CommandSpec sub : command.subcommands.commands()) {
                commandStats((Command) sub);
            }
        }
    }

    private void errorStats() {
        begin("Errorstats");
        server.recent.errorsByCode().forEach((code, count) -> line("errorstat_" + code, "count=" + count));
    }

    private void latencyStats() {
        begin("Latencystats");
        for (CommandSpec spec : server.commands.resp.commands()) {
            latencyStats((Command) spec);
        }
    }

    private void latencyStats(Command command) {
        LatencySnapshot latency = server.recent.latency(command.metric);
        if (latency.count() > 0) {
            line("latency_percentiles_usec_" + command.fullName, String.format(Locale.ROOT, "p50=%.3f,p99=%.3f,p99.9=%.3f",
                    latency.percentileNanos(50) / 1000.0, latency.percentileNanos(99) / 1000.0,
                    latency.percentileNanos(99.9) / 1000.0));
        }
        if (command.isContainer()) {
            for (CommandSpec sub : command.subcommands.commands()) {
                latencyStats((Command) sub);
            }
        }
    }

    private void keyspace() {
        begin("Keyspace");
        List<DatabaseStats> databases = server.store.databaseStats();
        c.session.sawAll();
        for (int number = 0; number < databases.size(); number++) {
            DatabaseStats database = databases.get(number);
            if (database.keys() > 0) {
                line("db" + number, "keys=" + database.keys() + ",expires=" + database.expiringKeys() + ",avg_ttl=0");
            }
        }
    }
}
