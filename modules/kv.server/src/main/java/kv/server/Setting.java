package kv.server;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Every setting of the server: its name, default, range and meaning. The one place where they are defined; options
 * ({@code --max-memory}), environment variables ({@code KV_MAX_MEMORY}), settings file, {@code --help} and the sample file follow.
 */
enum Setting {
    // Behaviour
    PORT(Kind.COUNT, "9099", 0, 65_535, "TCP port; 0 takes a free one"),
    BIND(Kind.ADDRESSES, "127.0.0.1,::1", 0, 0, "addresses to listen on, separated by commas; 0.0.0.0,:: means all"),
    MAX_MEMORY(Kind.MEMORY, "75%", 16L << 20, 6L << 40, "memory for keys, values and index; a size, or a share of the machine's"),
    MAX_VALUE_SIZE(Kind.BYTES, "1m", 1, 64L << 20, "longest value"),
    MAX_CONNECTIONS(Kind.COUNT, "10000", 1, 1_000_000, "open connections; one more is told so and closed"),
    MAX_BUFFER_MEMORY(Kind.BYTES, "1g", 16L << 20, 1L << 40,
            "memory for requests and replies that wait; a connection that needs more is closed"),
    IDLE_TIMEOUT(Kind.TIME, "0", 0, 365L * 24 * 3600 * 1000, "a connection without a request for so long is closed; 0 = never"),
    LOG_LEVEL(Kind.LEVEL, "info", 0, 0, "error, warn, info, debug or trace; to stderr"),
    // Performance
    WORKERS(Kind.COUNT, "auto", 1, 256, "threads that run commands; auto = one a processor, at least one an event loop"),
    EVENT_LOOPS(Kind.COUNT, "1", 1, 64, "threads that do socket I/O"),
    CPU_AFFINITY(Kind.SWITCH, "on", 0, 0, "keep an event loop and its first worker on one CPU; Linux, with taskset");

    /** How a value is written. */
    enum Kind {
        COUNT("N"), BYTES("SIZE"), MEMORY("SIZE"), TIME("TIME"), ADDRESSES("ADDR[,ADDR]"), LEVEL("LEVEL"), SWITCH("on|off");

        final String placeholder;

        Kind(String placeholder) {
            this.placeholder = placeholder;
        }
    }

    private static final List<String> LEVELS = List.of("error", "warn", "info", "debug", "trace");

    private static final List<String> SWITCH = List.of("on", "off");

    final Kind kind;
    final String defaultText;
    final String meaning;
    private final long min;
    private final long max;

    Setting(Kind kind, String defaultText, long min, long max, String meaning) {
        this.kind = kind;
        this.defaultText = defaultText;
        this.min = min;
        this.max = max;
        this.meaning = meaning;
    }

    /** As in options and the settings file: {@code max-memory}. */
    String optionName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** As in the environment: {@code KV_MAX_MEMORY}. */
    String variableName() {
        return "KV_" + name();
    }

    /** The setting of this option name, or null. */
    static Setting named(String optionName) {
        for (Setting setting : values()) {
            if (setting.optionName().equals(optionName)) return setting;
        }
        return null;
    }

    /** What values are allowed, for people. */
    String range() {
        return switch (kind) {
            case COUNT -> min + " to " + max + (this == WORKERS ? ", or auto" : "");
            case BYTES -> sizeText(min) + " to " + sizeText(max);
            case MEMORY -> sizeText(min) + " to " + sizeText(max) + ", or 1% to 95%";
            case TIME -> "0 to 365d, such as 500ms, 2s, 5m, 1h";
            case ADDRESSES -> "IP addresses or host names separated by commas";
            case LEVEL -> String.join(", ", LEVELS);
            case SWITCH -> String.join(", ", SWITCH);
        };
    }

    /**
     * The value of a text, of the type that the kind has: Long (count, bytes, milliseconds), {@code List<InetAddress>} or String.
     *
     * @throws IllegalArgumentException naming text and allowed range
     */
    Object parse(String text) {
        try {
            return switch (kind) {
                case COUNT -> this == WORKERS && text.equals("auto") ? (Object) 0L : inRange(Long.parseLong(text));
                case BYTES -> inRange(bytes(text));
                case MEMORY -> inRange(text.endsWith("%") ? share(text) : bytes(text));
                case TIME -> inRange(millis(text));
                case ADDRESSES -> addresses(text);
                case LEVEL -> oneOf(LEVELS, text);
                case SWITCH -> oneOf(SWITCH, text);
            };
        } catch (IllegalArgumentException | ArithmeticException | UnknownHostException wrong) {
            throw new IllegalArgumentException("'" + text + "' is not allowed, allowed: " + range());
        }
    }

    private Long inRange(long value) {
        if (value < min || value > max) throw new IllegalArgumentException();
        return value;
    }

    private static long bytes(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        int last = lower.length() - 1;
        int shift = last > 0 ? 10 * ("kmgt".indexOf(lower.charAt(last)) + 1) : 0;
        long number = Long.parseLong(shift == 0 ? lower : lower.substring(0, last));
        return Math.multiplyExact(number, 1L << shift);
    }

    private static long share(String text) {
        int percent = Integer.parseInt(text.substring(0, text.length() - 1));
        if (percent < 1 || percent > 95) throw new IllegalArgumentException();
        return MachineMemory.bytes() / 100 * percent;
    }

    private static long millis(String text) {
        int digits = 0;
        while (digits < text.length() && Character.isDigit(text.charAt(digits))) digits++;
        long unit = switch (text.substring(digits)) {
            case "ms" -> 1;
            case "", "s" -> 1000;
            case "m" -> 60_000;
            case "h" -> 3_600_000;
            case "d" -> 86_400_000;
            default -> throw new IllegalArgumentException();
        };
        return Math.multiplyExact(Long.parseLong(text.substring(0, digits)), unit);
    }

    private static List<InetAddress> addresses(String text) throws UnknownHostException {
        List<InetAddress> addresses = new ArrayList<>();
        for (String host : text.split(",", -1)) {
            if (host.isBlank()) throw new IllegalArgumentException();
            addresses.add(InetAddress.getByName(host.trim()));
        }
        return addresses;
    }

    private static String oneOf(List<String> words, String text) {
        if (!words.contains(text)) throw new IllegalArgumentException();
        return text;
    }

    private static String sizeText(long bytes) {
        for (int i = 4; i > 0; i--) {
            long unit = 1L << (10 * i);
            if (bytes >= unit && bytes % unit == 0) return bytes / unit + " kmgt".substring(i, i + 1);
        }
        return Long.toString(bytes);
    }
}
