package kv.server;

import java.util.ArrayList;
import java.util.List;
import kv.admin.MetricsText;
import kv.admin.Source;
import kv.commands.CommandService;
import kv.net.NetStats;
import kv.net.TcpServer;
import kv.net.TlsStats;
import kv.store.KeyValueStore;
import kv.store.StoreStats;

/** Figures of a server that is complete, as metrics. Any thread; takes the locks of the store, one after the other. */
final class ServerFigures {
    private final KeyValueStore store;
    private final CommandService commands;
    private final TcpServer tcp;
    /** Null where there is no TLS port. */
    private final TlsKeeper tls;
    private final LiveSettings settings;

    ServerFigures(KeyValueStore store, CommandService commands, TcpServer tcp, TlsKeeper tls, LiveSettings settings) {
        this.store = store;
        this.commands = commands;
        this.tcp = tcp;
        this.tls = tls;
        this.settings = settings;
    }

    void write(MetricsText text) {
        long expiryLagMillis = store.expiryLagMillis(); // before the figures, which take expired keys away
        StoreStats stats = store.stats();
        NetStats net = tcp.stats();
        store(text, stats);
        text.gauge("kv_expiry_lag_seconds",
                "For how long the key that has expired first has not been taken away; nobody sees it.")
                .sample(expiryLagMillis / 1000.0);
        memory(text, stats, net);
        resident(text, stats, net);
        network(text, net);
        if (tls != null) {
            tls(text, net.tls());
        }
        commands(text);
    }

    private static void store(MetricsText text, StoreStats stats) {
        text.gauge("kv_keys", "Live keys.").sample(stats.keys());
        text.gauge("kv_expiring_keys", "Live keys that will expire.").sample(stats.expiringKeys());
        text.gauge("kv_values_bytes", "Sum of the lengths of all values.").sample(stats.valueBytes());
        text.counter("kv_expired_keys_total", "Keys that have expired.").sample(stats.expiredTotal());
        text.counter("kv_evicted_keys_total", "Keys that were given up for want of room.").sample(stats.evictedTotal());
    }

    private void memory(MetricsText text, StoreStats stats, NetStats net) {
        Runtime runtime = Runtime.getRuntime();
        text.gauge("kv_memory_bytes",
                "Memory by kind. store: pages with keys, values and index; reserved: taken for them so far; "
                + "limit: max-memory; buffers: requests and replies that wait; heap: the JVM's.") .sample("kind", "store",
                stats.memoryUsedBytes()) .sample("kind", "reserved", stats.memoryReservedBytes())
                .sample("kind", "limit", stats.memoryLimitBytes())
                .sample("kind", "buffers", net.bufferBytes())
                .sample("kind", "buffer_limit", settings.config().maxBufferBytes())
                .sample("kind", "heap", runtime.totalMemory() - runtime.freeMemory())
                .sample("kind", "heap_limit", runtime.maxMemory());
    }

    private void resident(MetricsText text, StoreStats stats, NetStats net) {
        text.gauge("kv_resident_bytes", "What process_resident_memory_bytes is made of, by kind.");
        ResidentMemory.byKind(stats, store.indexBytes(), net.bufferBytes())
                .forEach((kind, bytes) -> text.sample("kind", kind, bytes));
    }

    private void network(MetricsText text, NetStats net) {
        text.gauge("kv_connections_open", "Connections of clients.").sample(net.connectionsOpen());
        text.gauge("kv_connections_limit", "How many connections there may be: max-connections.")
                .sample(settings.config().maxConnections());
        text.counter("kv_connections_accepted_total", "Connections ever accepted, the rejected ones not among them.")
                .sample(net.connectionsAccepted());
        text.counter("kv_connections_closed_total",
                "Connections closed by the server. rejected: there were too many; failed: an I/O "
                + "error, lack of memory or a bug; idle: nothing came; timeout: a request did not get on, or replies were not "
                        + "read.") .sample("reason", "rejected", net.connectionsRejected())
                .sample("reason", "failed", net.connectionsFailed())
                .sample("reason", "idle", net.connectionsIdleClosed())
                .sample("reason", "timeout", net.connectionsTimedOut());
        text.counter("kv_connections_evicted_total", "Connections closed because they held most when buffer memory was short.")
                .sample(net.connectionsEvicted());
        text.counter("kv_network_received_bytes_total", "Bytes read from clients.").sample(net.bytesReceived());
        text.counter("kv_network_sent_bytes_total", "Bytes written to clients.").sample(net.bytesSent());
    }

    private void tls(MetricsText text, TlsStats stats) {
        text.counter("kv_tls_handshakes_total",
                "TLS connections by how they began. failed: client and server did not agree; overdue: it took longer than "
                + "tls-handshake-timeout; plain: what came was no TLS, readiness probes among them.")
                .sample("result", "done", stats.handshakesDone())
                .sample("result", "failed", stats.handshakesFailed())
                .sample("result", "overdue", stats.handshakesOverdue())
                .sample("result", "plain", stats.plain());
        text.counter("kv_tls_faults_total", "TLS connections closed after their handshake for breaking the protocol.")
                .sample(stats.faults());
        text.gauge("kv_tls_certificate_end_seconds", "When the TLS port's certificate ends, in seconds since 1970.")
                .sample(tls.validUntil().getEpochSecond());
    }

    private void commands(MetricsText text) {
        text.counter("kv_error_replies_total", "Error replies.").sample(commands.errorReplies());
        text.counter("kv_errors_total", "Error replies by the code word that they begin with.");
        commands.errorsByCode().forEach((code, count) -> text.sample("code", code, count));
        text.counter("kv_hits_total", "Reads that found their key.").sample(commands.hits());
        text.counter("kv_misses_total", "Reads that did not find their key.").sample(commands.misses());
        text.counter("kv_slow_commands_total", "Commands that the slow log has taken down.").sample(commands.slowCommands());
        text.counter("kv_monitor_lines_left_out_total",
                "Lines that MONITOR has not shown, because their readers did not keep up.")
                .sample(commands.monitorLinesLeftOut());
        text.histogram("kv_wait_seconds",
                "What was waited for. worker and slow_lane: batches of requests for a thread; lock: commands for the lock of a "
                + "shard; held: requests for keys that a script or transaction holds; journal: replies to be on disk.");
        commands.eachWait((kind, times) -> text.times("for", kind, times));
        text.histogram("kv_command_duration_seconds",
                "How long commands ran, from the end of the one before on the same thread.");
        commands.eachCommand((name, times) -> text.times("command", name, times));
    }

    List<Source.CommandTimes> commandTimes() {
        List<Source.CommandTimes> all = new ArrayList<>();
        commands.eachCommand((name, times) -> all.add(new Source.CommandTimes(name, times)));
        return all;
    }

    List<Source.SlowCommand> slowCommands() {
        return commands.lastSlowCommands().stream().map(slow -> new Source.SlowCommand(slow.atMillis(), slow.queueMicros(),
                slow.lockMicros(), slow.executionMicros(), slow.journalMicros(), slow.text(), slow.client(), slow.user()))
                .toList();
    }
}
