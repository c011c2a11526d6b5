package kv.commands;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** ACL: who may come in, and what each may do. In Redis's words. */
final class AclCommands {
    private static final int GENPASS_BITS_MAX = 4096;
    private static final int GENPASS_BITS_DEFAULT = 256;
    /** The first argument behind ACL DRYRUN user. */
    private static final int DRY_WORD = 3;
    private static final SecureRandom RANDOM = new SecureRandom();

    private AclCommands() {
    }

    static void whoami(CommandContext c) {
        bulk(c, c.client.userName());
    }

    static void list(CommandContext c) {
        bulks(c, c.server.users.lines());
    }

    static void users(CommandContext c) {
        bulks(c, c.server.users.all().stream().map(user -> user.name).toList());
    }

    static void getuser(CommandContext c) {
        User user = c.server.users.find(c.latin1(2));
        if (user == null) {
            c.resp.nil();
            return;
        }
        UserRules rules = user.rules();
        c.resp.mapHeader(6);
        c.resp.bulk("flags");
        c.resp.setHeader(rules.needsNoPassword ? 2 : 1);
        c.resp.bulk(rules.isOn ? "on" : "off");
        if (rules.needsNoPassword) {
            c.resp.bulk("nopass");
        }
        c.resp.bulk("passwords");
        bulks(c, rules.credentials().stream().map(credential -> credential.text).toList());
        c.resp.bulk("commands");
        bulk(c, rules.commandsText());
        c.resp.bulk("keys");
        bulk(c, rules.keysText());
        c.resp.bulk("channels");
        bulk(c, rules.channelsText());
        c.resp.bulk("selectors");
        c.resp.arrayHeader(0);
    }

    /** {@code ACL SETUSER name [rule ...]}: all rules or none. */
    static void setuser(CommandContext c) {
        String name = c.latin1(2);
        if (name.isEmpty() || name.chars().anyMatch(b -> b <= ' ' || b == 0x7F)) {
            c.error("ERR Usernames can't contain spaces or null characters");
            return;
        }
        List<String> rules = new ArrayList<>();
        for (int arg = 3; arg < c.argCount(); arg++) {
            rules.add(c.latin1(arg));
            if (UserRules.isSlow(c.latin1(arg))) {
                c.requireSlowLane();
            }
        }
        String wrong = c.server.users.change(name, user -> {
            for (String rule : rules) {
                String reason = user.apply(rule);
                if (reason != null) {
                    return "Error in ACL SETUSER modifier '" + (UserRules.isSlow(rule) ? rule.charAt(0) + "..." : rule) + "': "
                            + reason;
                }
            }
            return null;
        });
        if (wrong == null) {
            c.resp.ok();
        } else {
            c.error("ERR " + wrong);
        }
    }

    static void deluser(CommandContext c) {
        for (int arg = 2; arg < c.argCount(); arg++) {
            if (c.latin1(arg).equals(Users.DEFAULT)) {
                c.error("ERR The 'default' user cannot be removed");
                return;
            }
        }
        int deleted = 0;
        for (int arg = 2; arg < c.argCount(); arg++) {
            deleted += c.server.users.delete(c.latin1(arg), each -> each.endFor(c.client)) ? 1 : 0;
        }
        c.resp.integer(deleted);
    }

    static void cat(CommandContext c) {
        if (c.argCount() > 3) {
            tooMany(c);
            return;
        }
        List<String> names = new ArrayList<>();
        if (c.argCount() == 2) {
            for (Category category : Category.values()) {
                names.add(category.label());
            }
        } else {
            if (Category.named(c.latin1(2)) == null) {
                c.error("ERR Unknown category '", 2, "'");
                return;
            }
            c.server.commands.meant("@" + c.latin1(2).toLowerCase(Locale.ROOT)).forEach(command -> names.add(command.fullName));
        }
        bulks(c, names);
    }

    /** {@code ACL DRYRUN user command [arg ...]}. */
    static void dryrun(CommandContext c) {
        User user = c.server.users.find(c.latin1(2));
        if (user == null) {
            c.error("ERR User '", 2, "' not found");
            return;
        }
        Command command = CatalogCommands.find(c, DRY_WORD);
        if (command != null && command.isContainer() && c.argCount() > DRY_WORD + 1) {
            Command sub = (Command) command.subcommands.find(c.bytes(), c.start(DRY_WORD + 1), c.length(DRY_WORD + 1));
            command = sub == null ? command : sub;
        }
        if (command == null) {
            c.error("ERR Command '", DRY_WORD, "' not found");
        } else if (!command.takes(c.argCount() - DRY_WORD)) {
            c.wrongArity(command.fullName);
        } else {
            replyWhether(c, user.rights(), command);
        }
    }

