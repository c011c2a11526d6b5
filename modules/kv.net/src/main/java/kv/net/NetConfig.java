package kv.net;

import java.net.InetAddress;
import java.util.List;

/**
 * Settings of a {@link TcpServer}.
 *
 * @param addresses addresses to listen on, at least one; those the machine does not have are skipped if another works
 * @param port TCP port, 0 to 65,535; 0 takes a free one, the same for all addresses
 * @param eventLoops threads that do socket I/O, 1 to 64
 * @param workers threads that run requests, 1 to 256, at least one an event loop
 * @param connectionsMax open connections, 1 to 1,000,000; one more is told so and closed
 * @param idleTimeoutMillis a connection without a request for so long is closed; 0 = never
 * @param requestBytesMax the longest request a handler may wait for, in bytes
 * @param bufferBytesMax memory of all input and output that waits for something, in bytes; a connection that needs more is closed
 */
public record NetConfig(List<InetAddress> addresses, int port, int eventLoops, int workers, int connectionsMax,
        long idleTimeoutMillis, int requestBytesMax, long bufferBytesMax) {

    /** @throws IllegalArgumentException naming the value and its range */
    public NetConfig {
        addresses = List.copyOf(addresses);
        if (addresses.isEmpty()) throw new IllegalArgumentException("no address to listen on");
        check("port", port, 0, 65_535);
        check("eventLoops", eventLoops, 1, 64);
        check("workers", workers, eventLoops, 256);
        check("connectionsMax", connectionsMax, 1, 1_000_000);
        check("idleTimeoutMillis", idleTimeoutMillis, 0, Long.MAX_VALUE / 1_000_000);
        check("requestBytesMax", requestBytesMax, 1, 1 << 29);
        check("bufferBytesMax", bufferBytesMax, 1 << 20, Long.MAX_VALUE);
    }

    private static void check(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " is " + value + ", allowed are " + min + " to " + max);
        }
    }
}
