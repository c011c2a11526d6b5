package kv.server;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import kv.store.Eviction;

/** Settings by the names, units and words that Redis 7.0 has for them: what tools ask for and set. */
final class RedisNames {

    /**
     * One of them.
     *
     * @param setting ours that it stands for; null where there is nothing to be set
     * @param shown its value, as Redis would write it
     * @param ours makes a value of ours from one of Redis's, or throws IllegalArgumentException with Redis's words
     * @param immutable whether Redis refuses every change, too
     */
    record Name(Setting setting, Function<ServerConfig, String> shown, UnaryOperator<String> ours, boolean immutable) {
    }

    private static final Map<String, Name> ALL = new LinkedHashMap<>();

    static {
        fact("save", config -> "");
        fact("appendonly", config -> config.dataDirectory().isEmpty() ? "no" : "yes");
        fact("appendfsync", ServerConfig::fsync);
        immutable("databases", config -> Integer.toString(config.databases()));
        set("maxmemory", Setting.MAX_MEMORY, config -> Long.toString(config.maxMemoryBytes()), RedisNames::memory);
        set("maxmemory-policy", Setting.EVICTION, config -> policyName(config.eviction()), RedisNames::policy);
        set("maxclients", Setting.MAX_CONNECTIONS, config -> Integer.toString(config.maxConnections()),
                text -> number(text, 1, 1_000_000));
        fact("port", config -> Integer.toString(Math.max(0, config.port())));
        fact("tls-port", config -> Integer.toString(Math.max(0, config.tlsPort())));
        set("tls-cert-file", Setting.TLS_CERT, config -> config.tls().cert(), RedisNames::file);
        set("tls-key-file", Setting.TLS_KEY, config -> config.tls().key(), RedisNames::file);
        set("tls-ca-cert-file", Setting.TLS_CA, config -> config.tls().ca(), RedisNames::file);
        set("tls-auth-clients", Setting.TLS_CLIENT_AUTH, RedisNames::clientAuth, RedisNames::clientAuth);
        set("tls-auth-clients-user", Setting.TLS_CLIENT_USER, config -> config.tls().namesUsers() ? "CN" : "off",
                word -> word.toLowerCase(Locale.ROOT));
        fact("bind", config -> String.join(" ", config.bind().stream().map(address -> address.getHostAddress()).toList()));
        fact("unixsocket", ServerConfig::unixSocket);
        fact("unixsocketperm", config -> config.unixSocket().isEmpty() ? "0" : config.text(Setting.UNIX_SOCKET_MODE));
        set("timeout", Setting.IDLE_TIMEOUT, config -> Long.toString(config.idleTimeoutMillis() / 1000),
                text -> number(text, 0, 365 * 24 * 3600));
        immutable("io-threads", config -> Integer.toString(config.workers()));
        fact("proto-max-bulk-len", config -> Integer.toString(config.maxValueBytes()));
        set("loglevel", Setting.LOG_LEVEL, config -> levelName(config.logLevel()), RedisNames::level);
        set("slowlog-log-slower-than", Setting.SLOW_LOG_THRESHOLD, config -> Long.toString(config.slowLogThresholdMicros()),
                text -> threshold(number(text, -1, Long.MAX_VALUE)));
        set("slowlog-max-len", Setting.SLOW_LOG_LENGTH, config -> Integer.toString(config.slowLogLength()),
                text -> number(text, 0, 4096));
        set("latency-monitor-threshold", Setting.SLOW_LOG_THRESHOLD,
                config -> Long.toString(Math.max(0, config.slowLogThresholdMicros() / 1000)),
                text -> number(text, 0, Integer.MAX_VALUE) + "ms");
        set("lua-time-limit", Setting.SCRIPT_BUSY_TIME, config -> Long.toString(config.scriptBusyMillis()), RedisNames::busyTime);
        set("busy-reply-threshold", Setting.SCRIPT_BUSY_TIME, config -> Long.toString(config.scriptBusyMillis()),
                RedisNames::busyTime);
        fact("requirepass", config -> "");
        // Probes after five minutes: kv.net sets it for each connection.
        fact("tcp-keepalive", config -> "300");
    }

    private RedisNames() {
    }

    /** In the order in which they are shown. */
    static Map<String, Name> all() {
        return ALL;
    }