    private static void replyWhether(CommandContext c, Rights rights, Command command) {
        int forbidden = rights == null || command.needsNoLogin ? Rights.NOTHING
                : rights.forbidden(command, c.request, DRY_WORD, true);
        switch (forbidden) {
            case Rights.NOTHING -> c.resp.ok();
            case Rights.COMMAND -> c.resp.bulk("This user has no permissions to run the '" + command.fullName + "' command");
            case Rights.ALL_KEYS -> c.resp.bulk("This user has no permissions to access all keys");
            default -> bulk(c, "This user has no permissions to access the '" + c.latin1(forbidden) + "' key");
        }
    }

    static void genpass(CommandContext c) {
        if (c.argCount() > 3) {
            tooMany(c);
            return;
        }
        if (c.argCount() == 3 && !c.request.argIsLong(2)) {
            c.notAnInteger();
            return;
        }
        long bits = c.argCount() == 3 ? c.request.longValue() : GENPASS_BITS_DEFAULT;
        if (bits < 1 || bits > GENPASS_BITS_MAX) {
            c.error("ERR ACL GENPASS argument must be the number of bits for the output password, a positive number up to "
                    + GENPASS_BITS_MAX);
            return;
        }
        int digits = (int) (bits + 3) / 4;
        byte[] random = new byte[(digits + 1) / 2];
        RANDOM.nextBytes(random);
        c.resp.bulk(HexFormat.of().formatHex(random).substring(0, digits));
    }

    static void load(CommandContext c) {
        withFile(c, file -> file.load(each -> each.endFor(c.client)), "");
    }

    static void save(CommandContext c) {
        List<String> lines = c.server.users.lines();
        withFile(c, file -> file.save(lines), "There was an error trying to save the ACLs: ");
    }

    private interface FileUse {
        void on(UsersFile file) throws IOException;
    }

    private static void withFile(CommandContext c, FileUse use, String failed) {
        UsersFile file = c.server.users.file();
        if (file == null) {
            c.error("ERR This Redis instance is not configured to use an ACL file. You may want to specify users via the ACL "
                    + "SETUSER command and then issue a CONFIG REWRITE (assuming you have a Redis configuration file set) in "
                    + "order to store users in the Redis configuration.");
            return;
        }
        c.requireSlowLane();
        try {
            use.on(file);
            c.resp.ok();
        } catch (IOException failure) {
            c.error("ERR " + failed + failure.getMessage());
        }
    }

    /** {@code ACL LOG [count | RESET]}. */
    static void log(CommandContext c) {
        if (c.argCount() > 3) {
            tooMany(c);
            return;
        }
        if (c.argCount() == 3 && c.request.argEquals(2, "RESET")) {
            c.server.denials.clear();
            c.resp.ok();
            return;
        }
        if (c.argCount() == 3 && !c.request.argIsLong(2)) {
            c.notAnInteger();
            return;
        }
        List<Denials.Entry> entries = c.server.denials.latest(c.argCount() == 3 ? Math.max(0, c.request.longValue()) : 10);
        c.resp.arrayHeader(entries.size());
        for (Denials.Entry entry : entries) {
            c.resp.mapHeader(7);
            c.resp.bulk("count");
            c.resp.integer(entry.count());
            c.resp.bulk("reason");
            c.resp.bulk(entry.reason().word);
            c.resp.bulk("context");
            c.resp.bulk(entry.context());
            c.resp.bulk("object");
            bulk(c, entry.object());
            c.resp.bulk("username");
            bulk(c, entry.user());
            c.resp.bulk("age-seconds");
            c.resp.doubleValue(Math.max(0, c.now - entry.atMillis()) / 1000.0);
            c.resp.bulk("client-info");
            bulk(c, entry.client());
        }
    }

    /** As Redis says it where a command's own code finds it. */
    private static void tooMany(CommandContext c) {
        c.error("ERR unknown subcommand or wrong number of arguments for '", 1, "'. Try ACL HELP.");
    }

    private static void bulks(CommandContext c, Collection<String> latin1) {
        c.resp.arrayHeader(latin1.size());
        latin1.forEach(each -> bulk(c, each));
    }

    private static void bulk(CommandContext c, String latin1) {
        ByteBuffer bytes = ByteBuffer.wrap(Passwords.bytes(latin1));
        c.resp.bulk(bytes, 0, bytes.limit());
    }
}
