package kv.net;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;

/**
 * A TCP server: listening sockets, event loops and workers, running a {@link Service}.
 *
 * <p>Threads: {@code kv-loop-N} do all socket I/O; each has its share of the workers {@code kv-worker-N} and one
 * {@code kv-slow-N} for long-running requests. All methods may be called by any thread.
 */
public final class TcpServer {
    private final Listeners listeners;
    private final EventLoop[] loops;
    private final LoopCounters[] counters;
    private final LoopCounters.Connections connections = new LoopCounters.Connections();
    private final BufferPool pool;
    private final List<InetSocketAddress> addresses;
    private boolean stopped;

    private TcpServer(NetConfig config, Service service) throws IOException {
        pool = new BufferPool(config.bufferBytesMax());
        listeners = new Listeners(config, service, connections);
        addresses = listeners.addresses();
        loops = new EventLoop[config.eventLoops()];
        counters = new LoopCounters[loops.length];
        int firstWorker = 0;
        for (int i = 0; i < loops.length; i++) {
            int share = (config.workers() - firstWorker) / (loops.length - i);
            counters[i] = new LoopCounters(connections);
            loops[i] = new EventLoop(i, config, service, pool, counters[i], share, firstWorker);
            firstWorker += share;
        }
        listeners.dealTo(loops);
        loops[0].accept(listeners);
    }

    /**
     * Listens; clients can connect, and are served after {@link #start}.
     *
     * @throws IOException if no address can be listened on; the message names address and reason
     */
    public static TcpServer bind(NetConfig config, Service service) throws IOException {
        return new TcpServer(config, service);
    }

    /** Starts all threads; once. */
    public void start() {
        for (EventLoop loop : loops) loop.start();
    }

    /** The addresses listened on, with the true port. */
    public List<InetSocketAddress> addresses() {
        return addresses;
    }

    /** The names of the threads that wait for each other most: each event loop with the worker it prefers. */
    public List<List<String>> threadGroups() {
        return Arrays.stream(loops).map(EventLoop::threadGroup).toList();
    }

    /** Counters since the start. */
    public NetStats stats() {
        long failed = 0;
        long idleClosed = 0;
        long received = 0;
        long sent = 0;
        for (LoopCounters loop : counters) {
            failed += loop.failed.get();
            idleClosed += loop.idleClosed.get();
            received += loop.bytesReceived.get();
            sent += loop.bytesSent.get();
        }
        return new NetStats(connections.open.get(), connections.accepted.get(), connections.rejected.get(), failed, idleClosed,
                received, sent, pool.bytes());
    }

    /**
     * Accepts no more, answers what was received, sends what clients take within 700 ms, closes every socket and ends every
     * thread; returns when that is done. The second call does nothing.
     */
    public synchronized void stop() throws InterruptedException {
        if (stopped) return;
        stopped = true;
        for (EventLoop loop : loops) loop.stop();
        for (EventLoop loop : loops) loop.join();
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
