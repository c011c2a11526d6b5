package kv.server;

import java.io.IOException;
import kv.commands.CommandService;
import kv.net.TcpServer;
import kv.store.KeyValueStore;

/** What each setting does that can be changed while a server runs. */
final class SettingChanges {
    private static final long NANOS_PER_MICRO = 1000;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private SettingChanges() {
    }

    /** Before the first client is served. @param tls null where there is no TLS port */
    static void tell(LiveSettings settings, KeyValueStore store, CommandService commands, TcpServer tcp, TlsKeeper tls)
            throws IOException {
        settings.onChange(Setting.MAX_MEMORY, now -> {
            if (now.maxMemoryBytes() > settings.config().maxMemoryBytes() && !now.memoryPlan().fits()) {
                throw new IllegalArgumentException(now.memoryPlan().text() + ": more than there is");
            }
            store.setMemoryLimitBytes(now.maxMemoryBytes());
        });
        settings.onChange(Setting.EVICTION, now -> store.setEviction(now.eviction()));
        settings.onChange(Setting.MAX_CONNECTIONS, now -> {
            int possible = DescriptorLimit.connections(now.maxConnections(), DescriptorLimit.descriptors());
            if (now.maxConnections() > possible) {
                throw new IllegalArgumentException("The operating system is not able to handle the specified number of clients, "
                        + "try with " + possible);
            }
            tcp.setConnectionsMax(now.maxConnections());
        });
        LiveSettings.Change timeouts =
                now -> tcp.setTimeouts(now.idleTimeoutMillis(), now.requestTimeoutMillis(), now.sendTimeoutMillis());
        settings.onChange(Setting.IDLE_TIMEOUT, timeouts);
        settings.onChange(Setting.REQUEST_TIMEOUT, timeouts);
        settings.onChange(Setting.SEND_TIMEOUT, timeouts);
        settings.onChange(Setting.SLOW_LOG_THRESHOLD, now -> commands.setSlowThreshold(
                now.slowLogThresholdMicros() < 0 ? -1 : now.slowLogThresholdMicros() * NANOS_PER_MICRO));
        settings.onChange(Setting.SLOW_LOG_LENGTH, now -> commands.setSlowCommandsKept(now.slowLogLength()));
        settings.onChange(Setting.SCRIPT_BUSY_TIME, now -> commands.setScriptBusyAfter(
                now.scriptBusyMillis() == 0 ? Long.MAX_VALUE : now.scriptBusyMillis() * NANOS_PER_MILLI));
        LiveSettings.Change keys = tls == null ? now -> { } : now -> {
            if (settings.config().tls().requiresCertificates() && !now.tls().requiresCertificates()) {
                throw new IllegalArgumentException("clients must show certificates since the start, and that stays so");
            }
            tls.change(now.tls());
        };
        for (Setting setting : Setting.values()) {
            if (setting.isOfTls()) {
                settings.onChange(setting, keys);
            }
        }
        settings.requireComplete();
    }
}
