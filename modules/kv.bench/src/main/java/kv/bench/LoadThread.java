package kv.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import kv.tls.TlsContexts;

/**
 * A share of the connections and of the load on them: sends, receives, checks each reply, records its latency.
 *
 * <p>Closed loop: a connection sends a batch of as many requests as the pipeline is deep, waits for all replies, sends the next.
 * Latency runs from just before the batch is written.
 * <p>Open loop: request n is due at a moment that was fixed before; it goes to the connection that has longest had room. Latency
 * runs from the moment it was due, whether or not it could be sent then: a server that stalls is charged for all that it held up.
 *
 * <p>Owner: one thread at a time, the one that runs it; the tally may be read by others.
 * <p>Failure: of a connection: its requests in flight count as errors, and it is used no more.
 */
final class LoadThread implements Runnable, AutoCloseable {
    private static final int READ_BYTES_MIN = 256 << 10;
    private static final int COMPLAINTS_MAX = 5;
    private static final int SELECT_MILLIS_MAX = 100;
    /** Open loop: a selector cannot wait for less than a millisecond, so shorter waits are slept in pieces of this. */
    private static final long NAP_NANOS_MAX = 50_000;
    private static final long SELECT_NANOS_MIN = 2_000_000;

    private final LoadOptions options;
    private final Wire wire;
    private final KeyChoice choice;
    /** Null: plain. */
    private final SSLContext tls;
    private final Selector selector;
    private final List<LoadConnection> connections = new ArrayList<>();
    /** Open loop: a place for every further request that a connection may take. */
    private final ArrayDeque<LoadConnection> free = new ArrayDeque<>();
    private final byte[] in;
    private final ByteBuffer inBuffer;
    private volatile Tally tally = new Tally();
    private Phase phase;
    private long random;
    private long issued;
    private long inFlight;
    private long lastReplyNanos;
    private int complaints;
    /** The last reply was that there is no such key. */
    private boolean missed;
    private Exception failure;

    LoadThread(LoadOptions options, int index) throws IOException {
        this.options = options;
        wire = new Wire(options.protocol(), options.keySize(), options.valueSize());
        choice = new KeyChoice(options.keys(), options.skew());
        tls = options.tls() ? TlsContexts.trustingAnybody(null) : null;
        selector = Selector.open();
        random = Wire.mix(options.seed() * 1000 + index);
        in = new byte[READ_BYTES_MIN + 2 * wire.replyBytesMax()];
        inBuffer = ByteBuffer.wrap(in);
    }

    /** Opens one more connection. To be called before any phase. */
    void connect(InetSocketAddress address, int inFlightMax) throws IOException {
        SocketChannel channel = SocketChannel.open(address);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        ByteChannel stream = tls == null ? channel : new TlsChannel(channel, tls);
        channel.configureBlocking(false);
        LoadConnection connection = new LoadConnection(stream, inFlightMax);
        connection.key = channel.register(selector, SelectionKey.OP_READ, connection);
        connections.add(connection);
    }

    /** Prepares a phase; the next {@link #run} goes through it. */
    void enter(Phase next) {
        phase = next;
        tally = new Tally();
        issued = 0;
        lastReplyNanos = next.startNanos();
        free.clear();
        for (int i = 0; next.isOpenLoop() && i < next.pipeline(); i++) {
            free.addAll(connections);
        }
    }

    /** Of the phase under way, or the last one. */
    Tally tally() {
        return tally;
    }

    /** When the last reply came, of {@code System.nanoTime}. */
    long lastReplyNanos() {
        return lastReplyNanos;
    }

    @Override
    public void run() {
        TimerSlack.minimize();
        try {
            if (phase.isOpenLoop()) {
                runOpenLoop();
            } else {
                runClosedLoop();
            }
        } catch (IOException | RuntimeException bug) {
            failure = bug;
        }
    }

    /** What has ended the last phase before its time, or null. */
    Exception failure() {
        return failure;
    }

