package kv.server;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kv.commands.CommandService;
import kv.log.Storage;
import kv.net.NetConfig;
import kv.net.TcpServer;
import kv.net.TlsConfig;
import kv.protocol.ProtocolLimits;
import kv.store.KeyValueStore;
import kv.store.StoreClock;
import kv.store.StoreConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
    private static final Logger LOG = LoggerFactory.getLogger(KvServer.class);

    private final KeyValueStore store;
    /** Null if all is in memory only. */
    private final DataDirectory data;
    private final long stopMillis;
    private final TcpServer tcp;
    /** Null if there is no TLS port. */
    private final TlsKeeper tls;
    private final AdminPort admin;
    private final SideThreads background;
    private final Access access;
    private final Guard guard;
    /** Ends what JFR is shown of the store. */
    private final Runnable endFlight;

    private KvServer(KeyValueStore store, DataDirectory data, long stopMillis, TcpServer tcp, TlsKeeper tls, AdminPort admin,
            SideThreads background, Access access, Guard guard) {
        this.store = store;
        this.data = data;
        this.stopMillis = stopMillis;
        this.tcp = tcp;
        this.tls = tls;
        this.admin = admin;
        this.background = background;
        this.access = access;
        this.guard = guard;
        this.endFlight = FlightEvents.watch(store);
        FlightEvents.watchEvictions(store);
    }

    /**
     * Listens and serves; when it returns, clients are answered. Should one of the server's threads ever die, the server closes
     * itself, and says so in the log.
     *
     * @throws IOException if the port cannot be listened on, or threads cannot be had; the message says which and why
     */
    public static KvServer start(ServerConfig config) throws IOException {
        return start(config, death -> LOG.error("a thread of the server has died; the server is closed", death));
    }

    /**
     * Listens and serves; when it returns, clients are answered. Should one of the server's threads ever die, of a bug or for
     * want of heap, the server closes itself: its store is not to be trusted, and clients see their connections end instead of
     * waiting.
     *
     * @param onFailure called once then, with what the thread died of, after the server has closed; by a thread of the server's
     *         own
     * @throws IOException if the port cannot be listened on, or threads cannot be had; the message says which and why
     */
    public static KvServer start(ServerConfig config, Consumer<? super Throwable> onFailure) throws IOException {
        return start(config, onFailure, null);
    }

    /** @param disk null for the data directory of the configuration */
    static KvServer start(ServerConfig config, Consumer<? super Throwable> onFailure, Storage disk) throws IOException {
        Guard guard = new Guard(onFailure);
        try {
            guard.start();
            LiveSettings settings = new LiveSettings(config, SettingsSources.NONE);
            settings.onChange(Setting.LOG_LEVEL, now -> { }); // the log is that of the program around it
            KvServer server = start(settings, guard, guard, new LogTail(), disk, null, null);
            guard.watch(server::close);
            return server;
        } catch (OutOfMemoryError noThread) {
            throw withoutThreads(noThread);
        } catch (IOException | RuntimeException | Error failure) {
            endQuietly(guard);
            throw failure;
        }
    }

    /**
     * For the program: {@code onDeath} is called by the thread that dies, and ends the process.
     *
     * @param imported what is loaded before clients are served; or null
     * @param onStop called when a client wants the process to end; returns at once
     */
    static KvServer startProgram(LiveSettings settings, Consumer<Throwable> onDeath, LogTail tail, RdbImport imported,
            Runnable onStop) throws IOException {
        return start(settings, onDeath, null, tail, null, imported, onStop);
    }

    private static KvServer start(LiveSettings settings, Consumer<Throwable> onDeath, Guard guard, LogTail tail, Storage disk,
            RdbImport imported, Runnable onStop) throws IOException {
        withinDescriptors(settings);
        ServerConfig config = settings.config();
        AdminPort admin = null;
        KeyValueStore store = null;
        DataDirectory data = null;
        TcpServer tcp = null;
        TlsKeeper tls = null;
        SideThreads background = null;
        try {
            tls = openTls(config);
            admin = AdminPort.open(config, tail, death -> LOG.error("a thread of the admin port has died; clients are served on",
                    death));
            // Lengths are limited by the commands: what is on disk from days of another limit is served.
            store = new KeyValueStore(StoreConfig.defaults().withMemoryLimitBytes(config.maxMemoryBytes())
                    .withEviction(config.eviction())
                    .withFailureHandler(onDeath).withClock(StoreClock.system(KvServer::clockStepped)));
            AdminPort told = admin;
            data = DataDirectory.open(config, disk, store, failure -> {
                told.failed("the log has failed: " + failure.getMessage());
                onDeath.accept(failure);
            }, guard == null ? StartProgress.ofProgram(admin::progress) : StartProgress.quiet(admin::progress), imported);
            ServerFacts facts = new ServerFacts(settings, data, tls);
            ProtocolLimits limits = new ProtocolLimits(ProtocolLimits.KEY_BYTES_MAX, config.maxValueBytes(),
                    ProtocolLimits.ELEMENTS_MAX);
            background = new SideThreads(onDeath, onStop);
            CommandService commands = new CommandService(store, limits, facts, background);
            commands.onSlowCommand(FlightEvents::slowCommand);
            Access access = Access.open(config, commands.users());
            tcp = TcpServer.bind(netConfig(config, tls),
                    new Clients(commands, data != null && data.repliesWait() ? data : null, background, tls), onDeath);
            if (!config.unixSocket().isEmpty()) {
                tcp.listenOn(Path.of(config.unixSocket()), config.unixSocketPermissions());
            }
            facts.listening(tcp);
            settings.onPassword(commands.users()::setDefaultPassword);
            SettingChanges.tell(settings, store, commands, tcp, tls);
            if (guard == null) {
                // Before anybody is answered: who asks whether it is ready must not be told so by one that is about to give up.
                SpareThreads.require(config.workers() + 2 * config.eventLoops());
            }
            tcp.start();
            commands.watchLogins(config.authTimeoutMillis());
            admin.serving(new ServerFigures(store, commands, tcp, tls, settings), allAddresses(tcp).get(0));
            return new KvServer(store, data, config.stopTimeoutMillis(), tcp, tls, admin, background, access, guard);
        } catch (OutOfMemoryError noThread) {
            close(admin, tcp, tls, background, data, store, 0);
            throw withoutThreads(noThread);
        } catch (IOException | RuntimeException | Error failure) {
            close(admin, tcp, tls, background, data, store, 0);
            throw failure;
        }
    }

    /** Null where there is no TLS port. */
    private static TlsKeeper openTls(ServerConfig config) throws IOException {
        if (config.tlsPort() < 0) {
            return null;
        }
        boolean staysHere = config.port() < 0 || config.bind().stream().allMatch(InetAddress::isLoopbackAddress);
        if (!staysHere) {
            LOG.warn("TLS: port {} is plain and open beyond this machine; 'port off' or 'bind 127.0.0.1,::1' leaves TLS only",
                    config.port());
        }
        return TlsKeeper.open(config.tls());
    }

    private static List<InetSocketAddress> allAddresses(TcpServer tcp) {
        return Stream.concat(tcp.addresses().stream(), tcp.tlsAddresses().stream()).toList();
    }

    private static void clockStepped(long millis) {
        LOG.warn("the wall clock was set, or the machine suspended: {} ms; expiry follows at once", millis);
    }

    /** A thread that the system refuses is, to Java, out of memory. */
    private static IOException withoutThreads(OutOfMemoryError noThread) {
        return new IOException("cannot start: " + noThread.getMessage(), noThread);
    }

    /** The addresses listened on for plain connections, with the true port; none where that port is off. */
    public List<InetSocketAddress> addresses() {
        return tcp.addresses();
    }

    /** The addresses listened on for TLS, with the true port; none where there is no such port. */
    public List<InetSocketAddress> tlsAddresses() {
        return tcp.tlsAddresses();
    }

    /** All that a client may connect to, the plain ones first. */
    List<InetSocketAddress> allAddresses() {
        return allAddresses(tcp);
    }

    /** Files that settings name are read again. */
    void readFilesAgain() {
        if (tls != null) {
            tls.reload();
        }
    }

    /** The addresses of the admin port; none where there is no such port. */
    public List<InetSocketAddress> adminAddresses() {
        return admin.addresses();
    }

    /** Reads password and users again. */
    void reloadAccess() {
        access.reload();
    }

    /** The store that clients see. It may be used directly at the same time, until {@link #close}. */
    public KeyValueStore store() {
        return store;
    }

    /**
     * Accepts no more, answers what was received, closes all connections, ends all threads and gives the memory up; returns when
     * that is done: within two seconds, or with a data directory within about {@code stop-timeout}, since a checkpoint is made if
     * it fits. The second call does nothing.
     */
    @Override
    public void close() {
        endFlight.run();
        close(admin, tcp, tls, background, data, store, stopMillis);
        if (guard != null) {
            endQuietly(guard);
        }
    }

    /** Each may be null, when a start has failed. */
    private static void close(AdminPort admin, TcpServer tcp, TlsKeeper tls, SideThreads background, DataDirectory data,
            KeyValueStore store,
            long stopMillis) {
        long began = System.nanoTime();
        if (admin != null) {
            admin.stopping();
        }
        if (data != null) {
            data.stopping();
        }
        if (tcp != null) {
            try {
                tcp.stop();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        if (background != null) {
            background.close();
        }
        if (tls != null) {
            tls.close();
        }
        if (data != null) {
            data.checkpointWithin(stopMillis - (System.nanoTime() - began) / 1_000_000);
            data.close();
        }
        if (store != null) {
            store.close();
        }
        if (admin != null) {
            admin.close();
        }
    }

    private static void endQuietly(Guard guard) {
        try {
            guard.end();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The version of this module, or "unknown" where it runs outside of one. */
    public static String version() {
        ModuleDescriptor module = KvServer.class.getModule().getDescriptor();
        return module == null ? "unknown" : module.rawVersion().orElse("unknown");
    }

    List<List<String>> threadGroups() {
        return tcp.threadGroups();
    }

    /** Addresses as people write them, the port included. */
    static String text(List<InetSocketAddress> addresses) {
        return addresses.stream().map(TcpServer::text).collect(Collectors.joining(", "));
    }

    private static void withinDescriptors(LiveSettings settings) {
        int wanted = settings.config().maxConnections();
        long descriptors = DescriptorLimit.descriptors();
        int connections = DescriptorLimit.connections(wanted, descriptors);
        if (connections != wanted) {
            LOG.warn("max-connections is {} instead of {}: the process may open {} files, and needs {} for itself "
                    + "(raise LimitNOFILE of the service, or ulimit -n)",
                    connections, wanted, descriptors, DescriptorLimit.RESERVED);
            settings.settled(Setting.MAX_CONNECTIONS, Integer.toString(connections));
        }
    }

    private static NetConfig netConfig(ServerConfig config, TlsKeeper keeper) {
        TlsConfig tls = keeper == null ? null : new TlsConfig(config.tlsBind(), config.tlsPort(), keeper::newEngine,
                config.tlsHandshakeTimeoutMillis(), Math.min(64, (config.workers() + 1) / 2));
        return new NetConfig(config.bind(), config.port(), config.eventLoops(), config.workers(), config.maxConnections(),
                config.idleTimeoutMillis(), config.requestTimeoutMillis(), config.sendTimeoutMillis(),
                ProtocolLimits.REQUEST_BYTES_MAX + 1024, config.maxBufferBytes(), tls,
                config.socketBufferBytes());
    }
}
