package kv.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import kv.store.StoreConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Commands for which there is no memory: they say so and change nothing. */
class LittleMemoryTest {
    private static final String OUT_OF_MEMORY = "-OOM command not allowed when used memory > 'maxmemory'.\r\n";
    private static final int VALUE_BYTES = 300_000;

    private final TestService service = new TestService(
            StoreConfig.defaults().withMemoryLimitBytes(16 << 20).withValueBytesMax(4 << 20));
    private final TestClient client = service.client();

    @AfterEach
    void close() {
        service.close();
    }

    /** Leaves room for some values only. */
    private void fill() {
        for (int i = 0; !client.ask("SET", "filler" + i, "f".repeat(VALUE_BYTES)).equals(OUT_OF_MEMORY); i++) {
            assertTrue(i < 100, "memory does not end");
        }
        client.ask("DEL", "filler0", "filler1", "filler2");
    }

    private String[] pairs(String command, int count, String value) {
        List<String> args = new ArrayList<>(List.of(command));
        for (int i = 0; i < count; i++) {
            args.add("k" + i);
            args.add(value + "v".repeat(VALUE_BYTES));
        }
        return args.toArray(String[]::new);
    }

    @Test
    void mset_notEnoughForAll_setsNone() {
        fill();
        client.ask("SET", "k1", "before", "PX", "1000000");
        assertEquals(OUT_OF_MEMORY, client.ask(pairs("MSET", 12, "")));
        assertEquals(":1\r\n", client.ask("EXISTS", "k0", "k1", "k2", "k3", "k4", "k5", "k6", "k7", "k8", "k9", "k10", "k11"));
        assertEquals("$6\r\nbefore\r\n", client.ask("GET", "k1"));
        assertTrue(!client.ask("PTTL", "k1").equals(":-1\r\n"), "its end is gone");
        assertEquals("+OK\r\n", client.ask(pairs("MSET", 2, "")));
        assertEquals(":" + VALUE_BYTES + "\r\n", client.ask("STRLEN", "k1"));
    }

    @Test
    void msetnx_notEnoughForAll_setsNone() {
        fill();
        assertEquals(OUT_OF_MEMORY, client.ask(pairs("MSETNX", 12, "")));
        assertEquals(":0\r\n", client.ask("EXISTS", "k0", "k1", "k2", "k3", "k4", "k5", "k6", "k7", "k8", "k9", "k10", "k11"));
        assertEquals(":1\r\n", client.ask(pairs("MSETNX", 2, "")));
        assertEquals(":0\r\n", client.ask(pairs("MSETNX", 3, "other")));
        assertEquals(":" + VALUE_BYTES + "\r\n", client.ask("STRLEN", "k0"));
    }

    /** The same for each command that may need memory: after the refusal all is as it was. */
    @Test
    void commands_outOfMemory_changeNothing() {
        fill();
        client.ask("SET", "k", "12", "PX", "1000000");
        client.ask("SET", "long", "l".repeat(VALUE_BYTES));
        while (!client.ask("APPEND", "filler3", "f".repeat(2000)).equals(OUT_OF_MEMORY)) {
            assertTrue(client.ask("STRLEN", "filler3").length() < 12, "memory does not end");
        }
        String big = "b".repeat(2 * VALUE_BYTES);
        String[][] commands = {{"SET", "k", big}, {"SET", "k", big, "GET"}, {"SET", "k", big, "KEEPTTL"}, {"GETSET", "k", big},
            {"SETEX", "k", "10", big}, {"SETNX", "new", big}, {"APPEND", "k", big}, {"SETRANGE", "k", "1000000", "x"},
            {"MSET", "k", "13", "new", big}, {"MSETNX", "new", big, "new2", "1"}, {"COPY", "long", "k", "REPLACE"},
            {"COPY", "long", "new"}, {"RENAME", "long", "new"}};
        for (String[] command : commands) {
            assertEquals(OUT_OF_MEMORY, client.ask(command), command[0]);
            assertEquals("*3\r\n$2\r\n12\r\n$-1\r\n$-1\r\n", client.ask("MGET", "k", "new", "new2"), command[0]);
            assertEquals(":" + VALUE_BYTES + "\r\n", client.ask("STRLEN", "long"), command[0]);
            assertTrue(!client.ask("PTTL", "k").equals(":-1\r\n"), command[0]);
        }
    }

    /**
     * Long values go into pages before their keys are locked; what comes of the command is the same, also where it sets nothing.
     */
    @Test
    void longValues_anyOutcome_areStoredOrGivenBack() {
        long seed = Long.getLong("kv.seed", 1);
        System.out.println("LittleMemoryTest seed " + seed);
        Random random = new Random(seed);
        int set = 0;
        for (int round = 0; round < 2_000; round++) {
            String value = Integer.toString(round).repeat(1 + random.nextInt(60_000));
            String reply = switch (random.nextInt(4)) {
                case 0 -> client.ask("SET", "k", value, "NX");
                case 1 -> client.ask("SET", "k", value);
                case 2 -> client.ask("MSET", "k", value, "l", value);
                default -> client.ask("SET", "k", value, "EX", "wrong");
            };
            if (reply.equals("+OK\r\n")) {
                set++;
                assertEquals("$" + value.length() + "\r\n" + value + "\r\n", client.ask("GET", "k"));
            }
            client.ask("DEL", random.nextBoolean() ? "k" : "l");
        }
        assertTrue(set > 500, set + " were set");
        client.ask("DEL", "k", "l");
        // Had prepared pages been lost, there would be no room for so much.
        for (int i = 0; i < 12; i++) {
            assertEquals("+OK\r\n", client.ask("SET", "k" + i, "v".repeat(1 << 20)));
        }
    }
}
