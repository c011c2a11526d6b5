package kv.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import kv.server.KvServer;
import kv.server.ServerConfig;
import kv.store.StoreStats;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(600)
final class OverwriterTest {
    private static final int KEYS = 3000;

    @ParameterizedTest
    @EnumSource(value = Wire.Protocol.class, names = {"TEXT", "RESP"})
    void overwrite_ourServer_liveBytesAreTheStores(Wire.Protocol protocol) throws Exception {
        try (KvServer server = KvServer.start(ServerConfig.defaults().with("port", "0").with("bind", "127.0.0.1"));
                Overwriter overwriter = new Overwriter(protocol, server.addresses().get(0).getPort(), KEYS)) {
            overwriter.setAll();
            overwriter.overwrite(5 * KEYS);
            overwriter.readAll();
            StoreStats stats = server.store().stats();
            assertEquals(KEYS, stats.keys());
            assertEquals(stats.valueBytes() + (long) KEYS * Overwriter.KEY_BYTES, overwriter.liveBytes());
        }
    }

    @Test
    void readAll_valueThatWasNotSetLast_throws() throws Exception {
        try (KvServer server = KvServer.start(ServerConfig.defaults().with("port", "0").with("bind", "127.0.0.1"));
                Overwriter overwriter = new Overwriter(Wire.Protocol.TEXT, server.addresses().get(0).getPort(), KEYS)) {
            overwriter.setAll();
            server.store().put("k000000000001234".getBytes(StandardCharsets.US_ASCII), new byte[] {'x'});
            IOException wrong = assertThrows(IOException.class, overwriter::readAll);
            assertTrue(wrong.getMessage().contains("1234"), wrong.getMessage());
        }
    }

    @Test
    void setAll_serverHangsUp_throws() throws Exception {
        try (StubServer server = new StubServer((line, more) -> null);
                Overwriter overwriter = new Overwriter(Wire.Protocol.TEXT, Integer.parseInt(server.port()), KEYS)) {
            assertThrows(IOException.class, overwriter::setAll);
        }
    }
}
