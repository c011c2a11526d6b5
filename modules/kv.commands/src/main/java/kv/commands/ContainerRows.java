package kv.commands;

import static kv.protocol.CommandSpec.Flag.ADMIN;
import static kv.protocol.CommandSpec.Flag.ALLOW_BUSY;
import static kv.protocol.CommandSpec.Flag.LOADING;
import static kv.protocol.CommandSpec.Flag.NOSCRIPT;
import static kv.protocol.CommandSpec.Flag.READONLY;
import static kv.protocol.CommandSpec.Flag.STALE;

import java.util.List;
import java.util.Set;

/** The commands that have subcommands, with the help for each, in Redis's words. */
final class ContainerRows {
    private ContainerRows() {
    }

    static void addTo(CommandRows rows) {
        rows.about(Category.KEYSPACE);
        rows.container("object", -2, Subcommands::refuse, Set.of(), object(rows));
        rows.about();
        rows.container("memory", -2, Subcommands::refuse, Set.of(), memory(rows));
        rows.about(Category.CONNECTION);
        rows.container("client", -2, Subcommands::refuse, Set.of(), client(rows));
        rows.about();
        rows.container("config", -2, Subcommands::refuse, Set.of(), config(rows));
        rows.about(Category.CONNECTION);
        rows.container("command", -1, CatalogCommands::command, Set.of(LOADING, STALE), command(rows));
        rows.about();
        rows.container("acl", -2, Subcommands::refuse, Set.of(), acl(rows));
        rows.container("latency", -2, Subcommands::refuse, Set.of(), latency(rows));
        rows.about(Category.SCRIPTING);
        rows.container("script", -2, Subcommands::refuse, Set.of(), script(rows));
        rows.about();
        rows.container("hotkeys", -2, Subcommands::refuse, Set.of(), hotkeys(rows));
        rows.container("slowlog", -2, Subcommands::refuse, Set.of(), slowlog(rows));
    }

    private static Command help(CommandRows rows, String container, String... lines) {
        return rows.sub(container, "help", 2, Subcommands.help(container, lines), LOADING, STALE);
    }

    private static List<Command> object(CommandRows rows) {
        return List.of(
                rows.subWithKey("object", "encoding", 3, ObjectCommands::encoding, READONLY),
                rows.subWithKey("object", "freq", 3, ObjectCommands::freq, READONLY),
                rows.subWithKey("object", "idletime", 3, ObjectCommands::idletime, READONLY),
                rows.subWithKey("object", "refcount", 3, ObjectCommands::refcount, READONLY),
                help(rows, "object",
                        "ENCODING <key>",
                        "    Return the kind of internal representation used in order to store the value",
                        "    associated with a <key>.",
                        "FREQ <key>",
                        "    Return the access frequency index of the <key>. The returned integer is",
                        "    proportional to the logarithm of the recent access frequency of the key.",
                        "IDLETIME <key>",
                        "    Return the idle time of the <key>, that is the approximated number of",
                        "    seconds elapsed since the last access to the key.",
                        "REFCOUNT <key>",
                        "    Return the number of references of the value associated with the specified",
                        "    <key>."));
    }

    private static List<Command> memory(CommandRows rows) {
        return List.of(
                rows.sub("memory", "doctor", 2, MemoryCommands::doctor),
                rows.sub("memory", "stats", 2, MemoryCommands::stats),
                rows.subWithKey("memory", "usage", -3, ObjectCommands::usage, READONLY),
                help(rows, "memory",
                        "DOCTOR",
                        "    Return memory problems reports.",
                        "STATS",
                        "    Return information about the memory usage of the server.",
                        "USAGE <key> [SAMPLES <count>]",
                        "    Return memory in bytes used by <key> and its value. Nested values are",
                        "    sampled up to <count> times (default: 5, 0 means sample all)."));
    }

