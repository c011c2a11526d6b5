package kv.commands;

import static kv.protocol.CommandSpec.Flag.ADMIN;
import static kv.protocol.CommandSpec.Flag.ALLOW_BUSY;
import static kv.protocol.CommandSpec.Flag.DENYOOM;
import static kv.protocol.CommandSpec.Flag.FAST;
import static kv.protocol.CommandSpec.Flag.LOADING;
import static kv.protocol.CommandSpec.Flag.NOSCRIPT;
import static kv.protocol.CommandSpec.Flag.NO_ASYNC_LOADING;
import static kv.protocol.CommandSpec.Flag.NO_AUTH;
import static kv.protocol.CommandSpec.Flag.NO_MULTI;
import static kv.protocol.CommandSpec.Flag.READONLY;
import static kv.protocol.CommandSpec.Flag.SKIP_SLOWLOG;
import static kv.protocol.CommandSpec.Flag.STALE;
import static kv.protocol.CommandSpec.Flag.WRITE;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import kv.protocol.CommandSpec;
import kv.protocol.CommandTable;
import kv.protocol.Request;
import kv.protocol.TextOption;
import kv.store.Access;

/**
 * All commands, a row each: name, arity (as Redis counts it: the word included, negative = at least), what it does, where its
 * keys are, flags. To add a command is to add a row and the method it names. Immutable; any thread.
 */
final class Commands {
    /** Of the text protocol. */
    final CommandTable text;
    /** Of RESP. */
    final CommandTable resp;
    private final CommandRows rows = new CommandRows();
    /** All of them, subcommands included, of both protocols; one of each full name. */
    private final Map<String, Command> byFullName = new LinkedHashMap<>();

    Commands() {
        text = textTable();
        addStrings();
        addKeys();
        addConnection();
        addServer();
        addScripts();
        addTransactions();
        ContainerRows.addTo(rows);
        resp = rows.table();
        addNames(resp);
        addNames(text);
    }

    private void addNames(CommandTable table) {
        for (CommandSpec spec : table.commands()) {
            Command command = (Command) spec;
            byFullName.putIfAbsent(command.fullName, command);
            if (command.isContainer()) {
                addNames(command.subcommands);
            }
        }
    }

    /** A bit for each command, by its metric: none is set. */
    long[] noBits() {
        return new long[metricCount() + Long.SIZE - 1 >>> 6];
    }

    /** All are set. */
    long[] allBits() {
        long[] bits = noBits();
        for (int metric = 0; metric < metricCount(); metric++) {
            bits[metric >>> 6] |= 1L << metric;
        }
        return bits;
    }

    /**
     * The commands that a name in a rule means: {@code get}, {@code client|list}, {@code client} with all its subcommands, or
     * {@code @read}; none if there is no such name.
     *
     * @param name in lower case
     */
    List<Command> meant(String name) {
        if (name.startsWith("@")) {
            Category category = Category.named(name.substring(1));
            return category == null ? List.of() : byFullName.values().stream().filter(each -> each.categories.contains(category))
                    .toList();
        }
        Command command = byFullName.get(name);
        if (command == null || !command.isContainer()) {
            return command == null ? List.of() : List.of(command);
        }
        List<Command> all = new ArrayList<>(List.of(command));
        command.subcommands.commands().forEach(sub -> all.add((Command) sub));
        return all;
    }

    /** Whether a rule about commands means any that there are. */
    boolean knows(String rule) {
        return rule.endsWith("@all") || !meant(rule.substring(1)).isEmpty();
    }

