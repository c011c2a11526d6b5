package kv.tests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import kv.server.KvServer;
import kv.server.ServerConfig;

/** A server in this JVM on a free port of 127.0.0.1, for one test class, and the bytes that clients try it with. */
final class TestServer implements AutoCloseable {
    static final String HOST = "127.0.0.1";
    static final int MEBIBYTE = 1 << 20;

    private final KvServer server;

    TestServer() {
        ServerConfig config = ServerConfig.defaults().with("port", "0").with("bind", HOST).with("max-memory", "128m")
                .with("max-value-size", "1m");
        try {
            server = KvServer.start(config);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    int port() {
        return server.addresses().get(0).getPort();
    }

    /** What the store holds, seen past the protocol. */
    long keys() {
        return server.store().size();
    }

    /** Past the protocol too. */
    void put(String key, String value) {
        server.store().put(key.getBytes(StandardCharsets.UTF_8), value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        server.close();
    }

    /** Every byte there is, CR, LF and NUL among them, over and over. */
    static byte[] allBytes(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 31 + i / 256);
        }
        return bytes;
    }
}
