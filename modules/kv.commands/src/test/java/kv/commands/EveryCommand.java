package kv.commands;

import java.util.ArrayList;
import java.util.List;

/** A request or more for each command of the table, about the key "k" where it has keys. */
final class EveryCommand {
    private static final String[] LINES = {
        "GET k", "SET k v", "SET k v GET", "SET k v XX KEEPTTL", "SET k v NX PX 5000", "SET k v NX GET", "SETNX k v",
        "SETEX k 100 v", "PSETEX k 5000 v", "GETSET k v", "GETDEL k", "GETEX k", "GETEX k PERSIST", "GETEX k EX 100",
        "GETEX k PXAT 1", "MGET k l k", "MSET k v l w", "MSETNX k v l w", "STRLEN k", "APPEND k 12", "GETRANGE k 1 -1",
        "SUBSTR k 0 1", "SETRANGE k 3 9", "INCR k", "DECR k", "INCRBY k 5", "DECRBY k 5", "INCRBYFLOAT k 0.5", "DEL k",
        "DEL k l k", "UNLINK k l", "EXISTS k", "EXISTS k l k", "TOUCH k l", "TYPE k", "EXPIRE k 100", "EXPIRE k 100 NX",
        "EXPIRE k 100 XX", "PEXPIRE k 5000 GT", "PEXPIRE k 1 LT", "EXPIREAT k 1", "PEXPIREAT k 1", "TTL k", "PTTL k",
        "EXPIRETIME k", "PEXPIRETIME k", "PERSIST k", "RENAME k l", "RENAME k k", "RENAMENX k l", "RENAMENX k k", "COPY k l",
        "COPY k l REPLACE", "KEYS *", "SCAN 0", "RANDOMKEY", "OBJECT ENCODING k", "OBJECT REFCOUNT k", "OBJECT FREQ k",
        "OBJECT IDLETIME k", "OBJECT HELP", "MEMORY USAGE k", "MEMORY HELP", "AUTH a", "AUTH default a",
        "PING", "ECHO a", "QUIT", "HELLO", "HELLO 3",
        "RESET", "SELECT 0", "UNWATCH", "WATCH k l", "EXEC", "DISCARD", "MULTI", "DISCARD",
        "MOVE k 1", "SWAPDB 0 1", "SWAPDB 1 0", "COPY k l DB 1",
        "CLIENT ID", "CLIENT GETNAME", "CLIENT SETNAME a", "CLIENT SETINFO LIB-NAME a", "CLIENT LIST",
        "CLIENT KILL 1.2.3.4:5", "CLIENT KILL ID 99", "CLIENT UNPAUSE", "CLIENT PAUSE 0", "CLIENT REPLY ON", "DEBUG SLEEP 0",
        "SHUTDOWN", "ACL WHOAMI", "ACL LIST", "ACL USERS", "ACL GETUSER default", "ACL SETUSER a on", "ACL DELUSER a", "ACL CAT",
        "ACL LOG", "ACL DRYRUN default get k", "ACL GENPASS", "ACL SAVE", "ACL LOAD", "ACL HELP",
        "CLIENT INFO", "CLIENT NO-EVICT ON", "CLIENT NO-TOUCH ON", "CLIENT HELP", "FLUSHDB", "FLUSHALL", "DBSIZE", "TIME", "INFO",
        "INFO everything", "MONITOR", "CONFIG GET *", "CONFIG SET save a", "CONFIG REWRITE", "CONFIG RESETSTAT", "CONFIG HELP",
        "COMMAND", "COMMAND COUNT", "COMMAND LIST", "HOTKEYS START", "HOTKEYS STOP", "HOTKEYS GET",
        "HOTKEYS RESET", "HOTKEYS HELP",
        "COMMAND INFO get", "COMMAND DOCS get", "COMMAND GETKEYS get k", "COMMAND HELP", "LATENCY HISTOGRAM", "LATENCY HISTORY a",
        "SAVE", "CHECKPOINT", "BACKUP a", "BGSAVE", "LASTSAVE", "LATENCY LATEST", "LATENCY RESET", "LATENCY DOCTOR",
        "LATENCY HELP", "MEMORY STATS", "MEMORY DOCTOR", "SLOWLOG GET", "SLOWLOG DETAILS", "SLOWLOG LEN", "SLOWLOG RESET",
        "SLOWLOG HELP",
        "SET k 7 IFEQ 7", "SET k v IFNE 7 GET", "SET k v IFDEQ ffffffffffffffff", "SET k v IFDNE ffffffffffffffff PX 5000",
        "MSETEX 2 k v l w EX 100", "MSETEX 1 k v KEEPTTL XX", "DELEX k", "DELEX k IFEQ 7", "DELEX k IFDNE ffffffffffffffff",
        "DELIFEQ k 7", "DIGEST k", "INCREX k", "INCREX k BYFLOAT 0.5 EX 100 ENX", "INCREX k BYINT 9 UBOUND 9", "INCREX k NX",
        "SETBIT k 100 1", "GETBIT k 2", "BITCOUNT k", "BITCOUNT k 0 3 BIT", "BITPOS k 1", "BITOP AND l k k", "BITOP NOT k k",
        "BITFIELD k GET u8 0", "BITFIELD k SET u8 100 1 INCRBY i5 3 1", "BITFIELD_RO k GET u8 0", "LCS k k", "LCS k l IDX",
        "DUMP k", "RESTORE k 0 x", "RESTORE l 0 x", "DELPREFIX k",
        "ROLE", "WAIT 1 0", "COMMAND GETKEYSANDFLAGS set k v",
        "EVAL return(redis.call('get',KEYS[1])) 1 k", "EVAL return(redis.call('set',KEYS[1],ARGV[1],'KEEPTTL')) 1 k v",
        "EVAL_RO return(redis.call('mget',KEYS[1],KEYS[2])) 2 k l", "EVALSHA ffffffffffffffffffffffffffffffffffffffff 1 k",
        "EVALSHA_RO a 1 k", "SCRIPT LOAD return(1)", "SCRIPT EXISTS a b", "SCRIPT KILL", "SCRIPT FLUSH", "SCRIPT HELP"};
    private static final String[] TEXT_LINES = {
        "GET k", "SET k v", "SET k v EX 100", "DEL k", "CAS k 7 v", "CAS k 8 v", "INCR k", "INCR k 5", "TTL k", "EXPIRE k 100",
        "MGET k l", "DELPREFIX k", "HELP", "KEYS k*", "STATS", "STATS LATENCY", "STATS CACHE", "PING", "INFO", "INFO server",
        "AUTH a", "QUIT"};

    private EveryCommand() {
    }

    /** Of RESP, each as its arguments. */
    static List<String[]> requests() {
        List<String[]> requests = new ArrayList<>();
        for (String line : LINES) {
            requests.add(line.split(" "));
        }
        return requests;
    }

    /** Of the text protocol, without line ends. */
    static List<String> textLines() {
        return List.of(TEXT_LINES);
    }
}
