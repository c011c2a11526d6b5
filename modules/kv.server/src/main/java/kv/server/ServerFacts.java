package kv.server;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import kv.commands.Configuration;
import kv.commands.Persistence;
import kv.commands.ServerView;
import kv.net.NetStats;
import kv.net.TcpServer;
import kv.net.TlsStats;
import kv.store.StoreStats;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What INFO and CONFIG tell of a server's settings and network. Any thread. */
final class ServerFacts implements ServerView {
    private static final Logger SCRIPTS = LoggerFactory.getLogger("kv.script");

    private final LiveSettings settings;
    /** Null without a data directory. */
    private final DataDirectory data;
    private final TlsKeeper tls;
    private volatile TcpServer tcp;

    /** @param tls null without a TLS port */
    ServerFacts(LiveSettings settings, DataDirectory data, TlsKeeper tls) {
        this.settings = settings;
        this.data = data;
        this.tls = tls;
    }

    /** Before the first client is served. */
    void listening(TcpServer bound) {
        tcp = bound;
        if (!bound.addresses().isEmpty()) {
            settings.settled(Setting.PORT, Integer.toString(port()));
        }
        if (!bound.tlsAddresses().isEmpty()) {
            settings.settled(Setting.TLS_PORT, Integer.toString(bound.tlsAddresses().get(0).getPort()));
        }
    }

    @Override
    public String version() {
        return KvServer.version();
    }

    @Override
    public int port() {
        return tcp.addresses().isEmpty() ? 0 : tcp.addresses().get(0).getPort();
    }

    @Override
    public Configuration configuration() {
        return settings;
    }

    @Override
    public int databases() {
        return settings.config().databases();
    }

    @Override
    public boolean allowsDebug() {
        return settings.config().debugCommands();
    }

    @Override
    public Persistence persistence() {
        return data;
    }

    @Override
    public void scriptLog(int level, String text) {
        switch (level) {
            case 3 -> SCRIPTS.warn("{}", text);
            case 2 -> SCRIPTS.info("{}", text);
            default -> SCRIPTS.debug("{}", text);
        }
    }

    @Override
    public int eventLoops() {
        return settings.config().eventLoops();
    }

    @Override
    public int workers() {
        return settings.config().workers();
    }

    @Override
    public Map<String, Long> residentByKind(StoreStats store, long indexBytes) {
        return ResidentMemory.byKind(store, indexBytes, tcp.stats().bufferBytes());
    }

    @Override
    public ProcessUse process() {
        return ProcessFiles.use();
    }

    @Override
    public Map<String, Long> tls() {
        if (tls == null) {
            return Map.of();
        }
        TlsStats stats = tcp.stats().tls();
        Map<String, Long> lines = new LinkedHashMap<>();
        lines.put("tls_port", (long) tcp.tlsAddresses().get(0).getPort());
        lines.put("tls_handshakes_done", stats.handshakesDone());
        lines.put("tls_handshakes_failed", stats.handshakesFailed());
        lines.put("tls_handshakes_overdue", stats.handshakesOverdue());
        lines.put("tls_plain_connections", stats.plain());
        lines.put("tls_faults", stats.faults());
        lines.put("tls_server_cert_expires_in_seconds", Duration.between(Instant.now(), tls.validUntil()).toSeconds());
        return lines;
    }

    @Override
    public Traffic traffic() {
        NetStats net = tcp.stats();
        return new Traffic(net.connectionsOpen(), net.connectionsAccepted(), net.connectionsRejected(), net.connectionsFailed(),
                net.connectionsIdleClosed(), net.bytesReceived(), net.bytesSent(), net.bufferBytes());
    }
}
