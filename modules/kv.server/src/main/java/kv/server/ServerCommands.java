package kv.server;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import kv.protocol.CommandSpec;
import kv.protocol.Glob;
import kv.stats.LatencySnapshot;

/** The commands about the server as a whole. */
final class ServerCommands {
    /** The Redis whose commands and replies these are; clients choose their features by it. */
    static final String REDIS_VERSION = "7.0.15";

    private ServerCommands() {
    }

    /** Argument 1 is none of these subcommands, or there is something wrong with the number of its arguments. */
    static void wrongSubcommand(CommandContext c, String... known) {
        for (String name : known) {
            if (c.request.argEquals(1, name)) {
                c.error("ERR wrong number of arguments for '" + c.request.command().name() + "|" + name.toLowerCase(Locale.ROOT)
                        + "' command");
                return;
            }
        }
        c.metrics.errors.increment();
        c.resp.unknownSubcommand(c.request);
    }

    static void dbsize(CommandContext c) {
        c.resp.integer(c.server.store.size());
    }

    /** FLUSHDB and FLUSHALL: at once either way, so ASYNC and SYNC are the same. */
    static void flush(CommandContext c) {
        if (c.argCount() > 2 || c.argCount() == 2 && !c.request.argEquals(1, "ASYNC") && !c.request.argEquals(1, "SYNC")) {
            c.syntaxError();
            return;
        }
        c.server.store.clear();
        c.resp.ok();
    }

    static void time(CommandContext c) {
        Instant now = Instant.now();
        c.resp.arrayHeader(2);
        c.resp.bulk(Long.toString(now.getEpochSecond()));
        c.resp.bulk(Integer.toString(now.getNano() / 1000));
    }

    static void info(CommandContext c) {
        List<String> sections = new ArrayList<>();
        for (int arg = 1; arg < c.argCount(); arg++) sections.add(c.request.toString(arg).toLowerCase(Locale.ROOT));
        c.resp.verbatim(ServerInfo.text(c.server, sections));
    }

    // ---- COMMAND

    /** {@code COMMAND}, {@code COMMAND COUNT|INFO|DOCS|LIST}. */
    static void command(CommandContext c) {
        List<CommandSpec> all = c.server.commands.resp.commands();
        if (c.argCount() == 1) {
            c.resp.arrayHeader(all.size());
            for (CommandSpec spec : all) describe(c, spec);
        } else if (c.request.argEquals(1, "COUNT") && c.argCount() == 2) {
            c.resp.integer(all.size());
        } else if (c.request.argEquals(1, "LIST") && c.argCount() == 2) {
            c.resp.arrayHeader(all.size());
            for (CommandSpec spec : all) c.resp.bulk(spec.name());
        } else if (c.request.argEquals(1, "INFO")) {
            List<CommandSpec> wanted = named(c, all);
            c.resp.arrayHeader(wanted.size());
            for (CommandSpec spec : wanted) {
                if (spec == null) c.resp.nilArray(); else describe(c, spec);
            }
        } else if (c.request.argEquals(1, "DOCS")) {
            List<CommandSpec> wanted = new ArrayList<>(named(c, all));
            wanted.removeIf(spec -> spec == null);
            c.resp.mapHeader(wanted.size());
            for (CommandSpec spec : wanted) {
                c.resp.bulk(spec.name());
                c.resp.mapHeader(2);
                c.resp.bulk("summary");
                c.resp.bulk(spec.name().toUpperCase(Locale.ROOT) + " as in Redis; see docs/PROTOCOL.md");
                c.resp.bulk("group");
                c.resp.bulk(spec.firstKey() > 0 ? "string" : "server");
            }
        } else {
            wrongSubcommand(c, "COUNT", "LIST");
        }
    }

    private static List<CommandSpec> named(CommandContext c, List<CommandSpec> all) {
        if (c.argCount() == 2) return all;
        List<CommandSpec> named = new ArrayList<>();
        for (int arg = 2; arg < c.argCount(); arg++) named.add(c.server.commands.resp.find(c.request.toString(arg)));
        return named;
    }

