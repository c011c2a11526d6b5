package kv.commands;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kv.protocol.ProtocolLimits;
import kv.store.Journal;
import kv.store.JournalWriter;
import kv.store.KeyValueStore;
import kv.store.StoreConfig;
import kv.store.StoreStats;

/** Commands on a store of their own, and connections without sockets. */
final class TestService implements AutoCloseable {
    final KeyValueStore store;
    final TestBackground background = new TestBackground();
    final CommandService service;
    /** What scripts have said for the log, each behind its level. */
    final List<String> scriptLog = new ArrayList<>();
    private long connections;

    TestService() {
        this(StoreConfig.defaults().withMemoryLimitBytes(64 << 20));
    }

    TestService(StoreConfig config) {
        store = new KeyValueStore(config);
        service = new CommandService(store,
                new ProtocolLimits(ProtocolLimits.KEY_BYTES_MAX, config.valueBytesMax(), ProtocolLimits.ELEMENTS_MAX),
                new View(), background);
    }

    /** Has the store write into a journal whose writers are such: each method of {@link JournalWriter}, with its arguments. */
    void journal(InvocationHandler handler) {
        JournalWriter writer = (JournalWriter) Proxy.newProxyInstance(JournalWriter.class.getClassLoader(),
                new Class<?>[] {JournalWriter.class}, handler);
        store.attach((Journal) Proxy.newProxyInstance(Journal.class.getClassLoader(), new Class<?>[] {Journal.class},
                (proxy, method, args) -> method.getName().equals("newWriter") ? writer : 1L));
    }

    TestClient client() {
        long id = ++connections;
        return new TestClient(service.newExecutor(), service.connected(id, "127.0.0.1:" + (40_000 + id), "127.0.0.1:9099"));
    }

    @Override
    public void close() {
        store.close();
    }

    /** What a server would tell of itself. */
    private final class View implements ServerView {
        private final Configuration configuration = new TestConfiguration();

        @Override
        public void scriptLog(int level, String text) {
            scriptLog.add(level + " " + text);
        }

        @Override
        public String version() {
            return "test";
        }

        @Override
        public int port() {
            return 9099;
        }

        @Override
        public Configuration configuration() {
            return configuration;
        }

        @Override
        public int databases() {
            return 16;
        }

        @Override
        public boolean allowsDebug() {
            return true;
        }

        @Override
        public Map<String, Long> tls() {
            return Map.of();
        }

        @Override
        public Persistence persistence() {
            return null;
        }

        @Override
        public int eventLoops() {
            return 1;
        }

        @Override
        public int workers() {
            return 2;
        }

        @Override
        public ProcessUse process() {
            return new ProcessUse(1_000_000_000, 2_000_000_000, 3 << 20);
        }

        @Override
        public Map<String, Long> residentByKind(StoreStats store, long indexBytes) {
            return Map.of("data", store.memoryUsedBytes() - indexBytes);
        }

        @Override
        public Traffic traffic() {
            return new Traffic(1, 2, 3, 4, 5, 6, 7, 8);
        }
    }
}
