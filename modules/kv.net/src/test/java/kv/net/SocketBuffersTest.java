package kv.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the kernel holds for a connection that does not read. */
class SocketBuffersTest extends ServerTest {
    private static final int SMALL_BYTES = 16 << 10;
    private static final int LINE_BYTES = 7 << 20;

    /** Without the limit it took 2.6 MB. */
    @Test
    void clientDoesNotRead_kernelHoldsLittle() throws IOException {
        server = TcpServer.bind(config(SMALL_BYTES), service, failures::add);
        server.start();
        try (Socket client = new Socket()) {
            client.setReceiveBufferSize(SMALL_BYTES);
            client.connect(new InetSocketAddress("127.0.0.1", port()));
            client.getOutputStream().write(("x".repeat(LINE_BYTES) + "\n").getBytes(StandardCharsets.UTF_8));
            await(() -> server.stats().connectionsTimedOut() == 1);
            assertEquals(LINE_BYTES + 1, server.stats().bytesReceived());
            assertTrue(server.stats().bytesSent() < 512 << 10, server.stats().bytesSent() + " bytes sent");
        }
    }

    @Test
    void sizes_thatCannotBe_areRefused() {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> config(-1)).getMessage()
                .contains("socketBytes is -1, allowed are 0 to 67108864"));
    }

    private static NetConfig config(int socketBytes) throws IOException {
        return new NetConfig(List.of(InetAddress.getByName("127.0.0.1")), 0, 1, 2, 100, 0, 0, 200, 8 << 20, BUFFER_BYTES, null,
                socketBytes);
    }
}
