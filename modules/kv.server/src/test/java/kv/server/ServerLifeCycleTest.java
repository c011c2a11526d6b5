package kv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Starts and stops within one JVM; afterwards nothing of a server is left. */
class ServerLifeCycleTest extends LiveServer {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final long UNRELATED_BYTES = 1 << 20;

    @Test
    void server_startedAndStopped200Times_leavesNothing() throws IOException {
        for (int i = 0; i < 5; i++) {
            serveOnce(); // what the JVM keeps for good: classes, selectors' providers, thread-local buffers
        }
        long descriptorsBefore = descriptors();
        long memoryBefore = directBytesAfterCollection(Long.MAX_VALUE);
        for (int i = 0; i < 200; i++) {
            serveOnce();
        }
        assertEquals(List.of(), serverThreads());
        assertTrue(descriptors() <= descriptorsBefore, descriptors() + " descriptors, before " + descriptorsBefore);
        directBytesAfterCollection(memoryBefore + UNRELATED_BYTES);
    }

    private static void serveOnce() throws IOException {
        ServerConfig config = ServerConfig.defaults().with("port", "0").with("max-memory", "16m").with("event-loops", "2");
        KvServer server = KvServer.start(config);
        int port = server.addresses().get(0).getPort();
        try (Client idle = new Client(port); Client text = new Client(port); Client resp = new Client(port)) {
            assertEquals("OK", text.line("SET k " + "v".repeat(100_000) + " EX 100"));
            assertEquals("KEYS 1 k", text.line("KEYS *"));
            assertEquals("+OK\r\n", resp.ask("MSET", "a", "1", "b", "2"));
            resp.send("*2\r\n$3\r\nGET\r\n$1"); // an incomplete request
            server.close();
            assertNull(idle.line());
            assertNull(text.line());
            assertEquals("", resp.rest());
        } finally {
            server.close();
        }
    }

    private static List<String> serverThreads() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).filter(name -> name.startsWith("kv-")).toList();
    }

    /** Open descriptors; 0 where the system does not tell. */
    private static long descriptors() throws IOException {
        if (!Files.isDirectory(DESCRIPTORS)) {
            return 0;
        }
        try (Stream<Path> all = Files.list(DESCRIPTORS)) {
            return all.count();
        }
    }

    /** Collects until no more than so many bytes are left; bounded by the class's timeout. */
    private static long directBytesAfterCollection(long bytesMax) {
        long bytes;
        do {
            System.gc();
            bytes = directBytes();
        } while (bytes > bytesMax);
        return bytes;
    }

    private static long directBytes() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct")).mapToLong(BufferPoolMXBean::getMemoryUsed).sum();
    }

    @Test
    void close_idleClientsAndClientsThatNeverRead_endsAllThreads() throws IOException {
        KvServer server = start();
        client().ask("SET", "big", "v".repeat(1 << 20));
        for (int i = 0; i < 20; i++) {
            client();
        }
        for (int i = 0; i < 20; i++) {
            client(4096).send("GET big\n".repeat(50) + "KEYS *\n");
        }
        Client watcher = client();
        awaitStandstill(watcher);
        assertTrue(watcher.info("total_net_output_bytes") < 20L * 50 << 20, "there are replies that wait for their clients");
        server.close();
        assertEquals(List.of(), serverThreads());
        server.close();
    }

    @Test
    void close_requestsReceived_areAnswered() throws IOException {
        KvServer server = start();
        Client client = client();
        client.send("SET k 1\n" + "GET k\n".repeat(1000));
        assertEquals("OK", client.line()); // received; its replies are under way
        server.close();
        assertEquals("VALUE 1\n".repeat(1000), client.rest());
    }

    @Test
    void start_portInUse_saysSoAndLeavesNothing() throws IOException {
        KvServer server = start();
        String port = String.valueOf(server.addresses().get(0).getPort());
        long threads = serverThreads().size();
        ServerConfig config = ServerConfig.defaults().with("bind", "127.0.0.1").with("port", port).with("max-memory", "16m");
        IOException failure = assertThrows(IOException.class, () -> KvServer.start(config));
        assertEquals("cannot listen on 127.0.0.1:" + port + ": Address already in use", failure.getMessage());
        assertEquals(threads, serverThreads().size());
        assertEquals("+PONG\r", client().line("PING"));
    }

    @Test
    void store_usedDirectly_isTheOneClientsSee() throws IOException {
        KvServer server = start();
        server.store().put(new byte[] {'k'}, new byte[] {'v'});
        assertEquals("VALUE v", client().line("GET k"));
        server.close();
        assertThrows(IllegalStateException.class, () -> server.store().get(new byte[] {'k'}));
    }

    @Test
    void twoServers_inOneJvm_shareNothing() throws IOException {
        KvServer first = start();
        Client client = client();
        client.line("SET k v");
        start();
        assertEquals("NOT_FOUND", client().line("GET k"));
        assertFalse(first.addresses().equals(server().addresses()));
        assertEquals("gets:0 sets:1 dels:0 errors:0 keys:1 bytes:1", client.line("STATS"));
    }
}
