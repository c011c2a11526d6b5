package kv.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From the bytes of a reply to what is printed. Rows are reply, for people, raw;
 * in them ; stands for CR LF in replies, and for LF in what is printed. */
final class ReplyTest {

    private static String printed(Protocol protocol, String reply, boolean raw) throws IOException {
        byte[] bytes = reply.replace(";", "\r\n").getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayInputStream in = new ByteArrayInputStream(bytes);
        new ReplyPrinter(out, raw).print(protocol.read(in));
        assertEquals(0, in.available(), "bytes left unread");
        return out.toString(StandardCharsets.UTF_8).replace("\n", ";");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "+OK;|OK;|OK;",
        "-ERR no;|(error) ERR no;|ERR no;",
        "!6;ERR no;|(error) ERR no;|ERR no;",
        ":-7;|(integer) -7;|-7;",
        "$5;a\"b c;|\"a\\\"b c\";|a\"b c;",
        "$0;;|\"\";|;",
        "$-1;|(nil);|;",
        "_;|(nil);|;",
        "*-1;|(nil);|;",
        "*0;|(empty);|",
        "*2;$1;a;:1;|1) \"a\";2) (integer) 1;|a;1;",
        "*2;*2;:1;:2;$-1;|1) 1) (integer) 1;   2) (integer) 2;2) (nil);|1;2;;",
        "%1;+k;*2;:1;:2;|k => 1) (integer) 1;  2) (integer) 2;|k;1;2;",
        "~1;+a;|1) a;|a;",
        ",1.5;|(double) 1.5;|1.5;",
        "#t;|(boolean) true;|true;",
        "(123;|(big number) 123;|123;",
        "=9;txt:a;bc;|a\r;bc;|a\r;bc;",
    })
    void resp_reply_isPrinted(String row) throws IOException {
        String[] cells = row.split("\\|", -1);
        assertEquals(cells[1], printed(new RespProtocol(), cells[0], false));
        assertEquals(cells[2], printed(new RespProtocol(), cells[0], true));
    }

    @Test
    void resp_tenItems_areAligned() throws IOException {
        String pretty = printed(new RespProtocol(), "*10;" + ":0;".repeat(10), false);
        assertEquals(" 1) (integer) 0;", pretty.substring(0, 16));
        assertEquals("10) (integer) 0;", pretty.substring(pretty.length() - 16));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "+OK", "$5;abc", "$5;abcdefg", "$x;", "$-2;", "*1;", "*99999999999;", "HTTP/1.1 200 OK;", "$600000000;",
        "%2000000000;"})
    void resp_brokenReply_isAnIoException(String reply) {
        assertThrows(IOException.class, () -> printed(new RespProtocol(), reply, true));
    }

    @Test
    void resp_deepNesting_isAnIoException() {
        assertThrows(IOException.class, () -> printed(new RespProtocol(), "*1;".repeat(100_000), true));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "VALUE a b;|VALUE a b;|VALUE a b;",
        "ERROR unknown command;|(error) ERROR unknown command;|ERROR unknown command;",
        "VALUE \u001b[2J;|\"VALUE \\x1b[2J\";|VALUE \u001b[2J;",
        "NOT_FOUND;|NOT_FOUND;|NOT_FOUND;",
    })
    void text_reply_isPrinted(String row) throws IOException {
        String[] cells = row.split("\\|", -1);
        assertEquals(cells[1], printed(new TextProtocol(), cells[0], false));
        assertEquals(cells[2], printed(new TextProtocol(), cells[0], true));
    }

    @Test
    void text_wordItCannotCarry_isRefused() {
        for (String word : new String[] {"", "a b", "a\nb", "a\tb"}) {
            assertThrows(UsageException.class,
                    () -> new TextProtocol().write(Server.bytes("SET", "k", word), new ByteArrayOutputStream()), word);
        }
    }
}
