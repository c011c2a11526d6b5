package kv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A thousand connections that say nothing, and a thousand that send a request a byte now and then, on either port: all are
 * closed, and whoever else is there is served meanwhile. How long that takes, and what the others notice, {@code
 * kv.bench.SlowSenders} measures.
 *
 * <p>Planted, each seen to fail: no limit of its own for a handshake; none before AUTH.
 */
class SlowSendersTest extends LiveServer {
    private static final int COUNT = 1000;
    private static final byte[] REQUEST = "*2\r\n$3\r\nGET\r\n$60000\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HANDSHAKE = {22, 3, 1, 2, 0, 1, 0, 1, (byte) 0xFC};

    @TempDir
    static Path folder;
    private static TestKeys keys;

    @BeforeAll
    static void makeKeys() throws IOException {
        keys = TestKeys.make(folder, "server", 30);
    }

    /** @param slowly what each sends at first, before a byte now and then; null: nothing is ever sent */
    private void assertAllGo(int port, byte[] slowly) throws IOException {
        List<SocketChannel> attackers = new ArrayList<>();
        try {
            for (int i = 0; i < COUNT; i++) {
                SocketChannel attacker = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
                attackers.add(attacker);
                if (slowly != null) {
                    attacker.write(ByteBuffer.wrap(slowly));
                }
                attacker.configureBlocking(false);
            }
            Client other = client();
            other.ask("AUTH", "secret");
            while (!attackers.isEmpty()) { // bounded by the class's timeout
                attackers.removeIf(attacker -> hasGone(attacker, slowly != null));
                assertEquals("+PONG\r\n", other.ask("PING"));
            }
            while (other.info("connected_clients") > 1) {
                assertEquals("+PONG\r\n", other.ask("PING"));
            }
            other.close();
        } finally {
            for (SocketChannel attacker : attackers) {
                attacker.close();
            }
        }
    }

    private static boolean hasGone(SocketChannel attacker, boolean sends) {
        try {
            if (attacker.read(ByteBuffer.allocate(64)) >= 0) {
                if (sends) {
                    attacker.write(ByteBuffer.allocate(1));
                }
                return false;
            }
            attacker.close();
        } catch (IOException reset) {
            // as good an end as any
        }
        return true;
    }

    @Test
    void plainPort_beforeAuth() throws IOException {
        keep(KvServer.start(config().with("auth-timeout", "1s").withPassword("secret")));
        assertAllGo(port(), null);
        assertAllGo(port(), "*2\r\n$4\r\nAUTH\r\n$16000\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void plainPort_whereNobodyHasToAuthenticate() throws IOException {
        start("request-timeout", "1s", "idle-timeout", "4s");
        assertAllGo(port(), null);
        assertAllGo(port(), REQUEST);
    }

    @Test
    void tlsPort() throws IOException {
        String[] settings = keys.settings("tls-handshake-timeout", "1s");
        ServerConfig config = config();
        for (int i = 0; i < settings.length; i += 2) {
            config = config.with(settings[i], settings[i + 1]);
        }
        keep(KvServer.start(config.with("port", "0").withPassword("secret")));
        int port = server().tlsAddresses().get(0).getPort();
        assertAllGo(port, null);
        assertAllGo(port, HANDSHAKE);
        Client other = client();
        other.ask("AUTH", "secret");
        assertEquals(2 * COUNT, other.info("tls_handshakes_overdue"));
    }
}