    private CommandTable textTable() {
        CommandRows lines = rows.sharingMetrics();
        lines.oneValue("get", StringCommands::get, READONLY);
        lines.text("set", 3, StringCommands::set, TextOption.EXPIRE_SECONDS, 2, WRITE);
        lines.text("del", 2, KeyCommands::del, TextOption.NONE, 0, WRITE);
        lines.text("cas", 4, TextCommands::cas, TextOption.NONE, 3, WRITE);
        lines.text("incr", 2, NumberCommands::incr, TextOption.ANY_WORD, 0, WRITE);
        lines.text("ttl", 2, ExpiryCommands::ttl, TextOption.NONE, 0, READONLY);
        lines.text("expire", 3, TextCommands::expire, TextOption.NONE, 0, WRITE);
        lines.textKeys("mget", 2, BulkCommands::mget, READONLY);
        lines.textAllKeys("keys", 2, KeyListing::byPrefix);
        lines.about(Category.KEYSPACE, Category.DANGEROUS);
        lines.textAllKeys("delprefix", 2, PrefixDeletion::asListed);
        lines.about();
        lines.textWithoutKey("auth", 2, Login::auth, TextOption.ANY_WORD, NO_AUTH);
        lines.about(Category.DANGEROUS);
        lines.textWithoutKey("stats", 1, TextCommands::stats, TextOption.FIGURES);
        lines.about();
        lines.textWithoutKey("ping", 1, ConnectionCommands::ping, TextOption.NONE);
        lines.textWithoutKey("info", 1, ServerCommands::info, TextOption.ANY_WORD);
        lines.textWithoutKey("quit", 1, ConnectionCommands::quit, TextOption.NONE, NO_AUTH);
        lines.textWithoutKey("help", 1, TextCommands::help, TextOption.NONE);
        return lines.table();
    }

    private void addStrings() {
        rows.about(Category.STRING);
        rows.oneValue("get", StringCommands::get, READONLY, FAST);
        rows.value("set", -3, StringCommands::set, 2, WRITE, DENYOOM);
        rows.value("setnx", 3, StringCommands::setnx, 2, WRITE, DENYOOM, FAST);
        rows.value("setex", 4, StringCommands::setex, 3, WRITE, DENYOOM);
        rows.value("psetex", 4, StringCommands::psetex, 3, WRITE, DENYOOM);
        rows.value("getset", 3, StringCommands::getset, 2, WRITE, DENYOOM, FAST);
        rows.key("getdel", 2, StringCommands::getdel, WRITE, FAST);
        rows.key("getex", -2, StringCommands::getex, WRITE, FAST);
        rows.keys("mget", -2, BulkCommands::mget, 1, -1, 1, READONLY, FAST);
        rows.pairs("mset", BulkCommands::mset, WRITE, DENYOOM);
        rows.pairs("msetnx", BulkCommands::msetnx, WRITE, DENYOOM);
        rows.countedPairs("msetex", BulkCommands::msetex, WRITE, DENYOOM);
        rows.key("delex", -2, CompareCommands::delex, WRITE, FAST);
        rows.key("delifeq", 3, CompareCommands::delifeq, WRITE, FAST);
        rows.key("digest", 2, CompareCommands::digest, READONLY, FAST);
        rows.key("strlen", 2, RangeCommands::strlen, READONLY, FAST);
        rows.key("append", 3, RangeCommands::append, WRITE, DENYOOM, FAST);
        rows.key("getrange", 4, RangeCommands::getrange, READONLY);
        rows.key("substr", 4, RangeCommands::getrange, READONLY);
        rows.key("setrange", 4, RangeCommands::setrange, WRITE, DENYOOM);
        rows.about(Category.BITMAP);
        rows.key("setbit", 4, BitCommands::setbit, WRITE, DENYOOM);
        rows.key("getbit", 3, BitCommands::getbit, READONLY, FAST);
        rows.key("bitcount", -2, BitCommands::bitcount, READONLY);
        rows.key("bitpos", -3, BitCommands::bitpos, READONLY);
        rows.keys("bitop", -4, BitCommands::bitop, 2, -1, 1, WRITE, DENYOOM);
        rows.key("bitfield", -2, BitfieldCommand::bitfield, WRITE, DENYOOM);
        rows.key("bitfield_ro", -2, BitfieldCommand::bitfieldRo, READONLY, FAST);
        rows.about(Category.STRING);
        rows.keys("lcs", -3, LcsCommand::lcs, 1, 2, 1, READONLY);
        rows.key("incr", 2, NumberCommands::incr, WRITE, DENYOOM, FAST);
        rows.key("decr", 2, NumberCommands::decr, WRITE, DENYOOM, FAST);
        rows.key("incrby", 3, NumberCommands::incrby, WRITE, DENYOOM, FAST);
        rows.key("decrby", 3, NumberCommands::decrby, WRITE, DENYOOM, FAST);
        rows.key("incrbyfloat", 3, NumberCommands::incrbyfloat, WRITE, DENYOOM, FAST);
        rows.key("increx", -2, IncrexCommand::increx, WRITE, DENYOOM, FAST);
    }

