package kv.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Requests that change something, each of which counts as a whole: of all kinds of change, in several databases, one alone or
 * some of them as a transaction.
 *
 * <p>Owner: one thread.
 */
final class RandomCommands {
    static final int KEYS = 8;
    static final int DATABASES = 3;
    private static final String SCRIPT = "redis.call('SET', KEYS[1], ARGV[1]) redis.call('APPEND', KEYS[2], ARGV[1]) "
            + "return redis.call('DEL', KEYS[3])";

    private final Random random;
    private int number;

    RandomCommands(Random random) {
        this.random = random;
    }

    /** What is to be sent at once. */
    List<List<String>> next() {
        List<List<String>> requests = new ArrayList<>();
        requests.add(List.of("SELECT", database()));
        switch (random.nextInt(12)) {
            case 0 -> {
                requests.add(List.of("MULTI"));
                for (int i = 1 + random.nextInt(4); i > 0; i--) {
                    requests.add(inTransaction());
                }
                requests.add(List.of("EXEC"));
            }
            case 1 -> requests.add(List.of("EVAL", SCRIPT, "3", key(), key(), key(), value()));
            case 2 -> requests.add(whole());
            default -> requests.add(one());
        }
        return requests;
    }

    private List<String> inTransaction() {
        return switch (random.nextInt(9)) {
            case 0, 1 -> List.of("SELECT", database());
            case 2 -> whole();
            default -> one();
        };
    }

    /** About databases as a whole. */
    private List<String> whole() {
        return switch (random.nextInt(8)) {
            case 0 -> List.of("FLUSHALL");
            case 1 -> List.of("FLUSHDB");
            default -> List.of("SWAPDB", database(), database());
        };
    }

    private List<String> one() {
        return switch (random.nextInt(16)) {
            case 0, 1, 2 -> List.of("SET", key(), value());
            case 3 -> List.of("SET", key(), value(), "PX", millis());
            case 4 -> List.of("APPEND", key(), value());
            case 5 -> List.of("SETRANGE", key(), "" + random.nextInt(30), value());
            case 6 -> List.of("PEXPIRE", key(), millis());
            case 7 -> List.of("PERSIST", key());
            case 8 -> List.of("MSET", key(), value(), key(), value(), key(), value());
            case 9 -> List.of("RENAME", key(), key());
            case 10 -> List.of("COPY", key(), key(), "DB", database(), "REPLACE");
            case 11 -> List.of("MOVE", key(), database());
            case 12 -> List.of("GETEX", key(), "PX", millis());
            case 13 -> List.of("GETDEL", key());
            default -> List.of("DEL", key(), key());
        };
    }

    private String key() {
        return "k" + random.nextInt(KEYS);
    }

    private String database() {
        return "" + random.nextInt(DATABASES);
    }

    private String millis() {
        return "" + (1 + random.nextInt(60));
    }

    private String value() {
        return ++number + "-" + "x".repeat(random.nextInt(random.nextInt(20) == 0 ? 3000 : 20));
    }
}
