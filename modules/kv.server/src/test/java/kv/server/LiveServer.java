package kv.server;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** For tests over real sockets: servers and clients that end with the test. */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class LiveServer {
    private final List<AutoCloseable> opened = new ArrayList<>();
    private KvServer server;

    /** A server with these settings (name, value, name, value …), on a free port, with a small store unless told otherwise. */
    final KvServer start(String... settings) throws IOException {
        ServerConfig config = config();
        for (int i = 0; i < settings.length; i += 2) {
            config = config.with(settings[i], settings[i + 1]);
        }
        return keep(KvServer.start(config));
    }

    /** The server of this test, from now on. */
    final KvServer keep(KvServer started) {
        server = started;
        opened.add(server);
        return server;
    }

    /** To be closed before what was opened so far. */
    final void endFirst(AutoCloseable end) {
        opened.add(end);
    }

    static ServerConfig config() {
        return ServerConfig.defaults().with("port", "0").with("bind", "127.0.0.1").with("max-memory", "64m").with("workers", "2");
    }

    final int port() {
        return server.addresses().get(0).getPort();
    }

    final KvServer server() {
        return server;
    }

    final Client client() throws IOException {
        Client client = new Client(port());
        opened.add(client);
        return client;
    }

    final Client client(int receiveBytes) throws IOException {
        Client client = new Client(port(), receiveBytes);
        opened.add(client);
        return client;
    }

    /** Returns when the server can send no more, because no client but this one reads: many looks, and not a mebibyte more. */
    static void awaitStandstill(Client watcher) throws IOException {
        long last = -1;
        for (int still = 0; still < 50; still++) {
            long sent = watcher.info("total_net_output_bytes") >> 20; // the watcher's own replies make no difference
            if (sent != last) {
                still = 0;
            }
            last = sent;
        }
    }

    @AfterEach
    final void closeAll() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }
}