    private void addKeys() {
        rows.about(Category.KEYSPACE);
        rows.eachKey("del", KeyCommands::del, WRITE);
        rows.eachKey("unlink", KeyCommands::del, WRITE, FAST);
        rows.eachKey("exists", KeyCommands::exists, READONLY, FAST);
        rows.eachKey("touch", KeyCommands::exists, READONLY, FAST);
        rows.key("type", 2, KeyCommands::type, READONLY, FAST);
        rows.key("expire", -3, ExpiryCommands::expire, WRITE, FAST);
        rows.key("pexpire", -3, ExpiryCommands::pexpire, WRITE, FAST);
        rows.key("expireat", -3, ExpiryCommands::expireat, WRITE, FAST);
        rows.key("pexpireat", -3, ExpiryCommands::pexpireat, WRITE, FAST);
        rows.key("ttl", 2, ExpiryCommands::ttl, READONLY, FAST);
        rows.key("pttl", 2, ExpiryCommands::pttl, READONLY, FAST);
        rows.key("expiretime", 2, ExpiryCommands::expiretime, READONLY, FAST);
        rows.key("pexpiretime", 2, ExpiryCommands::pexpiretime, READONLY, FAST);
        rows.key("persist", 2, ExpiryCommands::persist, WRITE, FAST);
        rows.keys("rename", 3, NameCommands::rename, 1, 2, 1, WRITE);
        rows.keys("renamenx", 3, NameCommands::renamenx, 1, 2, 1, WRITE, FAST);
        rows.key("move", 3, Databases::move, WRITE, FAST);
        rows.keys("copy", -3, NameCommands::copy, 1, 2, 1, WRITE, DENYOOM);
        rows.key("dump", 2, DumpCommands::dump, READONLY);
        rows.withoutKey("scan", -2, WalkCommands::scan, READONLY);
        rows.withoutKey("randomkey", 1, WalkCommands::randomkey, READONLY);
        rows.about(Category.KEYSPACE, Category.DANGEROUS);
        rows.key("restore", -4, DumpCommands::restore, WRITE, DENYOOM);
        rows.allKeys("delprefix", 2, PrefixDeletion::exact, WRITE);
        rows.allKeys("keys", 2, KeyListing::byGlob, READONLY);
    }

    private void addConnection() {
        rows.about(Category.CONNECTION);
        rows.withoutKey("auth", -2, Login::auth, NOSCRIPT, LOADING, STALE, FAST, NO_AUTH, ALLOW_BUSY);
        rows.withoutKey("ping", -1, ConnectionCommands::ping, FAST);
        rows.withoutKey("echo", 2, ConnectionCommands::echo, LOADING, STALE, FAST);
        rows.withoutKey("quit", -1, ConnectionCommands::quit, NOSCRIPT, LOADING, STALE, FAST, NO_AUTH, ALLOW_BUSY);
        rows.withoutKey("hello", -1, ConnectionCommands::hello, NOSCRIPT, LOADING, STALE, FAST, NO_AUTH, ALLOW_BUSY);
        rows.withoutKey("reset", 1, ConnectionCommands::reset, NOSCRIPT, LOADING, STALE, FAST, NO_AUTH, ALLOW_BUSY);
        rows.withoutKey("select", 2, Databases::select, LOADING, STALE, FAST);
    }

