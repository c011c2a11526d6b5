package kv.net;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/**
 * A listening socket that is a file. It is made under another name, gets its permissions, and is put in its place then: so nobody
 * can connect who may not, and what a server that was killed has left there is replaced.
 *
 * <p>Failure: where something else lies in its place, or somebody listens there, nothing is touched.
 */
final class UnixSocket {
    private static final int TYPE_MASK = 0170000;
    private static final int SOCKET = 0140000;

    final ServerSocketChannel channel;
    private final Path path;
    /** Which file it is: whatever takes its place later is not ours to delete. */
    private final Object fileKey;

    private UnixSocket(ServerSocketChannel channel, Path path) throws IOException {
        this.channel = channel;
        this.path = path;
        this.fileKey = fileKey(path);
    }

    /** @throws IOException that names the path, if it cannot be listened on */
    static UnixSocket bind(Path path, Set<PosixFilePermission> permissions, int backlog) throws IOException {
        try {
            requireFree(path);
            Path made = path.resolveSibling(path.getFileName() + ".new");
            Files.deleteIfExists(made);
            ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                channel.configureBlocking(false);
                channel.bind(UnixDomainSocketAddress.of(made), backlog);
                Files.setPosixFilePermissions(made, permissions);
                Files.move(made, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                return new UnixSocket(channel, path);
            } catch (IOException | RuntimeException failure) {
                channel.close();
                Files.deleteIfExists(made);
                throw failure;
            }
        } catch (IOException | RuntimeException failure) {
            throw new IOException("cannot listen on " + path + ": " + failure.getMessage(), failure);
        }
    }

    private static void requireFree(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (((Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & TYPE_MASK) != SOCKET) {
            throw new IOException("there is something else that is no socket");
        }
        try {
            SocketChannel.open(UnixDomainSocketAddress.of(path)).close();
        } catch (ConnectException nobody) {
            return; // what a process has left that did not end by itself
        }
        throw new IOException("another process listens there");
    }

    private static Object fileKey(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).fileKey();
    }

    void close() throws IOException {
        channel.close();
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && fileKey(path).equals(fileKey)) {
            Files.delete(path);
        }
    }
}
