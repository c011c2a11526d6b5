package kv.server;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Every setting of the server: its name, default, range and meaning. The one place where they are defined; options
 * ({@code --max-memory}), environment variables ({@code KV_MAX_MEMORY}), settings file, {@code --help} and the sample file
 * follow.
 */
enum Setting {
    // Behaviour
    PORT(Kind.COUNT, "9099", 0, 65_535, "TCP port; 0 takes a free one; off = clients come to the TLS port only"),
    BIND(Kind.ADDRESSES, "127.0.0.1,::1", 0, 0, "addresses to listen on, separated by commas; 0.0.0.0,:: means all"),
    TLS_PORT(Kind.COUNT, "off", 0, 65_535, "port for TLS; 0 takes a free one"),
    TLS_BIND(Kind.ADDRESSES, "bind", 0, 0, "addresses of the TLS port; bind = those of bind"),
    TLS_CERT(Kind.FILE, "none", 0, 0, "certificate of the TLS port in PEM, and those between it and its root behind it"),
    TLS_KEY(Kind.FILE, "none", 0, 0, "private key of that certificate in PEM, not encrypted"),
    TLS_KEYSTORE(Kind.FILE, "none", 0, 0, "key and certificate in one file in PKCS#12, instead of tls-cert and tls-key"),
    TLS_KEYSTORE_PASSWORD_FILE(Kind.FILE, "none", 0, 0,
            "file whose first line is the password of tls-keystore; none = no password"),
    TLS_CA(Kind.FILE, "none", 0, 0, "certificates in PEM of those who sign the certificates of clients"),
    TLS_CLIENT_AUTH(Kind.CLIENT_AUTH, "auto", 0, 0,
            "whether a client must show a certificate by tls-ca; auto = required where there is a tls-ca, else off"),
    TLS_CLIENT_USER(Kind.CLIENT_USER, "off", 0, 0, "which user a client is that shows a certificate: cn = the one that its "
            + "subject's CN names, and without such a user it is refused; off = as without a certificate"),
    TLS_HANDSHAKE_TIMEOUT(Kind.TIME, "10s", 1000, 365L * 24 * 3600 * 1000,
            "a TLS connection whose handshake is not done after so long is closed"),
    PASSWORD_FILE(Kind.FILE, "none", 0, 0,
            "file whose first line is the password; KV_PASSWORD may hold it itself; none = no password"),
    USERS_FILE(Kind.FILE, "none", 0, 0, "file of users and what each may do, as Redis's ACL files have them; none = one user"),
    OPEN_ACCESS(Kind.YES_NO, "no", 0, 0, "serve beyond loopback though nobody is asked for a password"),
    AUTH_TIMEOUT(Kind.TIME, "30s", 0, 365L * 24 * 3600 * 1000,
            "a connection that has to authenticate and has not for so long is closed; 0 = never"),
    UNIX_SOCKET(Kind.FILE, "none", 0, 0,
            "socket to listen on as well, a file that clients of this machine connect to; none = no such"),
    UNIX_SOCKET_MODE(Kind.MODE, "700", 0, 0, "who may connect to unix-socket, as chmod has it: who may write the file"),
    MAX_MEMORY(Kind.MEMORY, "auto", 16L << 20, 6L << 40,
            "memory for keys, values and index; a size, or a share of the machine's; auto = 3/4 of what the JVM leaves"),
    EVICTION(Kind.EVICTION, "none", 0, 0,
            "what a full store gives up for new values: none = nothing, they are refused; all = keys that are asked for least; "
            + "volatile = such keys with a deadline; volatile-ttl = those due first; random = any"),
    DATABASES(Kind.COUNT, "16", 1, 16, "databases that clients may select; those that are not used cost nothing"),
    MAX_VALUE_SIZE(Kind.BYTES, "1m", 1, 64L << 20, "longest value"),
    MAX_CONNECTIONS(Kind.COUNT, "10000", 1, 1_000_000, "open connections; one more is told so and closed"),
    MAX_BUFFER_MEMORY(Kind.MEMORY, "auto", 16L << 20, 1L << 40,
            "memory for requests and replies that wait; full, who holds most is closed; "
                    + "auto = 1/5 of what the JVM leaves, up to 1g"),
    SOCKET_BUFFER_SIZE(Kind.BYTES, "0", 0, 64L << 20, "the kernel's memory for what one connection sends, and for what it "
            + "receives, at most; 0 = as the system has it, and 64k where there is less than 1g of memory"),
    IDLE_TIMEOUT(Kind.TIME, "0", 0, 365L * 24 * 3600 * 1000, "a connection without a request for so long is closed; 0 = never"),
    REQUEST_TIMEOUT(Kind.TIME, "60s", 0, 365L * 24 * 3600 * 1000,
            "an unfinished request that brings less than 64 KiB in so long ends its connection; 0 = never"),
    SEND_TIMEOUT(Kind.TIME, "5m", 0, 365L * 24 * 3600 * 1000,
            "a connection that takes nothing of its replies for so long is closed; 0 = never"),
    DATA_DIR(Kind.FILE, "none", 0, 0,
            "directory that keeps all data over restarts; it is made if need be; none = in memory only"),
    FSYNC(Kind.FSYNC, "always", 0, 0, "when changes are forced to disk: always = before the reply, or everysec, or no"),
    BACKUP_DIR(Kind.FILE, "none", 0, 0,
            "directory that BACKUP puts its copies in, best on the disk of data-dir; none = BACKUP is refused"),
    STOP_TIMEOUT(Kind.TIME, "5s", 2_000, 365L * 24 * 3600 * 1000,
            "a stop is over after so long; the checkpoint that shortens the next start is made only if it fits"),
    RECOVER_TRUNCATE(Kind.SWITCH, "off", 0, 0, "start, once, without what is behind a damage in data-dir; a backup is better"),
    ACCEPT_CLOCK(Kind.SWITCH, "off", 0, 0, "start, once, though the wall clock is behind the last change in data-dir"),
    ADMIN_PORT(Kind.COUNT, "off", 0, 65_535, "port for health, metrics and the live page, over HTTP; 0 takes a free one"),
    ADMIN_BIND(Kind.ADDRESSES, "127.0.0.1,::1", 0, 0, "addresses of the admin port; beyond loopback only with a token"),
    ADMIN_TOKEN_FILE(Kind.FILE, "none", 0, 0, "file with what metrics and page ask for, at least 16 characters; none = nothing"),
    ADMIN_NAMES(Kind.NAMES, "none", 0, 0, "names that the admin port may be called by, beside localhost and IP addresses"),
    DEBUG_COMMANDS(Kind.SWITCH, "off", 0, 0, "let clients use DEBUG, which is for tests only"),
    SLOW_LOG_THRESHOLD(Kind.THRESHOLD, "10ms", 0, 0, "a command that takes so long is kept in the slow log; 0 = none is"),
    SLOW_LOG_LENGTH(Kind.COUNT, "128", 0, 4096, "so many of the last slow commands are kept"),
    SCRIPT_BUSY_TIME(Kind.TIME, "5s", 0, 365L * 24 * 3600 * 1000,
            "who needs the keys of a script that runs for so long is told BUSY; 0 = never, they wait"),
    LOG_LEVEL(Kind.LEVEL, "info", 0, 0, "error, warn, info, debug or trace; to stderr"),
    LOG_FORMAT(Kind.LOG_FORMAT, "auto", 0, 0, "text, json, or auto: text, with priorities where it goes to systemd's journal"),
    // Performance
    WORKERS(Kind.COUNT, "auto", 1, 256, "threads that run commands; auto = one a processor, at least one an event loop"),
    EVENT_LOOPS(Kind.COUNT, "1", 1, 64, "threads that do socket I/O"),
    CPU_AFFINITY(Kind.SWITCH, "on", 0, 0, "keep an event loop and its first worker on one CPU; Linux, with taskset");