    private static void describe(CommandContext c, CommandSpec spec) {
        c.resp.arrayHeader(10);
        c.resp.bulk(spec.name());
        c.resp.integer(spec.arity());
        c.resp.setHeader(spec.flags().size());
        for (CommandSpec.Flag flag : spec.flags()) c.resp.simple(flag.label());
        c.resp.integer(spec.firstKey());
        c.resp.integer(spec.lastKey());
        c.resp.integer(spec.keyStep());
        c.resp.setHeader(0); // ACL categories
        c.resp.arrayHeader(0); // tips
        c.resp.arrayHeader(0); // key specifications
        c.resp.arrayHeader(0); // subcommands
    }

    // ---- CONFIG

    /** {@code CONFIG GET pattern ...}; settings are not changed at run time. */
    static void config(CommandContext c) {
        if (c.request.argEquals(1, "GET") && c.argCount() > 2) {
            configGet(c);
        } else if (c.request.argEquals(1, "SET") && c.argCount() > 3) {
            c.error("ERR CONFIG SET failed (possibly related to argument '" + c.quoted(2)
                    + "') - can't set immutable config");
        } else {
            wrongSubcommand(c, "GET", "SET");
        }
    }

    private static void configGet(CommandContext c) {
        Map<String, String> found = new LinkedHashMap<>();
        Map<String, String> all = settings(c.server);
        for (int arg = 2; arg < c.argCount(); arg++) {
            ByteBuffer pattern = ByteBuffer.wrap(c.request.toString(arg).toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8));
            Glob glob = Glob.of(pattern, 0, pattern.limit());
            all.forEach((name, value) -> {
                ByteBuffer text = ByteBuffer.wrap(name.getBytes(StandardCharsets.US_ASCII));
                if (glob.matches(text, 0, text.limit())) found.put(name, value);
            });
        }
        c.resp.mapHeader(found.size());
        found.forEach((name, value) -> {
            c.resp.bulk(name);
            c.resp.bulk(value);
        });
    }

    /** In Redis's names, which tools ask for. */
    private static Map<String, String> settings(ServerState server) {
        ServerConfig config = server.config;
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("save", "");
        settings.put("appendonly", "no");
        settings.put("databases", "1");
        settings.put("maxmemory", Long.toString(config.maxMemoryBytes()));
        settings.put("maxmemory-policy", "noeviction");
        settings.put("maxclients", Integer.toString(config.maxConnections()));
        settings.put("port", Integer.toString(server.port()));
        settings.put("bind", String.join(" ", config.bind().stream().map(address -> address.getHostAddress()).toList()));
        settings.put("timeout", Long.toString(config.idleTimeoutMillis() / 1000));
        settings.put("io-threads", Integer.toString(config.workers()));
        settings.put("proto-max-bulk-len", Integer.toString(config.maxValueBytes()));
        settings.put("loglevel", config.logLevel());
        settings.put("requirepass", "");
        settings.put("tcp-keepalive", "0");
        return settings;
    }

    // ---- LATENCY

    /** {@code LATENCY HISTOGRAM [command ...]}: calls, and how many took at most 1, 2, 4 … µs. */
    static void latency(CommandContext c) {
        if (!c.request.argEquals(1, "HISTOGRAM")) {
            wrongSubcommand(c);
            return;
        }
        Map<String, LatencySnapshot> seen = new LinkedHashMap<>();
        for (CommandSpec spec : named(c, c.server.commands.resp.commands())) {
            if (spec == null) continue;
            LatencySnapshot snapshot = c.server.metrics.latency(((ServerCommand) spec).metric);
            if (snapshot.count() > 0) seen.put(spec.name(), snapshot);
        }
        c.resp.mapHeader(seen.size());
        seen.forEach((name, snapshot) -> {
            c.resp.bulk(name);
            c.resp.mapHeader(2);
            c.resp.bulk("calls");
            c.resp.integer(snapshot.count());
            c.resp.bulk("histogram_usec");
            replyHistogram(c, snapshot);
        });
    }

    private static void replyHistogram(CommandContext c, LatencySnapshot snapshot) {
        Map<Long, Long> steps = new LinkedHashMap<>();
        long before = 0;
        for (long micros = 1; before < snapshot.count(); micros <<= 1) {
            long count = snapshot.countAtMost(micros * 1000);
            if (count > before) steps.put(micros, count);
            before = count;
        }
        c.resp.mapHeader(steps.size());
        steps.forEach((micros, count) -> {
            c.resp.integer(micros);
            c.resp.integer(count);
        });
    }
}
