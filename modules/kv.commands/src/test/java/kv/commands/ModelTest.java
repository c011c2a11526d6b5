package kv.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import kv.store.StoreConfig;
import org.junit.jupiter.api.Test;

/**
 * Random commands on few keys whose ends come often, against {@link PlainModel}, under a clock that moves on by a millisecond at
 * each reading. So each command of a pipeline has a turn, and a moment, of its own. Values are short, or span pages of the store.
 */
class ModelTest {
    private static final int PIPELINES = 30_000;
    private static final int PIPELINE_MAX = 8;
    private static final String[] KEYS = {"a", "b", "c", "d", "e".repeat(300), "f"};
    /** The digest of no bytes. */
    private static final String EMPTY_DIGEST = "2d06800538d394c2";
    private static final String[] EXPIRE_OPTIONS = {"NX", "XX", "GT", "LT"};

    private final long seed = Long.getLong("kv.seed", 1);
    private final Random random = new Random(seed);
    private final TickingClock clock = new TickingClock(1_000_000);
    private final PlainModel model = new PlainModel();

    @Test
    void commands_random_replyAsThePlainModel() {
        System.out.println("ModelTest seed " + seed);
        try (TestService service =
                new TestService(StoreConfig.defaults().withMemoryLimitBytes(64 << 20).withClock(clock.clock()))) {
            TestClient client = service.client();
            for (int i = 0; i < PIPELINES; i++) {
                clock.advanceMillis(random.nextInt(4));
                List<String[]> commands = new ArrayList<>();
                StringBuilder bytes = new StringBuilder();
                for (int n = 1 + random.nextInt(PIPELINE_MAX); n > 0; n--) {
                    commands.add(command(clock.nowMillis()));
                    bytes.append(TestClient.request(commands.get(commands.size() - 1)));
                }
                client.resetCalls();
                String replies = client.send(bytes.toString());
                StringBuilder expected = new StringBuilder();
                for (int command = 0; command < commands.size(); command++) {
                    expected.append(model.reply(commands.get(command), client.moments().get(command)));
                }
                assertEquals(expected.toString(), replies, () -> text(commands));
                assertEquals(commands.size(), client.moments().size());
            }
        }
    }

    private String text(List<String[]> commands) {
        StringBuilder text = new StringBuilder("seed " + seed);
        for (String[] command : commands) {
            text.append(System.lineSeparator()).append(String.join(" ", command), 0,
                    Math.min(200, String.join(" ", command).length()));
        }
        return text.toString();
    }

    private String[] command(long now) {
        String key = key();
        String soon = Integer.toString(1 + random.nextInt(12));
        String at = Long.toString(now + random.nextInt(14) - 3);
        return switch (random.nextInt(30)) {
            case 0 -> args("GET", key);
            case 1 -> args("SET", key, value());
            case 2 -> args("SET", key, value(), "PX", soon);
            case 3 -> args("SET", key, value(), "PXAT", at, "GET");
            case 4 -> args("SET", key, value(), random.nextBoolean() ? "NX" : "XX", "KEEPTTL");
            case 5 -> args("SETNX", key, value());
            case 6 -> args("GETSET", key, value());
            case 7 -> args("GETDEL", key);
            case 8 -> random.nextBoolean() ? args("GETEX", key, "PX", soon) : args("GETEX", key, "PERSIST");
            case 9 -> args("STRLEN", key);
            case 10 -> args("APPEND", key, value());
            case 11 -> args("SETRANGE", key, Integer.toString(random.nextInt(random.nextInt(20) == 0 ? 40_000 : 20)), value());
            case 12 -> args("GETRANGE", key, Integer.toString(random.nextInt(30) - 15),
                    Integer.toString(random.nextInt(30) - 15));
            case 13 -> args("INCRBY", key, Integer.toString(random.nextInt(100) - 50));
            case 14 -> args("MGET", key, key(), key());
            case 15 -> args("MSET", key, value(), key(), value());
            case 16 -> args("MSETNX", key, value(), key(), value());
            case 17 -> args("DEL", key, key());
            case 18 -> args("EXISTS", key, key());
            case 19 -> random.nextBoolean() ? args("PEXPIRE", key, soon) : args("PEXPIREAT", key, at);
            case 20 -> args("PEXPIREAT", key, at, EXPIRE_OPTIONS[random.nextInt(EXPIRE_OPTIONS.length)]);
            case 21 -> random.nextBoolean() ? args("PERSIST", key) : args("TYPE", key);
            case 22 -> random.nextBoolean() ? args("PTTL", key) : args("PEXPIRETIME", key);
            case 23 -> args("RENAME", key, key());
            case 24 -> args("RENAMENX", key, key());
            case 25 -> args("SET", key, value(), random.nextBoolean() ? "IFEQ" : "IFNE", value(), "PX", soon, "GET");
            case 26 -> switch (random.nextInt(4)) {
                case 0 -> args("DIGEST", key);
                case 1 -> args("DELIFEQ", key, value());
                case 2 -> args("DELEX", key, random.nextBoolean() ? "IFEQ" : "IFNE", value());
                default -> args(random.nextBoolean() ? new String[] {"SET", key, value(), "IFDEQ", EMPTY_DIGEST, "KEEPTTL"}
                        : new String[] {"DELEX", key, "IFDEQ", EMPTY_DIGEST});
            };
            case 27 -> args("MSETEX", "2", key, value(), key(), value(), "KEEPTTL");
            case 28 -> args("MSETEX", "2", key, value(), key(), value(), random.nextBoolean() ? "NX" : "XX", "PX", soon);
            case 29 -> random.nextBoolean()
                    ? args("INCREX", key, "BYINT", "7", "LBOUND", "-50", "UBOUND", "500", "PX", soon, "ENX")
                    : args("INCREX", key, "BYINT", "-300", "LBOUND", "-500", "UBOUND", "400", "PX", soon, "SATURATE");
            default -> random.nextBoolean() ? args("COPY", key, key()) : args("COPY", key, key(), "REPLACE");
        };
    }

    private static String[] args(String... args) {
        return args;
    }

    private String key() {
        return KEYS[random.nextInt(KEYS.length)];
    }

    private String value() {
        return switch (random.nextInt(12)) {
            case 0 -> "";
            case 1 -> "x".repeat(30_000 + random.nextInt(10_000));
            case 2, 3, 4 -> "v".repeat(random.nextInt(100));
            default -> Integer.toString(random.nextInt(1000));
        };
    }
}
