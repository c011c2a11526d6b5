package kv.admin;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * An HTTP server for operators, read-only: {@code /healthz}, {@code /readyz}, {@code /metrics} and a live page at {@code /}.
 *
 * <p>Threads: {@code kv-admin} answers, {@code kv-admin-figures} gathers what is shown. All methods may be called by any
 * thread.
 */
public final class AdminServer implements AutoCloseable {
    private static final long JOIN_MILLIS = 1_000;
    private static final int BACKLOG = 1024;

    private final List<InetSocketAddress> addresses = new ArrayList<>();
    private final AdminLoop loop;
    private final Thread thread;
    private final ThreadPoolExecutor renderer;

    private AdminServer(AdminConfig config, Source source, Consumer<Throwable> failed, AdminClock clock) throws IOException {
        List<ServerSocketChannel> listeners = new ArrayList<>();
        Selector selector = Selector.open();
        try {
            int port = config.port();
            for (InetAddress address : config.addresses()) {
                listeners.add(listen(address, port));
                addresses.add((InetSocketAddress) listeners.get(listeners.size() - 1).getLocalAddress());
                port = addresses.get(0).getPort();
            }
            // Two kinds of figures, each at most once at a time.
            renderer = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(2),
                    task -> thread("kv-admin-figures", task, failed));
            loop = new AdminLoop(selector, listeners, source, new Access(config), renderer, clock);
        } catch (IOException | RuntimeException failure) {
            listeners.forEach(AdminLoop::closeQuietly);
            selector.close();
            throw failure;
        }
        thread = thread("kv-admin", loop, failed);
    }

    /**
     * Listens and answers.
     *
     * @param failed told if one of its threads has ended by a failure: nobody is answered any more
     * @throws IOException if an address cannot be listened on; the message names it and the reason
     */
    public static AdminServer start(AdminConfig config, Source source, Consumer<Throwable> failed) throws IOException {
        return start(config, source, failed, AdminClock.SYSTEM);
    }

    /** As above, with a clock of its own. */
    static AdminServer start(AdminConfig config, Source source, Consumer<Throwable> failed, AdminClock clock) throws IOException {
        AdminServer server = new AdminServer(config, source, failed, clock);
        server.thread.start();
        return server;
    }

    private static ServerSocketChannel listen(InetAddress address, int port) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        try {
            listener.configureBlocking(false);
            listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            listener.bind(new InetSocketAddress(address, port), BACKLOG);
            return listener;
        } catch (IOException failure) {
            listener.close();
            throw new IOException("cannot listen on " + address.getHostAddress() + " port " + port + " for admin: "
                    + failure.getMessage(), failure);
        }
    }

    private static Thread thread(String name, Runnable task, Consumer<Throwable> failed) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((dead, cause) -> failed.accept(cause));
        return thread;
    }

    /** The addresses listened on, with the true port. */
    public List<InetSocketAddress> addresses() {
        return List.copyOf(addresses);
    }

    /** Closes all connections and ends both threads. The second call does nothing. */
    @Override
    public void close() {
        loop.stop();
        try {
            thread.join(JOIN_MILLIS);
            renderer.shutdownNow();
            renderer.awaitTermination(JOIN_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
