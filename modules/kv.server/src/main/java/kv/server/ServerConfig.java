package kv.server;

import java.net.InetAddress;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

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
    private final Map<Setting, Object> values;

    private ServerConfig(Map<Setting, Object> values) {
        this.values = values;
    }

    /** All settings at their defaults. */
    public static ServerConfig defaults() {
        Map<Setting, Object> values = new EnumMap<>(Setting.class);
        for (Setting setting : Setting.values()) values.put(setting, setting.parse(setting.defaultText));
        return new ServerConfig(values);
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
        if (setting == null) throw new IllegalArgumentException("unknown setting '" + name + "'");
        try {
            return with(setting, value);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(name + " " + wrong.getMessage());
        }
    }

    ServerConfig with(Setting setting, String value) {
        Map<Setting, Object> changed = new EnumMap<>(values);
        changed.put(setting, setting.parse(value));
        return new ServerConfig(changed);
    }

    private long number(Setting setting) {
        return (Long) values.get(setting);
    }

    /** TCP port; 0 = any free one. */
    public int port() {
        return (int) number(Setting.PORT);
    }

    /** Addresses to listen on. */
    @SuppressWarnings("unchecked")
    public List<InetAddress> bind() {
        return (List<InetAddress>) values.get(Setting.BIND);
    }

    /** Memory for keys, values and index, in bytes. */
    public long maxMemoryBytes() {
        return number(Setting.MAX_MEMORY);
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
        return number(Setting.MAX_BUFFER_MEMORY);
    }

    /** Idle connections are closed after so many milliseconds; 0 = never. */
    public long idleTimeoutMillis() {
        return number(Setting.IDLE_TIMEOUT);
    }

    /** error, warn, info, debug or trace. For the program kv-server; an embedding program configures its own logging. */
    public String logLevel() {
        return (String) values.get(Setting.LOG_LEVEL);
    }

    /** Threads that run commands. */
    public int workers() {
        int workers = (int) number(Setting.WORKERS);
        return workers > 0 ? workers : Math.min(256, Math.max(Runtime.getRuntime().availableProcessors(), eventLoops()));
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
