package kv.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * The worst that one connection can ask for, kind by kind: what must be there before, and a batch of requests to repeat for ever.
 *
 * <p>Requests are texts of one byte a character. All keys that are needed begin with {@code attack}.
 */
enum Attack {
    /** Ours alone has STATS, as a line of its text protocol; of the others the nearest is asked. */
    STATS("6 bytes, pipelined", 500, "STATS\n", request("DBSIZE")),
    GETRANGE("GETRANGE z 0 0, z of 1 MiB, pipelined", 500, request("GETRANGE", "attack:big", "0", "0")),
    SETRANGE("SETRANGE of a byte in 1 MiB, pipelined", 500, request("SETRANGE", "attack:big", "1048575", "x")),
    APPEND("APPEND of nothing to 1 MiB, pipelined", 500, request("APPEND", "attack:big", "")),
    STRLEN("STRLEN, pipelined", 2000, request("STRLEN", "attack:big")),
    GET_BIG("GET of 1 MiB, pipelined", 16, request("GET", "attack:big")),
    SET_BIG("SET of 1 MiB, pipelined", 16, request("SET", "attack:set", value(1 << 20))),
    COPY("COPY of 1 MiB, pipelined", 50, request("COPY", "attack:big", "attack:copy", "REPLACE")),
    RENAME("RENAME of 1 MiB there and back, pipelined", 50,
            request("RENAME", "attack:big", "attack:a") + request("RENAME", "attack:a", "attack:big")),
    BRACKET("SCAN MATCH with a bracket of 900 KiB, one long key", 1,
            request("SCAN", "0", "MATCH", "attack:a*[" + "a".repeat(900_000), "COUNT", "1000")),
    STARS("SCAN MATCH a*a*a*a*a*b, one long key", 1,
            request("SCAN", "0", "MATCH", "attack:" + "a*".repeat(20) + "b", "COUNT", "1000")),
    SCAN("SCAN COUNT 4096, pipelined", 16, request("SCAN", "0", "COUNT", "4096")),
    KEYS("KEYS *", 1, request("KEYS", "*")),
    MGET_LONG("MGET of 60 times 1 MiB", 1, many("MGET", 60, false)),
    MSET_LONG("MSET of 60 times 1 MiB", 1, many("MSET", 60, true)),
    MGET_ABSENT("MGET of 100,000 keys that are not there", 1, absent("MGET", 100_000)),
    EXISTS("EXISTS of 100,000 keys", 1, absent("EXISTS", 100_000)),
    MSET_MANY("MSET of 100,000 keys, then DEL of all", 1, pairs(100_000) + absent("DEL", 100_000)),
    FLUSHALL("FLUSHALL, pipelined", 200, request("FLUSHALL")),
    DBSIZE("DBSIZE, pipelined", 2000, request("DBSIZE")),
    INFO("INFO, pipelined", 100, request("INFO", "everything")),
    COMMAND("COMMAND, pipelined", 20, request("COMMAND")),
    CLIENT_LIST("CLIENT LIST with 2,000 connections, pipelined", 4, request("CLIENT", "LIST")),
    ERRORS("unknown commands of 100 bytes, pipelined", 500, request("NOSUCH" + "x".repeat(94))),
    EXPIRE("EXPIRE there and back, pipelined", 500,
            request("PEXPIRE", "attack:big", "100000") + request("PERSIST", "attack:big")),
    GETS("GET of 32 bytes, pipeline of 4,000", 4000, request("GET", "attack:small"));

    /** Connections beside the one that attacks, which do nothing. */
    static final int IDLE_CONNECTIONS = 2_000;
    private static final String LONG_NAME = "attack:" + "a".repeat(60_000);

    final String meaning;
    private final int times;
    private final String ours;
    private final String others;

    Attack(String meaning, int times, String request) {
        this(meaning, times, request, request);
    }

    Attack(String meaning, int times, String ours, String others) {
        this.meaning = meaning;
        this.times = times;
        this.ours = ours;
        this.others = others;
    }

    /** @throws IllegalArgumentException if there is none of this name */
    static Attack named(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Requests of a batch: whole ones as the table counts them. */
    int requests() {
        return times;
    }

    /** A batch for our server, or for one that speaks RESP only. */
    String batch(boolean isOurs) {
        return (isOurs ? ours : others).repeat(times);
    }

    boolean isText() {
        return !ours.equals(others);
    }

    boolean wantsIdleConnections() {
        return this == CLIENT_LIST;
    }

    /** Hands out the requests that make what the attacks need; each has a reply of one line. */
    static void prepare(Consumer<String> requests) {
        requests.accept(request("SET", "attack:big", value(1 << 20)));
        requests.accept(request("SET", "attack:small", value(32)));
        requests.accept(request("SET", LONG_NAME, ""));
        for (int i = 0; i < 60; i++) {
            requests.accept(request("SET", "attack:long" + i, value(1 << 20)));
        }
    }

    static List<String> labels() {
        return Arrays.stream(values()).map(Attack::label).toList();
    }

    private static String value(int length) {
        return "v".repeat(length);
    }

    private static String many(String command, int count, boolean hasValues) {
        String[] words = new String[1 + count * (hasValues ? 2 : 1)];
        words[0] = command;
        for (int i = 0, word = 1; i < count; i++) {
            words[word++] = "attack:long" + i;
            if (hasValues) {
                words[word++] = value((1 << 20) - 100);
            }
        }
        return request(words);
    }

    private static String absent(String command, int count) {
        String[] words = new String[1 + count];
        words[0] = command;
        for (int i = 0; i < count; i++) {
            words[i + 1] = "attack:n" + i;
        }
        return request(words);
    }

    private static String pairs(int count) {
        String[] words = new String[1 + 2 * count];
        words[0] = "MSET";
        for (int i = 0; i < count; i++) {
            words[2 * i + 1] = "attack:n" + i;
            words[2 * i + 2] = "v";
        }
        return request(words);
    }

    private static String request(String... words) {
        StringBuilder request = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            request.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        return request.toString();
    }
}