    private void addServer() {
        rows.about(Category.KEYSPACE, Category.DANGEROUS);
        rows.allKeys("flushdb", -1, ServerCommands::flushdb, WRITE);
        rows.allKeys("flushall", -1, ServerCommands::flushall, WRITE);
        rows.withoutKey("swapdb", 3, Databases::swapdb, WRITE, FAST);
        rows.about(Category.KEYSPACE);
        rows.withoutKey("dbsize", 1, ServerCommands::dbsize, READONLY, FAST);
        rows.about();
        rows.withoutKey("save", 1, PersistenceCommands::save, ADMIN, NOSCRIPT, NO_ASYNC_LOADING, NO_MULTI);
        rows.withoutKey("checkpoint", 1, PersistenceCommands::save, ADMIN, NOSCRIPT, NO_ASYNC_LOADING, NO_MULTI);
        rows.withoutKey("backup", 2, PersistenceCommands::backup, ADMIN, NOSCRIPT, NO_ASYNC_LOADING, NO_MULTI);
        rows.withoutKey("bgsave", -1, PersistenceCommands::bgsave, ADMIN, NOSCRIPT, NO_ASYNC_LOADING);
        rows.withoutKey("shutdown", -1, ProcessCommands::shutdown, ADMIN, NOSCRIPT, LOADING, STALE, NO_MULTI, ALLOW_BUSY);
        rows.withoutKey("debug", -2, ProcessCommands::debug, ADMIN, NOSCRIPT, LOADING, STALE);
        rows.withoutKey("time", 1, ServerCommands::time, LOADING, STALE, FAST);
        rows.about(Category.ADMIN, Category.DANGEROUS);
        rows.withoutKey("role", 1, ServerCommands::role, NOSCRIPT, LOADING, STALE, FAST);
        rows.withoutKey("lastsave", 1, PersistenceCommands::lastsave, LOADING, STALE, FAST);
        rows.about(Category.DANGEROUS);
        rows.withoutKey("info", -1, ServerCommands::info, LOADING, STALE);
        rows.about(Category.CONNECTION);
        rows.withoutKey("wait", 3, ServerCommands::await, NOSCRIPT);
        rows.about();
        rows.withoutKey("monitor", 1, ServerCommands::monitor, ADMIN, NOSCRIPT, LOADING, STALE);
    }

    private void addTransactions() {
        rows.about(Category.TRANSACTION);
        rows.withoutKey("multi", 1, TransactionCommands::multi, NOSCRIPT, LOADING, STALE, FAST, ALLOW_BUSY);
        rows.withoutKey("exec", 1, TransactionCommands::exec, NOSCRIPT, LOADING, STALE, SKIP_SLOWLOG);
        rows.withoutKey("discard", 1, TransactionCommands::discard, NOSCRIPT, LOADING, STALE, FAST, ALLOW_BUSY);
        rows.keys("watch", -2, TransactionCommands::watch, 1, -1, 1, NOSCRIPT, LOADING, STALE, FAST, ALLOW_BUSY);
        rows.withoutKey("unwatch", 1, TransactionCommands::unwatch, NOSCRIPT, LOADING, STALE, FAST, ALLOW_BUSY);
    }

    private void addScripts() {
        rows.about(Category.SCRIPTING);
        rows.script("eval", ScriptCommands::eval, Access.EXCLUSIVE);
        rows.script("evalsha", ScriptCommands::evalsha, Access.EXCLUSIVE);
        rows.script("eval_ro", ScriptCommands::evalRo, Access.SHARED, READONLY);
        rows.script("evalsha_ro", ScriptCommands::evalshaRo, Access.SHARED, READONLY);
    }

    /** All kinds of commands that are counted apart: full name and metric. */
    void eachMetric(BiConsumer<String, Integer> sink) {
        rows.eachMetric(sink);
    }

    /** How many kinds of commands are counted apart. */
    int metricCount() {
        return rows.metricCount();
    }

    /** The metric of this command, the same in both protocols. */
    int metricOf(String name) {
        return rows.metricOf(name);
    }

    /** Whether a request is the start or a header of an HTTP request. */
    static boolean isCrossProtocol(Request request) {
        return request.argCount() > 0 && (request.argEquals(0, "POST") || request.argEquals(0, "HOST:"));
    }
}