    private static void set(String name, Setting setting, Function<ServerConfig, String> shown, UnaryOperator<String> ours) {
        ALL.put(name, new Name(setting, shown, ours, false));
    }

    /** It is so, and may only be set to what it is. */
    private static void fact(String name, Function<ServerConfig, String> shown) {
        ALL.put(name, new Name(null, shown, null, false));
    }

    private static void immutable(String name, Function<ServerConfig, String> shown) {
        ALL.put(name, new Name(null, shown, null, true));
    }

    private static String file(String name) {
        return name.isEmpty() ? "none" : name;
    }

    private static String clientAuth(ServerConfig config) {
        return config.tls().requiresCertificates() ? "yes" : config.tls().wantsCertificates() ? "optional" : "no";
    }

    private static String clientAuth(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "yes" -> "required";
            case "no" -> "off";
            case "optional" -> "optional";
            default -> throw new IllegalArgumentException("argument(s) must be one of the following: no, yes, optional");
        };
    }

    private static String number(String text, long min, long max) {
        long value;
        try {
            value = Long.parseLong(text);
        } catch (NumberFormatException none) {
            throw new IllegalArgumentException("argument couldn't be parsed into an integer");
        }
        if (value < min || value > max) {
            throw new IllegalArgumentException("argument must be between " + min + " and " + max + " inclusive");
        }
        return text;
    }

    /** Redis's k, m, g are thousands, its kb, mb, gb 1024s. Its 0, no limit, is what the machine allows. */
    private static String memory(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        int digits = 0;
        while (digits < lower.length() && lower.charAt(digits) >= '0' && lower.charAt(digits) <= '9') {
            digits++;
        }
        try {
            long unit = switch (lower.substring(digits)) {
                case "", "b" -> 1;
                case "k" -> 1000;
                case "kb" -> 1 << 10;
                case "m" -> 1_000_000;
                case "mb" -> 1 << 20;
                case "g" -> 1_000_000_000;
                case "gb" -> 1 << 30;
                default -> throw new IllegalArgumentException();
            };
            long bytes = Math.multiplyExact(Long.parseLong(lower.substring(0, digits)), unit);
            return bytes == 0 ? "auto" : Long.toString(bytes);
        } catch (IllegalArgumentException | ArithmeticException wrong) {
            throw new IllegalArgumentException("argument must be a memory value");
        }
    }

    private static String policyName(Eviction ours) {
        return switch (ours) {
            case NONE -> "noeviction";
            case ALL -> "allkeys-lfu";
            case VOLATILE -> "volatile-lfu";
            case VOLATILE_TTL -> "volatile-ttl";
            case RANDOM -> "allkeys-random";
        };
    }

    /** What is asked for least of late is what both of Redis's kinds mean. */
    private static String policy(String theirs) {
        return switch (theirs.toLowerCase(Locale.ROOT)) {
            case "noeviction" -> "none";
            case "allkeys-lru", "allkeys-lfu" -> "all";
            case "volatile-lru", "volatile-lfu", "volatile-random" -> "volatile";
            case "volatile-ttl" -> "volatile-ttl";
            case "allkeys-random" -> "random";
            default -> throw new IllegalArgumentException("argument(s) must be one of the following: volatile-lru, volatile-lfu, "
                    + "volatile-random, volatile-ttl, allkeys-lru, allkeys-lfu, allkeys-random, noeviction");
        };
    }

    private static String threshold(String micros) {
        return switch (micros) {
            case "-1" -> "0";
            case "0" -> "all";
            default -> micros + "us";
        };
    }

    private static String busyTime(String millis) {
        long value = Long.parseLong(number(millis, Long.MIN_VALUE, Long.MAX_VALUE));
        return Math.max(0, value) + "ms";
    }

    private static String levelName(String ours) {
        return switch (ours) {
            case "error", "warn" -> "warning";
            case "info" -> "notice";
            default -> "debug";
        };
    }

    private static String level(String theirs) {
        return switch (theirs) {
            case "warning" -> "warn";
            case "notice" -> "info";
            case "verbose", "debug" -> "debug";
            default -> throw new IllegalArgumentException("argument(s) must be one of the following: "
                    + String.join(", ", List.of("debug", "verbose", "notice", "warning")));
        };
    }
}
