package kv.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import kv.protocol.CommandSpec;
import kv.store.StoreConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every command of the table, under a clock that moves on whenever it is read. */
class OneReadingTest {
    /** They sweep before they count, and the sweep has a clock of its own. */
    private static final Set<String> COUNT_KEYS = Set.of("INFO", "DBSIZE", "STATS");
    private static final int READINGS = 8;

    private TickingClock clock;
    private TestService service;

    /** @param tickNanos how much the clock moves on at a reading */
    private void start(long tickNanos) {
        clock = new TickingClock(tickNanos);
        service = new TestService(StoreConfig.defaults().withMemoryLimitBytes(64 << 20).withClock(clock.clock()));
    }

    @AfterEach
    void close() {
        service.close();
    }

    @Test
    void requests_all_coverTheTable() {
        start(1);
        Set<String> names = new TreeSet<>();
        for (CommandSpec spec : service.service.commands.resp.commands()) {
            Command command = (Command) spec;
            names.add(command.fullName);
            if (command.isContainer()) {
                command.subcommands.commands().forEach(sub -> names.add(((Command) sub).fullName));
            }
        }
        for (String[] request : EveryCommand.requests()) {
            names.remove(lower(request[0]));
            if (request.length > 1) {
                names.remove(lower(request[0] + "|" + request[1]));
            }
        }
        for (CommandSpec spec : service.service.commands.text.commands()) {
            if (EveryCommand.textLines().stream().noneMatch(line -> lower(line.split(" ")[0]).equals(spec.name()))) {
                names.add("text " + spec.name());
            }
        }
        names.removeAll(Set.of("acl", "client", "config", "hotkeys", "latency", "memory", "object", "script", "slowlog"));
        assertEquals(Set.of(), names);
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    /**
     * The end of a command is the only moment that it asks for; a call begins with one more, and what is deferred is two calls.
     */
    @Test
    void command_each_readsTheClockOnce() {
        start(1); // the store's clock compares itself with the wall clock after 100 ms, and reads for that, too
        for (String[] request : EveryCommand.requests()) {
            boolean countsKeys = COUNT_KEYS.contains(request[0])
                    || request.length == 2 && (request[0].equals("MEMORY") || request[1].equals("RESETSTAT"));
            if (!countsKeys) {
                TestClient client = prepared();
                long before = clock.readings();
                client.ask(request);
                assertEquals(client.calls() + 1, clock.readings() - before, String.join(" ", request));
            }
        }
        for (String line : EveryCommand.textLines()) {
            if (!COUNT_KEYS.contains(line.split(" ")[0])) {
                prepared();
                TestClient client = service.client();
                long before = clock.readings();
                client.send(line + "\n");
                assertEquals(client.calls() + 1, clock.readings() - before, line);
            }
        }
    }

    private TestClient prepared() {
        TestClient client = service.client();
        client.ask("FLUSHALL");
        client.ask("SET", "k", "7", "PX", "1000");
        client.resetCalls();
        return client;
    }

    /**
     * Whenever the key ends, the reply is that of a key that is there, or that of one that is not; nothing is thrown, and nothing
     * lives on.
     */
    @Test
    void command_each_keyIsThereOrNot() {
        start(1_000_000);
        for (String[] request : EveryCommand.requests()) {
            Set<String> possible = new HashSet<>(List.of(replyAt(request, 500), replyAt(request, -500)));
            for (int reading = -2; reading <= READINGS; reading++) {
                String reply = replyAt(request, reading);
                if (hasFixedReply(request)) {
                    assertTrue(possible.contains(reply), String.join(" ", request) + " at reading " + reading + ": " + reply);
                }
            }
        }
    }

    /** Its reply to a key that ends so many readings later. */
    private String replyAt(String[] request, int readingsLater) {
        TestClient client = prepared();
        clock.advanceMillis(998 - readingsLater);
        String reply = client.ask(request);
        service.service.disconnected(client.client);
        return reply;
    }

    private static boolean hasFixedReply(String[] request) {
        return !Set.of("PTTL", "PEXPIRETIME", "EXPIRETIME", "TTL", "TIME", "INFO", "CLIENT", "LATENCY", "HELLO", "MEMORY", "ACL")
                .contains(request[0]);
    }
}
