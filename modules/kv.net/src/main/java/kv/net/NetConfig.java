package kv.net;

import java.net.InetAddress;
import java.util.List;

/**
 * Settings of a {@link TcpServer}.
 *
 * @param addresses addresses to listen on, at least one; those the machine does not have are skipped if another works
 * @param port TCP port, 0 to 65,535; 0 takes a free one, the same for all addresses; {@link #PORT_OFF} where there is TLS only
 * @param eventLoops threads that do socket I/O, 1 to 64
 * @param workers threads that run requests, 1 to 256, at least one an event loop
 * @param connectionsMax open connections, 1 to 1,000,000; one more is told so and closed
 * @param idleTimeoutMillis a connection without a request for so long is closed; 0 = never
 * @param requestTimeoutMillis a connection whose unfinished request brings less than 64 KiB in so long is closed; 0 = never
 * @param sendTimeoutMillis a connection that takes nothing of its replies for so long is closed; 0 = never
 * @param requestBytesMax the longest request a handler may wait for, in bytes
 * @param bufferBytesMax memory of batches and of all input and output that waits for something, in bytes; when it is full, the
 *     connection that holds most is closed
 * @param tls the port for TLS; null = none
 * @param socketBytes the kernel's memory for what one connection sends, and for what it receives, at most, as far as the system
 *     keeps to it; 0 = as the system has it
 */
public record NetConfig(List<InetAddress> addresses, int port, int eventLoops, int workers, int connectionsMax,
        long idleTimeoutMillis, long requestTimeoutMillis, long sendTimeoutMillis, int requestBytesMax, long bufferBytesMax,
        TlsConfig tls, int socketBytes) {
    /** There is no plain port. */
    public static final int PORT_OFF = -1;

    static final long MILLIS_MAX = Long.MAX_VALUE / 1_000_000;
    static final int CONNECTIONS_MAX = 1_000_000;
    static final int SOCKET_BYTES_MAX = 64 << 20;

    /** Without TLS; the kernel's buffers as the system has them. */
    public NetConfig(List<InetAddress> addresses, int port, int eventLoops, int workers, int connectionsMax,
            long idleTimeoutMillis, long requestTimeoutMillis, long sendTimeoutMillis, int requestBytesMax, long bufferBytesMax) {
        this(addresses, port, eventLoops, workers, connectionsMax, idleTimeoutMillis, requestTimeoutMillis, sendTimeoutMillis,
                requestBytesMax, bufferBytesMax, null, 0);
    }

    /** @throws IllegalArgumentException naming the value and its range */
    public NetConfig {
        addresses = List.copyOf(addresses);
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("no address to listen on");
        }
        check("port", port, tls == null ? 0 : PORT_OFF, 65_535);
        check("eventLoops", eventLoops, 1, 64);
        check("workers", workers, eventLoops, 256);
        check("connectionsMax", connectionsMax, 1, CONNECTIONS_MAX);
        check("idleTimeoutMillis", idleTimeoutMillis, 0, MILLIS_MAX);
        check("requestTimeoutMillis", requestTimeoutMillis, 0, MILLIS_MAX);
        check("sendTimeoutMillis", sendTimeoutMillis, 0, MILLIS_MAX);
        check("requestBytesMax", requestBytesMax, 1, 1 << 29);
        check("bufferBytesMax", bufferBytesMax, bufferBytesMin(eventLoops), Long.MAX_VALUE);
        check("socketBytes", socketBytes, 0, SOCKET_BYTES_MAX);
    }

    /** Half of it may be taken by the batches without which no loop can work. */
    private static long bufferBytesMin(int eventLoops) {
        return Math.max(BufferPool.BYTES_MIN, 2L * eventLoops * WorkerPool.BYTES_MIN);
    }

    static void check(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " is " + value + ", allowed are " + min + " to " + max);
        }
    }
}
