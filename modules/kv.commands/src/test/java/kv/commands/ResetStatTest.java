package kv.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What CONFIG RESETSTAT does to INFO, and what it leaves alone. */
final class ResetStatTest {
    private final TestService service = new TestService();
    private final TestClient client = service.client();

    @AfterEach
    void close() {
        service.close();
    }

    private String info(String name) {
        for (String line : client.ask("INFO", "ALL").split("\r\n")) {
            if (line.startsWith(name + ":")) {
                return line.substring(name.length() + 1);
            }
        }
        return null;
    }

    @Test
    void resetstat_countersAndTimes_beginAgainButTheMetricsGoOn() {
        client.ask("SET", "k", "v");
        client.ask("GET", "k");
        client.ask("GET", "none");
        client.ask("INCR", "k");
        client.ask("SET", "k");
        assertEquals("1", info("keyspace_hits"));
        assertEquals("+OK\r\n", client.ask("CONFIG", "RESETSTAT"));
        assertEquals("0", info("keyspace_hits"));
        assertEquals("0", info("keyspace_misses"));
        assertEquals("0", info("total_error_replies"));
        assertEquals("0", info("total_net_input_bytes"));
        assertEquals(null, info("errorstat_ERR"));
        assertEquals(null, info("cmdstat_get"));
        assertEquals(null, info("latency_percentiles_usec_get"));
        assertFalse(client.ask("LATENCY", "HISTOGRAM", "get").contains("calls"));
        assertEquals("1", info("connected_clients"));
        client.ask("GET", "k");
        assertEquals("1", info("keyspace_hits"));
        assertTrue(info("cmdstat_get").startsWith("calls=1,"), info("cmdstat_get"));
        assertTrue(info("latency_percentiles_usec_get").matches("p50=(.*),p99=\\1,p99.9=\\1"));
        assertEquals(2, service.service.hits());
        service.service.eachCommand((name, times) -> assertTrue(!name.equals("get") || times.count() == 3, name));
    }
}
