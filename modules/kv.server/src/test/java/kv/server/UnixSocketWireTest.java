package kv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The setting unix-socket: its file, and what is told of who connects to it. */
final class UnixSocketWireTest extends LiveServer {
    @TempDir
    Path directory;

    private static String ask(SocketChannel client, String... args) throws IOException {
        client.write(ByteBuffer.wrap(Client.request(args).getBytes(StandardCharsets.ISO_8859_1)));
        ByteBuffer reply = ByteBuffer.allocate(1 << 16);
        String text;
        do {
            client.read(reply);
            text = new String(reply.array(), 0, reply.position(), StandardCharsets.ISO_8859_1);
        } while (!text.endsWith("\r\n"));
        return text;
    }

    @Test
    void unixSocket_client_isServedAndKnownByItsUser() throws IOException {
        Path path = directory.resolve("kv.sock");
        start("unix-socket", path.toString(), "unix-socket-mode", "770");
        assertEquals("rwxrwx---", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            assertEquals("+OK\r\n", ask(client, "SET", "k", "v"));
            assertEquals("$1\r\nv\r\n", client().ask("GET", "k"));
            String info = ask(client, "CLIENT", "INFO");
            assertTrue(info.contains(" addr=" + path + ":0 laddr=" + path + ":0 "), info);
            String peer = Files.getOwner(path).getName();
            assertTrue(info.contains(" peer-user=" + peer), info);
            assertEquals("*2\r\n$10\r\nunixsocket\r\n$" + path.toString().length() + "\r\n" + path + "\r\n",
                    ask(client, "CONFIG", "GET", "unixsocket"));
        }
        server().close();
        assertFalse(Files.exists(path, LinkOption.NOFOLLOW_LINKS));
    }
}
