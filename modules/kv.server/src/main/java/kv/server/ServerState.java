package kv.server;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import kv.net.NetStats;
import kv.net.TcpServer;
import kv.protocol.ProtocolLimits;
import kv.store.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all workers share: settings, store, commands, counters, and who is connected. Any thread. */
final class ServerState {
    private static final Logger LOG = LoggerFactory.getLogger(KvServer.class);

    final ServerConfig config;
    final KeyValueStore store;
    final ProtocolLimits limits;
    final Commands commands = new Commands();
    final Metrics metrics = new Metrics(commands.metricCount());
    final WallClock clock;
    final Map<Long, ClientState> clients = new ConcurrentHashMap<>();
    final long startNanos = System.nanoTime();
    private volatile TcpServer tcp;

    ServerState(ServerConfig config, KeyValueStore store) {
        this.config = config;
        this.store = store;
        this.limits = new ProtocolLimits(ProtocolLimits.KEY_BYTES_MAX, config.maxValueBytes(), ProtocolLimits.ELEMENTS_MAX);
        this.clock = new WallClock(store::nowMillis);
    }

    /** Before the first client is served. */
    void listening(TcpServer bound) {
        tcp = bound;
    }

    NetStats netStats() {
        return tcp.stats();
    }

    int port() {
        return tcp.addresses().get(0).getPort();
    }

    /** How often this command has run, in whichever protocol. */
    long commandCount(String name) {
        return metrics.latency(commands.metricOf(name)).count();
    }

    /** How many commands have run. */
    long commandCount() {
        long count = 0;
        for (int metric = 0; metric < commands.metricCount(); metric++) count += metrics.latency(metric).count();
        return count;
    }

    /** A browser was made to talk to us (POST, Host:): the connection is closed before its body is taken for commands. */
    void refuseCrossProtocol(ClientState client) {
        LOG.warn("possible cross-protocol attack from {}: connection closed", TcpServer.text(client.remote));
    }
}
