package kv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * RESP over a real socket: requests and the literal bytes of their replies, as Redis 7.0.15 gives them (except where docs/PROTOCOL.md
 * says otherwise).
 *
 * <p>Notation of the rows: steps parted by {@code " ; "}, arguments by blanks; {@code ''} is an empty argument; in replies {@code \n} stands
 * for CRLF; {@code <FAR>} is a second far in the future.
 */
class RespWireTest extends LiveServer {
    private static final String FAR = "33000000000";

    private Client client;

    @BeforeEach
    void connect() throws IOException {
        start();
        client = client();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        // strings
        "GET k => $-1\\n ; SET k v => +OK\\n ; GET k => $1\\nv\\n ; get K => $-1\\n ; STRLEN k => :1\\n ; STRLEN none => :0\\n",
        "SET '' '' => +OK\\n ; GET '' => $0\\n\\n ; EXISTS '' => :1\\n ; DEL '' => :1\\n",
        "SET k 1 NX => +OK\\n ; SET k 2 NX => $-1\\n ; SET k 3 XX => +OK\\n ; GET k => $1\\n3\\n ; SET no 1 XX => $-1\\n",
        "SET k 1 GET => $-1\\n ; SET k 2 GET => $1\\n1\\n ; SET k 3 NX GET => $1\\n2\\n ; GET k => $1\\n2\\n ; SET no 1 XX GET => $-1\\n",
        "SET k v EX 100 => +OK\\n ; TTL k => :100\\n ; SET k w KEEPTTL => +OK\\n ; TTL k => :100\\n ; SET k x => +OK\\n ; TTL k => :-1\\n",
        "SET k v PX 100000 => +OK\\n ; TTL k => :100\\n ; SET k v EXAT <FAR> => +OK\\n ; EXPIRETIME k => :<FAR>\\n",
        "SET k v PXAT <FAR>000 => +OK\\n ; PEXPIRETIME k => :<FAR>000\\n ; SET k v PXAT 1 => +OK\\n ; EXISTS k => :0\\n",
        "SET k v EX 100 EX 200 => +OK\\n ; TTL k => :200\\n ; SET k v EX 100 PX 1 => -ERR syntax error\\n",
        "SET k v EX => -ERR syntax error\\n ; SET k v JUNK => -ERR syntax error\\n ; SET k v NX XX => -ERR syntax error\\n",
        "SET k v KEEPTTL EX 1 => -ERR syntax error\\n ; SET k v EX abc JUNK => -ERR syntax error\\n",
        "SET k v EX abc => -ERR value is not an integer or out of range\\n ; SET k v EX 0 => -ERR invalid expire time in 'set' command\\n",
        "SET k v EX 9223372036854775807 => -ERR invalid expire time in 'set' command\\n ; EXISTS k => :0\\n",
        "SETNX k 1 => :1\\n ; SETNX k 2 => :0\\n ; GET k => $1\\n1\\n",
        "SETEX k 100 v => +OK\\n ; TTL k => :100\\n ; SETEX k 0 v => -ERR invalid expire time in 'setex' command\\n",
        "PSETEX k 100000 v => +OK\\n ; TTL k => :100\\n ; PSETEX k x v => -ERR value is not an integer or out of range\\n",
        "GETSET k 1 => $-1\\n ; GETSET k 2 => $1\\n1\\n ; GET k => $1\\n2\\n",
        "GETDEL k => $-1\\n ; SET k v => +OK\\n ; GETDEL k => $1\\nv\\n ; GET k => $-1\\n",
        "GETEX k => $-1\\n ; SET k v => +OK\\n ; GETEX k EX 100 => $1\\nv\\n ; TTL k => :100\\n ; GETEX k PERSIST => $1\\nv\\n ; TTL k => :-1\\n",
        "SET k v => +OK\\n ; GETEX k PXAT 1 => $1\\nv\\n ; EXISTS k => :0\\n ; GETEX k EX 0 => $-1\\n ; GETEX k JUNK => -ERR syntax error\\n",
        "SET k v => +OK\\n ; GETEX k EX 0 => -ERR invalid expire time in 'getex' command\\n ; GETEX k EX 1 PERSIST => -ERR syntax error\\n",
        "MSET a 1 b 2 => +OK\\n ; MGET a none b => *3\\n$1\\n1\\n$-1\\n$1\\n2\\n ; MSET a => -ERR wrong number of arguments for 'mset' command\\n",
        "MSET a 1 b => -ERR wrong number of arguments for 'mset' command\\n ; EXISTS a => :0\\n ; MSET a 1 a 2 => +OK\\n ; GET a => $1\\n2\\n",
        "MSETNX a 1 b 2 => :1\\n ; MSETNX b 3 c 4 => :0\\n ; MGET a b c => *3\\n$1\\n1\\n$1\\n2\\n$-1\\n",
        "MSETNX a 1 b => -ERR wrong number of arguments for 'msetnx' command\\n",
        "APPEND k ab => :2\\n ; APPEND k cd => :4\\n ; GET k => $4\\nabcd\\n ; APPEND e '' => :0\\n ; EXISTS e => :1\\n",
        "SET k hello => +OK\\n ; GETRANGE k 0 -1 => $5\\nhello\\n ; GETRANGE k 1 2 => $2\\nel\\n ; GETRANGE k -3 -2 => $2\\nll\\n",
        "SET k hello => +OK\\n ; GETRANGE k 3 100 => $2\\nlo\\n ; GETRANGE k 3 1 => $0\\n\\n ; GETRANGE k 0 -100 => $1\\nh\\n ; GETRANGE k -1 -100 => $0\\n\\n",
        "GETRANGE none 0 -1 => $0\\n\\n ; GETRANGE k a 1 => -ERR value is not an integer or out of range\\n ; SUBSTR none 0 1 => $0\\n\\n",
        "SETRANGE k 2 ab => :4\\n ; STRLEN k => :4\\n ; SETRANGE k 0 xy => :4\\n ; GET k => $4\\nxyab\\n ; SETRANGE none 5 '' => :0\\n ; EXISTS none => :0\\n",
        "SETRANGE k -1 a => -ERR offset is out of range\\n ; SETRANGE k 9999999999 a => -ERR string exceeds maximum allowed size (max-value-size)\\n",
        "INCR n => :1\\n ; INCRBY n 10 => :11\\n ; DECR n => :10\\n ; DECRBY n 20 => :-10\\n ; GET n => $3\\n-10\\n",
        "SET n 9223372036854775807 => +OK\\n ; INCR n => -ERR increment or decrement would overflow\\n ; GET n => $19\\n9223372036854775807\\n",
        "SET n -9223372036854775808 => +OK\\n ; DECR n => -ERR increment or decrement would overflow\\n ; INCR n => :-9223372036854775807\\n",
        "DECRBY n -9223372036854775808 => -ERR decrement would overflow\\n ; INCRBY n x => -ERR value is not an integer or out of range\\n",
        "SET n abc => +OK\\n ; INCR n => -ERR value is not an integer or out of range\\n ; SET n 01 => +OK\\n ; INCR n => -ERR value is not an integer or out of range\\n",
        "SET n 5 EX 100 => +OK\\n ; INCR n => :6\\n ; TTL n => :100\\n ; APPEND n 0 => :2\\n ; TTL n => :100\\n",
        "INCRBYFLOAT n 1.5 => $3\\n1.5\\n ; INCRBYFLOAT n 1.5 => $1\\n3\\n ; INCRBYFLOAT n 1e2 => $3\\n103\\n ; INCRBYFLOAT n x => -ERR value is not a valid float\\n",
        // keys
        "MSET a 1 b 2 => +OK\\n ; EXISTS a a none b => :3\\n ; TOUCH a none => :1\\n ; DEL a none => :1\\n ; UNLINK b b => :1\\n ; DBSIZE => :0\\n",
        "SET k v => +OK\\n ; TYPE k => +string\\n ; TYPE none => +none\\n",
        "SET k v => +OK\\n ; EXPIRE k 100 => :1\\n ; TTL k => :100\\n ; PERSIST k => :1\\n ; PERSIST k => :0\\n ; TTL k => :-1\\n ; TTL none => :-2\\n",
        "SET k v => +OK\\n ; EXPIRE k -1 => :1\\n ; EXISTS k => :0\\n ; EXPIRE k 1 => :0\\n ; PERSIST k => :0\\n",
        "SET k v => +OK\\n ; EXPIREAT k <FAR> => :1\\n ; EXPIRETIME k => :<FAR>\\n ; PEXPIREAT k 1 => :1\\n ; GET k => $-1\\n",
        "SET k v => +OK\\n ; EXPIRE k 100 XX => :0\\n ; EXPIRE k 100 NX => :1\\n ; EXPIRE k 200 NX => :0\\n ; EXPIRE k 50 GT => :0\\n ; EXPIRE k 50 LT => :1\\n",
        "SET k v => +OK\\n ; EXPIRE k 50 GT => :0\\n ; EXPIRE k 50 LT => :1\\n ; EXPIRE k 60 GT XX => :1\\n ; TTL k => :60\\n",
        "EXPIRE k 1 NX XX => -ERR NX and XX, GT or LT options at the same time are not compatible\\n ; EXPIRE k 1 GT LT => -ERR GT and LT options at the same time are not compatible\\n",
        "EXPIRE k 1 JUNK => -ERR Unsupported option JUNK\\n ; EXPIRE k x => -ERR value is not an integer or out of range\\n",
        "EXPIRE k 9223372036854775807 => -ERR invalid expire time in 'expire' command\\n ; PTTL none => :-2\\n ; PEXPIRETIME none => :-2\\n ; EXPIRETIME none => :-2\\n",
        "SET a 1 EX 100 => +OK\\n ; RENAME a b => +OK\\n ; EXISTS a => :0\\n ; TTL b => :100\\n ; RENAME none x => -ERR no such key\\n ; RENAME b b => +OK\\n",
        "MSET a 1 b 2 => +OK\\n ; RENAMENX a b => :0\\n ; RENAMENX a c => :1\\n ; MGET a b c => *3\\n$-1\\n$1\\n2\\n$1\\n1\\n ; RENAMENX none x => -ERR no such key\\n",
        "SET a 1 EX 100 => +OK\\n ; COPY a b => :1\\n ; COPY a b => :0\\n ; TTL b => :100\\n ; SET a 2 => +OK\\n ; COPY a b REPLACE => :1\\n ; GET b => $1\\n2\\n ; TTL b => :-1\\n",
        "COPY none x => :0\\n ; COPY a a => -ERR source and destination objects are the same\\n ; COPY a b DB 1 => -ERR DB index is out of range\\n ; COPY a b JUNK => -ERR syntax error\\n",
        "MSET k1 1 k2 2 => +OK\\n ; KEYS ?1 => *1\\n$2\\nk1\\n ; KEYS [a-j]* => *0\\n ; KEYS k[^1] => *1\\n$2\\nk2\\n",
        "SET k v => +OK\\n ; SCAN 0 => *2\\n$1\\n0\\n*1\\n$1\\nk\\n ; SCAN 0 MATCH x* => *2\\n$1\\n0\\n*0\\n ; SCAN 0 TYPE list => *2\\n$1\\n0\\n*0\\n",
        "SCAN x => -ERR invalid cursor\\n ; SCAN 0 COUNT 0 => -ERR syntax error\\n ; SCAN 0 COUNT x => -ERR value is not an integer or out of range\\n ; SCAN 0 MATCH => -ERR syntax error\\n",
        "RANDOMKEY => $-1\\n ; SET k v => +OK\\n ; RANDOMKEY => $1\\nk\\n",
        "SET k 12 => +OK\\n ; OBJECT ENCODING k => $3\\nint\\n ; SET k ab => +OK\\n ; OBJECT ENCODING k => $6\\nembstr\\n ; OBJECT REFCOUNT k => :1\\n",
        "OBJECT FREQ none => $-1\\n ; OBJECT ENCODING none => $-1\\n ; OBJECT => -ERR wrong number of arguments for 'object' command\\n",
        "OBJECT ENCODING => -ERR wrong number of arguments for 'object|encoding' command\\n ; OBJECT JUNK k => -ERR unknown subcommand 'JUNK'. Try OBJECT HELP.\\n",
        "MEMORY USAGE none => $-1\\n ; MEMORY USAGE => -ERR wrong number of arguments for 'memory|usage' command\\n ; MEMORY X => -ERR unknown subcommand 'X'. Try MEMORY HELP.\\n",
        // connection and server
        "PING => +PONG\\n ; PING hi => $2\\nhi\\n ; PING a b => -ERR wrong number of arguments for 'ping' command\\n ; ECHO hi => $2\\nhi\\n",
        "SELECT 0 => +OK\\n ; SELECT 1 => -ERR DB index is out of range\\n ; SELECT x => -ERR value is not an integer or out of range\\n",
        "CLIENT GETNAME => $-1\\n ; CLIENT SETNAME me => +OK\\n ; CLIENT GETNAME => $2\\nme\\n ; RESET => +RESET\\n ; CLIENT GETNAME => $-1\\n",
        "CLIENT SETINFO LIB-NAME x => +OK\\n ; CLIENT SETINFO lib-ver 1.0 => +OK\\n ; CLIENT SETINFO JUNK x => -ERR Unrecognized option 'JUNK'\\n",
        "CLIENT NO-EVICT on => +OK\\n ; CLIENT NO-TOUCH OFF => +OK\\n ; CLIENT NO-EVICT x => -ERR syntax error\\n ; CLIENT JUNK => -ERR unknown subcommand 'JUNK'. Try CLIENT HELP.\\n",
        "CLIENT SETNAME => -ERR wrong number of arguments for 'client|setname' command\\n ; CLIENT LIST ID x => -ERR Invalid client ID\\n ; CLIENT LIST JUNK => -ERR syntax error\\n",
        "HELLO 4 => -NOPROTO unsupported protocol version\\n ; HELLO x => -ERR Protocol version is not an integer or out of range\\n ; HELLO 2 JUNK => -ERR Syntax error in HELLO option 'JUNK'\\n",
        "HELLO 3 AUTH other x => -WRONGPASS invalid username-password pair or user is disabled.\\n ; GET none => $-1\\n",
        "CONFIG GET save => *2\\n$4\\nsave\\n$0\\n\\n ; CONFIG GET append* => *2\\n$10\\nappendonly\\n$2\\nno\\n ; CONFIG GET none => *0\\n",
        "CONFIG SET maxmemory 1 => -ERR CONFIG SET failed (possibly related to argument 'maxmemory') - can't set immutable config\\n ; CONFIG GET => -ERR wrong number of arguments for 'config|get' command\\n",
        "COMMAND COUNT => :58\\n ; COMMAND INFO nosuch => *1\\n*-1\\n ; COMMAND DOCS nosuch => *0\\n ; COMMAND JUNK => -ERR unknown subcommand 'JUNK'. Try COMMAND HELP.\\n",
        "COMMAND INFO get => *1\\n*10\\n$3\\nget\\n:2\\n*2\\n+readonly\\n+fast\\n:1\\n:1\\n:1\\n*0\\n*0\\n*0\\n*0\\n",
        "SET k v => +OK\\n ; FLUSHALL ASYNC => +OK\\n ; DBSIZE => :0\\n ; FLUSHDB => +OK\\n ; FLUSHDB JUNK => -ERR syntax error\\n ; FLUSHALL SYNC x => -ERR syntax error\\n",
        "LATENCY HISTOGRAM none => *0\\n ; LATENCY JUNK => -ERR unknown subcommand 'JUNK'. Try LATENCY HELP.\\n",
        "NOSUCH => -ERR unknown command 'NOSUCH', with args beginning with: \\n ; NOSUCH a b => -ERR unknown command 'NOSUCH', with args beginning with: 'a' 'b' \\n",
        "GET => -ERR wrong number of arguments for 'get' command\\n ; GET a b => -ERR wrong number of arguments for 'get' command\\n ; STATS => -ERR unknown command 'STATS', with args beginning with: \\n",
    })
    void request_replied(String steps) throws IOException {
        for (String step : steps.replace("<FAR>", FAR).split(" ; ")) {
            String[] parts = step.split(" => ", 2);
            String[] args = parts[0].split(" ");
            for (int i = 0; i < args.length; i++) args[i] = args[i].replace("''", "");
            assertEquals(parts[1].replace("\\n", "\r\n"), client.ask(args), step);
        }
        assertEquals("+PONG\r\n", client.ask("PING"));
    }

    @Test
    void resp3_typesOfItsOwn_afterHello() throws IOException {
        String hello = client.ask("HELLO", "3", "AUTH", "default", "any", "SETNAME", "me");
        assertTrue(hello.startsWith("%7\r\n$6\r\nserver\r\n$5\r\nredis\r\n$7\r\nversion\r\n$6\r\n7.0.15\r\n$5\r\nproto\r\n:3\r\n$2\r\nid\r\n:"), hello);
        assertTrue(hello.endsWith("$4\r\nmode\r\n$10\r\nstandalone\r\n$4\r\nrole\r\n$6\r\nmaster\r\n$7\r\nmodules\r\n*0\r\n"), hello);
        assertEquals("_\r\n", client.ask("GET", "none"));
        assertEquals("*1\r\n_\r\n", client.ask("MGET", "none"));
        assertEquals("%1\r\n$4\r\nsave\r\n$0\r\n\r\n", client.ask("CONFIG", "GET", "save"));
        assertEquals("*1\r\n_\r\n", client.ask("COMMAND", "INFO", "nosuch"));
        assertEquals("%0\r\n", client.ask("COMMAND", "DOCS", "nosuch"));
        assertTrue(client.ask("COMMAND", "INFO", "get").contains("\r\n~2\r\n+readonly\r\n+fast\r\n"));
        assertTrue(client.ask("INFO", "server").startsWith("="));
        assertEquals("_\r\n", client.ask("SET", "none", "1", "XX"));
        assertEquals("%7\r\n", client.ask("HELLO").substring(0, 4));
        assertEquals("+RESET\r\n", client.ask("RESET"));
        assertEquals("$-1\r\n", client.ask("GET", "none"));
        assertEquals("*14\r\n", client.ask("HELLO", "2").substring(0, 5));
    }

    @Test
    void latencyHistogram_afterCommands_countsThem() throws IOException {
        for (int i = 0; i < 3; i++) client.ask("GET", "k");
        String reply = client.ask("LATENCY", "HISTOGRAM", "get");
        assertTrue(reply.startsWith("*2\r\n$3\r\nget\r\n*4\r\n$5\r\ncalls\r\n:3\r\n$14\r\nhistogram_usec\r\n*"), reply);
        assertTrue(reply.endsWith(":3\r\n"), reply);
    }

    @Test
    void info_sections_serverFirstWithVersion() throws IOException {
        String all = client.ask("INFO");
        assertTrue(all.matches("(?s)\\$\\d+\r\n# Server\r\nredis_version:7\\.0\\.15\r\n.*"), all);
        for (String section : new String[] {"Server", "Clients", "Memory", "Persistence", "Stats", "Replication", "Keyspace"}) {
            assertTrue(all.contains("# " + section + "\r\n"), section);
            assertTrue(client.ask("INFO", section).contains("# " + section + "\r\n"), section);
        }
        assertEquals("$0\r\n\r\n", client.ask("INFO", "nosuch"));
        client.ask("SET", "k", "v", "EX", "100");
        assertTrue(client.ask("INFO", "keyspace").contains("db0:keys=1,expires=1,"));
        assertTrue(client.ask("INFO", "commandstats").contains("cmdstat_set:calls=1,"));
    }

    @Test
    void clientListAndInfo_nameAndLibrary_shown() throws IOException {
        client.ask("CLIENT", "SETNAME", "me");
        client.ask("CLIENT", "SETINFO", "LIB-NAME", "lib");
        Client other = client();
        String id = client.ask("CLIENT", "ID").substring(1).trim();
        String info = client.ask("CLIENT", "INFO");
        assertTrue(info.contains("id=" + id + " addr=127.0.0.1:" + client.socket.getLocalPort() + " laddr=127.0.0.1:" + port() + " "), info);
        assertTrue(info.contains(" name=me ") && info.contains(" lib-name=lib ") && info.contains(" resp=2 "), info);
        assertTrue(other.ask("CLIENT", "LIST").contains(" name=me "));
        assertTrue(other.ask("CLIENT", "LIST", "ID", id).contains("id=" + id + " "));
        assertEquals("$0\r\n\r\n", other.ask("CLIENT", "LIST", "TYPE", "replica"));
        assertEquals("-ERR Client names cannot contain spaces, newlines or special characters.\r\n", client.ask("CLIENT", "SETNAME", "a b"));
    }

    @Test
    void time_twoNumbers_ofNow() throws IOException {
        long before = System.currentTimeMillis() / 1000;
        String[] lines = client.ask("TIME").split("\r\n");
        long seconds = Long.parseLong(lines[2]);
        assertTrue(seconds >= before && seconds <= System.currentTimeMillis() / 1000, lines[2]);
        assertTrue(Long.parseLong(lines[4]) < 1_000_000);
    }

    @Test
    void binary_keyAndValueOfAllBytes_comeBackAsSent() throws IOException {
        StringBuilder bytes = new StringBuilder();
        for (int i = 0; i < 1024; i++) bytes.append((char) (i & 255));
        String key = bytes.toString();
        String value = key.repeat(1024);
        assertEquals("+OK\r\n", client.ask("SET", key, value));
        assertEquals("$" + value.length() + "\r\n" + value + "\r\n", client.ask("GET", key));
        assertEquals("*1\r\n$1024\r\n" + key + "\r\n", client.ask("KEYS", "*"));
        assertEquals("*2\r\n$1\r\n0\r\n*1\r\n$1024\r\n" + key + "\r\n", client.ask("SCAN", "0"));
    }

    @Test
    void scan_smallCountWhileTheStoreGrows_eachKeyThatStaysIsReturned() throws IOException {
        for (int i = 0; i < 3000; i++) client.send(Client.request("SET", "stays:" + i, "v"));
        for (int i = 0; i < 3000; i++) assertEquals("+OK\r\n", client.reply());
        Set<String> seen = new HashSet<>();
        String cursor = "0";
        int added = 0;
        do {
            String[] lines = client.ask("SCAN", cursor, "COUNT", "7", "MATCH", "stays:*").split("\r\n");
            cursor = lines[2];
            for (int i = 5; i < lines.length; i += 2) seen.add(lines[i]);
            for (int i = 0; i < 100 && added < 20_000; i++) assertEquals("+OK\r\n", client.ask("SET", "added:" + added++, "v"));
        } while (!cursor.equals("0"));
        assertEquals(3000, seen.size());
    }

    @Test
    void request_splitAtEachByte_sameReplies() throws IOException {
        String requests = Client.request("SET", "key", "a\r\nb") + "*0\r\n" + Client.request("GET", "key")
                + Client.request("KEYS", "*") + Client.request("NOSUCH") + Client.request("DEL", "key");
        String replies = "+OK\r\n$4\r\na\r\nb\r\n*1\r\n$3\r\nkey\r\n-ERR unknown command 'NOSUCH', with args beginning with: \r\n:1\r\n";
        for (int split = 0; split <= requests.length(); split++) {
            client.send(Client.request("PING") + requests.substring(0, split));
            assertEquals("+PONG\r\n", client.reply()); // the first part has arrived
            client.send(requests.substring(split));
            assertEquals(replies, client.bytes(replies.length()), "split at " + split);
        }
    }

    /** Parsed ahead, then unread again, because the replies before it must be sent first: no trace of that may stay. */
    @Test
    void request_splitBehindLongReplies_sameReplies() throws IOException {
        String value = "v".repeat(100_000);
        client.ask("SET", "big", value);
        String longReplies = Client.request("GET", "big").repeat(5);
        String request = Client.request("SET", "key", "a\r\nb") + Client.request("GET", "key");
        for (int split = 0; split <= request.length(); split++) {
            client.send(longReplies + request.substring(0, split));
            for (int i = 0; i < 5; i++) assertEquals("$100000\r\n" + value + "\r\n", client.reply(), "split at " + split);
            client.send(request.substring(split));
            assertEquals("+OK\r\n$4\r\na\r\nb\r\n", client.bytes(15), "split at " + split);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "*-5\\r\\n => invalid multibulk length", "*x\\r\\n => invalid multibulk length", "*99999999999\\r\\n => invalid multibulk length",
        "*1048577\\r\\n => invalid multibulk length", "*1\\r\\n$-1\\r\\n => invalid bulk length", "*1\\r\\n$1048577\\r\\n => invalid bulk length",
        "*1\\r\\n$99999999999\\r\\n => invalid bulk length", "*1\\r\\n$x\\r\\n => invalid bulk length", "*1\\r\\n:1\\r\\n => expected '$', got ':'",
        "*2\\r\\n$3\\r\\nDEL\\r\\n$1\\r\\nkey\\r\\n => expected CRLF after a bulk",
        "*2\\r\\n$3\\r\\nDEL\\r\\n$4\\r\\nkey\\r\\n\\n => expected CRLF after a bulk", "GET key\\r\\n => expected '*', got 'G'",
        "*2\\r\\n$3\\r\\nDEL\\r\\n3\\r\\nkey\\r\\n => expected '$', got '3'",
        "*111111111111111111111111111111111111111111 => too big mbulk count string",
    })
    void badFraming_repliedAndClosed_nothingExecuted(String row) throws IOException {
        String[] parts = row.split(" => ");
        client.ask("SET", "key", "1");
        client.send(parts[0].replace("\\r", "\r").replace("\\n", "\n")).send(Client.request("DEL", "key"));
        assertEquals("-ERR Protocol error: " + parts[1], client.line().trim());
        assertNull(client.line());
        assertEquals("$1\r\n1\r\n", client().ask("GET", "key"));
        assertEquals(1, client().info("total_error_replies"));
    }

    @Test
    void hugeAnnouncement_withoutBytes_takesNoMemory() throws IOException {
        long before = client.info("buffer_memory");
        for (int i = 0; i < 50; i++) {
            Client other = client();
            assertEquals("+PONG\r\n", other.ask("PING"));
            other.send("*1048576\r\n$1048576\r\nSE");
        }
        assertTrue(client.info("buffer_memory") - before < 4 << 20);
    }

    @Test
    void errorReply_quotesAtMost128Bytes_withoutLineEnds() throws IOException {
        String longText = "x\r\n+OK\r\n".repeat(10_000);
        String[][] requests = {{longText}, {"NOSUCH", longText}, {"EXPIRE", "k", "1", longText}, {"HELLO", "2", longText},
            {"CLIENT", longText}, {"CLIENT", "SETINFO", longText, "x"}, {"CONFIG", "SET", longText, "1"}, {"OBJECT", longText, "k"},
            {"CONFIG", longText}, {"COMMAND", longText}, {"MEMORY", longText}, {"LATENCY", longText}};
        for (String[] request : requests) {
            String reply = client.ask(request);
            assertTrue(reply.startsWith("-") && reply.length() < 2 * 128 + 100, reply.length() + " bytes: " + request[0]);
            assertEquals("+PONG\r\n", client.ask("PING"), "one line only");
        }
    }

    @Test
    void quit_withRequestsBehind_closesAndExecutesNone() throws IOException {
        client.send(Client.request("SET", "a", "1") + Client.request("QUIT") + Client.request("SET", "a", "2"));
        assertEquals("+OK\r\n+OK\r\n", client.rest());
        assertEquals("$1\r\n1\r\n", client().ask("GET", "a"));
    }

    /** The keys of a pipeline are looked at before its commands run: there are commands that may have none. */
    @Test
    void pipeline_ofCommandsWithoutTheirKeys_allReplied() throws IOException {
        String[][] requests = {{"OBJECT", "HELP"}, {"MEMORY", "X"}, {"OBJECT", "ENCODING"}, {"GET"}, {"PING"}, {"OBJECT", "HELP"}};
        StringBuilder pipeline = new StringBuilder();
        for (String[] request : requests) pipeline.append(Client.request(request));
        client.send(pipeline.toString());
        for (String[] request : requests) assertTrue(client.reply().length() > 0, request[0]);
    }

    /** More than are parsed at once, and replies of more than are sent at once: what was parsed too early is parsed again. */
    @Test
    void pipeline_withLongRepliesSlowCommandsAndErrors_repliesInOrder() throws IOException {
        String value = "v".repeat(40_000);
        client.ask("SET", "big", value);
        StringBuilder pipeline = new StringBuilder();
        StringBuilder replies = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            switch (i * 7 % 11) {
                case 0, 4 -> {
                    pipeline.append(Client.request("GET", "big"));
                    replies.append("$40000\r\n").append(value).append("\r\n");
                }
                case 1 -> {
                    pipeline.append(Client.request("KEYS", "n*"));
                    replies.append("*1\r\n$1\r\nn\r\n");
                }
                case 2 -> {
                    pipeline.append(Client.request("GET"));
                    replies.append("-ERR wrong number of arguments for 'get' command\r\n");
                }
                case 3 -> pipeline.append("*0\r\n\r\n");
                default -> {
                    pipeline.append(Client.request("SET", "n", "" + i)).append(Client.request("GET", "n"));
                    replies.append("+OK\r\n$" + ("" + i).length() + "\r\n" + i + "\r\n");
                }
            }
        }
        Client sender = client;
        Thread thread = new Thread(() -> {
            try {
                sender.send(pipeline.toString());
            } catch (IOException closed) {
                throw new IllegalStateException(closed);
            }
        });
        thread.start();
        assertEquals(replies.toString(), client.bytes(replies.length()));
    }

    @Test
    void mset_manyKeys_allThere() throws IOException {
        String[] request = new String[20_001];
        request[0] = "MSET";
        for (int i = 1; i < request.length; i++) request[i] = "k" + (i - 1) / 2;
        assertEquals("+OK\r\n", client.ask(request));
        assertEquals(":10000\r\n", client.ask("DBSIZE"));
    }

    @Test
    void key_tooLong_refusedWhereverItStands() throws IOException {
        String key = "k".repeat(65_536);
        for (String[] request : new String[][] {{"GET", key}, {"SET", key, "v"}, {"MGET", "a", key}, {"MSET", "a", "1", key, "2"},
            {"RENAME", "a", key}, {"COPY", "a", key}, {"OBJECT", "ENCODING", key}, {"MEMORY", "USAGE", key}, {"DEL", "a", key}}) {
            assertEquals("-ERR key too long\r\n", client.ask(request), request[0]);
        }
        assertEquals(":0\r\n", client.ask("DBSIZE"));
    }

    @Test
    void bothProtocols_oneStoreAndOneSetOfCounters() throws IOException {
        Client text = client();
        text.line("SET a 1");
        client.ask("SET", "b", "22");
        client.ask("GET", "a");
        client.ask("DEL", "a", "b", "c");
        client.ask("NOSUCH");
        assertEquals("gets:1 sets:2 dels:1 errors:1 keys:0 bytes:0", text.line("STATS"));
    }
}