    /** How a value is written. */
    enum Kind {
        COUNT("N"), BYTES("SIZE"), MEMORY("SIZE"), TIME("TIME"), THRESHOLD("TIME"), ADDRESSES("ADDR[,ADDR]"),
        LEVEL("LEVEL"), SWITCH("on|off"), FILE("FILE"), NAMES("NAME[,NAME]"), LOG_FORMAT("FORMAT"), FSYNC("always|everysec|no"),
        YES_NO("yes|no"), CLIENT_AUTH("required|optional|off|auto"), CLIENT_USER("cn|off"), MODE("MODE"), EVICTION("POLICY");

        final String placeholder;

        Kind(String placeholder) {
            this.placeholder = placeholder;
        }
    }

    private static final List<String> LEVELS = List.of("error", "warn", "info", "debug", "trace");

    private static final List<String> LOG_FORMATS = List.of("auto", "text", "json");

    private static final String NONE = "none";

    private static final String AUTO = "auto";

    private static final List<String> FSYNC_MODES = List.of("always", "everysec", "no");

    private static final List<String> YES_NO = List.of("yes", "no");

    private static final List<String> CLIENT_AUTH_MODES = List.of("required", "optional", "off", AUTO);

    private static final String OFF = "off";

    private static final List<String> CLIENT_USERS = List.of("cn", OFF);

