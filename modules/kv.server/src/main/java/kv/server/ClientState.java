package kv.server;

import java.net.InetSocketAddress;
import kv.net.TcpServer;
import kv.protocol.RequestParser;

/**
 * What the server knows of one connection beyond its bytes: protocol, name, identity.
 *
 * <p>Owner: the worker that the connection is lent to. CLIENT LIST of another connection may see its last command late.
 */
final class ClientState {
    final long id;
    final InetSocketAddress remote;
    final InetSocketAddress local;
    final long connectedNanos = System.nanoTime();

    /** Null until the first byte has come, which decides. */
    RequestParser parser;
    boolean speaksResp;
    /** It has been told to go: what it has sent behind that is dropped. */
    boolean leaving;
    volatile int respVersion = 2;
    volatile String name = "";
    volatile String libraryName = "";
    volatile String libraryVersion = "";
    ServerCommand lastCommand;
    long lastNanos = connectedNanos;

    ClientState(long id, InetSocketAddress remote, InetSocketAddress local) {
        this.id = id;
        this.remote = remote;
        this.local = local;
    }

    /** As after connecting, but for the protocol's kind. */
    void reset() {
        respVersion = 2;
        name = "";
    }

    /** One line of CLIENT LIST. */
    String describe() {
        long now = System.nanoTime();
        ServerCommand last = lastCommand;
        return "id=" + id + " addr=" + TcpServer.text(remote) + " laddr=" + TcpServer.text(local) + " fd=-1 name=" + name
                + " age=" + (now - connectedNanos) / 1_000_000_000 + " idle=" + (now - lastNanos) / 1_000_000_000
                + " flags=N db=0 sub=0 psub=0 multi=-1 cmd=" + (last == null ? "NULL" : last.name())
                + " user=default resp=" + respVersion + " lib-name=" + libraryName + " lib-ver=" + libraryVersion;
    }
}
