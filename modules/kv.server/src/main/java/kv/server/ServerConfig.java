package kv.server;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import kv.admin.AdminConfig;
import kv.store.Eviction;

/**
 * Settings of a {@link KvServer}: immutable; start from {@link #defaults()} and change by name what should be different.
 *
 * <pre>{@code
 * ServerConfig config = ServerConfig.defaults().with("port", "0").with("max-memory", "256m");
 * }</pre>
 *
 * Names, units, defaults and ranges are those of {@code kv-server --help} and docs/CONFIGURATION.md.
 */
public final class ServerConfig {
    /** Asked once, and early: of a thread that is bound to one CPU the JVM would hear that there is but one. */
    private static final int SMALL_SOCKET_BUFFER_BYTES = 64 << 10;
    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

    private final Map<Setting, Object> values;
    /** As they were written. */
    private final Map<Setting, String> texts;
    /** Null: none was given but for that of the file. */
    private final byte[] password;

    private ServerConfig(Map<Setting, Object> values, Map<Setting, String> texts, byte[] password) {
        this.values = values;
        this.texts = texts;
        this.password = password;
    }

    /** All settings at their defaults. */
    public static ServerConfig defaults() {
        Map<Setting, Object> values = new EnumMap<>(Setting.class);
        Map<Setting, String> texts = new EnumMap<>(Setting.class);
        for (Setting setting : Setting.values()) {
            values.put(setting, setting.parse(setting.defaultText));
            texts.put(setting, setting.defaultText);
        }
        return new ServerConfig(values, texts, null);
    }

    /**
     * These settings with one changed.
     *
     * @param name a setting's name, such as {@code max-connections}
     * @param value as one would write it on the command line: {@code 64m}, {@code 2s}
     * @throws IllegalArgumentException naming the setting and what is allowed
     */
    public ServerConfig with(String name, String value) {
        Setting setting = Setting.named(name);
        if (setting == null) {
            throw new IllegalArgumentException("unknown setting '" + name + "'");
        }
        try {
            return with(setting, value);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(name + " " + wrong.getMessage());
        }
    }

    ServerConfig with(Setting setting, String value) {
        Map<Setting, Object> changed = new EnumMap<>(values);
        changed.put(setting, setting.parse(value));
        Map<Setting, String> written = new EnumMap<>(texts);
        written.put(setting, value);
        return new ServerConfig(changed, written, password);
    }

    /** The value of a setting as it was written, or its default. */
    String text(Setting setting) {
        return texts.get(setting);
    }

    /**
     * These settings with a password that clients have to give. It is in no setting, so that it is shown nowhere.
     *
     * @throws IllegalArgumentException if it is empty
     */
    public ServerConfig withPassword(String wanted) {
        if (wanted.isEmpty()) {
            throw new IllegalArgumentException("the password is empty");
        }
        return new ServerConfig(values, texts, wanted.getBytes(StandardCharsets.UTF_8));
    }

    /** The password that clients have to give, itself; null: that of the file, if there is one. */
    byte[] password() {
        return password;
    }

    /** File whose first line is the password, or "" for none. */
    public String passwordFile() {
        return (String) values.get(Setting.PASSWORD_FILE);
    }

    /** File of users, or "" for none. */
    public String usersFile() {
        return (String) values.get(Setting.USERS_FILE);
    }

    /** Whether to serve beyond loopback though nobody is asked for a password. */
    public boolean openAccess() {
        return values.get(Setting.OPEN_ACCESS).equals("yes");
    }

    /** A connection that has not authenticated for so many milliseconds is closed; 0 = never. */
    public long authTimeoutMillis() {
        return number(Setting.AUTH_TIMEOUT);
    }

    private long number(Setting setting) {
        return (Long) values.get(setting);
    }

    /** TCP port; 0 = any free one, -1 = none. */
    public int port() {
        return (int) number(Setting.PORT);
    }

    /** Addresses to listen on. */
    @SuppressWarnings("unchecked")
    public List<InetAddress> bind() {
        return (List<InetAddress>) values.get(Setting.BIND);
    }

