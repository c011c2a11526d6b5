package kv.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Users and rights beside redis-server 7.0.15: the same users are told the same, word for word, and each command has the same
 * categories.
 */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RedisAccessTest extends BesideRedis {
    private static final String[] OF_ADMIN = {
        "ACL WHOAMI", "ACL CAT read foo", "ACL CAT nosuch", "ACL GETUSER nobody", "ACL SETUSER mal foo", "ACL SETUSER mal +foo",
        "ACL SETUSER mal -@foo", "ACL SETUSER mal +client|foo", "ACL SETUSER mal <zz", "ACL SETUSER mal #zz",
        "ACL SETUSER mal !ab",
        "ACL SETUSER mal ~", "ACL SETUSER mal %X~x", "ACL SETUSER mal &", "ACL SETUSER mal ~* ~late", "ACL SETUSER mal &* &late",
        "ACL GENPASS 0", "ACL GENPASS 4097", "ACL GENPASS x", "ACL GENPASS 1 2", "ACL FOO", "ACL DELUSER", "ACL DELUSER default",
        "ACL DELUSER mal nobody", "ACL LOAD", "ACL SAVE", "ACL LOG x", "ACL LOG 1 2", "ACL DRYRUN default get",
        "ACL DRYRUN nob get x", "ACL DRYRUN default get x", "ACL DRYRUN default nosuch", "ACL DRYRUN bob get q",
        "ACL DRYRUN bob flushall", "ACL DRYRUN bob client kill", "ACL DRYRUN bob client kill x", "ACL USERS x", "ACL HELP", "ACL",
        "CLIENT KILL x", "CLIENT KILL", "CLIENT KILL ID", "CLIENT KILL ID 0", "CLIENT KILL TYPE foo", "CLIENT KILL USER nobody",
        "CLIENT KILL FOO bar", "CLIENT KILL SKIPME maybe", "CLIENT KILL ID 99999", "CLIENT PAUSE", "CLIENT PAUSE x",
        "CLIENT PAUSE -1", "CLIENT PAUSE 1 FOO", "CLIENT UNPAUSE", "CLIENT REPLY", "CLIENT REPLY FOO", "SHUTDOWN FOO",
        "SHUTDOWN SAVE NOSAVE", "SHUTDOWN ABORT NOW", "SHUTDOWN ABORT", "DEBUG SLEEP 0", "AUTH a b c", "AUTH nob x", "AUTH x",
        "HELLO 3 AUTH default", "HELLO 2 AUTH nob x"};
    private static final String[] OF_BOB = {
        "SET app:1 v", "GET wo:1", "SET wo:1 v", "SET ro:1 v", "GET ro:1", "EXISTS wo:1 ro:1", "EXISTS zz", "APPEND wo:1 v",
        "INCR wo:1", "GETSET wo:1 x", "GETDEL wo:1", "GETEX ro:1", "EXPIRE ro:1 10", "TTL wo:1", "TYPE wo:1", "STRLEN wo:1",
        "COPY app:1 wo:2", "COPY wo:2 app:2", "RENAME wo:1 app:3", "RENAME app:1 wo:5", "MSET app:1 1 wo:1 v",
        "MSET app:1 v ro:1 v",
        "MGET app:1 wo:1", "MSETNX wo:7 a wo:8 b", "SETRANGE wo:1 0 x", "GETRANGE wo:1 0 1", "DEL wo:9", "DEL ro:1",
        "OBJECT REFCOUNT wo:1", "TOUCH ro:1", "PERSIST wo:1", "SETBIT wo:1 1 1", "GETBIT wo:1 1", "BITCOUNT wo:1",
        "BITOP AND wo:1 app:1", "BITOP AND app:1 wo:1", "BITFIELD wo:1 GET u8 0", "BITFIELD_RO wo:1 GET u8 0", "DUMP wo:1",
        "FLUSHALL", "KEYS x", "SWAPDB 0 1", "INFO x", "CONFIG GET x", "CLIENT LIST", "CLIENT KILL ID 1", "CLIENT FOO",
        "ACL WHOAMI",
        "ACL LIST", "SAVE", "SCRIPT FLUSH", "SCRIPT LOAD x", "MOVE app:1 1", "SET wo:9 v GET", "SETEX wo:1 10 v",
        "EVAL return(1) 1 wo:1", "EVAL return(redis.call('get','nope')) 0", "EVAL return(redis.call('get',KEYS[1])) 1 app:1",
        "EVAL return(redis.pcall('del','zz')['err']) 0", "MONITOR", "SLOWLOG LEN", "LATENCY LATEST", "MEMORY USAGE zz",
        "WAIT 0 0",
        "ROLE", "ECHO a", "LASTSAVE", "NOSUCH", "GET"};
    /** Ours, which Redis says otherwise or does not know. */
    private static final Set<String> DIFFERENT = Set.of(
            "EVAL return(redis.call('get','nope')) 0", // undeclared keys are refused for everybody
            "ACL SETUSER mal <zz"); // a password is not repeated

    private static void assertSame(WireClient ours, WireClient theirs, String... lines) throws IOException {
        List<String> their = new ArrayList<>();
        List<String> our = new ArrayList<>();
        for (String line : lines) {
            String they = line + " => " + theirs.ask(line.split(" "));
            String we = line + " => " + ours.ask(line.split(" "));
            if (!DIFFERENT.contains(line) && !we.equals(they)) {
                their.add(they);
                our.add(we);
            }
        }
        assertEquals(String.join("\n", their), String.join("\n", our));
    }

    private static void setUser(WireClient client) throws IOException {
        client.ask("FLUSHALL");
        client.ask("ACL", "SETUSER", "bob", "reset", "on", "nopass", "~app:*", "%R~ro:*", "%W~wo:*", "+@read", "+@write", "+eval",
                "+@connection", "-@dangerous");
    }

    @Test
    void administration_saysWhatRedisSays() throws IOException {
        try (WireClient ours = kv.client(); WireClient theirs = new WireClient(redis.port())) {
            setUser(ours);
            setUser(theirs);
            assertSame(ours, theirs, OF_ADMIN);
        }
    }

    @Test
    void oneWithFewRights_isToldWhatRedisTells() throws IOException {
        try (WireClient ours = kv.client(); WireClient theirs = new WireClient(redis.port())) {
            setUser(ours);
            setUser(theirs);
            ours.ask("AUTH", "bob", "x");
            theirs.ask("AUTH", "bob", "x");
            assertSame(ours, theirs, OF_BOB);
        }
    }

    @Test
    void categories_ofEachCommandThatRedisHas_areTheSame() throws IOException {
        try (WireClient ours = kv.client(); WireClient theirs = new WireClient(redis.port())) {
            for (String category : names(ours.ask("ACL", "CAT"))) {
                Set<String> their = names(theirs.ask("ACL", "CAT", category));
                Set<String> our = names(ours.ask("ACL", "CAT", category));
                Set<String> onlyTheirs = new TreeSet<>(their);
                onlyTheirs.removeAll(our);
                onlyTheirs.retainAll(all(ours));
                assertEquals(Set.of(), onlyTheirs, category);
                Set<String> onlyOurs = new TreeSet<>(our);
                onlyOurs.removeAll(their);
                onlyOurs.retainAll(all(theirs));
                assertEquals(Set.of(), onlyOurs, category);
            }
        }
    }

    private static Set<String> all(WireClient client) throws IOException {
        Set<String> all = names(client.ask("ACL", "CAT", "slow"));
        all.addAll(names(client.ask("ACL", "CAT", "fast")));
        return all;
    }

    private static Set<String> names(Reply reply) {
        Set<String> names = new TreeSet<>();
        for (Reply part : reply.parts()) {
            names.add(part.text());
        }
        return names;
    }
}