    @Override
    public void close() throws IOException {
        for (LoadConnection connection : connections) {
            connection.channel.close();
        }
        selector.close();
    }

    private void runClosedLoop() throws IOException {
        for (LoadConnection connection : connections) {
            if (!connection.failed) {
                sendBatch(connection);
            }
        }
        while (inFlight > 0) {
            selector.select(this::ready, SELECT_MILLIS_MAX);
            giveUpIfSilent(System.nanoTime());
        }
    }

    private void runOpenLoop() throws IOException {
        long now = System.nanoTime();
        while (inFlight > 0 || mayIssue(now) && !free.isEmpty()) {
            sendDue(now);
            boolean maySend = !free.isEmpty() && mayIssue(now);
            long wait = maySend ? phase.dueNanos(issued) - System.nanoTime() : SELECT_NANOS_MIN;
            if (wait >= SELECT_NANOS_MIN) {
                selector.select(this::ready, Math.min(SELECT_MILLIS_MAX, Math.max(1, wait / 1_000_000 - 1)));
            } else if (selector.selectNow(this::ready) == 0 && wait > 0) {
                LockSupport.parkNanos(Math.min(wait, NAP_NANOS_MAX));
            }
            now = System.nanoTime();
            giveUpIfSilent(now);
        }
        countUnsent();
    }

    private boolean mayIssue(long now) {
        return issued < phase.quota() && now < phase.deadlineNanos();
    }

    private void sendBatch(LoadConnection connection) {
        long now = System.nanoTime();
        for (int i = 0; i < phase.pipeline() && mayIssue(now); i++) {
            issue(connection, now);
        }
        flush(connection);
    }

    /** Sends what has fallen due, as far as connections are free to take it. */
    private void sendDue(long now) {
        while (!free.isEmpty() && mayIssue(now)) {
            long due = phase.dueNanos(issued);
            if (due > now || due >= phase.deadlineNanos()) {
                return;
            }
            LoadConnection connection = free.poll();
            if (connection.failed) {
                continue;
            }
            issue(connection, due);
            flush(connection);
        }
    }

    private void issue(LoadConnection connection, long nanos) {
        boolean isGet = false;
        int number;
        if (phase.setsAllKeys()) {
            number = phase.firstKey() + (int) issued;
        } else {
            isGet = (nextRandom() >>> 11) * 0x1p-53 < options.getRatio();
            number = choice.key(nextRandom());
        }
        connection.request(wire, isGet, number, nanos);
        issued++;
        inFlight++;
    }

    private long nextRandom() {
        return Wire.mix(random += 0x9e3779b97f4a7c15L);
    }

    private void flush(LoadConnection connection) {
        try {
            connection.flush();
        } catch (IOException reset) {
            fail(connection, reset.getMessage());
        }
    }

    private void ready(SelectionKey key) {
        LoadConnection connection = (LoadConnection) key.attachment();
        if (connection.failed) {
            return;
        }
        int ready = key.readyOps();
        if ((ready & SelectionKey.OP_WRITE) != 0) {
            flush(connection);
        }
        if ((ready & SelectionKey.OP_READ) != 0 && !connection.failed) {
            receive(connection);
        }
    }

    private void receive(LoadConnection connection) {
        System.arraycopy(connection.rest, 0, in, 0, connection.restBytes);
        int bytes;
        try {
            bytes = connection.channel.read(inBuffer.clear().position(connection.restBytes));
        } catch (IOException reset) {
            fail(connection, reset.getMessage());
            return;
        }
        if (bytes < 0) {
            fail(connection, "closed by the server");
            return;
        }
        takeReplies(connection, inBuffer.position());
    }