    /** Databases that clients may select, from 0 on. */
    public int databases() {
        return (int) number(Setting.DATABASES);
    }

    /** Port for TLS; 0 = any free one, -1 = none. */
    public int tlsPort() {
        return (int) number(Setting.TLS_PORT);
    }

    /** Addresses of the TLS port. */
    @SuppressWarnings("unchecked")
    public List<InetAddress> tlsBind() {
        List<InetAddress> own = (List<InetAddress>) values.get(Setting.TLS_BIND);
        return own.isEmpty() ? bind() : own;
    }

    /** What the TLS port shows and asks for. */
    TlsSettings tls() {
        return new TlsSettings((String) values.get(Setting.TLS_CERT), (String) values.get(Setting.TLS_KEY),
                (String) values.get(Setting.TLS_KEYSTORE), (String) values.get(Setting.TLS_KEYSTORE_PASSWORD_FILE),
                (String) values.get(Setting.TLS_CA), (String) values.get(Setting.TLS_CLIENT_AUTH),
                (String) values.get(Setting.TLS_CLIENT_USER));
    }

    /** A TLS handshake may take so many milliseconds. */
    public long tlsHandshakeTimeoutMillis() {
        return number(Setting.TLS_HANDSHAKE_TIMEOUT);
    }

    /** Socket to listen on as well, a file; "" for none. */
    public String unixSocket() {
        return (String) values.get(Setting.UNIX_SOCKET);
    }

    /** Who may do what with that file. */
    public Set<PosixFilePermission> unixSocketPermissions() {
        int mode = Integer.parseInt((String) values.get(Setting.UNIX_SOCKET_MODE), 8);
        StringBuilder text = new StringBuilder();
        for (int bit = 8; bit >= 0; bit--) {
            text.append((mode >> bit & 1) == 0 ? '-' : "xwr".charAt(bit % 3));
        }
        return PosixFilePermissions.fromString(text.toString());
    }

    /** Memory for keys, values and index, in bytes. */
    public long maxMemoryBytes() {
        return memoryPlan().data();
    }

    /** What the process takes of the memory that there is, by these settings. */
    MemoryPlan memoryPlan() {
        return MemoryPlan.of(MachineMemory.bytes(), MachineMemory.source(), Runtime.getRuntime().maxMemory(),
                number(Setting.MAX_MEMORY), number(Setting.MAX_BUFFER_MEMORY),
                dataDirectory().isEmpty() ? -1 : number(Setting.MAX_VALUE_SIZE));
    }

