package kv.net;

import java.net.InetAddress;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;

/**
 * Where and how a {@link TcpServer} speaks TLS.
 *
 * @param addresses addresses to listen on, at least one; those the machine does not have are skipped if another works
 * @param port TCP port, 0 to 65,535; 0 takes a free one, the same for all addresses
 * @param engines makes the engine of one connection, in server mode; called by any worker, it must not block
 * @param handshakeTimeoutMillis a connection whose handshake is not done so long after its beginning is closed; at least 1
 * @param threads how many handshakes are computed at a time, 1 to 64
 */
public record TlsConfig(List<InetAddress> addresses, int port, Supplier<SSLEngine> engines, long handshakeTimeoutMillis,
        int threads) {

    /** @throws IllegalArgumentException naming the value and its range */
    public TlsConfig {
        addresses = List.copyOf(addresses);
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("no address to listen on with TLS");
        }
        NetConfig.check("TLS port", port, 0, 65_535);
        NetConfig.check("handshakeTimeoutMillis", handshakeTimeoutMillis, 1, NetConfig.MILLIS_MAX);
        NetConfig.check("threads", threads, 1, 64);
    }
}