    private static List<Command> client(CommandRows rows) {
        return List.of(
                rows.sub("client", "getname", 2, ClientCommands::getname, NOSCRIPT, LOADING, STALE),
                rows.sub("client", "id", 2, ClientCommands::id, NOSCRIPT, LOADING, STALE),
                rows.sub("client", "info", 2, ClientCommands::info, NOSCRIPT, LOADING, STALE),
                rows.sub("client", "kill", -3, ClientControl::kill, ADMIN, NOSCRIPT, LOADING, STALE),
                rows.sub("client", "pause", -3, ClientControl::pause, ADMIN, NOSCRIPT, LOADING, STALE),
                rows.sub("client", "reply", 3, ClientControl::reply, NOSCRIPT, LOADING, STALE),
                rows.sub("client", "unpause", 2, ClientControl::unpause, ADMIN, NOSCRIPT, LOADING, STALE),
                rows.sub("client", "list", -2, ClientCommands::list, ADMIN, NOSCRIPT, LOADING, STALE),
                rows.sub("client", "setname", 3, ClientCommands::setname, NOSCRIPT, LOADING, STALE),
                rows.sub("client", "setinfo", 4, ClientCommands::setinfo, NOSCRIPT, LOADING, STALE),
                rows.sub("client", "no-evict", 3, ClientCommands::noEvict, ADMIN, NOSCRIPT, LOADING, STALE),
                rows.sub("client", "no-touch", 3, ClientCommands::noTouch, NOSCRIPT, LOADING, STALE),
                help(rows, "client",
                        "GETNAME",
                        "    Return the name of the current connection.",
                        "ID",
                        "    Return the ID of the current connection.",
                        "INFO",
                        "    Return information about the current client connection.",
                        "KILL <ip:port>",
                        "    Kill connection made from <ip:port>.",
                        "KILL <option> <value> [<option> <value> [...]]",
                        "    Kill connections. Options are:",
                        "    * ADDR (<ip:port>|<unixsocket>:0)",
                        "      Kill connections made from the specified address",
                        "    * LADDR (<ip:port>|<unixsocket>:0)",
                        "      Kill connections made to specified local address",
                        "    * TYPE (NORMAL|MASTER|REPLICA|PUBSUB)",
                        "      Kill connections by type.",
                        "    * USER <username>",
                        "      Kill connections authenticated by <username>.",
                        "    * SKIPME (YES|NO)",
                        "      Skip killing current connection (default: yes).",
                        "LIST [options ...]",
                        "    Return information about client connections. Options:",
                        "    * TYPE (NORMAL|MASTER|REPLICA|PUBSUB)",
                        "      Return clients of specified type.",
                        "PAUSE <timeout> [WRITE|ALL]",
                        "    Suspend all, or just write, clients for <timeout> milliseconds.",
                        "UNPAUSE",
                        "    Stop the current client pause, resuming traffic.",
                        "REPLY (ON|OFF|SKIP)",
                        "    Control the replies sent to the current connection.",
                        "SETNAME <name>",
                        "    Assign the name <name> to the current connection.",
                        "SETINFO <option> <value>",
                        "    Set client meta attr. Options are:",
                        "    * LIB-NAME: the client lib name.",
                        "    * LIB-VER: the client lib version.",
                        "NO-EVICT (ON|OFF)",
                        "    Protect current client connection from eviction.",
                        "NO-TOUCH (ON|OFF)",
                        "    Will not touch LRU/LFU stats when this mode is on."));
    }

