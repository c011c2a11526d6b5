package kv.net;

import java.net.SocketAddress;
import java.nio.file.Path;

/** Who has connected to a socket that is a file: such clients have no address, but the kernel says as whom they run. */
public final class UnixPeer extends SocketAddress {
    private static final long serialVersionUID = 1;

    /** The file's name. */
    private final String path;
    private final String user;

    UnixPeer(Path path, String user) {
        this.path = path.toString();
        this.user = user;
    }

    /** The name of its user, or that user's number where the system knows no name; empty if it does not tell. */
    public String user() {
        return user;
    }

    /** As Redis writes it, which has a port there: {@code /run/kv.sock:0}. */
    @Override
    public String toString() {
        return path + ":0";
    }
}
