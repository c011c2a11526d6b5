package kv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What clients see of a server that is full and may evict. */
class EvictionWireTest extends LiveServer {
    private static final String OOM = "-OOM command not allowed when used memory > 'maxmemory'.\r\n";

    @Test
    void all_fullStore_everyKindOfWriteFindsRoom() throws IOException {
        start("max-memory", "32m", "eviction", "all", "max-value-size", "8m");
        Client client = client();
        fill(client, 1000);
        String large = "v".repeat(4 << 20);
        String[][] requests = {{"SET", "a", large}, {"SET", "b", large, "NX"}, {"SET", "a", large, "GET"},
            {"SETEX", "c", "9", large}, {"GETSET", "d", large}, {"SETNX", "e", large}, {"MSET", "f", large, "g", large},
            {"MSETNX", "h", large, "i", large}, {"APPEND", "j", large}, {"APPEND", "j", large}, {"SETRANGE", "k", "8000000", "x"},
            {"SETBIT", "l", "60000000", "1"},
            {"EVAL", "return redis.call('SET', KEYS[1], string.rep('v', 4194304))", "1", "m"}};
        for (String[] request : requests) {
            String reply = client.ask(request);
            assertTrue(!reply.startsWith("-"), request[0] + " " + reply.lines().findFirst());
            fill(client, 200);
        }
        assertTrue(client.info("evicted_keys") > 500);
        assertEquals(client.info("maxmemory"), 32 << 20);
        assertEquals(":1\r\n", client.ask("EXISTS", "filler:199"));
        String[] pairs = new String[2 * 3000 + 1];
        pairs[0] = "MSET";
        for (int i = 0; i < 3000; i++) {
            pairs[2 * i + 1] = "pair:" + i;
            pairs[2 * i + 2] = "v".repeat(4000);
        }
        assertEquals("+OK\r\n", client.ask(pairs));
        assertEquals("$4000\r\n" + "v".repeat(4000) + "\r\n", client.ask("GET", "pair:0"));
        assertEquals("$4000\r\n" + "v".repeat(4000) + "\r\n", client.ask("GET", "pair:2999"));
    }

    @Test
    void tooLargeForTheStore_isRefusedAndNothingIsGivenUpForIt() throws IOException {
        start("max-memory", "16m", "eviction", "all", "max-value-size", "32m");
        Client client = client();
        fill(client, 100);
        assertEquals(OOM, client.ask("SET", "a", "v".repeat(20 << 20)));
        assertEquals(OOM, client.ask("SETRANGE", "filler:0", "20000000", "v"));
        assertEquals(0, client.info("evicted_keys"));
    }

    @Test
    void configSet_policiesByRedissNames_holdAtOnce() throws IOException {
        start("max-memory", "16m");
        Client client = client();
        String value = "v".repeat(100_000);
        int stored = 0;
        while (client.ask("SET", "filler:" + stored, value).equals("+OK\r\n")) {
            stored++;
        }
        String[][] policies = {{"allkeys-lru", "allkeys-lfu"}, {"allkeys-random", "allkeys-random"},
            {"volatile-lru", "volatile-lfu"}, {"VOLATILE-TTL", "volatile-ttl"}, {"noeviction", "noeviction"}};
        for (String[] policy : policies) {
            assertEquals("+OK\r\n", client.ask("CONFIG", "SET", "maxmemory-policy", policy[0]));
            assertEquals("*2\r\n$16\r\nmaxmemory-policy\r\n$" + policy[1].length() + "\r\n" + policy[1] + "\r\n",
                    client.ask("CONFIG", "GET", "maxmemory-policy"));
            assertTrue(client.ask("INFO", "memory").contains("maxmemory_policy:" + policy[1] + "\r\n"));
            String reply = client.ask("SET", "more:" + policy[1], "v".repeat(500_000));
            assertEquals(policy[1].startsWith("allkeys") ? "+OK\r\n" : OOM, reply, policy[1]);
        }
        assertEquals("-ERR CONFIG SET failed (possibly related to argument 'maxmemory-policy') - argument(s) must be one of the "
                + "following: volatile-lru, volatile-lfu, volatile-random, volatile-ttl, allkeys-lru, allkeys-lfu, "
                + "allkeys-random, noeviction\r\n", client.ask("CONFIG", "SET", "maxmemory-policy", "lru"));
    }

