package kv.commands;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import kv.commands.Rights.KeyRule;
import kv.protocol.Glob;

/**
 * What is said about a user, in the grammar of Redis's ACL files: passwords, commands, keys. Strings hold a char a byte.
 *
 * <p>Owner: one thread while it is put together, by {@link #apply}; nobody changes it once it is a user's.
 */
final class UserRules {
    /** A user with more patterns would cost too much a key. */
    private static final int PATTERNS_MAX = 1024;
    private static final int PASSWORDS_MAX = 64;
    private static final String SYNTAX = "Syntax error";
    private static final String UNKNOWN = "Unknown command or category name in ACL";
    private static final String BAD_HASH =
            "The password hash must be exactly 64 characters and contain only lowercase hexadecimal characters";
    private static final String NO_SUCH_PASSWORD = "The password you are trying to remove from the user does not exist";
    private static final String AFTER_ALL = "Adding a pattern after the * pattern (or the '%s' flag) is not valid and does not "
            + "have any effect. Try '%s' to start with an empty list of %s";

    /** What people need most, each a list of rules. */
    private static final Map<String, String> READY_MADE = Map.of(
            "read-only", "-@all +@read +@connection +@transaction -@dangerous +keys +info +dbsize +eval_ro +evalsha_ro",
            "read-write", "-@all +@read +@write +@connection +@transaction +@scripting -@dangerous +keys +info +dbsize",
            "monitor", "-@all +@connection -@dangerous +info +stats +dbsize +lastsave +time +slowlog +latency +memory"
                    + " +client|list +config|get +acl|whoami",
            "admin", "+@all");

    private final Commands commands;
    private final Passwords hashing;
    boolean isOn;
    boolean needsNoPassword;
    private final List<Credential> credentials = new ArrayList<>();
    /** For {@code +@all} alone: all commands there are, and will be. */
    private long[] bits;
    private final List<String> commandRules = new ArrayList<>();
    private boolean allKeys;
    private final List<KeyRule> keys = new ArrayList<>();
    private boolean allChannels;
    private final List<String> channels = new ArrayList<>();

    /** A new user, who may do nothing. */
    UserRules(Commands commands, Passwords hashing) {
        this.commands = commands;
        this.hashing = hashing;
        this.bits = commands.noBits();
        commandRules.add("-@all");
    }

    UserRules copy() {
        UserRules copy = new UserRules(commands, hashing);
        copy.isOn = isOn;
        copy.needsNoPassword = needsNoPassword;
        copy.credentials.addAll(credentials);
        copy.bits = bits.clone();
        copy.commandRules.clear();
        copy.commandRules.addAll(commandRules);
        copy.allKeys = allKeys;
        copy.keys.addAll(keys);
        copy.allChannels = allChannels;
        copy.channels.addAll(channels);
        return copy;
    }

    /** The hashes of the passwords. */
    List<Credential> credentials() {
        return credentials;
    }

    Rights rights() {
        return new Rights(bits.clone(), allKeys, keys);
    }

    /** Whether nothing is forbidden. */
    boolean allowsAll() {
        return allKeys && Arrays.equals(bits, commands.allBits());
    }

    /** Whether applying this rule hashes a password, which takes long. */
    static boolean isSlow(String rule) {
        return rule.startsWith(">") || rule.startsWith("<");
    }

    /** Changes what one rule says. @return null, or what is wrong with it */
    String apply(String rule) {
        switch (rule.toLowerCase(Locale.ROOT)) {
            case "on" -> isOn = true;
            case "off" -> isOn = false;
            case "nopass" -> {
                needsNoPassword = true;
                credentials.clear();
            }
            case "resetpass" -> resetPasswords();
            case "sanitize-payload", "skip-sanitize-payload", "clearselectors" -> {
                // What Redis has them for does not exist here.
            }
            case "reset" -> reset();
            case "allkeys", "~*" -> {
                allKeys = true;
                keys.clear();
            }
            case "resetkeys" -> {
                allKeys = false;
                keys.clear();
            }
            case "allchannels", "&*" -> {
                allChannels = true;
                channels.clear();
            }
            case "resetchannels" -> {
                allChannels = false;
                channels.clear();
            }
            case "allcommands" -> applyAll("+@all");
            case "nocommands" -> applyAll("-@all");
            case "read-only", "read-write", "monitor", "admin" -> {
                for (String each : READY_MADE.get(rule.toLowerCase(Locale.ROOT)).split(" ")) {
                    if (commands.knows(each)) {
                        apply(each);
                    }
                }
            }
            default -> {
                return rule.isEmpty() ? null : applyPrefixed(rule); // Redis takes an empty one, too
            }
        }
        return null;
    }

