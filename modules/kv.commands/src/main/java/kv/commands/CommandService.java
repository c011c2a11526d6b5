package kv.commands;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import kv.protocol.ProtocolError;
import kv.protocol.ProtocolLimits;
import kv.stats.LatencySnapshot;
import kv.store.KeyValueStore;
import kv.store.StoreClock;

/** What all executors share: store, commands, limits, counters, and who is connected. Any thread. */
public final class CommandService {
    private static final int RUN_ID_BYTES = 20;
    private static final long LOGINS_LOOK_MILLIS = 500;

    final KeyValueStore store;
    final StoreClock clock;
    final ProtocolLimits limits;
    final ServerView view;
    final Commands commands = new Commands();
    final Metrics metrics = new Metrics(commands.metricCount());
    final RecentMetrics recent;
    final SlowLog slowLog;
    final JournalWaits journalWaits;
    final Monitors monitors = new Monitors();
    final Watch watch;
    final Scripts scripts = new Scripts();
    final Map<Long, Client> clients = new ConcurrentHashMap<>();
    final Users users = new Users(commands, clients);
    final Background background;
    final Denials denials;
    final Pause pause;
    final long startNanos;
    /** Never the same twice: tells tools that the server was started again. */
    final String runId;

    /** Commands on this store. View and background are not used before the first client is served. */
    public CommandService(KeyValueStore store, ProtocolLimits limits, ServerView view, Background background) {
        this.store = store;
        this.clock = store.clock();
        this.limits = limits;
        this.view = view;
        this.recent = new RecentMetrics(this);
        this.slowLog = new SlowLog(clock);
        this.journalWaits = new JournalWaits(slowLog, clock);
        this.watch = new Watch(slowLog, monitors);
        this.background = background;
        this.denials = new Denials(background);
        this.pause = new Pause(background, clients);
        this.startNanos = clock.nanoTime();
        byte[] random = new byte[RUN_ID_BYTES];
        new SecureRandom().nextBytes(random);
        this.runId = HexFormat.of().formatHex(random);
    }

    /** An executor for one thread. */
    public Executor newExecutor() {
        return new Executor(this);
    }

    /**
     * Somebody has connected.
     *
     * @param id never used twice
     * @param remote address and port of the client, as people write them
     * @param local the same of our side
     */
    public Client connected(long id, String remote, String local) {
        Client client = new Client(id, remote, local, clock.nanoTime());
        clients.put(id, client);
        users.greet(client);
        pause.greet(client);
        return client;
    }

    /**
     * The certificate that a client has shown names its user: the connection is that user's, and again after RESET. Once, before
     * its first request.
     *
     * @param name each char a byte
     * @return false if there is no such user or it is off: it is not to be served. That is counted, and kept for ACL LOG
     */
    public boolean enterByCertificate(Client client, String name) {
        client.certifiedName = name;
        if (users.enter(client, users.find(name))) {
            return true;
        }
        client.become(null);
        denials.certificate(client, name, clock.nowMillis());
        return false;
    }

    /**
     * From now on, connections that have to say who they are and have not done so in time are closed, at most a second later.
     *
     * @param millis 0: they have all the time
     */
    public void watchLogins(long millis) {
        if (millis > 0) {
            background.after(LOGINS_LOOK_MILLIS, () -> {
                endLateLogins(millis);
                watchLogins(millis);
            });
        }
    }

    void endLateLogins(long millis) {
        long nanos = clock.nanoTime();
        int late = 0;
        for (Client client : clients.values()) {
            if (client.endIfLoginIsLate(nanos, millis)) {
                late++;
            }
        }
        if (late > 0) {
            background.log(Background.Severity.WARNING, "closed connections that did not authenticate in time: " + late);
        }
    }

    /** Who may come in. */
    public Users users() {
        return users;
    }

    /** It has gone. */
    public void disconnected(Client client) {
        clients.remove(client.id);
        pause.leave(client);
        client.disconnected();
        unmonitor(client);
    }

    /** It watches others no more, if it did. */
    void unmonitor(Client client) {
        if (client.monitors) {
            monitors.remove(client);
            watch.settle();
        }
    }

    /**
     * What a client is told that is one too many.
     *
     * @param firstByte the first byte that it has sent, which shows its protocol; -1 if there is none
     */
    public static byte[] tooManyConnections(int firstByte) {
        if (firstByte == '*') {
            return "-ERR max number of clients reached\r\n".getBytes(StandardCharsets.US_ASCII);
        }
        return ("ERROR " + ProtocolError.TOO_MANY_CONNECTIONS.text() + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** Tells of each command that has run, in whichever protocol, how often and how long. Any thread. */
    public void eachCommand(BiConsumer<String, LatencySnapshot> sink) {
        commands.eachMetric((name, metric) -> {
            LatencySnapshot times = metrics.latency(metric);
            if (times.count() > 0) {
                sink.accept(name, times);
            }
        });
    }

    /** How many error replies have been sent, by the code word that they begin with. Any thread. */
    public Map<String, Long> errorsByCode() {
        return metrics.errorsByCode();
    }

    /** How many error replies have been sent. Any thread. */
    public long errorReplies() {
        return metrics.errors();
    }

    /** How often a command that reads has found its key. Any thread. */
    public long hits() {
        return metrics.hits();
    }

    /** How often it has not. Any thread. */
    public long misses() {
        return metrics.misses();
    }

    /** What takes at least so long is a slow command; negative: nothing is. Any thread. */
    public void setSlowThreshold(long nanos) {
        slowLog.setThreshold(nanos);
        watch.settle();
    }

    /** So many of the last slow commands are kept. Any thread. */
    public void setSlowCommandsKept(int max) {
        slowLog.setLength(max);
    }

    /** A script that runs for so long is in the way: others are told BUSY. Any thread. */
    public void setScriptBusyAfter(long nanos) {
        scripts.busyNanos = nanos;
    }

    /** How many lines monitors have not been told, because they did not keep up. Any thread. */
    public long monitorLinesLeftOut() {
        return monitors.leftOut();
    }

    /** How many slow commands there have been. Any thread. */
    public long slowCommands() {
        return slowLog.total();
    }

    /**
     * Tells of each kind of waiting how often and how long: {@code worker} and {@code slow_lane} (batches of requests for a
     * thread), {@code lock} (commands for the lock of a shard), {@code held} (requests for keys that a script or a long
     * transaction holds), {@code journal} (replies to be on disk). Any thread.
     */
    public void eachWait(BiConsumer<String, LatencySnapshot> sink) {
        sink.accept("worker", metrics.waits(waits -> waits.worker));
        sink.accept("slow_lane", metrics.waits(waits -> waits.slowLane));
        sink.accept("lock", metrics.waits(waits -> waits.lock));
        sink.accept("held", metrics.waits(waits -> waits.held));
        sink.accept("journal", journalWaits.snapshot());
    }

    /** Has somebody told of each slow command from now on, by the thread that has executed it: must return at once. */
    public void onSlowCommand(Consumer<Supplier<SlowCommand>> listener) {
        slowLog.listener = listener;
    }

    /** The last slow commands, 128 at most, the latest first. Any thread. */
    public List<SlowCommand> lastSlowCommands() {
        return slowLog.latest(SlowLog.ENTRIES_DEFAULT).stream().map(SlowLog.Entry::shown).toList();
    }

    /** How often this command has run, in whichever protocol. */
    long commandCount(String name) {
        return metrics.count(commands.metricOf(name));
    }
}
