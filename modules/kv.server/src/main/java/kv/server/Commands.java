package kv.server;

import static kv.protocol.CommandSpec.Flag.ADMIN;
import static kv.protocol.CommandSpec.Flag.DENYOOM;
import static kv.protocol.CommandSpec.Flag.FAST;
import static kv.protocol.CommandSpec.Flag.LOADING;
import static kv.protocol.CommandSpec.Flag.NO_AUTH;
import static kv.protocol.CommandSpec.Flag.NOSCRIPT;
import static kv.protocol.CommandSpec.Flag.READONLY;
import static kv.protocol.CommandSpec.Flag.STALE;
import static kv.protocol.CommandSpec.Flag.WRITE;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kv.protocol.CommandSpec.Flag;
import kv.protocol.CommandTable;
import kv.protocol.Request;
import kv.protocol.TextOption;
import kv.server.ServerCommand.Body;
import kv.server.ServerCommand.Cost;

/**
 * All commands, a row each: name, arity (as Redis counts it: the word included, negative = at least), what it does, where its
 * keys are, flags. To add a command is to add a row and the method it names. Immutable; any thread.
 */
final class Commands {
    /** Of the text protocol. */
    final CommandTable text;
    /** Of RESP. */
    final CommandTable resp;
    private final Map<String, Integer> metrics = new LinkedHashMap<>();

    Commands() {
        text = new CommandTable(textRows());
        resp = new CommandTable(respRows());
    }

    private List<ServerCommand> textRows() {
        return List.of(
                textRow("get", 2, Cost.SHORT, StringCommands::get, TextOption.NONE, true),
                textRow("set", 3, Cost.SHORT, StringCommands::set, TextOption.EXPIRE_SECONDS, true),
                textRow("del", 2, Cost.SHORT, KeyCommands::del, TextOption.NONE, true),
                textRow("keys", 2, Cost.LONG, KeyListing::byPrefix, TextOption.NONE, false),
                textRow("stats", 1, Cost.SHORT, TextCommands::stats, TextOption.FIGURES, false),
                textRow("ping", 1, Cost.SHORT, ConnectionCommands::ping, TextOption.NONE, false));
    }

