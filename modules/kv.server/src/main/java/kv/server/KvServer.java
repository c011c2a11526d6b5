package kv.server;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import kv.net.NetConfig;
import kv.net.RequestHandler;
import kv.net.Service;
import kv.net.TcpServer;
import kv.protocol.ProtocolError;
import kv.protocol.ProtocolLimits;
import kv.store.KeyValueStore;
import kv.store.StoreConfig;

/**
 * A running server: a store, a TCP server, and the commands between them.
 *
 * <pre>{@code
 * try (KvServer server = KvServer.start(ServerConfig.defaults().with("port", "0"))) {
 *     int port = server.addresses().get(0).getPort();
 *     byte[] value = server.store().get("key".getBytes(UTF_8));
 * }
 * }</pre>
 *
 * <p>Any thread may call any method. A JVM may run several, on different ports.
 */
public final class KvServer implements AutoCloseable {
    private static final long REQUEST_TIMEOUT_MILLIS = 60_000;
    private static final long SEND_TIMEOUT_MILLIS = 300_000;

    private final KeyValueStore store;
    private final TcpServer tcp;

    private KvServer(ServerConfig config) throws IOException {
        store = new KeyValueStore(StoreConfig.defaults().withMemoryLimitBytes(config.maxMemoryBytes())
                .withValueBytesMax(config.maxValueBytes()));
        ServerState state = new ServerState(config, store);
        try {
            tcp = TcpServer.bind(netConfig(config), new Connections(state), KvServer::lost);
        } catch (IOException | RuntimeException failure) {
            store.close();
            throw failure;
        }
        state.listening(tcp);
        tcp.start();
    }

    /**
     * Listens and serves; when it returns, clients are answered.
     *
     * @throws IOException if the port cannot be listened on; the message says which and why
     */
    public static KvServer start(ServerConfig config) throws IOException {
        return new KvServer(config);
    }

    /** The addresses listened on, with the true port. */
    public List<InetSocketAddress> addresses() {
        return tcp.addresses();
    }

    /** The store that clients see. It may be used directly at the same time, until {@link #close}. */
    public KeyValueStore store() {
        return store;
    }

    /**
     * Accepts no more, answers what was received, closes all connections, ends all threads and gives the memory up; returns when
     * that is done, within two seconds. The second call does nothing.
     */
    @Override
    public void close() {
        try {
            tcp.stop();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        store.close();
    }

    /** The version of this module, or "unknown" where it runs outside of one. */
    public static String version() {
        ModuleDescriptor module = KvServer.class.getModule().getDescriptor();
        return module == null ? "unknown" : module.rawVersion().orElse("unknown");
    }

    List<List<String>> threadGroups() {
        return tcp.threadGroups();
    }

    String addressText() {
        return addresses().stream().map(TcpServer::text).collect(Collectors.joining(", "));
    }

    /** All connections are closed by now, and the port is free. */
    private static void lost(Throwable failure) {
        System.err.println("kv-server: a thread of the server has died: " + failure);
    }

    private static NetConfig netConfig(ServerConfig config) {
        return new NetConfig(config.bind(), config.port(), config.eventLoops(), config.workers(), config.maxConnections(),
                config.idleTimeoutMillis(), REQUEST_TIMEOUT_MILLIS, SEND_TIMEOUT_MILLIS,
                ProtocolLimits.REQUEST_BYTES_MAX + 1024, config.maxBufferBytes());
    }

    /** Comings and goings of clients. */
    private record Connections(ServerState state) implements Service {
        @Override
        public RequestHandler newHandler() {
            return new ConnectionHandler(state);
        }

        @Override
        public Object connected(long id, SocketAddress remote, SocketAddress local) {
            ClientState client = new ClientState(id, (InetSocketAddress) remote, (InetSocketAddress) local);
            state.clients.put(id, client);
            return client;
        }

        @Override
        public void disconnected(Object client) {
            state.clients.remove(((ClientState) client).id);
        }

        @Override
        public byte[] tooManyConnections(int firstByte) {
            String said = firstByte == '*' ? "-ERR max number of clients reached\r\n"
                    : "ERROR " + ProtocolError.TOO_MANY_CONNECTIONS.text() + "\n";
            return said.getBytes(StandardCharsets.US_ASCII);
        }
    }
}
