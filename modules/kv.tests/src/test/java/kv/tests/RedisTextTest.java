package kv.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Our text protocol beside RESP: random lines, with blanks and cases as people write them and cut anywhere, do what the same
 * commands do in redis-server, said in other words. Runs as {@link RedisDifferentialTest} does.
 */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RedisTextTest extends BesideRedis {
    private static final int ROUNDS = 1_500;
    private static final int LINES_MAX = 12;
    private static final String[] KEYS = {"a", "b", "ab", "abc", "key:1", "key:2", "*", "\u00ff\u0000x", "k".repeat(200)};
    private static final String[] VALUES = {"1", "hello", "-1", "EX", "\rx", "\u0000\u00fe", "v".repeat(500), "$5", "*1"};
    private static final String[] LIVES = {"100", "1000", "315360000"};

    /** A line, and the same for Redis. */
    private record Line(String text, String[] command) {
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void randomLines_sayWhatRedisDoes(long seed) throws IOException {
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        try (WireClient text = kv.client(); WireClient theirs = new WireClient(redis.port()); WireClient resp = kv.client()) {
            theirs.ask("FLUSHALL");
            resp.ask("FLUSHALL");
            for (int round = 0; round < ROUNDS; round++) {
                List<Line> lines = new ArrayList<>();
                StringBuilder bytes = new StringBuilder();
                for (int i = 1 + random.nextInt(LINES_MAX); i > 0; i--) {
                    Line line = randomLine(random);
                    lines.add(line);
                    bytes.append(line.text).append(random.nextBoolean() ? "\n" : "\r\n");
                }
                text.sendCut(bytes.toString(), random);
                for (Line line : lines) {
                    Reply reply = theirs.ask(line.command);
                    String said = text.line();
                    assertEquals(inWords(line.command, reply), sortedKeys(said), () -> "seed " + seed + ": "
                            + Escaped.of(line.text));
                }
            }
        }
    }

    private static Line randomLine(Random random) {
        String key = any(random, KEYS);
        return switch (random.nextInt(6)) {
            case 0 -> line(random, "SET", key, any(random, VALUES));
            case 1 -> line(random, "SET", key, any(random, VALUES), "EX", any(random, LIVES));
            case 2 -> line(random, "DEL", key);
            case 3 -> keysLine(random, key);
            default -> line(random, "GET", key);
        };
    }

    /** What KEYS is given is a prefix here, a star at its end or not; there it is a pattern. */
    private static Line keysLine(Random random, String key) {
        String prefix = key.indexOf('*') >= 0 ? "" : key.substring(0, 1 + random.nextInt(key.length()));
        Line line = line(random, "KEYS", prefix.isEmpty() || random.nextBoolean() ? prefix + "*" : prefix);
        return new Line(line.text, new String[] {"KEYS", prefix + "*"});
    }

    private static Line line(Random random, String... words) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < words.length; i++) {
            String blanks = any(random, new String[] {" ", "\t", "  ", " \t "});
            text.append(i == 0 ? any(random, new String[] {"", " ", "\t"}) : blanks);
            text.append(i == 0 && random.nextBoolean() ? words[i].toLowerCase(Locale.ROOT) : words[i]);
        }
        return new Line(text.append(any(random, new String[] {"", "", " ", "\t "})).toString(), words);
    }

    private static String any(Random random, String[] pool) {
        return pool[random.nextInt(pool.length)];
    }

    private static String inWords(String[] command, Reply reply) {
        return switch (command[0]) {
            case "SET" -> "OK";
            case "GET" -> reply.isNull() ? "NOT_FOUND" : "VALUE " + reply.text();
            case "DEL" -> reply.text().equals("1") ? "DELETED" : "NOT_FOUND";
            default -> {
                String[] keys = reply.parts().stream().map(Reply::text).sorted().toArray(String[]::new);
                yield "KEYS " + keys.length + (keys.length == 0 ? "" : " " + String.join(" ", keys));
            }
        };
    }

    private static String sortedKeys(String said) {
        if (!said.startsWith("KEYS ")) {
            return said;
        }
        String[] words = said.split(" ", -1);
        Arrays.sort(words, 2, words.length);
        return String.join(" ", words);
    }
}