    private static List<Command> acl(CommandRows rows) {
        return List.of(
                rows.sub("acl", "cat", -2, AclCommands::cat, NOSCRIPT, LOADING, STALE),
                rows.sub("acl", "deluser", -3, AclCommands::deluser, ADMIN, NOSCRIPT, LOADING, STALE),
                rows.sub("acl", "dryrun", -4, AclCommands::dryrun, ADMIN, NOSCRIPT, LOADING, STALE),
                rows.sub("acl", "genpass", -2, AclCommands::genpass, NOSCRIPT, LOADING, STALE),
                rows.sub("acl", "getuser", 3, AclCommands::getuser, ADMIN, NOSCRIPT, LOADING, STALE),
                rows.sub("acl", "list", 2, AclCommands::list, ADMIN, NOSCRIPT, LOADING, STALE),
                rows.sub("acl", "load", 2, AclCommands::load, ADMIN, NOSCRIPT, LOADING, STALE),
                rows.sub("acl", "log", -2, AclCommands::log, ADMIN, NOSCRIPT, LOADING, STALE),
                rows.sub("acl", "save", 2, AclCommands::save, ADMIN, NOSCRIPT, LOADING, STALE),
                rows.sub("acl", "setuser", -3, AclCommands::setuser, ADMIN, NOSCRIPT, LOADING, STALE),
                rows.sub("acl", "users", 2, AclCommands::users, ADMIN, NOSCRIPT, LOADING, STALE),
                rows.sub("acl", "whoami", 2, AclCommands::whoami, NOSCRIPT, LOADING, STALE),
                help(rows, "acl",
                        "CAT [<category>]",
                        "    List all commands that belong to <category>, or all command categories",
                        "    when no category is specified.",
                        "DELUSER <username> [<username> ...]",
                        "    Delete a list of users.",
                        "DRYRUN <username> <command> [<arg> ...]",
                        "    Returns whether the user can execute the given command without executing the command.",
                        "GETUSER <username>",
                        "    Get the user's details.",
                        "GENPASS [<bits>]",
                        "    Generate a secure 256-bit user password. The optional `bits` argument can",
                        "    be used to specify a different size.",
                        "LIST",
                        "    Show users details in config file format.",
                        "LOAD",
                        "    Reload users from the ACL file.",
                        "LOG [<count> | RESET]",
                        "    Show the ACL log entries.",
                        "SAVE",
                        "    Save the current config to the ACL file.",
                        "SETUSER <username> <attribute> [<attribute> ...]",
                        "    Create or modify a user with the specified attributes.",
                        "USERS",
                        "    List all the registered usernames.",
                        "WHOAMI",
                        "    Return the current connection username."));
    }

    private static List<Command> config(CommandRows rows) {
        return List.of(
                rows.sub("config", "get", -3, ConfigCommands::get, ADMIN, NOSCRIPT, LOADING, STALE),
                rows.sub("config", "set", -4, ConfigCommands::set, ADMIN, NOSCRIPT, LOADING, STALE),
                rows.sub("config", "resetstat", 2, ConfigCommands::resetstat, ADMIN, NOSCRIPT, LOADING, STALE),
                rows.sub("config", "rewrite", 2, ConfigCommands::rewrite, ADMIN, NOSCRIPT, LOADING, STALE),
                help(rows, "config",
                        "GET <pattern>",
                        "    Return parameters matching the glob-like <pattern> and their values.",
                        "SET <directive> <value>",
                        "    Set the configuration <directive> to <value>.",
                        "RESETSTAT",
                        "    Reset statistics reported by the INFO command.",
                        "REWRITE",
                        "    Rewrite the configuration file."));
    }

    private static List<Command> command(CommandRows rows) {
        return List.of(
                rows.sub("command", "count", 2, CatalogCommands::count, LOADING, STALE),
                rows.sub("command", "list", -2, CatalogCommands::list, LOADING, STALE),
                rows.sub("command", "info", -2, CatalogCommands::info, LOADING, STALE),
                rows.sub("command", "docs", -2, CatalogCommands::docs, LOADING, STALE),
                rows.sub("command", "getkeys", -4, CatalogCommands::getkeys, LOADING, STALE),
                rows.sub("command", "getkeysandflags", -4, CatalogCommands::getkeysandflags, LOADING, STALE),
                help(rows, "command",
                        "(no subcommand)",
                        "    Return details about all Redis commands.",
                        "COUNT",
                        "    Return the total number of commands in this Redis server.",
                        "LIST",
                        "    Return a list of all commands in this Redis server.",
                        "INFO [<command-name> ...]",
                        "    Return details about multiple Redis commands.",
                        "    If no command names are given, documentation details for all",
                        "    commands are returned.",
                        "DOCS [<command-name> ...]",
                        "    Return documentation details about multiple Redis commands.",
                        "    If no command names are given, documentation details for all",
                        "    commands are returned.",
                        "GETKEYS <full-command>",
                        "    Return the keys from a full Redis command.",
                        "GETKEYSANDFLAGS <full-command>",
                        "    Return the keys and the access flags from a full Redis command."));
    }