    private void takeReplies(LoadConnection connection, int end) {
        long now = System.nanoTime();
        lastReplyNanos = now;
        int at = 0;
        while (at < end && connection.inFlight > 0) {
            int length = takeReply(connection, at, end);
            if (length == Wire.INCOMPLETE) {
                break;
            }
            at += length;
            boolean isGet = connection.oldestIsGet();
            int key = connection.oldestKey();
            tally.latencies.record(now - connection.oldestStartNanos());
            (isGet ? tally.gets : tally.sets).increment();
            connection.dropOldest();
            if (isGet && options.lookAside() && (missed || isReloaded())) {
                connection.request(wire, false, key, now); // takes the place of the GET
                continue;
            }
            inFlight--;
            if (phase.isOpenLoop()) {
                free.add(connection);
            }
        }
        flush(connection);
        connection.keep(in, at, end);
        if (connection.restBytes > 0 && connection.inFlight == 0) {
            fail(connection, "a reply that no request asked for");
        } else if (connection.restBytes > in.length - READ_BYTES_MIN) {
            fail(connection, "a reply longer than any that was due");
        } else if (connection.inFlight == 0 && !phase.isOpenLoop()) {
            sendBatch(connection);
        }
    }

    private boolean isReloaded() {
        return options.reload() > 0 && (nextRandom() >>> 11) * 0x1p-53 < options.reload();
    }

    /** The length of the oldest reply due, checked and counted; or INCOMPLETE. */
    private int takeReply(LoadConnection connection, int from, int to) {
        boolean isGet = connection.oldestIsGet();
        missed = isGet && wire.isMissing(in, from, to);
        if (missed) {
            tally.misses.increment();
            return options.expectHits() ? takeWrong(connection, from, to) : wire.missingLength();
        }
        int length = wire.check(in, from, to, isGet, connection.oldestKey());
        if (length == Wire.WRONG) {
            return takeWrong(connection, from, to);
        }
        if (length > 0 && isGet) {
            tally.hits.increment();
        }
        return length;
    }

    private int takeWrong(LoadConnection connection, int from, int to) {
        int length = wire.replyLength(in, from, to);
        if (length == 0) {
            return Wire.INCOMPLETE;
        }
        (wire.isError(in, from, to) ? tally.errors : tally.mismatches).increment();
        complain("wrong reply to " + (connection.oldestIsGet() ? "GET" : "SET") + " of key " + connection.oldestKey() + ": "
                + new String(in, from, Math.min(length, 200), StandardCharsets.ISO_8859_1).strip());
        return length;
    }

    private void fail(LoadConnection connection, String why) {
        complain("connection failed with " + connection.inFlight + " requests in flight: " + why);
        tally.errors.add(Math.max(1, connection.inFlight));
        inFlight -= connection.inFlight;
        connection.inFlight = 0;
        connection.failed = true;
        try {
            connection.channel.close();
        } catch (IOException cannotClose) {
            complain("cannot close: " + cannotClose.getMessage());
        }
    }

    /** Only the first few: a server that is wrong is wrong a million times. */
    private void complain(String text) {
        if (complaints++ < COMPLAINTS_MAX) {
            System.err.println("kv-bench: " + text);
        }
    }

    private void giveUpIfSilent(long now) {
        long limit = (long) (options.timeoutSeconds() * TimeUnit.SECONDS.toNanos(1));
        if (inFlight == 0 || now - lastReplyNanos < limit || oldestNanos() > now - limit) {
            return;
        }
        for (LoadConnection connection : connections) {
            if (connection.inFlight > 0) {
                fail(connection, "no reply in time");
            }
        }
    }

    /** When the oldest request in flight began. */
    private long oldestNanos() {
        long oldest = Long.MAX_VALUE;
        for (LoadConnection connection : connections) {
            if (connection.inFlight > 0) {
                oldest = Math.min(oldest, connection.oldestStartNanos());
            }
        }
        return oldest;
    }

    private void countUnsent() {
        long end = Math.min(System.nanoTime(), phase.deadlineNanos());
        long due = Math.min((long) ((end - phase.startNanos()) * phase.ratePerSecond() / 1e9), phase.quota());
        tally.unsent.add(Math.max(0, due - issued));
    }
}
