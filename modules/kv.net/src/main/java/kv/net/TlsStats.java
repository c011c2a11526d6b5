package kv.net;

/**
 * What a {@link TcpServer} has counted of TLS since its start.
 *
 * @param handshakesDone connections that have come as far as to send requests
 * @param handshakesFailed connections closed because client and server could not agree
 * @param handshakesOverdue connections closed because their handshake took too long; also among the timed out
 * @param plain connections closed because what came was no TLS
 * @param faults connections closed later, because what came broke the protocol
 */
public record TlsStats(long handshakesDone, long handshakesFailed, long handshakesOverdue, long plain, long faults) {
}
