package kv.net;

/**
 * What a {@link TcpServer} has counted since its start.
 *
 * @param connectionsOpen connections now
 * @param connectionsAccepted connections ever accepted, the rejected ones not among them
 * @param connectionsRejected connections closed at once because there were too many
 * @param connectionsFailed connections closed by an I/O error, a full buffer pool or a handler's bug
 * @param connectionsIdleClosed connections closed by the idle timeout
 * @param connectionsTimedOut connections closed because a request did not get on, or because replies were not read
 * @param connectionsEvicted connections closed because they held most when memory was short; also among the failed
 * @param bytesReceived bytes read from clients
 * @param bytesSent bytes written to clients
 * @param bufferBytes memory of the buffer pool, in use or kept for reuse
 * @param tls handshakes; null where there is no TLS
 */
public record NetStats(long connectionsOpen, long connectionsAccepted, long connectionsRejected, long connectionsFailed,
        long connectionsIdleClosed, long connectionsTimedOut, long connectionsEvicted, long bytesReceived,
        long bytesSent, long bufferBytes, TlsStats tls) {
}
