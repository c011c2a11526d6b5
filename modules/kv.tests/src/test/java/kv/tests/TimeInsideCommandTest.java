package kv.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A key ends while commands on it run, one after another in a pipeline: what a command sees of the key must be of one moment. So
 * nothing of its value outlives it, under any name, nobody's bytes get into it, and no connection is lost.
 *
 * <p>Seen to fail on the server that read the clock several times a command.
 */
class TimeInsideCommandTest extends UnderAttack {
    private static final int ROUNDS = 10 * Integer.getInteger("kv.tests.effort", 1);
    /** Each key ends in a millisecond of its own: so many ends a round meet a command at work. */
    private static final int KEYS = 16;
    /** Fewer than would count a new key up to what begins as the mark does. */
    private static final int COMMANDS_A_KEY = 400;
    private static final String MARK = "7777777777";
    private static final String FOREIGN = "neighbour";
    private static final long LATER_MICROS = 3_000;

    /** In each of these K is the key that ends and D another of its own, which the command before may have made. */
    @ParameterizedTest
    @ValueSource(strings = {"APPEND K x", "INCR K", "DECRBY K 3", "INCRBYFLOAT K 0.5", "SETRANGE K 3 9", "COPY K D REPLACE",
            "RENAME K D, RENAME D K",
        "SET K 7777777777 XX KEEPTTL", "SET K 7777777777 XX GET KEEPTTL", "GETEX K", "GETSET O 1, GETRANGE K 0 -1",
                "RENAMENX K D, RENAMENX D K",
        "EXPIRE K 1000 XX GT, PEXPIRE K 1 XX", "GETDEL D, COPY K D", "MSETNX D 1 K 2, STRLEN K"})
    void keyEnds_amidCommandsOnIt_nothingOfItOutlivesIt(String attack) throws Exception {
        start();
        List<String> outlived = new ArrayList<>();
        try (WireClient attacker = client(); WireClient observer = client()) {
            for (int round = 0; round < ROUNDS; round++) {
                outlived.addAll(attackOnce(attacker, observer, attack));
            }
        }
        assertEquals(List.of(), outlived, attack + " in " + ROUNDS * KEYS + " ends of keys");
        assertUnharmed();
    }

    private List<String> attackOnce(WireClient attacker, WireClient observer, String attack) throws IOException {
        StringBuilder pipeline = new StringBuilder();
        int requests = 0;
        for (int key = 0; key < KEYS; key++) {
            pipeline.append(WireClient.request("SET", "K" + key, MARK, "PX", Integer.toString(key + 1)));
            requests++;
        }
        for (int i = 0; i < COMMANDS_A_KEY * KEYS; i++) {
            pipeline.append(WireClient.request("APPEND", FOREIGN, ""));
            for (String command : attack.split(", ")) {
                pipeline.append(WireClient.request(named(command, i % KEYS)));
                requests++;
            }
            requests++;
        }
        observer.ask("SET", FOREIGN, FOREIGN.repeat(20));
        attacker.send(pipeline.toString());
        for (int i = 0; i < requests; i++) {
            Reply reply = attacker.reply();
            assertFalse(reply.isError() && !reply.text().contains("no such key"), () -> attack + " was answered " + reply);
        }
        awaitLater(observer);
        List<String> outlived = new ArrayList<>();
        for (int key = 0; key < KEYS; key++) {
            for (String name : List.of("K" + key, "D" + key)) {
                Reply value = observer.ask("GET", name);
                boolean isOurs = !value.isNull() && (isMarked(value.text()) || value.text().contains(FOREIGN));
                if (isOurs) {
                    outlived.add(name + " " + value + " " + observer.ask("PTTL", name));
                }
                observer.ask("DEL", name);
            }
        }
        return outlived;
    }

    private static String[] named(String command, int key) {
        String[] words = command.split(" ");
        for (int i = 0; i < words.length; i++) {
            if (words[i].equals("K") || words[i].equals("D") || words[i].equals("O")) {
                words[i] += key;
            }
        }
        return words;
    }

    /** Numbers that began at the mark, and texts that hold what ranges have left of it. */
    private static boolean isMarked(String value) {
        return value.startsWith("777");
    }

    private static void awaitLater(WireClient observer) throws IOException {
        long end = micros(observer) + KEYS * 1000 + LATER_MICROS;
        while (micros(observer) <= end) {
            Thread.onSpinWait();
        }
    }

    private static long micros(WireClient client) throws IOException {
        Reply time = client.ask("TIME");
        return Long.parseLong(time.parts().get(0).text()) * 1_000_000 + Long.parseLong(time.parts().get(1).text());
    }
}
