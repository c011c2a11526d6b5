package kv.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;

import kv.store.StoreConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Times as clients write them, and the options that hold them: Deadlines, SetOptions. The clock stands still. */
class ExpiryOptionsTest {
    private static final String SYNTAX = "-ERR syntax error\r\n";
    private static final String NOT_AN_INTEGER = "-ERR value is not an integer or out of range\r\n";
    private static final String MAX = Long.toString(Long.MAX_VALUE);

    private final TickingClock clock = new TickingClock(0);
    private final TestService service = new TestService(
            StoreConfig.defaults().withMemoryLimitBytes(64 << 20).withClock(clock.clock()));
    private final TestClient client = service.client();
    private final long now = clock.nowMillis();

    @BeforeEach
    void setKey() {
        client.ask("SET", "k", "v");
    }

    @AfterEach
    void close() {
        service.close();
    }

    private void assertReply(String reply, String command) {
        assertEquals(reply, client.ask(command.split(" ")), command);
    }

    private void assertEnd(long endMillis, String command) {
        client.ask("SET", "k", "v", "PX", "777777");
        client.ask(command.split(" "));
        assertEquals(":" + endMillis + "\r\n", client.ask("PEXPIRETIME", "k"), command);
    }

    @Test
    void set_eachOption_givesItsEnd() {
        assertEnd(-1, "SET k v");
        assertEnd(now + 777_777, "SET k v KEEPTTL");
        assertEnd(now + 777_777, "SET k v XX KEEPTTL GET");
        assertEnd(now + 5_000, "SET k v EX 5");
        assertEnd(now + 5, "set k v px 5");
        assertEnd(now + 1_000, "SET k v EXAT " + (now / 1000 + 1));
        assertEnd(now + 1, "SET k v PXAT " + (now + 1));
        assertEnd(now + 7, "SET k v PX 5 PX 7");
        assertEnd(now + 5, "SET k v XX PX 5 GET");
        assertEnd(Long.MAX_VALUE, "SET k v PXAT " + MAX);
        assertEnd(9_223_372_036_854_775_000L, "SET k v EXAT 9223372036854775");
        assertEnd(-2, "SET k v PXAT 1");
        assertEnd(-2, "SET k v EXAT 1");
        assertEnd(now + 5_000, "SETEX k 5 v");
        assertEnd(now + 5, "PSETEX k 5 v");
    }

    @Test
    void set_wrongOptions_areSyntaxErrorsAndChangeNothing() {
        for (String options : new String[] {"EX", "EX 5 PX 5", "PX 5 EX 5", "EX 5 EXAT 5", "KEEPTTL EX 5", "EX 5 KEEPTTL",
            "NX XX", "XX NX", "FOO", "PERSIST", "EX 5 FOO", "NX GET FOO", "PXAT"}) {
            assertReply(SYNTAX, "SET k w " + options);
        }
        assertReply("$1\r\nv\r\n", "GET k");
        assertReply("+OK\r\n", "SET k v KEEPTTL KEEPTTL XX XX");
        assertReply("$1\r\nv\r\n", "SET k w NX NX GET");
    }

    @Test
    void times_wrongOnes_areErrorsOfTheirCommand() {
        for (String time : new String[] {"0", "-1", MAX, "9223372036854776"}) {
            assertReply("-ERR invalid expire time in 'set' command\r\n", "SET k w EX " + time);
            assertReply("-ERR invalid expire time in 'setex' command\r\n", "SETEX k " + time + " w");
            assertReply("-ERR invalid expire time in 'getex' command\r\n", "GETEX k EX " + time);
        }
        assertReply("-ERR invalid expire time in 'psetex' command\r\n", "PSETEX k " + (Long.MAX_VALUE - now + 1) + " w");
        assertReply("-ERR invalid expire time in 'set' command\r\n", "SET k w EXAT 9223372036854776");
        for (String time : new String[] {"a", "1.5", "", "9223372036854775808", "+1", "01"}) {
            assertEquals(NOT_AN_INTEGER, client.ask("SET", "k", "w", "PX", time), time);
            assertEquals(NOT_AN_INTEGER, client.ask("EXPIRE", "k", time), time);
        }
        assertReply("-ERR invalid expire time in 'expire' command\r\n", "EXPIRE k 9223372036854776");
        assertReply("-ERR invalid expire time in 'expire' command\r\n", "EXPIRE k -9223372036854776");
        assertReply("-ERR invalid expire time in 'pexpire' command\r\n", "PEXPIRE k " + MAX);
        assertReply("$1\r\nv\r\n", "GET k");
        assertReply(":-1\r\n", "TTL k");
    }

    @Test
    void expire_anySign_setsOrEnds() {
        assertEnd(now + 5_000, "EXPIRE k 5");
        assertEnd(now + 5, "PEXPIRE k 5");
        assertEnd(now + 5, "PEXPIREAT k " + (now + 5));
        assertEnd(Long.MAX_VALUE, "PEXPIREAT k " + MAX);
        for (String command : new String[] {"EXPIRE k 0", "EXPIRE k -5", "PEXPIRE k -9223372036854775808", "EXPIREAT k 0",
            "PEXPIREAT k " + now, "PEXPIREAT k -9223372036854775808", "EXPIREAT k -9223372036854775"}) {
            assertEnd(-2, command);
        }
    }

    @Test
    void getex_eachOption_givesItsEnd() {
        assertEnd(now + 777_777, "GETEX k");
        assertEnd(-1, "GETEX k PERSIST");
        assertEnd(-1, "GETEX k PERSIST PERSIST");
        assertEnd(now + 5_000, "GETEX k EX 5");
        assertEnd(now + 7_000, "GETEX k EX 5 EX 7");
        assertEnd(now + 5, "GETEX k PXAT " + (now + 5));
        assertEnd(-2, "GETEX k PXAT 5");
        for (String options : new String[] {"PERSIST EX 5", "EX 5 PERSIST", "EX 5 PX 5", "EX", "KEEPTTL", "NX"}) {
            assertReply(SYNTAX, "GETEX k " + options);
        }
        assertReply("$-1\r\n", "GETEX absent EX nonsense");
    }

    @Test
    void times_replied_areRoundedAsRedisRounds() {
        client.ask("SET", "k", "v", "PX", "1499");
        assertReply(":1\r\n", "TTL k");
        assertReply(":1499\r\n", "PTTL k");
        client.ask("PEXPIRE", "k", "1500");
        assertReply(":2\r\n", "TTL k");
        client.ask("PEXPIREAT", "k", MAX);
        assertReply(":9223372036854776\r\n", "EXPIRETIME k");
        assertReply(":" + MAX + "\r\n", "PEXPIRETIME k");
    }
}
