package kv.net;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A TCP server: listening sockets, event loops and workers, running a {@link Service}.
 *
 * <p>Threads: {@code kv-loop-N} do all socket I/O; each has its share of the workers {@code kv-worker-N} and one
 * {@code kv-slow-N} for long-running requests; {@code kv-tls-N} compute handshakes. All methods may be called by any thread.
 */
public final class TcpServer {
    /** Handlers may keep this part of the heap, one in so many, for their clients. */
    private static final int HEAP_SHARE = 4;

    private final Listeners listeners;
    private final EventLoop[] loops;
    private final LoopCounters[] counters;
    private final LoopCounters.Connections connections = new LoopCounters.Connections();
    private final BufferPool pool;
    /** What handlers keep on the heap for their clients. */
    private final Budget heap;
    private final List<InetSocketAddress> addresses;
    private final List<InetSocketAddress> tlsAddresses;
    /** Null where all is plain. */
    private final Tls tls;
    private boolean started;
    private boolean stopped;

    private TcpServer(NetConfig config, Service service, Consumer<Throwable> onFailure, ThreadMaker threads) throws IOException {
        Failures failures = new Failures(onFailure);
        pool = new BufferPool(config.bufferBytesMax());
        heap = new Budget(Math.min(config.bufferBytesMax(), Runtime.getRuntime().maxMemory() / HEAP_SHARE));
        tls = config.tls() == null ? null : new Tls(config.tls(), service, pool, failures::threadDies, threads);
        listeners = new Listeners(config, service, connections, tls);
        addresses = listeners.addresses(false);
        tlsAddresses = listeners.addresses(true);
        loops = new EventLoop[config.eventLoops()];
        counters = new LoopCounters[loops.length];
        try {
            int firstWorker = 0;
            for (int i = 0; i < loops.length; i++) {
                int share = (config.workers() - firstWorker) / (loops.length - i);
                counters[i] = new LoopCounters(connections);
                loops[i] = new EventLoop(i, config, service, pool, heap, counters[i], share, firstWorker, failures, threads);
                firstWorker += share;
            }
            failures.endWith(loops);
            listeners.dealTo(loops);
            loops[0].accept(listeners);
        } catch (Throwable failure) {
            closeHalfMade();
            throw failure;
        }
    }

    private void closeHalfMade() throws IOException {
        listeners.close();
        for (EventLoop loop : loops) {
            if (loop != null) {
                loop.closeUnstarted();
            }
        }
    }

    /**
     * Listens; clients can connect, and are served after {@link #start}.
     *
     * @param onFailure is told, once, if a thread of this server has died. The server is lost then: all its connections close,
     *     its port
     *     is free, its threads end. Called by the thread that dies, perhaps for want of memory: it should need none, and must not
     * wait for
     *     {@link #stop}
     * @throws IOException if no address can be listened on; the message names address and reason
     */
    public static TcpServer bind(NetConfig config, Service service, Consumer<Throwable> onFailure) throws IOException {
        return bind(config, service, onFailure, Thread::new);
    }

    static TcpServer bind(NetConfig config, Service service, Consumer<Throwable> onFailure, ThreadMaker threads)
            throws IOException {
        return new TcpServer(config, service, onFailure, threads);
    }

    /**
     * Listens on a socket that is a file, too. Before {@link #start}, once.
     *
     * @param path at most some 100 bytes long; a socket there on which nobody listens is replaced
     * @param permissions of the file: who may write it may connect
     * @throws IOException if it cannot be; the message names path and reason
     */
    public synchronized void listenOn(Path path, Set<PosixFilePermission> permissions) throws IOException {
        if (started || stopped) {
            throw new IllegalStateException("started or stopped before");
        }
        listeners.listenOn(path, permissions);
    }

    /**
     * Starts all threads; once.
     *
     * @throws IOException if the system gives no more threads; then all is undone, as by {@link #stop}
     */
    public synchronized void start() throws IOException {
        if (started || stopped) {
            throw new IllegalStateException("started or stopped before");
        }
        started = true;
        try {
            if (tls != null) {
                tls.lane.start();
            }
            for (EventLoop loop : loops) {
                loop.start();
            }
        } catch (OutOfMemoryError noThread) {
            undo();
            throw new IOException("cannot start a thread: " + noThread.getMessage(), noThread);
        }
    }

    private void undo() {
        try {
            stop();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The addresses listened on for plain connections, with the true port; none where that port is off. */
    public List<InetSocketAddress> addresses() {
        return addresses;
    }

    /** The addresses listened on for TLS, with the true port; none where there is no TLS. */
    public List<InetSocketAddress> tlsAddresses() {
        return tlsAddresses;
    }

    /**
     * From now on so many connections may be open, 1 to 1,000,000. Those that are open stay, though they be more.
     *
     * @throws IllegalArgumentException naming the value and its range
     */
    public void setConnectionsMax(int max) {
        NetConfig.check("connectionsMax", max, 1, NetConfig.CONNECTIONS_MAX);
        listeners.setConnectionsMax(max);
    }

    /**
     * From now on these are the time limits of {@link NetConfig}, for connections that wait already, too; 0 = never.
     *
     * @throws IllegalArgumentException naming the value and its range
     */
    public void setTimeouts(long idleMillis, long requestMillis, long sendMillis) {
        NetConfig.check("idleMillis", idleMillis, 0, NetConfig.MILLIS_MAX);
        NetConfig.check("requestMillis", requestMillis, 0, NetConfig.MILLIS_MAX);
        NetConfig.check("sendMillis", sendMillis, 0, NetConfig.MILLIS_MAX);
        for (EventLoop loop : loops) {
            loop.setTimeouts(idleMillis, requestMillis, sendMillis);
        }
    }

    /** The names of the threads that wait for each other most: each event loop with the worker it prefers. */
    public List<List<String>> threadGroups() {
        return Arrays.stream(loops).map(EventLoop::threadGroup).toList();
    }

    /** Counters since the start. */
    public NetStats stats() {
        long failed = 0;
        long idleClosed = 0;
        long timedOut = 0;
        long received = 0;
        long sent = 0;
        for (LoopCounters loop : counters) {
            failed += loop.failed.get();
            idleClosed += loop.idleClosed.get();
            timedOut += loop.timedOut.get();
            received += loop.bytesReceived.get();
            sent += loop.bytesSent.get();
        }
        return new NetStats(connections.open.get(), connections.accepted.get(), connections.rejected.get(), failed, idleClosed,
                timedOut, pool.evictions() + heap.evictions(), received, sent, pool.bytes(),
                tls == null ? null : tls.stats());
    }

    /**
     * Accepts no more, answers what was received, sends what clients take within 700 ms, closes every socket and ends every
     * thread; returns when that is done. Also before {@link #start}. The second call does nothing.
     */
    public synchronized void stop() throws InterruptedException {
        if (stopped) {
            return;
        }
        stopped = true;
        for (EventLoop loop : loops) {
            loop.stop();
        }
        for (EventLoop loop : loops) {
            loop.join();
        }
        if (tls != null) {
            tls.lane.stop();
            tls.rooms.free();
        }
        pool.trim();
    }

    /** An address as people write it: {@code 127.0.0.1:9099}, {@code [::1]:9099}. */
    public static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        if (address.getAddress() instanceof Inet6Address) {
            host = "[" + ("0:0:0:0:0:0:0:1".equals(host) ? "::1" : "0:0:0:0:0:0:0:0".equals(host) ? "::" : host) + "]";
        }
        return host + ":" + address.getPort();
    }
}