    private List<ServerCommand> respRows() {
        List<ServerCommand> rows = new ArrayList<>();
        // strings
        rows.add(row("get", 2, StringCommands::get, 1, 1, 1, READONLY, FAST));
        rows.add(row("set", -3, StringCommands::set, 1, 1, 1, WRITE, DENYOOM));
        rows.add(row("setnx", 3, StringCommands::setnx, 1, 1, 1, WRITE, DENYOOM, FAST));
        rows.add(row("setex", 4, StringCommands::setex, 1, 1, 1, WRITE, DENYOOM));
        rows.add(row("psetex", 4, StringCommands::psetex, 1, 1, 1, WRITE, DENYOOM));
        rows.add(row("getset", 3, StringCommands::getset, 1, 1, 1, WRITE, DENYOOM, FAST));
        rows.add(row("getdel", 2, StringCommands::getdel, 1, 1, 1, WRITE, FAST));
        rows.add(row("getex", -2, StringCommands::getex, 1, 1, 1, WRITE, FAST));
        rows.add(row("mget", -2, StringCommands::mget, 1, -1, 1, READONLY, FAST));
        rows.add(row("mset", -3, StringCommands::mset, 1, -1, 2, WRITE, DENYOOM));
        rows.add(row("msetnx", -3, StringCommands::msetnx, 1, -1, 2, WRITE, DENYOOM));
        rows.add(row("strlen", 2, StringCommands::strlen, 1, 1, 1, READONLY, FAST));
        rows.add(row("append", 3, StringCommands::append, 1, 1, 1, WRITE, DENYOOM, FAST));
        rows.add(row("getrange", 4, StringCommands::getrange, 1, 1, 1, READONLY));
        rows.add(row("substr", 4, StringCommands::getrange, 1, 1, 1, READONLY));
        rows.add(row("setrange", 4, StringCommands::setrange, 1, 1, 1, WRITE, DENYOOM));
        rows.add(row("incr", 2, StringCommands::incr, 1, 1, 1, WRITE, DENYOOM, FAST));
        rows.add(row("decr", 2, StringCommands::decr, 1, 1, 1, WRITE, DENYOOM, FAST));
        rows.add(row("incrby", 3, StringCommands::incrby, 1, 1, 1, WRITE, DENYOOM, FAST));
        rows.add(row("decrby", 3, StringCommands::decrby, 1, 1, 1, WRITE, DENYOOM, FAST));
        rows.add(row("incrbyfloat", 3, StringCommands::incrbyfloat, 1, 1, 1, WRITE, DENYOOM, FAST));
        // keys
        rows.add(row("del", -2, KeyCommands::del, 1, -1, 1, WRITE));
        rows.add(row("unlink", -2, KeyCommands::del, 1, -1, 1, WRITE, FAST));
        rows.add(row("exists", -2, KeyCommands::exists, 1, -1, 1, READONLY, FAST));
        rows.add(row("touch", -2, KeyCommands::exists, 1, -1, 1, READONLY, FAST));
        rows.add(row("type", 2, KeyCommands::type, 1, 1, 1, READONLY, FAST));
        rows.add(row("expire", -3, KeyCommands::expire, 1, 1, 1, WRITE, FAST));
        rows.add(row("pexpire", -3, KeyCommands::pexpire, 1, 1, 1, WRITE, FAST));
        rows.add(row("expireat", -3, KeyCommands::expireat, 1, 1, 1, WRITE, FAST));
        rows.add(row("pexpireat", -3, KeyCommands::pexpireat, 1, 1, 1, WRITE, FAST));
        rows.add(row("ttl", 2, KeyCommands::ttl, 1, 1, 1, READONLY, FAST));
        rows.add(row("pttl", 2, KeyCommands::pttl, 1, 1, 1, READONLY, FAST));
        rows.add(row("expiretime", 2, KeyCommands::expiretime, 1, 1, 1, READONLY, FAST));
        rows.add(row("pexpiretime", 2, KeyCommands::pexpiretime, 1, 1, 1, READONLY, FAST));
        rows.add(row("persist", 2, KeyCommands::persist, 1, 1, 1, WRITE, FAST));
        rows.add(row("rename", 3, KeyCommands::rename, 1, 2, 1, WRITE));
        rows.add(row("renamenx", 3, KeyCommands::renamenx, 1, 2, 1, WRITE, FAST));
        rows.add(row("copy", -3, KeyCommands::copy, 1, 2, 1, WRITE, DENYOOM));
        rows.add(slowRow("keys", 2, KeyListing::byGlob, READONLY));
        rows.add(row("scan", -2, KeyCommands::scan, 0, 0, 0, READONLY));
        rows.add(row("randomkey", 1, KeyCommands::randomkey, 0, 0, 0, READONLY));
        rows.add(row("object", -2, KeyCommands::object, 2, 2, 1, READONLY));
        rows.add(row("memory", -2, KeyCommands::memory, 2, 2, 1, READONLY));
        // the connection
        rows.add(row("ping", -1, ConnectionCommands::ping, 0, 0, 0, FAST));
        rows.add(row("echo", 2, ConnectionCommands::echo, 0, 0, 0, FAST));
        rows.add(row("quit", -1, ConnectionCommands::quit, 0, 0, 0, FAST, NO_AUTH, NOSCRIPT, LOADING, STALE));
        rows.add(row("hello", -1, ConnectionCommands::hello, 0, 0, 0, FAST, NO_AUTH, NOSCRIPT, LOADING, STALE));
        rows.add(row("reset", 1, ConnectionCommands::reset, 0, 0, 0, FAST, NO_AUTH, NOSCRIPT, LOADING, STALE));
        rows.add(row("select", 2, ConnectionCommands::select, 0, 0, 0, FAST, LOADING, STALE));
        rows.add(row("client", -2, ConnectionCommands::client, 0, 0, 0, NOSCRIPT, LOADING, STALE));
        // the server
        rows.add(slowRow("flushdb", -1, ServerCommands::flush, WRITE));
        rows.add(slowRow("flushall", -1, ServerCommands::flush, WRITE));
        rows.add(row("dbsize", 1, ServerCommands::dbsize, 0, 0, 0, READONLY, FAST));
        rows.add(row("time", 1, ServerCommands::time, 0, 0, 0, FAST, LOADING, STALE));
        rows.add(row("info", -1, ServerCommands::info, 0, 0, 0, LOADING, STALE));
        rows.add(row("config", -2, ServerCommands::config, 0, 0, 0, ADMIN, NOSCRIPT, LOADING, STALE));
        rows.add(row("command", -1, ServerCommands::command, 0, 0, 0, LOADING, STALE));
        rows.add(row("latency", -2, ServerCommands::latency, 0, 0, 0, ADMIN, NOSCRIPT, LOADING, STALE));
        return rows;
    }

    private ServerCommand row(String name, int arity, Body body, int firstKey, int lastKey, int keyStep, Flag... flags) {
        return new ServerCommand(name, arity, setOf(flags), firstKey, lastKey, keyStep, TextOption.NONE, Cost.SHORT,
                metricFor(name), body);
    }

    private ServerCommand slowRow(String name, int arity, Body body, Flag... flags) {
        return new ServerCommand(name, arity, setOf(flags), 0, 0, 0, TextOption.NONE, Cost.LONG, metricFor(name), body);
    }

    private ServerCommand textRow(String name, int arity, Cost cost, Body body, TextOption option, boolean hasKey) {
        int key = hasKey ? 1 : 0;
        return new ServerCommand(name, arity, Set.of(), key, key, key, option, cost, metricFor(name), body);
    }

    private static Set<Flag> setOf(Flag... flags) {
        Set<Flag> set = EnumSet.noneOf(Flag.class);
        set.addAll(List.of(flags));
        return set;
    }

    private int metricFor(String name) {
        return metrics.computeIfAbsent(name, unused -> metrics.size());
    }

    /** How many kinds of commands are counted apart. */
    int metricCount() {
        return metrics.size();
    }

    /** The metric of this command, the same in both protocols. */
    int metricOf(String name) {
        return metrics.get(name);
    }

    /** Whether a line of the text protocol is the start or a header of an HTTP request. */
    boolean isCrossProtocol(Request request) {
        return request.argCount() > 0 && (request.argEquals(0, "POST") || request.argEquals(0, "HOST:"));
    }
}
