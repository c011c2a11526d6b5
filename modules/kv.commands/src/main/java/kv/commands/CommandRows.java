package kv.commands;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import kv.commands.Command.Body;
import kv.commands.Command.Kind;
import kv.protocol.CommandSpec.Flag;
import kv.protocol.CommandTable;
import kv.protocol.TextOption;
import kv.store.Access;

/** Puts commands together, row by row. Used at the start only. */
final class CommandRows {
    private final List<Command> rows = new ArrayList<>();
    private final Map<String, Integer> metrics;
    private List<Category> categories = List.of();

    CommandRows() {
        this(new LinkedHashMap<>());
    }

    private CommandRows(Map<String, Integer> metrics) {
        this.metrics = metrics;
    }

    /** Other rows, whose commands are counted with those of the same full name here. */
    CommandRows sharingMetrics() {
        return new CommandRows(metrics);
    }

    CommandTable table() {
        return new CommandTable(rows);
    }

    void eachMetric(BiConsumer<String, Integer> sink) {
        metrics.forEach(sink);
    }

    int metricCount() {
        return metrics.size();
    }

    int metricOf(String fullName) {
        return metrics.get(fullName);
    }

    /** What the rows that follow are about, beside what their flags say. */
    void about(Category... following) {
        categories = List.of(following);
    }

    /** Argument 1 is its key, and another argument becomes the key's value. */
    void value(String name, int arity, Body body, int valueArg, Flag... flags) {
        rows.add(command(name, name, arity, setOf(flags), 1, 1, 1, TextOption.NONE, Kind.USUAL, valueArg, body, List.of()));
    }

    /** Keys and values alternate. */
    void pairs(String name, Body body, Flag... flags) {
        rows.add(command(name, name, -3, setOf(flags), 1, -1, 2, TextOption.NONE, Kind.USUAL, 2, body, List.of()));
    }

    /** Argument 1 is its key. */
    void key(String name, int arity, Body body, Flag... flags) {
        keys(name, arity, body, 1, 1, 1, flags);
    }

    /** Replies the value of its key, argument 1, and does nothing else. */
    void oneValue(String name, Body body, Flag... flags) {
        rows.add(command(name, name, 2, setOf(flags), 1, 1, 1, TextOption.NONE, Kind.ONE_VALUE, 0, body, List.of()));
    }

    /** These arguments are its keys. */
    void keys(String name, int arity, Body body, int first, int last, int step, Flag... flags) {
        rows.add(command(name, name, arity, setOf(flags), first, last, step, TextOption.NONE, Kind.USUAL, 0, body, List.of()));
    }

    /** All arguments are keys, each for itself. */
    void eachKey(String name, Body body, Flag... flags) {
        rows.add(command(name, name, -2, setOf(flags), 1, -1, 1, TextOption.NONE, Kind.EACH_KEY, 0, body, List.of()));
    }

    void withoutKey(String name, int arity, Body body, Flag... flags) {
        keys(name, arity, body, 0, 0, 0, flags);
    }

    /** It is about all keys there are. */
    void allKeys(String name, int arity, Body body, Flag... flags) {
        rows.add(command(name, name, arity, setOf(flags), 0, 0, 0, TextOption.NONE, Kind.ALL_KEYS, 0, body, List.of()));
    }

    /** Of the text protocol, with a key as argument 1. */
    void text(String name, int arity, Body body, TextOption option, int valueArg, Flag access) {
        rows.add(command(name, name, arity, setOf(access), 1, 1, 1, option, Kind.USUAL, valueArg, body, List.of()));
    }

    /** Of the text protocol, with keys as all its arguments. */
    void textKeys(String name, int arity, Body body, Flag access) {
        rows.add(command(name, name, arity, setOf(access), 1, -1, 1, TextOption.MANY, Kind.USUAL, 0, body, List.of()));
    }

    void textWithoutKey(String name, int arity, Body body, TextOption option, Flag... flags) {
        rows.add(command(name, name, arity, setOf(flags), 0, 0, 0, option, Kind.USUAL, 0, body, List.of()));
    }

    void textAllKeys(String name, int arity, Body body) {
        rows.add(command(name, name, arity, Set.of(), 0, 0, 0, TextOption.NONE, Kind.ALL_KEYS, 0, body, List.of()));
    }

    /**
     * A container; {@code body} is for requests that name none of the subcommands rightly. Unless it may stand alone, it is no
     * command of its own, and about nothing.
     */
    void container(String name, int arity, Body body, Set<Flag> flags, List<Command> subcommands) {
        if (arity != -1) {
            about();
        }
        rows.add(command(name, name, arity, flags, 0, 0, 0, TextOption.NONE, Kind.USUAL, 0, body, subcommands));
    }

    /** A subcommand, to be given to {@link #container}. */
    Command sub(String container, String name, int arity, Body body, Flag... flags) {
        return command(name, container + "|" + name, arity, setOf(flags), 0, 0, 0, TextOption.NONE, Kind.USUAL, 0, body,
                List.of());
    }

    /** A subcommand with a key, which is argument 2. */
    Command subWithKey(String container, String name, int arity, Body body, Flag... flags) {
        return command(name, container + "|" + name, arity, setOf(flags), 2, 2, 1, TextOption.NONE, Kind.USUAL, 0, body,
                List.of());
    }

    /** Runs a script on keys, whose number is argument 2 and which follow it. */
    void script(String name, Body body, Access access, Flag... flags) {
        Set<Flag> all = setOf(flags);
        all.addAll(List.of(Flag.NOSCRIPT, Flag.STALE, Flag.SKIP_MONITOR, Flag.NO_MANDATORY_KEYS, Flag.MOVABLEKEYS));
        rows.add(new Command(name, name, -3, all, 0, 0, 1, TextOption.NONE, access, Kind.SCRIPT, 0, 2, metric(name), body,
                categories, List.of()));
    }

    /** Argument 1 is the number of keys; they and their values follow it by turns. */
    void countedPairs(String name, Body body, Flag... flags) {
        Set<Flag> all = setOf(flags);
        all.add(Flag.MOVABLEKEYS);
        rows.add(new Command(name, name, -4, all, 0, 0, 2, TextOption.NONE, Access.EXCLUSIVE, Kind.USUAL, 3, 1, metric(name),
                body, categories, List.of()));
    }

    private int metric(String fullName) {
        return metrics.computeIfAbsent(fullName, unused -> metrics.size());
    }

    private Command command(String name, String fullName, int arity, Set<Flag> flags, int first, int last, int step,
            TextOption option, Kind kind, int firstValue, Body body, List<Command> subcommands) {
        Access access = flags.contains(Flag.WRITE) ? Access.EXCLUSIVE : Access.SHARED;
        return new Command(name, fullName, arity, flags, first, last, step, option, access, kind, firstValue, 0,
                metric(fullName), AdminLog.around(fullName, body), categories, subcommands);
    }

    private static Set<Flag> setOf(Flag... flags) {
        Set<Flag> set = EnumSet.noneOf(Flag.class);
        set.addAll(List.of(flags));
        return set;
    }
}