    private static final List<String> EVICTIONS = List.of("none", "all", "volatile", "volatile-ttl", "random");

    private static final List<String> SWITCH = List.of("on", "off");

    private static final long THRESHOLD_MICROS_MAX = 365L * 24 * 3600 * 1_000_000;

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

    /** Whether it can be changed while the server runs: {@link LiveSettings} is told how, when the server starts. */
    boolean isLive() {
        return isOfTls() || switch (this) {
            case MAX_MEMORY, EVICTION, MAX_CONNECTIONS, IDLE_TIMEOUT, REQUEST_TIMEOUT, SEND_TIMEOUT, SLOW_LOG_THRESHOLD,
                    SLOW_LOG_LENGTH, SCRIPT_BUSY_TIME, LOG_LEVEL -> true;
            default -> false;
        };
    }

    /** Whether it says what TLS connections show and ask for: these may hold only together. */
    boolean isOfTls() {
        return switch (this) {
            case TLS_CERT, TLS_KEY, TLS_KEYSTORE, TLS_KEYSTORE_PASSWORD_FILE, TLS_CA, TLS_CLIENT_AUTH, TLS_CLIENT_USER -> true;
            default -> false;
        };
    }

    /** The setting of this option name, or null. */
    static Setting named(String optionName) {
        for (Setting setting : values()) {
            if (setting.optionName().equals(optionName)) {
                return setting;
            }
        }
        return null;
    }

    /** What is said of a name that no setting has, with the one that was probably meant. */
    static String unknown(String what, String name) {
        String bare = name.replaceFirst("^-+", "").toLowerCase(Locale.ROOT).replace('_', '-');
        for (Setting setting : values()) {
            String option = setting.optionName();
            if (bare.length() > 2 && (option.startsWith(bare) || option.endsWith(bare) || isOneEdit(bare, option))) {
                return "unknown " + what + ", is " + name.replaceFirst("[^-].*", "") + option + " meant? See --help";
            }
        }
        return "unknown " + what + ", see --help";
    }

    /** Whether one letter more, less or different, or two neighbours swapped, makes the one the other. */
    private static boolean isOneEdit(String one, String other) {
        int start = 0;
        while (start < Math.min(one.length(), other.length()) && one.charAt(start) == other.charAt(start)) {
            start++;
        }
        String a = one.substring(start);
        String b = other.substring(start);
        if (a.isEmpty() || b.isEmpty()) {
            return a.length() + b.length() == 1;
        }
        if (a.length() > 1 && b.length() > 1 && a.charAt(0) == b.charAt(1) && a.charAt(1) == b.charAt(0)
                && a.substring(2).equals(b.substring(2))) {
            return true;
        }
        return a.substring(1).equals(b.substring(1)) || a.equals(b.substring(1)) || a.substring(1).equals(b);
    }

    /** What values are allowed, for people. */
    String range() {
        return switch (kind) {
            case COUNT -> min + " to " + max + (this == WORKERS ? ", or auto" : isPort() ? ", or off" : "");
            case BYTES -> sizeText(min) + " to " + sizeText(max);
            case MEMORY -> sizeText(min) + " to " + sizeText(max) + ", 1% to 95%, or auto";
            case TIME -> min / 1000 + (min == 0 ? "" : "s") + " to 365d, such as " + (min == 0 ? "500ms, " : "") + "2s, 5m, 1h";
            case THRESHOLD -> "0 to 365d, such as 500us, 10ms, 2s, or all";
            case ADDRESSES -> "IP addresses or host names separated by commas" + (this == TLS_BIND ? ", or bind" : "");
            case LEVEL -> String.join(", ", LEVELS);
            case SWITCH -> String.join(", ", SWITCH);
            case YES_NO -> String.join(", ", YES_NO);
            case LOG_FORMAT -> String.join(", ", LOG_FORMATS);
            case FILE -> "the path of a " + (this == DATA_DIR || this == BACKUP_DIR ? "directory" : "file") + ", or none";
            case FSYNC -> String.join(", ", FSYNC_MODES);
            case CLIENT_AUTH -> String.join(", ", CLIENT_AUTH_MODES);
            case CLIENT_USER -> String.join(", ", CLIENT_USERS);
            case MODE -> "three octal digits, such as 700, 770, 777";
            case EVICTION -> String.join(", ", EVICTIONS);
            case NAMES -> "host names separated by commas, or none";
        };
    }