    private static List<Command> latency(CommandRows rows) {
        return List.of(
                rows.sub("latency", "doctor", 2, LatencyCommands::doctor, ADMIN, NOSCRIPT, LOADING, STALE),
                rows.sub("latency", "histogram", -2, LatencyCommands::histogram, ADMIN, NOSCRIPT, LOADING, STALE),
                rows.sub("latency", "history", 3, LatencyCommands::history, ADMIN, NOSCRIPT, LOADING, STALE),
                rows.sub("latency", "latest", 2, LatencyCommands::latest, ADMIN, NOSCRIPT, LOADING, STALE),
                rows.sub("latency", "reset", -2, LatencyCommands::reset, ADMIN, NOSCRIPT, LOADING, STALE),
                help(rows, "latency",
                        "DOCTOR",
                        "    Return a human readable latency analysis report.",
                        "HISTORY <event>",
                        "    Return time-latency samples for the <event> class.",
                        "LATEST",
                        "    Return the latest latency samples for all events.",
                        "RESET [<event> ...]",
                        "    Reset latency data of one or more <event> classes.",
                        "    (default: reset all data for all event classes)",
                        "HISTOGRAM [COMMAND ...]",
                        "    Return a cumulative distribution of latencies in the format of a histogram for the specified "
                                + "command names.",
                        "    If no commands are specified then all histograms are replied."));
    }

    private static List<Command> script(CommandRows rows) {
        return List.of(
                rows.sub("script", "exists", -3, ScriptCommands::exists, NOSCRIPT),
                rows.sub("script", "flush", -2, ScriptCommands::flush, NOSCRIPT),
                rows.sub("script", "kill", 2, ScriptCommands::kill, NOSCRIPT, ALLOW_BUSY),
                rows.sub("script", "load", 3, ScriptCommands::load, NOSCRIPT, STALE),
                help(rows, "script",
                        "EXISTS <sha1> [<sha1> ...]",
                        "    Return information about the existence of the scripts in the script cache.",
                        "FLUSH [ASYNC|SYNC]",
                        "    Flush the Lua scripts cache. Very dangerous on replicas.",
                        "    When called without the optional mode argument, the behavior is determined",
                        "    by the lazyfree-lazy-user-flush configuration directive. Valid modes are:",
                        "    * ASYNC: Asynchronously flush the scripts cache.",
                        "    * SYNC: Synchronously flush the scripts cache.",
                        "KILL",
                        "    Kill the currently executing Lua script.",
                        "LOAD <script>",
                        "    Load a script into the scripts cache without executing it."));
    }

    private static List<Command> hotkeys(CommandRows rows) {
        return List.of(
                rows.sub("hotkeys", "start", -2, HotKeysCommands::start, ADMIN, NOSCRIPT),
                rows.sub("hotkeys", "stop", 2, HotKeysCommands::stop, ADMIN, NOSCRIPT),
                rows.sub("hotkeys", "get", 2, HotKeysCommands::get, ADMIN, NOSCRIPT),
                rows.sub("hotkeys", "reset", 2, HotKeysCommands::reset, ADMIN, NOSCRIPT),
                help(rows, "hotkeys",
                        "START METRICS <count> [CPU] [NET] [COUNT <k>] [DURATION <seconds>] [SAMPLE <ratio>]",
                        "    Begin to look for the keys that take most time (CPU) and most bytes of the network (NET):",
                        "    for the first <k> of them (default: 10), for so many seconds (default: until STOP),",
                        "    by one command in <ratio> (default: all).",
                        "STOP",
                        "    End that. What was found stays.",
                        "GET",
                        "    Return what was found.",
                        "RESET",
                        "    Forget what was found."));
    }

    private static List<Command> slowlog(CommandRows rows) {
        return List.of(
                rows.sub("slowlog", "details", -2, SlowLogCommands::details, ADMIN, LOADING, STALE),
                rows.sub("slowlog", "get", -2, SlowLogCommands::get, ADMIN, LOADING, STALE),
                rows.sub("slowlog", "len", 2, SlowLogCommands::len, ADMIN, LOADING, STALE),
                rows.sub("slowlog", "reset", 2, SlowLogCommands::reset, ADMIN, LOADING, STALE),
                help(rows, "slowlog",
                        "DETAILS [<count>]",
                        "    As GET, each entry as a map, with its time split into what it waited for and the",
                        "    rest, and with user and database.",
                        "GET [<count>]",
                        "    Return top <count> entries from the slowlog (default: 10, -1 mean all).",
                        "    Entries are made of:",
                        "    id, timestamp, time in microseconds, arguments array, client IP and port,",
                        "    client name",
                        "LEN",
                        "    Return the length of the slowlog.",
                        "RESET",
                        "    Reset the slowlog."));
    }
}
