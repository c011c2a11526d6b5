/**
 * Sockets, threads and bytes: a TCP server whose event loops do all socket I/O and whose workers run a
 * {@link kv.net.RequestHandler}, bytes in and bytes out. Knows no command and no protocol.
 *
 * <p>Read {@link kv.net.Service} and {@link kv.net.RequestHandler} for what to implement, {@link kv.net.TcpServer} for how to
 * run it, {@link kv.net.NetConfig} for its limits.
 */
module kv.net {
    requires jdk.net; // when a peer that has vanished is noticed
    requires kv.memory;
    requires org.slf4j;

    exports kv.net;
}