    private String applyPrefixed(String rule) {
        String rest = rule.substring(1);
        return switch (rule.charAt(0)) {
            case '>' -> addPassword(Passwords.bytes(rest));
            case '<' -> removePassword(Passwords.bytes(rest));
            case '#' -> addHash(rest);
            case '!' -> removeHash(rest);
            case '~' -> addKeys(KeyUse.READ | KeyUse.WRITE, rest);
            case '%' -> addKeysFor(rest);
            case '&' -> addChannel(rest);
            case '+', '-' -> applyToCommands(rule);
            case '(' -> "Selectors are not supported";
            default -> SYNTAX;
        };
    }

    private void reset() {
        resetPasswords();
        isOn = false;
        allKeys = false;
        keys.clear();
        allChannels = false;
        channels.clear();
        applyAll("-@all");
    }

    // Passwords.

    private void resetPasswords() {
        needsNoPassword = false;
        credentials.clear();
    }

    private String addPassword(byte[] password) {
        return find(password) != null ? add(null) : add(Credential.strong(password, hashing));
    }

    /** @param credential null: it is there already */
    String add(Credential credential) {
        needsNoPassword = false;
        if (credential == null || credentials.contains(credential)) {
            return null;
        }
        if (credentials.size() == PASSWORDS_MAX) {
            return "A user has at most " + PASSWORDS_MAX + " passwords";
        }
        credentials.add(credential);
        return null;
    }

    private Credential find(byte[] password) {
        byte[] hmac = hashing.hmac(password);
        for (Credential credential : credentials) {
            if (credential.isKnown(hmac) || credential.isOf(password, hmac)) {
                return credential;
            }
        }
        return null;
    }

    private String removePassword(byte[] password) {
        return credentials.remove(find(password)) ? null : NO_SUCH_PASSWORD;
    }

    private String addHash(String text) {
        Credential credential = Credential.parse(text);
        return credential == null ? BAD_HASH : add(credential);
    }

    private String removeHash(String text) {
        Credential credential = Credential.parse(text);
        return credential == null ? BAD_HASH : credentials.remove(credential) ? null : NO_SUCH_PASSWORD;
    }

    // Keys and channels.

    private String addKeysFor(String rest) {
        int use = 0;
        int at = 0;
        for (; at < rest.length() && rest.charAt(at) != '~'; at++) {
            switch (rest.charAt(at)) {
                case 'R', 'r' -> use |= KeyUse.READ;
                case 'W', 'w' -> use |= KeyUse.WRITE;
                default -> {
                    return SYNTAX;
                }
            }
        }
        return use == 0 || at == rest.length() ? SYNTAX : addKeys(use, rest.substring(at + 1));
    }

    private String addKeys(int use, String pattern) {
        if (isWrong(pattern)) {
            return SYNTAX;
        }
        if (allKeys) {
            return String.format(AFTER_ALL, "allkeys", "resetkeys", "patterns");
        }
        for (int i = 0; i < keys.size(); i++) {
            if (keys.get(i).text().equals(pattern)) {
                keys.set(i, KeyRule.of(keys.get(i).use() | use, pattern)); // what both reads and writes needs one rule for it
                return null;
            }
        }
        if (keys.size() == PATTERNS_MAX) {
            return "A user has at most " + PATTERNS_MAX + " patterns";
        }
        keys.add(KeyRule.of(use, pattern));
        return null;
    }