    /** What a full store gives up. */
    public Eviction eviction() {
        return Eviction.valueOf(((String) values.get(Setting.EVICTION)).toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /** Longest value, in bytes. */
    public int maxValueBytes() {
        return (int) number(Setting.MAX_VALUE_SIZE);
    }

    /** Open connections. */
    public int maxConnections() {
        return (int) number(Setting.MAX_CONNECTIONS);
    }

    /** Memory for requests and replies that wait, in bytes. */
    public long maxBufferBytes() {
        return memoryPlan().buffers();
    }

    /** The kernel's memory for what one connection sends, and receives, at most, in bytes; 0 = as the system has it. */
    int socketBufferBytes() {
        int bytes = (int) number(Setting.SOCKET_BUFFER_SIZE);
        return bytes == 0 && memoryPlan().isSmall() ? SMALL_SOCKET_BUFFER_BYTES : bytes;
    }

    /** Idle connections are closed after so many milliseconds; 0 = never. */
    public long idleTimeoutMillis() {
        return number(Setting.IDLE_TIMEOUT);
    }

    /** An unfinished request that does not get on for so many milliseconds ends its connection; 0 = never. */
    public long requestTimeoutMillis() {
        return number(Setting.REQUEST_TIMEOUT);
    }

    /** A connection that takes nothing of its replies for so many milliseconds is closed; 0 = never. */
    public long sendTimeoutMillis() {
        return number(Setting.SEND_TIMEOUT);
    }

    /** Port for health, metrics and the live page; 0 = any free one, -1 = none. */
    public int adminPort() {
        return (int) number(Setting.ADMIN_PORT);
    }

    /** Addresses of the admin port. */
    @SuppressWarnings("unchecked")
    public List<InetAddress> adminBind() {
        return (List<InetAddress>) values.get(Setting.ADMIN_BIND);
    }

    /** Names that the admin port may be called by, beside localhost and IP addresses. */
    @SuppressWarnings("unchecked")
    public List<String> adminNames() {
        return (List<String>) values.get(Setting.ADMIN_NAMES);
    }

    /** Whether there is a file with a token for the admin port. */
    boolean hasAdminToken() {
        return !((String) values.get(Setting.ADMIN_TOKEN_FILE)).isEmpty();
    }

    /**
     * What the admin port asks for, read from its file now; null = nothing.
     *
     * @throws IOException if the file cannot be read or its first line is too short; the message says which
     */
    String adminToken() throws IOException {
        if (!hasAdminToken()) {
            return null;
        }
        String file = (String) values.get(Setting.ADMIN_TOKEN_FILE);
        String token;
        try {
            token = Files.readString(Path.of(file)).lines().findFirst().orElse("").strip();
        } catch (IOException failure) {
            throw new IOException("admin-token-file: cannot read '" + file + "': " + failure, failure);
        }
        if (token.length() < AdminConfig.TOKEN_CHARS_MIN) {
            throw new IOException("admin-token-file: the first line of '" + file + "' has " + token.length()
                    + " characters, at least " + AdminConfig.TOKEN_CHARS_MIN + " are needed");
        }
        return token;
    }

    /** Whether clients may use DEBUG. */
    public boolean debugCommands() {
        return values.get(Setting.DEBUG_COMMANDS).equals("on");
    }

    /** A command that takes so many microseconds is kept in the slow log; 0 = each, -1 = none. */
    public long slowLogThresholdMicros() {
        return number(Setting.SLOW_LOG_THRESHOLD);
    }

    /** So many of the last slow commands are kept. */
    public int slowLogLength() {
        return (int) number(Setting.SLOW_LOG_LENGTH);
    }

    /** Who needs the keys of a script that runs for so many milliseconds is told BUSY; 0 = never. */
    public long scriptBusyMillis() {
        return number(Setting.SCRIPT_BUSY_TIME);
    }

    /** Directory of the data, or "" for none. */
    public String dataDirectory() {
        return (String) values.get(Setting.DATA_DIR);
    }

    /** When changes are forced to disk: always, everysec or no. */
    public String fsync() {
        return (String) values.get(Setting.FSYNC);
    }

    /** Directory that backups are put in, or "" for none. */
    public String backupDirectory() {
        return (String) values.get(Setting.BACKUP_DIR);
    }

    /** A stop is over after so many milliseconds. */
    public long stopTimeoutMillis() {
        return number(Setting.STOP_TIMEOUT);
    }

    /** Whether to give up what lies behind a damage. */
    public boolean recoverTruncate() {
        return values.get(Setting.RECOVER_TRUNCATE).equals("on");
    }

    /** Whether to start though the wall clock is behind the last change. */
    public boolean acceptClock() {
        return values.get(Setting.ACCEPT_CLOCK).equals("on");
    }

    /** error, warn, info, debug or trace. For the program kv-server; an embedding program configures its own logging. */
    public String logLevel() {
        return (String) values.get(Setting.LOG_LEVEL);
    }

    /** auto, text or json. For the program kv-server; an embedding program configures its own logging. */
    public String logFormat() {
        return (String) values.get(Setting.LOG_FORMAT);
    }

    /** Threads that run commands. */
    public int workers() {
        int workers = (int) number(Setting.WORKERS);
        return workers > 0 ? workers : Math.min(256, Math.max(PROCESSORS, eventLoops()));
    }

    /** Threads that do socket I/O. */
    public int eventLoops() {
        return (int) number(Setting.EVENT_LOOPS);
    }

    /** Whether the program kv-server binds its threads to CPUs. A server within another program never does. */
    public boolean cpuAffinity() {
        return values.get(Setting.CPU_AFFINITY).equals("on");
    }
}
