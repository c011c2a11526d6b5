package kv.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kv.protocol.CommandSpec.Flag;
import kv.store.StoreConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a command writes to the journal was announced before, or it was announced that it may be more: else it is not held back
 * where the journal's disk is behind, and whoever repeats it takes all memory.
 *
 * <p>Planted: without RENAME among the growing, and where a transaction does not ask its commands, a test fails.
 */
class JournalAnnouncementTest {
    private static final String LONG = "v".repeat(100_000);
    /** What an effect has beside keys and values, at most. */
    private static final int EFFECT_BYTES = 32;
    /** What has no keys of its own, or takes them away one by one. */
    private static final Set<String> OF_ALL_KEYS = Set.of("flushdb", "flushall", "swapdb", "delprefix");
    private static final List<String> WRITES = List.of("set new " + LONG, "setnx new " + LONG, "setex new 10 " + LONG,
            "psetex new 10000 " + LONG, "getset k " + LONG, "getdel k", "getex k px 10000", "mset a " + LONG + " b " + LONG,
            "msetnx a " + LONG + " b " + LONG, "msetex 2 a " + LONG + " b " + LONG + " px 10000", "delex k",
            "delifeq k " + LONG,
            "append k " + LONG, "setrange k 900000 " + LONG, "setbit new 4000000 1", "bitop not new l",
            "bitfield new set u8 4000000 1", "incr n", "decr n", "incrby n 5", "decrby n 5", "incrbyfloat n 1e300",
            "increx n byfloat 1e300",
            "del k l", "unlink k l", "expire k 10", "pexpire k 10000", "expireat k 10000000000", "pexpireat k 10000000000000",
            "persist lasts", "rename k new", "renamenx k new", "move k 1", "copy k new");

    private final TestService service = new TestService(
            StoreConfig.defaults().withMemoryLimitBytes(64 << 20).withValueBytesMax(1 << 20));
    private TestClient client;
    private long announced;
    private boolean mayGrow;
    private long written;

    @BeforeEach
    void open() {
        service.journal((proxy, method, args) -> {
            switch (method.getName()) {
                case "prepare" -> {
                    announced += (long) args[0];
                    mayGrow |= (boolean) args[1];
                    return true;
                }
                case "put" -> written += EFFECT_BYTES + (int) args[3] + (int) args[6];
                case "patch" -> written += EFFECT_BYTES + (int) args[3] + (int) args[7];
                case "delete", "deadline" -> written += EFFECT_BYTES + (int) args[3];
                case "end" -> {
                    return 1L;
                }
                case "unpreparedBytesMax" -> {
                    return Long.MAX_VALUE;
                }
                default -> { }
            }
            return null;
        });
        client = service.client();
    }

    @AfterEach
    void close() {
        service.close();
    }

    private String run(String... args) {
        client.ask("FLUSHALL");
        client.ask("MSET", "k", LONG, "l", LONG, "n", "1");
        client.ask("SET", "lasts", LONG, "PX", "100000");
        announced = 0;
        written = 0;
        mayGrow = false;
        String reply = client.ask(args);
        assertTrue(written > 0, args[0] + " wrote nothing: " + reply);
        assertTrue(mayGrow || written <= announced, args[0] + " announced " + announced + " and wrote " + written);
        return reply;
    }

    @Test
    void everyCommandThatWrites_announcesIt() {
        Map<String, String> untried = new HashMap<>();
        new Commands().resp.commands().stream().filter(spec -> spec.flags().contains(Flag.WRITE))
                .forEach(spec -> untried.put(spec.name(), spec.name()));
        untried.keySet().removeAll(OF_ALL_KEYS);
        for (String line : WRITES) {
            String[] args = line.split(" ");
            run(args);
            untried.remove(args[0]);
        }
        client.ask("SET", "k", LONG);
        String dump = client.ask("DUMP", "k");
        run("restore", "new", "0", dump.substring(dump.indexOf('\n') + 1, dump.length() - 2));
        untried.remove("restore");
        assertEquals(Map.of(), untried, "commands that nobody has tried");
    }

    /** What only writes what it was given has nothing to do with those who do not. */
    @Test
    void commandThatAnnouncesAll_doesNotGrow() {
        for (String line : List.of("set new " + LONG, "mset a " + LONG + " b " + LONG, "incr n", "del k l", "expire k 10")) {
            run(line.split(" "));
            assertFalse(mayGrow, line.substring(0, 4));
        }
    }

    @Test
    void scriptsAndTransactions_announceWhatTheirCommandsMayDo() {
        run("eval", "return redis.call('COPY', KEYS[1], KEYS[2])", "2", "k", "new");
        assertTrue(mayGrow);
        for (String[] inner : new String[][] {{"COPY", "k", "new"}, {"EVAL", "return redis.call('COPY', KEYS[1], KEYS[2])", "2",
            "k", "new"}, {"INCR", "n"}}) {
            client.ask("DEL", "new");
            client.ask("MULTI");
            client.ask(inner);
            announced = 0;
            written = 0;
            mayGrow = false;
            client.ask("EXEC");
            assertTrue(written > 0 && (mayGrow || written <= announced), Arrays.toString(inner));
            assertEquals(!inner[0].equals("INCR"), mayGrow, inner[0]);
        }
    }
}
