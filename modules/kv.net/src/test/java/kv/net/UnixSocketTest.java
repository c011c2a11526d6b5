package kv.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Listening on a socket that is a file. */
class UnixSocketTest extends ServerTest {
    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rwx------");

    @TempDir
    Path directory;

    private Path path() {
        return directory.resolve("kv.sock");
    }

    private void startOn(Path path) throws IOException {
        server = TcpServer.bind(config(0, 1, 2, 2, 0, BUFFER_BYTES), service, failures::add);
        server.listenOn(path, OWNER);
        server.start();
    }

    private static String ask(SocketChannel client, String line) throws IOException {
        client.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
        return new BufferedReader(Channels.newReader(client, StandardCharsets.UTF_8)).readLine();
    }

    @Test
    void clients_onFileAndPort_areServedAlikeAndCountedTogether() throws Exception {
        startOn(path());
        assertEquals(OWNER, Files.getPosixFilePermissions(path()));
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path())); Client other = new Client()) {
            assertEquals("through a file", ask(client, "through a file"));
            assertEquals("through a port", other.ask("through a port"));
            assertEquals(1, server.addresses().size());
            try (SocketChannel third = SocketChannel.open(UnixDomainSocketAddress.of(path()))) {
                assertEquals("too many, x", ask(third, "x"));
            }
        }
        server.stop();
        assertFalse(Files.exists(path(), LinkOption.NOFOLLOW_LINKS));
        assertEquals(List.of(), List.copyOf(failures));
    }

    @Test
    void path_socketThatNobodyListensOn_isReplaced() throws Exception {
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(path()));
        }
        assertTrue(Files.exists(path(), LinkOption.NOFOLLOW_LINKS));
        startOn(path());
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path()))) {
            assertEquals("a", ask(client, "a"));
        }
    }

    @Test
    void path_isTakenOrNoSocket_isRefusedAndNothingTouched() throws Exception {
        start();
        Path file = Files.writeString(path(), "precious");
        assertEquals("cannot listen on " + file + ": there is something else that is no socket", refusal(file));
        assertEquals("precious", Files.readString(file));
        Path taken = directory.resolve("taken.sock");
        try (ServerSocketChannel alive = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            alive.bind(UnixDomainSocketAddress.of(taken));
            assertEquals("cannot listen on " + taken + ": another process listens there", refusal(taken));
            try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(taken))) {
                assertTrue(client.isConnected());
            }
        }
        assertTrue(refusal(directory.resolve("x".repeat(200))).contains("too long"));
        assertTrue(refusal(directory.resolve("none").resolve("kv.sock")).startsWith("cannot listen on "));
    }

    private String refusal(Path path) {
        return assertThrows(IOException.class, () -> {
            TcpServer other = TcpServer.bind(config(0, 1, 2, 2, 0, BUFFER_BYTES), service, failures::add);
            try {
                other.listenOn(path, OWNER);
            } finally {
                other.stop();
            }
        }).getMessage();
    }

    @Test
    void stop_fileWasReplacedByAnother_leavesThat() throws Exception {
        startOn(path());
        Files.delete(path());
        Files.writeString(path(), "somebody else's");
        server.stop();
        assertEquals("somebody else's", Files.readString(path()));
    }
}