    @Test
    void objectFreq_whatWasAskedForMore_hasMore() throws IOException {
        start("max-memory", "16m", "eviction", "all");
        Client client = client();
        client.ask("MSET", "a", "1", "b", "2");
        for (int i = 0; i < 5; i++) {
            client.ask("GET", "a");
        }
        assertEquals(":6\r\n", client.ask("OBJECT", "FREQ", "a"));
        assertEquals(":1\r\n", client.ask("OBJECT", "FREQ", "b"));
        assertEquals("$-1\r\n", client.ask("OBJECT", "FREQ", "none"));
        Client quiet = client();
        quiet.ask("CLIENT", "NO-TOUCH", "ON");
        for (String[] read : new String[][] {{"GET", "b"}, {"MGET", "b", "b"}, {"GETRANGE", "b", "0", "1"},
            {"EVAL", "return redis.call('get', KEYS[1])", "1", "b"}}) {
            quiet.ask(read);
            assertEquals(":1\r\n", client.ask("OBJECT", "FREQ", "b"), read[0]);
        }
        quiet.ask("SET", "b", "3");
        assertEquals(":2\r\n", client.ask("OBJECT", "FREQ", "b"), "what is written counts");
        client.ask("GET", "b");
        assertEquals(":3\r\n", client.ask("OBJECT", "FREQ", "b"), "and what others read");
        assertTrue(client.ask("OBJECT", "IDLETIME", "a").startsWith("-ERR An LFU maxmemory policy is selected"));
    }

    /** Missing keys are null whatever the policy, as in Redis 7.0; there idle time is known unless frequencies are counted. */
    @Test
    void object_freqAndIdleTime_tellWhatThePolicyKnows() throws IOException {
        start("max-memory", "16m");
        Client client = client();
        client.ask("SET", "a", "1");
        String switching = ". Please note that when switching between policies at runtime LRU and LFU data will take some time "
                + "to adjust.\r\n";
        for (String policy : new String[] {"noeviction", "allkeys-random", "volatile-ttl"}) {
            assertEquals("+OK\r\n", client.ask("CONFIG", "SET", "maxmemory-policy", policy));
            assertEquals("-ERR An LFU maxmemory policy is not selected, access frequency not tracked" + switching,
                    client.ask("OBJECT", "FREQ", "a"), policy);
            assertEquals("-ERR access times are not tracked\r\n", client.ask("OBJECT", "IDLETIME", "a"), policy);
            assertEquals("$-1\r\n$-1\r\n", client.ask("OBJECT", "FREQ", "none") + client.ask("OBJECT", "IDLETIME", "none"));
        }
        // These are LFU here: CONFIG GET says so.
        for (String policy : new String[] {"allkeys-lru", "allkeys-lfu", "volatile-lru", "volatile-lfu", "volatile-random"}) {
            assertEquals("+OK\r\n", client.ask("CONFIG", "SET", "maxmemory-policy", policy));
            assertTrue(client.ask("OBJECT", "FREQ", "a").startsWith(":"), policy);
            assertEquals("-ERR An LFU maxmemory policy is selected, idle time not tracked" + switching,
                    client.ask("OBJECT", "IDLETIME", "a"), policy);
            assertEquals("$-1\r\n$-1\r\n", client.ask("OBJECT", "FREQ", "none") + client.ask("OBJECT", "IDLETIME", "none"));
        }
    }

    /** At least key and value, and not much more: what SizesTest allows a whole store of such keys. */
    @Test
    void memoryUsage_isWhatTheKeyTakes() throws IOException {
        start("max-memory", "64m", "max-value-size", "2m");
        Client client = client();
        for (int length : new int[] {100, 5_000, 20_000, 100_000, 1 << 20}) {
            client.ask("SET", "usage", "v".repeat(length));
            String reply = client.ask("MEMORY", "USAGE", "usage");
            long bytes = Long.parseLong(reply.substring(1).strip());
            assertTrue(bytes > length + 5 && bytes < 1.4 * length, length + " bytes take " + bytes);
        }
        assertEquals("$-1\r\n", client.ask("MEMORY", "USAGE", "none"));
        assertEquals("-ERR syntax error\r\n", client.ask("MEMORY", "USAGE", "usage", "SAMPLES", "-1"));
        assertEquals("-ERR syntax error\r\n", client.ask("MEMORY", "USAGE", "usage", "SAMPLES"));
    }

    private static void fill(Client client, int keys) throws IOException {
        for (int i = 0; i < keys; i++) {
            assertEquals("+OK\r\n", client.ask("SET", "filler:" + i, "v".repeat(50_000)));
        }
    }
}