    /**
     * The value of a text, of the type that the kind has: Long (count, bytes, milliseconds; microseconds for a threshold), {@code
     * List<InetAddress>}, {@code List<String>} or String; -1 for a port that is off and for no threshold, 0 for an automatic size
     * or count, an empty String for no file, an empty list for the addresses of another setting.
     *
     * @throws IllegalArgumentException naming text and allowed range
     */
    Object parse(String text) {
        try {
            // The JDK's parsers take digits of other scripts, and the Kelvin sign for a k.
            if (!text.chars().allMatch(c -> c >= ' ' && c < 0x7F)) {
                throw new IllegalArgumentException();
            }
            return switch (kind) {
                case COUNT -> count(text);
                case BYTES -> inRange(bytes(text));
                case MEMORY -> text.equals(AUTO) ? (Object) 0L : inRange(text.endsWith("%") ? share(text) : bytes(text));
                case TIME -> inRange(millis(text));
                case THRESHOLD -> threshold(text);
                case ADDRESSES -> this == TLS_BIND && text.equals("bind") ? List.of() : addresses(text);
                case LEVEL -> oneOf(LEVELS, text);
                case SWITCH -> oneOf(SWITCH, text);
                case YES_NO -> oneOf(YES_NO, text);
                case LOG_FORMAT -> oneOf(LOG_FORMATS, text);
                case FILE -> text.equals(NONE) ? "" : path(text);
                case FSYNC -> oneOf(FSYNC_MODES, text);
                case CLIENT_AUTH -> oneOf(CLIENT_AUTH_MODES, text);
                case CLIENT_USER -> oneOf(CLIENT_USERS, text);
                case MODE -> mode(text);
                case EVICTION -> oneOf(EVICTIONS, text);
                case NAMES -> text.equals(NONE) ? List.of() : names(text);
            };
        } catch (IllegalArgumentException | ArithmeticException | UnknownHostException wrong) {
            throw new IllegalArgumentException("'" + text + "' is not allowed, allowed: " + range());
        }
    }

    private Long count(String text) {
        if (this == WORKERS && text.equals(AUTO)) {
            return 0L;
        }
        return isPort() && text.equals(OFF) ? Long.valueOf(-1) : inRange(Long.parseLong(text));
    }

    private boolean isPort() {
        return this == PORT || this == TLS_PORT || this == ADMIN_PORT;
    }

    private static String path(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException();
        }
        return Path.of(text).toString();
    }

    private static String mode(String text) {
        if (!text.matches("[0-7]{3}")) {
            throw new IllegalArgumentException();
        }
        return text;
    }

    private static List<String> names(String text) {
        for (String name : text.split(",", -1)) {
            if (!name.matches("[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?")) {
                throw new IllegalArgumentException();
            }
        }
        return List.of(text.split(","));
    }

    private Long inRange(long value) {
        if (value < min || value > max) {
            throw new IllegalArgumentException();
        }
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
        if (percent < 1 || percent > 95) {
            throw new IllegalArgumentException();
        }
        return MachineMemory.bytes() / 100 * percent;
    }

    private static long millis(String text) {
        int digits = 0;
        while (digits < text.length() && Character.isDigit(text.charAt(digits))) {
            digits++;
        }
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

    /** In microseconds. */
    private static Long threshold(String text) {
        if (text.equals("all")) {
            return 0L;
        }
        long micros = text.endsWith("us") ? Long.parseLong(text.substring(0, text.length() - 2))
                : Math.multiplyExact(millis(text), 1000);
        if (micros < 0 || micros > THRESHOLD_MICROS_MAX) {
            throw new IllegalArgumentException();
        }
        return micros == 0 ? -1L : micros;
    }

    private static List<InetAddress> addresses(String text) throws UnknownHostException {
        List<InetAddress> addresses = new ArrayList<>();
        for (String host : text.split(",", -1)) {
            if (host.isBlank()) {
                throw new IllegalArgumentException();
            }
            addresses.add(InetAddress.getByName(host.trim()));
        }
        return addresses;
    }

    private static String oneOf(List<String> words, String text) {
        if (!words.contains(text)) {
            throw new IllegalArgumentException();
        }
        return text;
    }

    private static String sizeText(long bytes) {
        for (int i = 4; i > 0; i--) {
            long unit = 1L << (10 * i);
            if (bytes >= unit && bytes % unit == 0) {
                return bytes / unit + " kmgt".substring(i, i + 1);
            }
        }
        return Long.toString(bytes);
    }
}
