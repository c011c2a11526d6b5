package kv.tests;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Requests with broken framing, and lines between arrays, to our server and to redis-server 7.0.15: both must answer the same
 * bytes until the end of the connection, which both must have closed. A connection begins with a whole RESP request, so that it
 * is RESP.
 *
 * <p>Differences on purpose: redis_differences.txt, whose commands are here the bytes sent. Runs as {@link RedisDifferentialTest}
 * does.
 */
@Timeout(value = 1200, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RedisFramingTest extends BesideRedis {
    private static final int CONNECTIONS = 1_500;
    private static final int DIFFERENCES_SHOWN = 60;
    /** What a mutation puts into a request: all that means something in RESP, and some that do not. */
    private static final String[] PIECES = {"\r\n", "\n", "\r", "*", "$", "0", "1", "2", "9", "-", "-1", "+", " ", "\0",
        "\u00ff", "\"", "'", "\\", "\\x41", "*0\r\n", "*-1\r\n", "*-5\r\n", "$0\r\n", "$-1\r\n", "$2097152\r\n", "*1048577\r\n",
        "*2147483648\r\n", "PING\r\n", "PING\n", "ping  x\r\n", "SET a \"q\\n\"\r\n", "SET a 'q\\n\r\n", "SET a \"x\"y\r\n",
        "ECHO \"\\xff\\x0\"\r\n", "\r\n\r\n", "GET\r\n", "NOSUCH a\r\n", "*1\r\n$4\r\nPING\r\n", "*1\n$4\r\nPING\r\n",
        "*01\r\n$04\r\nPING\r\n", "*1 \r\n", "*\r\n", "*x\r\n", "$\r\n", "9".repeat(40), "a".repeat(200)};

    @ParameterizedTest
    @MethodSource("seeds")
    void brokenFraming_bothServers_sameBytesUntilTheEnd(long seed) throws IOException {
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        KnownDifferences reasons = new KnownDifferences();
        Map<String, String> differences = new LinkedHashMap<>();
        Map<String, Integer> known = new LinkedHashMap<>();
        for (int i = 0; i < CONNECTIONS && differences.size() < DIFFERENCES_SHOWN; i++) {
            String sent = mutated(random);
            String ours = answerOf(kv.port(), sent);
            String theirs = answerOf(redis.port(), sent);
            if (ours.equals(theirs)) {
                continue;
            }
            String reason = reasons.reason(Escaped.all(sent), Escaped.all(theirs), Escaped.all(ours));
            if (reason != null) {
                known.merge(reason, 1, Integer::sum);
            } else {
                differences.putIfAbsent(kind(ours) + " / " + kind(theirs),
                        Escaped.of(sent) + "\n    Redis " + Escaped.of(theirs) + "\n    ours  " + Escaped.of(ours));
            }
        }
        System.out.println("known differences met: " + known);
        if (!differences.isEmpty()) {
            fail("seed " + seed + ": " + differences.size() + "\n" + String.join("\n", differences.values()));
        }
    }

    /** What differs, without what it is about. */
    private static String kind(String answer) {
        return answer.replaceAll("[0-9]+", "0").replaceAll("'[^']*'", "''");
    }

    private static String mutated(Random random) {
        StringBuilder bytes = new StringBuilder();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            bytes.append(switch (random.nextInt(4)) {
                case 0 -> WireClient.request("SET", "a", "1");
                case 1 -> WireClient.request("GET", "a");
                case 2 -> WireClient.request("ECHO", "x");
                default -> PIECES[random.nextInt(PIECES.length)];
            });
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            int at = random.nextInt(bytes.length() + 1);
            if (random.nextInt(3) == 0 && at < bytes.length()) {
                bytes.deleteCharAt(at);
            } else {
                bytes.insert(at, PIECES[random.nextInt(PIECES.length)]);
            }
        }
        return bytes.toString();
    }

    /** All that comes back until the end, without the first replies, which are the same for all. */
    private static String answerOf(int port, String bytes) throws IOException {
        try (WireClient client = new WireClient(port)) {
            client.ask("FLUSHALL");
            try {
                client.sendCut(bytes, new Random(bytes.hashCode()));
                client.endOutput();
                return client.rest();
            } catch (IOException closedMeanwhile) {
                return client.rest();
            }
        }
    }
}
