package kv.bench;

import java.util.Locale;

/** Every option of the load generator: name, default and meaning. A default of "false" marks a flag, which takes no value. */
enum LoadOption {
    PROTO("text", "text, resp (Redis, Valkey, ours) or memcache (memcached's text protocol)"),
    HOST("127.0.0.1", "server"),
    PORT("9099", "its port"),
    TLS("false", "over TLS; whatever certificate the server shows is believed"),
    CONNECTIONS("50", "connections, opened before any load"),
    THREADS("1", "threads that share the connections out among them"),
    PIPELINE("1", "requests in flight on a connection"),
    KEYS("100000", "keys to choose from"),
    SKEW("0", "0 = all as often; else below 1: the k-th key is asked for in proportion to 1 / k^skew (Zipf)"),
    KEY_SIZE("16", "bytes of a key"),
    VALUE_SIZE("32", "bytes of a value"),
    GET_RATIO("0.9", "share of GETs, 0 to 1; the rest are SETs"),
    PRELOAD("false", "first SET every key once, in order; with --seconds 0 nothing else is done"),
    EXPECT_HITS("false", "a GET that misses is a wrong reply"),
    LOOK_ASIDE("false", "a GET that misses is followed by a SET of its key"),
    RELOAD("0", "with --look-aside: share of the GETs that are followed by a SET though they find their key"),
    SECONDS("5", "time to measure"),
    OPS("0", "end after so many requests; 0 = only by time"),
    WARMUP("2", "seconds of the same load before, not measured"),
    RATE("0", "open loop: requests a second, latency from the time each was due; 0 = closed loop"),
    SERVER_PID("0", "process on this machine whose CPU time and memory are reported too; 0 = none"),
    WAIT("0", "seconds to keep trying to connect"),
    TIMEOUT("10", "seconds without any reply after which requests in flight count as errors"),
    SEED("1", "of the random choices"),
    SILENT("false", "no progress on stderr");

    final String defaultText;
    final String meaning;

    LoadOption(String defaultText, String meaning) {
        this.defaultText = defaultText;
        this.meaning = meaning;
    }

    boolean isFlag() {
        return defaultText.equals("false");
    }

    /** As on the command line: {@code --key-size}. */
    String optionName() {
        return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The option of this name, or null. */
    static LoadOption named(String optionName) {
        for (LoadOption option : values()) {
            if (option.optionName().equals(optionName)) {
                return option;
            }
        }
        return null;
    }

    /** The text of {@code --help}. */
    static String help() {
        StringBuilder text = new StringBuilder("usage: kv-bench.sh [option]...\n");
        for (LoadOption option : values()) {
            String name = option.optionName() + (option.isFlag() ? "" : " " + option.defaultText);
            text.append(String.format("  %-20s  %s%n", name, option.meaning));
        }
        return text.toString();
    }
}
