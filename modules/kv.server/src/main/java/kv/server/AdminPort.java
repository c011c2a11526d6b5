package kv.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Consumer;
import kv.admin.AdminConfig;
import kv.admin.AdminServer;
import kv.admin.MetricsText;
import kv.admin.Source;

/**
 * The admin port of a server, from before it has loaded anything until after it has stopped; or nothing, where the settings
 * want none.
 *
 * <p>Any thread. What it shows grows: before {@link #serving} there are the figures of the process only.
 */
final class AdminPort implements Source, AutoCloseable {
    private final LogTail log;
    private final AdminServer server;
    private volatile Phase phase = Phase.STARTING;
    private volatile String progress = "starting";
    private volatile InetSocketAddress dataAddress;
    private volatile ServerFigures figures;

    private AdminPort(ServerConfig config, LogTail log, Consumer<Throwable> onDeath) throws IOException {
        this.log = log;
        server = config.adminPort() < 0 ? null : AdminServer.start(new AdminConfig(config.adminBind(), config.adminPort(),
                config.adminToken(), config.adminNames()), this, onDeath);
    }

    /**
     * Listens, if the settings say so.
     *
     * @param log what the page shows of it
     * @param onDeath told if one of its threads has died
     * @throws IOException if it cannot listen, or the token cannot be read
     */
    static AdminPort open(ServerConfig config, LogTail log, Consumer<Throwable> onDeath) throws IOException {
        return new AdminPort(config, log, onDeath);
    }

    /** What is being done while clients are not served yet. */
    void progress(String line) {
        progress = line;
    }

    /** Clients are served from now on. */
    void serving(ServerFigures all, InetSocketAddress address) {
        figures = all;
        dataAddress = address.getAddress().isAnyLocalAddress()
                ? new InetSocketAddress(InetAddress.getLoopbackAddress(), address.getPort()) : address;
        progress = "serving";
        phase = Phase.SERVING;
    }

    /** What must not fail has failed: no client should come any more. */
    void failed(String reason) {
        progress = reason;
        phase = Phase.FAILED;
        figures = null;
    }

    /** The server has been told to stop, and no client should come any more. */
    void stopping() {
        if (phase != Phase.FAILED) {
            progress = "stopping";
            phase = Phase.STOPPING;
        }
        figures = null;
    }

    /** The addresses listened on; none where there is no admin port. */
    List<InetSocketAddress> addresses() {
        return server == null ? List.of() : server.addresses();
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
    }

    @Override
    public Phase phase() {
        return phase;
    }

    @Override
    public String progress() {
        return progress;
    }

    @Override
    public InetSocketAddress dataAddress() {
        return dataAddress;
    }

    @Override
    public void metrics(MetricsText text) {
        text.gauge("kv_build_info", "Which program this is.")
                .facts("version", KvServer.version(), "java_version", System.getProperty("java.version"));
        text.gauge("kv_up", "Whether clients are served: 1, or 0 while starting and stopping.").sample(phase == Phase.SERVING
                ? 1 : 0);
        ProcessFigures.write(text);
        ServerFigures all = figures;
        if (all != null) {
            all.write(text);
        }
    }

    @Override
    public List<CommandTimes> commands() {
        ServerFigures all = figures;
        return all == null ? List.of() : all.commandTimes();
    }

    @Override
    public List<SlowCommand> slowCommands() {
        ServerFigures all = figures;
        return all == null ? List.of() : all.slowCommands();
    }

    @Override
    public List<String> logLines() {
        return log.lines();
    }
}