    private String addChannel(String pattern) {
        if (isWrong(pattern)) {
            return SYNTAX;
        }
        if (allChannels) {
            return String.format(AFTER_ALL, "allchannels", "resetchannels", "channels");
        }
        if (!channels.contains(pattern)) {
            if (channels.size() == PATTERNS_MAX) {
                return "A user has at most " + PATTERNS_MAX + " patterns";
            }
            channels.add(pattern);
        }
        return null;
    }

    private static boolean isWrong(String pattern) {
        return pattern.length() > Glob.PATTERN_BYTES_MAX || pattern.chars().anyMatch(c -> c <= ' ' || c == 0x7F);
    }

    // Commands.

    private void applyAll(String rule) {
        bits = rule.equals("+@all") ? commands.allBits() : commands.noBits();
        commandRules.clear();
        commandRules.add(rule);
    }

    private String applyToCommands(String rule) {
        String lower = rule.toLowerCase(Locale.ROOT);
        if (lower.endsWith("@all") && lower.length() == 5) {
            applyAll(lower);
            return null;
        }
        List<Command> meant = commands.meant(lower.substring(1));
        if (meant.isEmpty() && !(lower.startsWith("@", 1) && Category.named(lower.substring(2)) != null)) {
            return whyUnknown(lower.substring(1));
        }
        long[] before = bits.clone();
        set(bits, lower, meant);
        String name = lower.substring(1);
        if (commandRules.removeIf(known -> known.substring(1).equals(name) || known.startsWith(name + "|", 1))) {
            before = bitsOfRules();
        }
        // What changes nothing is not kept, as in Redis; but a category may have further commands in a later version.
        if (name.startsWith("@") || !Arrays.equals(before, bits)) {
            commandRules.add(lower);
        }
        return null;
    }

    private static void set(long[] bits, String rule, List<Command> meant) {
        for (Command command : meant) {
            long bit = 1L << command.metric;
            int word = command.metric >>> 6;
            bits[word] = rule.charAt(0) == '+' ? bits[word] | bit : bits[word] & ~bit;
        }
    }

    private long[] bitsOfRules() {
        long[] allowed = commandRules.get(0).equals("+@all") ? commands.allBits() : commands.noBits();
        for (String rule : commandRules.subList(1, commandRules.size())) {
            set(allowed, rule, commands.meant(rule.substring(1)));
        }
        return allowed;
    }

    /** Of a rule that means no command; one about a category that has none yet, such as those of lists, is right. */
    private String whyUnknown(String name) {
        int bar = name.indexOf('|');
        List<Command> first = bar < 0 ? List.of() : commands.meant(name.substring(0, bar));
        boolean hasTwo = bar != name.lastIndexOf('|');
        if (first.isEmpty() || first.get(0).isContainer() != hasTwo) {
            return UNKNOWN;
        }
        return hasTwo ? "Allowing first-arg of a subcommand is not supported"
                : "Rules for a command's first argument are not supported";
    }

    // What is shown.

    /** The rules about commands, the oldest first. */
    String commandsText() {
        return String.join(" ", commandRules);
    }

    String keysText() {
        if (allKeys) {
            return "~*";
        }
        List<String> texts = new ArrayList<>();
        for (KeyRule rule : keys) {
            texts.add((rule.use() == KeyUse.READ ? "%R~" : rule.use() == KeyUse.WRITE ? "%W~" : "~") + rule.text());
        }
        return String.join(" ", texts);
    }

    String channelsText() {
        return allChannels ? "&*" : channels.isEmpty() ? "" : "&" + String.join(" &", channels);
    }

    /** All of it, as a line of a users file has it behind the name. */
    String text() {
        StringBuilder text = new StringBuilder(isOn ? "on" : "off").append(needsNoPassword ? " nopass" : "");
        credentials.forEach(credential -> text.append(" #").append(credential.text));
        String keysText = keysText();
        text.append(keysText.isEmpty() ? "" : " ").append(keysText);
        text.append(allChannels ? "" : " resetchannels"); // or Redis, where all are allowed at first, would refuse the others
        String channelsText = channelsText();
        return text.append(channelsText.isEmpty() ? "" : " ").append(channelsText).append(' ').append(commandsText()).toString();
    }
}
