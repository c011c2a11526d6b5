package kv.commands;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import kv.protocol.Glob;

/** CONFIG: the settings, in our names and in Redis's. */
final class ConfigCommands {
    private ConfigCommands() {
    }

    /** A setting that is asked for by its whole name is named in the reply as it was in the request, as in Redis. */
    static void get(CommandContext c) {
        Map<String, String> all = c.server.view.configuration().all();
        Map<String, Integer> found = new LinkedHashMap<>();
        for (int arg = 2; arg < c.argCount(); arg++) {
            if (isPattern(c, arg)) {
                Glob pattern = Glob.ignoringCase(c.bytes(), c.start(arg), c.length(arg));
                for (String name : all.keySet()) {
                    ByteBuffer text = ByteBuffer.wrap(name.getBytes(StandardCharsets.US_ASCII));
                    if (pattern.matches(text, 0, text.limit())) {
                        found.putIfAbsent(name, 0);
                    }
                }
            } else {
                String name = named(c, arg, all);
                if (name != null) {
                    found.putIfAbsent(name, arg);
                }
            }
        }
        c.resp.mapHeader(found.size());
        for (Map.Entry<String, Integer> each : found.entrySet()) {
            int arg = each.getValue();
            if (arg == 0) {
                c.resp.bulk(each.getKey());
            } else {
                c.resp.bulk(c.bytes(), c.start(arg), c.length(arg));
            }
            c.resp.bulk(all.get(each.getKey()));
        }
    }

    private static boolean isPattern(CommandContext c, int arg) {
        for (int at = c.start(arg), end = at + c.length(arg); at < end; at++) {
            byte b = c.bytes().get(at);
            if (b == '*' || b == '?' || b == '[') {
                return true;
            }
        }
        return false;
    }

    /** The setting that this argument is, in any case, or null. */
    private static String named(CommandContext c, int arg, Map<String, String> all) {
        for (String name : all.keySet()) {
            if (c.request.argEquals(arg, name)) {
                return name;
            }
        }
        return null;
    }

    /** {@code CONFIG SET name value [name value ...]}: all of them, or none. */
    static void set(CommandContext c) {
        c.requireSlowLane(); // a change may wait for a disk
        if (c.argCount() % 2 == 1) {
            c.syntaxError();
            return;
        }
        Configuration configuration = c.server.view.configuration();
        Map<String, String> all = configuration.all();
        Map<String, String> values = new LinkedHashMap<>();
        for (int arg = 2; arg < c.argCount(); arg += 2) {
            String name = named(c, arg, all);
            if (name == null) {
                c.error("ERR Unknown option or number of arguments for CONFIG SET - '", arg, "'");
                return;
            }
            if (configuration.isImmutable(name)) {
                refuse(c, name, "can't set immutable config");
                return;
            }
            if (values.put(name, text(c, arg + 1)) != null) {
                refuse(c, name, "duplicate parameter");
                return;
            }
        }
        try {
            configuration.set(values, c.client.who());
            c.resp.ok();
        } catch (SettingRefusedException refused) {
            refuse(c, refused.name(), refused.getMessage());
        }
    }

    private static void refuse(CommandContext c, String name, String reason) {
        c.error("ERR CONFIG SET failed (possibly related to argument '" + name + "') - " + reason);
    }

    /** A byte a character: of all values only a password may have others than those of ASCII. */
    private static String text(CommandContext c, int arg) {
        byte[] bytes = new byte[c.length(arg)];
        c.bytes().get(c.start(arg), bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** INFO counts from now on. */
    static void resetstat(CommandContext c) {
        c.server.recent.reset();
        c.resp.ok();
    }

    static void rewrite(CommandContext c) {
        c.requireSlowLane();
        try {
            c.server.view.configuration().rewrite(c.client.who());
            c.resp.ok();
        } catch (IOException failure) {
            c.error("ERR " + failure.getMessage());
        }
    }
}
